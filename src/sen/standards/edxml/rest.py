"""The door of the document exchange: messages come in with a source's secret, statuses of ours go out."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router, Schema, Status
from ninja.security.base import AuthBase

from sen.apps.documents import interface as documents
from sen.apps.documents.interface import MessageRef
from sen.apps.sources import interface as sources
from sen.apps.sources.interface import SourceCredential
from sen.kernel import clock
from sen.kernel.errors import Forbidden, Unauthenticated
from sen.standards.edxml import receiving, tree, writing
from sen.standards.edxml.faults import Fault
from sen.standards.edxml.values import Party, Reference, StatusMessage

CONNECTOR = "edxml"
MOST_STATUSES = 500


class SourceSecret(AuthBase):
    """`Authorization: Bearer <secret of an edxml source>`. `request.auth` is its SourceCredential."""

    openapi_type = "http"
    openapi_scheme = "bearer"

    def __call__(self, request: HttpRequest) -> SourceCredential:
        scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
        known = scheme.lower() == "bearer" and 0 < len(secret) <= 256
        found = sources.authenticate_secret(secret.strip()) if known else None
        if found is None:
            raise Unauthenticated(
                _("Mật khẩu nguồn sai, hết hạn hoặc đã thu hồi."),
                action=_("Gửi tiêu đề Authorization: Bearer <mật khẩu của nguồn edXML>."),
            )
        if found.connector != CONNECTOR:
            raise Forbidden(
                _("Nguồn này không phải nguồn văn bản edXML."),
                action=_("Khai báo một nguồn kiểu “Văn bản điện tử (edXML)”."),
            )
        return found


router = Router(tags=["exchange"], auth=SourceSecret())


class ReceiptOut(Schema):
    """What became of a message. `state`: done, duplicate, stored (kept, worked on within seconds), refused."""

    id: UUID
    state: str
    kind: str
    exchange_id: str
    received_at: datetime
    documents: list[UUID]
    repeated: bool


class StatusOut(Schema):
    """A status of ours for the sender; `edxml` is the message."""

    id: int
    at: datetime
    exchange_id: str
    code: str
    words: str
    edxml: str


class StatusesOut(Schema):
    items: list[StatusOut]
    next: int | None


@router.post(
    "/exchange/messages", response={200: ReceiptOut, 201: ReceiptOut, 202: ReceiptOut}, operation_id="receive_edxml",
    summary="Nhận gói tin văn bản edXML",
)  # fmt: skip
def receive(request: HttpRequest) -> Any:
    """Take an edXML message: as XML, as a SOAP envelope, or as multipart/related. Answered only after it is kept durably.

    201: in the registers. 200: it was there already. 202: kept, and worked on within seconds. 422: kept and refused, with what is wrong;
    it can be corrected in the console. The same bytes again give the same receipt.
    """
    source: SourceCredential = request.auth  # type: ignore[attr-defined]
    content = request.read(tree.MAX_BYTES + 1)
    now = clock.now()
    if len(content) > tree.MAX_BYTES:
        return _fault(None, Fault("edxml_too_large", _("Gói tin lớn hơn {n} MB.").format(n=tree.MAX_BYTES >> 20)), 413)
    if not content.strip():
        return _fault(None, Fault("edxml_not_xml", _("Gói tin trống.")))
    kept = documents.keep_message(
        payload=content, content_type=request.headers.get("Content-Type", ""), unit_id=source.owner_unit_id,
        source_number=source.number, source_code=source.code, simulated=source.simulated,
    )  # fmt: skip
    settled = (receiving.settle(kept.id) if kept.state == "stored" else None) or kept
    sources.mark_seen({source.number: sources.SeenAt(received=now, measured=now, messages=1)})
    if settled.fault is not None and settled.state == "refused":
        fault = Fault(settled.fault.code, settled.fault.message, place=settled.fault.place, action=" ")
        return _fault(settled, fault)
    status = 202 if settled.state == "stored" else 201 if settled.state == "done" and not kept.repeated else 200
    return Status(status, _receipt(settled, repeated=kept.repeated))


@router.get(
    "/exchange/messages/{message_id}",
    response=ReceiptOut,
    operation_id="get_exchange_receipt",
    summary="Biên nhận một gói tin",
)
def receipt(request: HttpRequest, message_id: UUID) -> Any:
    """What became of a message of this source."""
    source: SourceCredential = request.auth  # type: ignore[attr-defined]
    return _receipt(documents.message_of_source(source.number, message_id))


@router.get(
    "/exchange/statuses",
    response=StatusesOut,
    operation_id="list_exchange_statuses",
    summary="Trạng thái gửi lại bên gửi",
)
def statuses(request: HttpRequest, after: int = 0, limit: int = 100) -> Any:
    """What the units of this source tell the senders of their documents, oldest first; ask again with `after=next`."""
    source: SourceCredential = request.auth  # type: ignore[attr-defined]
    found = documents.statuses_to_send(source.owner_unit_id, after=after, limit=max(1, min(limit, MOST_STATUSES)))
    items = [
        {
            "id": one.id, "at": one.at, "exchange_id": one.exchange_id, "code": one.code, "words": one.words,
            "edxml": writing.status(_status(one)).decode(),
        }
        for one in found
    ]  # fmt: skip
    return {"items": items, "next": found[-1].id if len(found) == limit else None}


def _status(one: documents.StatusToSend) -> StatusMessage:
    about = Reference(one.exchange_id, one.reference, one.issuer_code, one.issued_on)
    return StatusMessage(
        about=about, sender=Party(one.agency_code, one.agency), code=one.code, description=one.words or one.code_words, at=one.at,
        staff=one.by,
    )  # fmt: skip


def _receipt(found: MessageRef, *, repeated: bool = False) -> dict[str, Any]:
    return {
        "id": found.id, "state": found.state, "kind": found.kind, "exchange_id": found.exchange_id,
        "received_at": found.received_at, "documents": list(found.documents), "repeated": repeated,
    }  # fmt: skip


def _fault(found: MessageRef | None, fault: Fault, status: int = 422) -> HttpResponse:
    """A refusal as problem+json; `place` and `message` say what to mend and where the message is kept."""
    where = f" ({fault.place})" if fault.place else ""
    told = {
        "type": "about:blank", "title": "Unprocessable Content" if status == 422 else "Content Too Large", "status": status,
        "code": fault.code, "detail": f"{fault.message}{where}", "action": fault.action.strip(), "place": fault.place,
        "message": str(found.id) if found else "",
    }  # fmt: skip
    return HttpResponse(json.dumps(told, ensure_ascii=False), status=status, content_type="application/problem+json")
