"""REST of the record for auditors: a list, a check of the chain, an export as JSON lines."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, StreamingHttpResponse
from ninja import Query, Router, Schema

from sen.apps.audit import queries, services
from sen.apps.audit.chain import as_json
from sen.apps.audit.witness import heads_file
from sen.kernel import clock
from sen.kernel.scopes import require, scope_of

router = Router(tags=["audit"])
Limit = Annotated[int, Query(ge=1, le=1000)]
Position = Annotated[int | None, Query(ge=1, le=2**63 - 1)]


class EventOut(Schema):
    seq: int
    at: datetime
    actor: str
    actor_id: UUID | None
    token_id: UUID | None
    action: str
    object_type: str
    object_id: str
    unit_id: UUID | None
    detail: dict[str, Any]
    previous_hash: str
    hash: str


class EventsOut(Schema):
    items: list[EventOut]
    next: str | None


class VerificationOut(Schema):
    ok: bool
    events: int
    head_seq: int
    head_hash: str
    broken_at: int | None
    why: str


@router.get("/audit", response=EventsOut, operation_id="list_audit", summary="Nhật ký: ai đã làm gì, xem gì")
def list_audit(
    request: HttpRequest,
    *,
    actor: str = "",
    action: str = "",
    object_type: str = "",
    object_id: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    limit: Limit = 100,
    cursor: Position = None,
) -> dict[str, Any]:
    """Events newest first; `action` matches its beginning, `cursor` is the last position seen."""
    found = queries.events(
        scope_of(request),
        actor=actor,
        action=action,
        object_type=object_type,
        object_id=object_id,
        since=_aware(since),
        until=_aware(until),
    )
    if cursor is not None:
        found = found.filter(seq__lt=cursor)
    rows = list(found[: limit + 1])
    following = str(rows[limit - 1].seq) if len(rows) > limit else None
    return {"items": [as_json(row) for row in rows[:limit]], "next": following}


@router.get(
    "/audit/verification",
    response=VerificationOut,
    operation_id="verify_audit",
    summary="Kiểm tra chuỗi băm của nhật ký",
)
def verify_audit(request: HttpRequest) -> dict[str, Any]:
    require(scope_of(request), "audit.verify")
    found = queries.verify(heads_file())
    return {
        "ok": found.ok,
        "events": found.events,
        "head_seq": found.head_seq,
        "head_hash": found.head_hash,
        "broken_at": found.broken_at,
        "why": found.why,
    }


@router.get("/audit/export", response={200: str}, operation_id="export_audit", summary="Xuất nhật ký dạng JSON lines")
def export_audit(
    request: HttpRequest, since: datetime | None = None, until: datetime | None = None
) -> StreamingHttpResponse:
    """The events as `application/x-ndjson`, oldest first; the export itself is recorded before it begins."""
    scope = require(scope_of(request), "audit.export")
    detail = {"since": since, "until": until}
    services.record(scope=scope, action="audit.export", object_type="audit", object_id="", detail=detail)
    lines = queries.export_lines(scope, since=_aware(since), until=_aware(until))
    response = StreamingHttpResponse(lines, content_type="application/x-ndjson")
    response["Content-Disposition"] = f'attachment; filename="audit-{clock.local(clock.now()):%Y%m%d}.jsonl"'
    return response


def _aware(moment: datetime | None) -> datetime | None:
    """A time without an offset is meant as on the clocks of Vietnam."""
    return moment.replace(tzinfo=clock.VIETNAM) if moment and moment.tzinfo is None else moment
