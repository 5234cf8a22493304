"""REST of documents: lists with search, one, counts by unit, what people do with them, messages of the exchange, agencies."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from sen.apps.documents import figures, handling, links, listing, policies, settling
from sen.apps.documents.values import DocumentFilter
from sen.apps.organisations import interface as organisations
from sen.kernel.scopes import require, scope_of

router = Router(tags=["documents"])


class UnitOut(Schema):
    id: UUID
    code: str
    name: str


class AgentOut(Schema):
    code: str
    name: str


class DocumentOut(Schema):
    """A row of the list. `timeliness`: no_deadline, not_due, due_soon, overdue, done_on_time, done_late; judged now."""

    id: UUID
    direction: str
    unit: UnitOut
    reference: str
    issuer: str
    receivers: list[AgentOut]
    issued_on: date | None
    registered_at: datetime
    abstract: str
    kind: str
    urgency: str
    signature: str
    electronic: bool
    standing: str
    status: str
    due_on: date | None
    timeliness: str
    days_late: int
    read_at: datetime | None
    handled_at: datetime | None
    handler_unit: UnitOut | None
    simulated: bool
    score: float


class DocumentsOut(Schema):
    items: list[DocumentOut]
    next: str | None


class AttachedOut(Schema):
    name: str
    media_type: str
    size: int
    sha256: str
    file: UUID | None
    problem: str
    signature: str


class StepOut(Schema):
    at: datetime
    code: str
    words: str
    note: str
    agency: str
    agency_code: str
    by: str
    outgoing: bool


class LinkOut(Schema):
    kind: str
    incoming: bool
    reference: str
    exchange_id: str
    id: UUID | None


class LinkedOut(Schema):
    name: str
    address: str
    state: str
    unit: str
    due: date | None


class DetailOut(Schema):
    """One document; `linked` holds by kind what other parts of the centre have of it, such as tasks."""

    line: DocumentOut
    exchange_id: str
    number: str
    symbol: str
    issuer_code: str
    field: str
    signer: str
    signer_position: str
    pages: int | None
    content: str
    signature_words: str
    handled_words: str
    reminded_at: datetime | None
    origin: str
    source: str
    updated_at: datetime
    revision: int
    attachments: list[AttachedOut]
    steps: list[StepOut]
    links: list[LinkOut]
    linked: dict[str, list[LinkedOut]]


class CountsOut(Schema):
    """Counts; shares 0 to 1, null where there is nothing to divide by; `mean_hours` from arrival to handling."""

    incoming: int
    outgoing: int
    unread: int
    open: int
    due_soon: int
    overdue: int
    done_on_time: int
    done_late: int
    signed_share: float | None
    electronic_share: float | None
    on_time_share: float | None
    mean_hours: float | None
    simulated: int


class UnitCountsOut(Schema):
    unit: UnitOut
    counts: CountsOut


class UnitCountsListOut(Schema):
    items: list[UnitCountsOut]


class ListQuery(Schema):
    direction: str = ""
    unit: str = ""
    own_only: bool = False
    state: str = ""
    q: Annotated[str, Field(max_length=300)] = ""
    kind: str = ""
    urgency: str = ""
    signature: str = ""
    standing: str = ""
    electronic: bool | None = None
    since: date | None = None
    until: date | None = None
    cursor: str | None = None
    limit: int = 50


class ActIn(Schema):
    """receive, assign (`unit`), finish (`words`), reopen, recall (`agree`, `words`), remind (`words`)."""

    action: Literal["receive", "assign", "finish", "reopen", "recall", "remind"]
    unit: str = ""
    words: Annotated[str, Field(max_length=1000)] = ""
    agree: bool = False
    revision: int | None = None


class AgencyIn(Schema):
    name: Annotated[str, Field(max_length=300)] = ""
    unit: str = ""


class AgencyOut(Schema):
    code: str
    name: str
    unit: UnitOut | None


class AgenciesOut(Schema):
    items: list[AgencyOut]


class MessageOut(Schema):
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


class MessagesOut(Schema):
    items: list[MessageOut]
    counts: dict[str, int]


class SettleIn(Schema):
    """replay, drop (`reason`), restore (of a dropped one), correct (`text`: the whole message)."""

    action: Literal["replay", "drop", "restore", "correct"]
    reason: Annotated[str, Field(max_length=500)] = ""
    text: Annotated[str, Field(max_length=4_000_000)] = ""


def _out(value: Any) -> Any:
    return msgspec.to_builtins(value, builtin_types=(datetime, date, UUID))


def _counts(found: Any) -> dict[str, Any]:
    shares = {name: getattr(found, name) for name in ("signed_share", "electronic_share", "on_time_share")}
    answer: dict[str, Any] = _out(found)
    return answer | shares


@router.get("/documents", response=DocumentsOut, operation_id="list_documents", summary="Danh sách văn bản")
def list_documents(request: HttpRequest, asked: Query[ListQuery]) -> Any:
    """Documents in and out of the units that the caller sees, newest first; with `q` best first. Words with accents match only so."""
    facts = asked.dict(exclude={"unit", "cursor", "limit"})
    unit = organisations.unit(asked.unit).id if asked.unit else None
    page = listing.documents(scope_of(request), DocumentFilter(unit_id=unit, **facts), asked.cursor, asked.limit)
    return _out(page)


@router.get("/documents/counts", response=CountsOut, operation_id="count_documents", summary="Số lượng văn bản")
def count(request: HttpRequest, unit: str = "", since: date | None = None, until: date | None = None) -> Any:
    """Counts of a unit with those below, or of all that the caller sees."""
    chosen = organisations.unit(unit).id if unit else None
    return _counts(figures.counts(scope_of(request), chosen, since=since, until=until))


@router.get(
    "/documents/units", response=UnitCountsListOut, operation_id="compare_document_units", summary="So sánh đơn vị"
)
def compare(request: HttpRequest, since: date | None = None, until: date | None = None) -> Any:
    """A line per unit: in and out, unread, late, share signed, share fully electronic, mean hours of handling."""
    found = figures.by_unit(scope_of(request), since=since, until=until)
    return {"items": [{"unit": _out(one.unit), "counts": _counts(one.counts)} for one in found]}


@router.get("/documents/{document_id}", response=DetailOut, operation_id="get_document", summary="Một văn bản")
def get_document(request: HttpRequest, document_id: UUID) -> Any:
    """One document with its files, the course of its exchange, and what belongs to it."""
    scope = require(scope_of(request), policies.VIEW)
    found = listing.document(scope, document_id)
    return _out(found) | {"linked": _out(links.linked(scope, [document_id]).get(document_id, {}))}


@router.post("/documents/{document_id}", response=DetailOut, operation_id="act_on_document", summary="Xử lý văn bản")
def act(request: HttpRequest, document_id: UUID, body: ActIn) -> Any:
    """Receive, assign, finish, reopen, answer a recall, remind. A stale `revision` is refused with 409."""
    scope = require(scope_of(request), policies.VIEW)
    if body.action == "receive":
        handling.receive(scope=scope, document_ids=[document_id])
    elif body.action == "assign":
        handling.assign(scope=scope, document_id=document_id, unit=body.unit, revision=body.revision)
    elif body.action == "finish":
        handling.finish(scope=scope, document_id=document_id, words=body.words, revision=body.revision)
    elif body.action == "reopen":
        handling.reopen(scope=scope, document_id=document_id, revision=body.revision)
    elif body.action == "recall":
        handling.answer_recall(
            scope=scope, document_id=document_id, agree=body.agree, reason=body.words, revision=body.revision
        )
    else:
        handling.remind(scope=scope, document_ids=[document_id], note=body.words)
    return get_document(request, document_id)


@router.get(
    "/document-messages", response=MessagesOut, operation_id="list_exchange_messages", summary="Gói tin của trục"
)
def messages(request: HttpRequest, state: str = "") -> Any:
    """The newest 100 messages of the exchange (of a state), and how many there are of each state."""
    found, counted = settling.messages(scope_of(request), state)
    return {"items": _out(found), "counts": counted}


@router.post(
    "/document-messages/{message_id}",
    response=MessagesOut,
    operation_id="settle_exchange_message",
    summary="Xử lý gói tin",
)
def settle(request: HttpRequest, message_id: UUID, body: SettleIn) -> Any:
    """Run a refused message again, correct it, drop it with a reason, or take a dropped one back. The list of refused messages."""
    scope = require(scope_of(request), policies.VIEW_EXCHANGE)
    if body.action == "replay":
        settling.replay(scope=scope, message_ids=[message_id])
    elif body.action == "drop":
        settling.drop(scope=scope, message_id=message_id, reason=body.reason)
    elif body.action == "restore":
        settling.undo_drop(scope=scope, message_id=message_id)
    else:
        settling.correct(scope=scope, message_id=message_id, text=body.text)
    return messages(request, "refused")


@router.get(
    "/document-agencies", response=AgenciesOut, operation_id="list_document_agencies", summary="Mã định danh cơ quan"
)
def agencies(request: HttpRequest) -> Any:
    """The agencies whose identifiers are known, and which of our units they are."""
    return {"items": _out(settling.agencies(scope_of(request)))}


@router.put(
    "/document-agencies/{code}",
    response=AgencyOut,
    operation_id="name_document_agency",
    summary="Khai báo mã định danh",
)
def name_agency(request: HttpRequest, code: str, body: AgencyIn) -> Any:
    """Say which agency an identifier means (either rendering), and which unit it is, if it is ours."""
    scope = require(scope_of(request), policies.REGISTER)
    return _out(settling.name_agency(scope=scope, code=code, name=body.name, unit=body.unit))
