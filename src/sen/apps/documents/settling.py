"""What people do with messages of the exchange that were refused: look, run again, correct, drop; and the list of agencies."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.audit import interface as audit
from sen.apps.documents import policies
from sen.apps.documents.choices import MessageKind, MessageState
from sen.apps.documents.models import Agency, Document, ExchangeMessage
from sen.apps.organisations import interface as organisations
from sen.apps.organisations.interface import UnitRef
from sen.kernel import agency_codes, clock
from sen.kernel.errors import Conflict, InvalidInput, NotFound
from sen.kernel.text import normal

SHOWN = 100
MOST_PAYLOAD = 400_000
"""Bytes of a message that a page shows; the whole is downloaded."""


class MessageLine(msgspec.Struct, frozen=True, kw_only=True):
    """A message in a list."""

    id: UUID
    received_at: datetime
    source_code: str
    kind: str
    state: str
    exchange_id: str
    from_code: str
    subject: str
    size: int
    fault_code: str
    fault: str
    fault_place: str
    repeats: int
    tries: int
    simulated: bool

    @property
    def kind_words(self) -> str:
        """What the message is about."""
        return str(MessageKind(self.kind).label)

    @property
    def state_words(self) -> str:
        """What became of it."""
        return str(MessageState(self.state).label)


class MessageDetail(msgspec.Struct, frozen=True, kw_only=True):
    """One message with its bytes as text (`cut` where they are long) and the documents that came of it."""

    line: MessageLine
    text: str
    cut: bool
    sha256: str
    content_type: str
    settled_at: datetime | None
    settled_by: str
    corrects: UUID | None
    corrected_by: UUID | None
    documents: tuple[tuple[UUID, str], ...]


class AgencyLine(msgspec.Struct, frozen=True):
    """An agency of the exchange and the unit that it is, if it is ours."""

    code: str
    name: str
    unit: UnitRef | None


def messages(scope: Scope | None, state: str = "") -> tuple[list[MessageLine], dict[str, int]]:
    """The newest 100 messages that the caller may see (of a state), and how many there are of each state."""
    scope = require(scope, policies.VIEW_EXCHANGE)
    if state and state not in MessageState.values:
        raise InvalidInput(_("Không có lựa chọn “{value}”.").format(value=state), fields={"state": state})
    seen = _visible(scope)
    counted = {row["state"]: row["n"] for row in seen.order_by().values("state").annotate(n=Count("pk"))}
    chosen = seen.filter(state=state) if state else seen
    return [_line(one) for one in chosen.defer("payload")[:SHOWN]], counted


def message(scope: Scope | None, message_id: UUID) -> MessageDetail:
    """One message. NotFound where there is none for the caller."""
    found = _message(require(scope, policies.VIEW_EXCHANGE), message_id)
    content = bytes(found.payload)
    documents = Document.objects.filter(steps__message=found).distinct().values_list("pk", "reference")
    return MessageDetail(
        line=_line(found), text=content[:MOST_PAYLOAD].decode("utf-8", "replace").replace("\x00", "␀"),
        cut=len(content) > MOST_PAYLOAD, sha256=found.sha256, content_type=found.content_type, settled_at=found.settled_at,
        settled_by=found.settled_by, corrects=found.corrects_id, documents=tuple(documents),
        corrected_by=found.corrections.values_list("pk", flat=True).first(),
    )  # fmt: skip


def payload(scope: Scope | None, message_id: UUID) -> bytes:
    """The bytes of a message as they came; reading them is on record. NotFound."""
    scope = require(scope, policies.VIEW_EXCHANGE)
    found = _message(scope, message_id)
    _record(scope, found, "documents.read_message", {})
    return bytes(found.payload)


@transaction.atomic
def replay(*, scope: Scope, message_ids: Sequence[UUID]) -> int:
    """Run refused messages again, within a second, by the same steps as when they came; how many. Raises NotFound, Conflict."""
    require(scope, policies.SETTLE_EXCHANGE)
    found = [_refused(scope, one) for one in dict.fromkeys(message_ids)]
    for one in found:
        one.state, one.tries = MessageState.STORED, 0
        one.save(update_fields=["state", "tries"])
        _record(scope, one, "documents.replay_message", {})
    return len(found)


@transaction.atomic
def drop(*, scope: Scope, message_id: UUID, reason: str) -> None:
    """Leave a refused message be, with the reason; it stays readable. Raises NotFound, Conflict, InvalidInput without a reason."""
    require(scope, policies.SETTLE_EXCHANGE)
    reason = normal(reason)
    if not reason:
        missing = _("Ghi lý do bỏ qua.")
        raise InvalidInput(missing, fields={"reason": missing})
    found = _refused(scope, message_id)
    found.state, found.settled_at, found.settled_by = MessageState.DROPPED, clock.now(), scope.username
    found.save(update_fields=["state", "settled_at", "settled_by"])
    _record(scope, found, "documents.drop_message", {"reason": reason[:500]})


@transaction.atomic
def undo_drop(*, scope: Scope, message_id: UUID) -> None:
    """A dropped message waits for a person again. Raises NotFound, Conflict."""
    require(scope, policies.SETTLE_EXCHANGE)
    found = _message(scope, message_id, lock=True)
    if found.state != MessageState.DROPPED:
        raise Conflict(_("Gói tin không ở trạng thái đã bỏ qua."), action=_("Tải lại trang."))
    found.state, found.settled_at, found.settled_by = MessageState.REFUSED, None, ""
    found.save(update_fields=["state", "settled_at", "settled_by"])
    _record(scope, found, "documents.undo_drop_message", {})


@transaction.atomic
def correct(*, scope: Scope, message_id: UUID, text: str) -> UUID:
    """A corrected message in the place of a refused one, which stays as it came; the id of the correction. Raises NotFound, Conflict, InvalidInput."""
    require(scope, policies.SETTLE_EXCHANGE)
    content = text.replace("\r\n", "\n").encode()
    if not content.strip():
        missing = _("Nội dung sửa trống.")
        raise InvalidInput(missing, fields={"text": missing})
    found = _refused(scope, message_id)
    digest = hashlib.sha256(content).hexdigest()
    if digest == found.sha256:
        raise InvalidInput(_("Nội dung chưa đổi gì."), action=_("Sửa chỗ được nêu, hoặc bấm “Chạy lại”."))
    made = ExchangeMessage.objects.create(
        received_at=clock.now(), source_number=found.source_number, source_code=found.source_code, unit_id=found.unit_id,
        payload=content, content_type="application/xml", sha256=digest, size=len(content), corrects=found,
        simulated=found.simulated,
    )  # fmt: skip
    found.state, found.settled_at, found.settled_by = MessageState.CORRECTED, clock.now(), scope.username
    found.save(update_fields=["state", "settled_at", "settled_by"])
    _record(scope, found, "documents.correct_message", {"by": str(made.pk)})
    return made.pk


def agencies(scope: Scope | None) -> list[AgencyLine]:
    """The agencies whose identifiers are known, by code."""
    require(scope, policies.VIEW)
    rows = Agency.objects.select_related("unit")
    return [AgencyLine(one.code, one.name, organisations.ref(one.unit) if one.unit else None) for one in rows]


@transaction.atomic
def name_agency(*, scope: Scope, code: str, name: str = "", unit: str = "") -> AgencyLine:
    """Say which agency an identifier means, and which of our units it is. Raises InvalidInput, NotFound, Forbidden."""
    require(scope, policies.REGISTER)
    wanted = agency_codes.canonical(code)
    if wanted is None:
        wrong = _("“{code}” không phải mã định danh.").format(code=code[:40])
        raise InvalidInput(wrong, action=_("Viết như H20.05 hoặc 000.00.05.H20."), fields={"code": wrong})
    ours = organisations.unit(unit) if unit else None
    if ours is not None:
        require(scope, policies.REGISTER, ours.id)
    made, _new = Agency.objects.update_or_create(
        code=wanted,
        defaults={"name": normal(name) or (ours.name if ours else wanted), "unit_id": ours.id if ours else None},
    )
    audit.record(
        scope=scope, action="documents.name_agency", object_type="agency", object_id=wanted, unit_id=ours.id if ours else None,
        detail={"name": made.name, "unit": unit},
    )  # fmt: skip
    return AgencyLine(made.code, made.name, ours)


def _visible(scope: Scope) -> QuerySet[ExchangeMessage]:
    found = ExchangeMessage.objects.all()
    return found if scope.everything else found.filter(unit_id__in=scope.unit_ids)


def _message(scope: Scope, message_id: UUID, *, lock: bool = False) -> ExchangeMessage:
    seen = _visible(scope)
    found = (seen.select_for_update() if lock else seen).filter(pk=message_id).first()
    if found is None:
        raise NotFound(_("Không tìm thấy gói tin."))
    return found


def _refused(scope: Scope, message_id: UUID) -> ExchangeMessage:
    found = _message(scope, message_id, lock=True)
    require(scope, policies.SETTLE_EXCHANGE, found.unit_id)
    if found.state != MessageState.REFUSED:
        raise Conflict(
            _("Gói tin đang ở trạng thái “{state}”.").format(state=MessageState(found.state).label),
            action=_("Tải lại trang."),
        )
    return found


def _line(found: ExchangeMessage) -> MessageLine:
    return MessageLine(
        id=found.pk, received_at=found.received_at, source_code=found.source_code, kind=found.kind, state=found.state,
        exchange_id=found.exchange_id, from_code=found.from_code, subject=found.subject, size=found.size,
        fault_code=found.fault_code, fault=found.fault, fault_place=found.fault_place, repeats=found.repeats,
        tries=found.tries, simulated=found.simulated,
    )  # fmt: skip


def _record(scope: Scope, found: ExchangeMessage, action: str, detail: dict[str, object]) -> None:
    audit.record(
        scope=scope, action=action, object_type="exchange_message", object_id=str(found.pk), unit_id=found.unit_id,
        detail={"exchange_id": found.exchange_id, **detail},
    )  # fmt: skip
