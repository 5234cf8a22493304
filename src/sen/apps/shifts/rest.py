"""REST of shifts: who is on duty, the roster, escalation chains, hand-overs. Signing is for people at a browser, not for tokens."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

import msgspec
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema, Status
from pydantic import AwareDatetime, Field

from sen.apps.access.interface import Scope
from sen.apps.organisations import interface as organisations
from sen.apps.shifts import chains, escalation, on_duty, policies, roster, roster_view
from sen.apps.shifts.handover import queries as handover_queries
from sen.apps.shifts.handover import services as handover_services
from sen.apps.shifts.handover_models import Handover
from sen.kernel import clock
from sen.kernel.errors import InvalidInput, NotFound
from sen.kernel.scopes import require, scope_of

router = Router(tags=["shifts"])
MOST_DAYS = 62


class PersonOut(Schema):
    id: UUID
    name: str
    post: str
    kind: str


class ShiftOut(Schema):
    """The shift that is on; `people` are at the desk, `on_call` can be called."""

    unit: str
    name: str
    starts_at: datetime
    ends_at: datetime
    people: list[PersonOut]
    on_call: list[PersonOut]
    lead: PersonOut | None


class CurrentOut(Schema):
    shift: ShiftOut | None


class DutyOut(Schema):
    id: UUID
    post: UUID
    post_name: str
    person: UUID
    person_name: str
    turn: str
    starts_at: datetime
    ends_at: datetime
    note: str
    simulated: bool


class ProblemOut(Schema):
    """`kind`: gap, double, rest (less than 12 hours between turns) or hours (more than 48 in a week)."""

    kind: str
    words: str
    day: date


class RosterOut(Schema):
    items: list[DutyOut]
    problems: list[ProblemOut]


class PlacingIn(Schema):
    post: UUID
    person: UUID
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    turn: Annotated[str, Field(min_length=1, max_length=40)]
    note: Annotated[str, Field(max_length=200)] = ""


class PlaceIn(Schema):
    unit: str
    items: Annotated[list[PlacingIn], Field(min_length=1, max_length=1000)]


class EditOut(Schema):
    """An edit of the roster; `id` takes it back."""

    id: UUID
    added: int
    removed: int


class LevelIn(Schema):
    """One level. It is reached `after_minutes` plus `after_clocks` times the alert's own clock after the beginning."""

    to: chains.To
    after_minutes: Annotated[float, Field(ge=0, le=chains.LONGEST_MINUTES)] = 0
    after_clocks: Annotated[float, Field(ge=0, le=100)] = 0
    person: UUID | None = None
    carriers: Annotated[list[Annotated[str, Field(max_length=20)]], Field(max_length=6)] = []


class ChainOut(Schema):
    """The levels that hold for a severity; `unit` is where they were set, empty for the built-in ones."""

    severity: str
    unit: str
    valid_from: datetime | None
    levels: list[LevelIn]


class ChainsOut(Schema):
    items: list[ChainOut]


class ChainIn(Schema):
    """No levels: the unit above decides again. An empty severity holds for all that have no chain of their own."""

    severity: Annotated[str, Field(max_length=10)]
    levels: Annotated[list[LevelIn], Field(max_length=chains.MOST_LEVELS)]
    valid_from: AwareDatetime | None = None


class LevelStateOut(Schema):
    number: int
    to: str
    words: str
    at: datetime
    reached: bool
    names: list[str]
    problem: str


class RunningOut(Schema):
    key: str
    state: str
    started_at: datetime
    levels: list[LevelStateOut]


class RunningListOut(Schema):
    items: list[RunningOut]


class LineOut(Schema):
    id: UUID
    section: str
    section_title: str
    words: str
    detail: str
    url: str
    severity: str
    note: str
    received_at: datetime | None
    question: str
    answer: str


class HandoverOut(Schema):
    """A hand-over; `file` is the signed document once both have signed, `digest` that of its content."""

    id: UUID
    number: str
    unit: UUID
    turn: str
    starts_at: datetime
    ends_at: datetime
    state: str
    outgoing: UUID
    incoming: UUID | None
    given_at: datetime | None
    taken_at: datetime | None
    digest: str
    file: UUID | None
    simulated: bool


class HandoverDetailOut(HandoverOut):
    remark: str
    lines: list[LineOut]


class HandoversOut(Schema):
    items: list[HandoverOut]


class NoteIn(Schema):
    words: Annotated[str, Field(max_length=1000)]


def _unit(request: HttpRequest, code: str) -> tuple[Scope, UUID]:
    scope = require(scope_of(request), policies.VIEW)
    found = organisations.unit(code)
    if not scope.sees(found.id):
        raise NotFound(_("Không tìm thấy đơn vị có mã này."), action=_("Kiểm tra mã đơn vị."))
    return scope, found.id


@router.get("/shifts/current", response=CurrentOut, operation_id="current_shift", summary="Ca đang trực")
def current(request: HttpRequest, unit: str) -> dict[str, Any]:
    """Who is on duty in a unit now; `shift` is null where nobody is."""
    scope, unit_id = _unit(request, unit)
    found = on_duty.current(scope, unit_id)
    return {"shift": msgspec.to_builtins(found) | {"unit": unit} if found else None}


@router.get("/shifts/roster", response=RosterOut, operation_id="get_roster", summary="Lịch trực")
def get_roster(request: HttpRequest, unit: str, first: date, last: date) -> dict[str, Any]:
    """The duties of a unit that touch the days from `first` to `last` (at most 62), and what is wrong with the roster."""
    scope, unit_id = _unit(request, unit)
    days = (last - first).days + 1
    if not 1 <= days <= MOST_DAYS:
        raise InvalidInput(_("Chọn từ 1 đến 62 ngày."), action=_("Sửa first, last."))
    start = roster.day_start(first)
    duties = roster_view.duties_between(unit_id, start, start + timedelta(days=days))
    items = [
        {
            "id": one.pk, "post": one.post_id, "post_name": one.post.name, "person": one.person_id, "person_name": str(one.person),
            "turn": one.turn, "starts_at": one.starts_at, "ends_at": one.ends_at, "note": one.note, "simulated": one.simulated,
        }
        for one in duties
    ]  # fmt: skip
    problems = roster_view.grid(scope, unit_id, first, days).problems
    return {"items": items, "problems": [{"kind": one.kind, "words": one.words, "day": one.day} for one in problems]}


@router.post("/shifts/roster", response=EditOut, operation_id="place_duties", summary="Xếp người vào lịch trực")
def place(request: HttpRequest, body: PlaceIn) -> dict[str, Any]:
    """Put people on posts of one unit; who is there already stays."""
    scope, unit_id = _unit(request, body.unit)
    placings = [
        roster.Placing(one.post, one.person, one.starts_at, one.ends_at, one.turn, one.note) for one in body.items
    ]
    return _edit(roster.place(scope=scope, unit_id=unit_id, placings=placings))


@router.post("/shifts/roster/edits/{edit_id}/undo", response={204: None}, operation_id="undo_roster_edit", summary="Hoàn tác một lần sửa lịch")  # fmt: skip
def undo(request: HttpRequest, edit_id: UUID) -> Status[None]:
    """Take an edit of a roster back."""
    roster.undo(scope=require(scope_of(request), policies.VIEW), edit_id=edit_id)
    return Status(204, None)


def _edit(edit: Any) -> dict[str, Any]:
    return {"id": edit.pk, "added": len(edit.added), "removed": len(edit.removed)}


@router.get("/shifts/chains", response=ChainsOut, operation_id="get_chains", summary="Tuyến báo của một đơn vị")
def get_chains(request: HttpRequest, unit: str) -> dict[str, Any]:
    """The levels that hold for each severity of a unit now."""
    _scope, unit_id = _unit(request, unit)
    held = {word: chains.in_force(unit_id, word, clock.now()) for word in chains.SEVERITIES}
    origins = organisations.units_by_id([one.unit_id for one in held.values() if one.unit_id])
    return {
        "items": [
            {
                "severity": word, "unit": origins[one.unit_id].code if one.unit_id else "", "valid_from": one.valid_from,
                "levels": msgspec.to_builtins(one.levels),
            }
            for word, one in held.items()
        ]
    }  # fmt: skip


@router.put("/shifts/chains", response={204: None}, operation_id="set_chain", summary="Đặt tuyến báo của một đơn vị")
def put_chain(request: HttpRequest, unit: str, body: ChainIn) -> Status[None]:
    """Put levels in force from a moment on (now)."""
    scope, unit_id = _unit(request, unit)
    levels = chains.read_levels([one.model_dump(mode="json") for one in body.levels])
    chains.set_chain(scope=scope, unit_id=unit_id, severity=body.severity, levels=levels, valid_from=body.valid_from)
    return Status(204, None)


@router.get("/shifts/chains/running", response=RunningListOut, operation_id="list_running_chains", summary="Tuyến báo đang chạy")  # fmt: skip
def running(request: HttpRequest, unit: str) -> dict[str, Any]:
    """The chains of a unit that still go up: who was told when, who comes next."""
    scope, unit_id = _unit(request, unit)
    found = [escalation.chain_of(key) for key in escalation.running_keys(scope, unit_id)]
    return {"items": [msgspec.to_builtins(one) for one in found if one]}


@router.get("/handovers", response=HandoversOut, operation_id="list_handovers", summary="Biên bản giao ca")
def list_handovers(request: HttpRequest, unit: str) -> dict[str, Any]:
    """The last hand-overs of a unit, newest first."""
    scope, unit_id = _unit(request, unit)
    return {"items": [_handover(one) for one in handover_queries.handovers(scope, unit_id)]}


@router.post("/handovers", response=HandoverDetailOut, operation_id="begin_handover", summary="Lập biên bản giao ca")
def begin(request: HttpRequest, unit: str) -> dict[str, Any]:
    """Begin to hand over the caller's shift, or answer the one that is being written."""
    scope, unit_id = _unit(request, unit)
    return _detail(handover_services.begin(scope=scope, unit_id=unit_id))


@router.get("/handovers/{handover_id}", response=HandoverDetailOut, operation_id="get_handover", summary="Một biên bản giao ca")  # fmt: skip
def get_handover(request: HttpRequest, handover_id: UUID) -> dict[str, Any]:
    """One hand-over with its lines."""
    return _detail(handover_queries.handover_for(scope_of(request), handover_id))


@router.post("/handovers/lines/{line_id}/note", response={204: None}, operation_id="note_handover_line", summary="Ghi chú một dòng giao ca")  # fmt: skip
def note(request: HttpRequest, line_id: UUID, body: NoteIn) -> Status[None]:
    """The outgoing's note to a line of a draft, or their answer to a question."""
    scope = require(scope_of(request), policies.VIEW)
    handover_services.note(scope=scope, line_id=line_id, words=body.words)
    return Status(204, None)


def _handover(held: Handover) -> dict[str, Any]:
    return {
        "id": held.pk, "number": held.number, "unit": held.unit_id, "turn": held.turn, "starts_at": held.starts_at,
        "ends_at": held.ends_at, "state": held.state, "outgoing": held.outgoing_id, "incoming": held.incoming_id,
        "given_at": held.given_at, "taken_at": held.taken_at, "digest": held.digest, "file": held.file_id,
        "simulated": held.simulated,
    }  # fmt: skip


def _detail(held: Handover) -> dict[str, Any]:
    lines = [LineOut.model_validate(line, from_attributes=True) for line in held.lines.all()]
    return _handover(held) | {"remark": held.remark, "lines": lines}
