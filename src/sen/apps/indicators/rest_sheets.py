"""REST of plans and of sheets: what has to be sent, cells, handing in, deciding, who is late."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import ConfigDict, Field

from sen.apps.access.interface import Scope, require
from sen.apps.indicators import plans, policies
from sen.apps.indicators.models_sheets import IndicatorPlan
from sen.apps.indicators.sheets import deciding, detail, drafts, listing
from sen.apps.indicators.sheets.listing import SheetFilter
from sen.apps.indicators.sheets.values import EntryRef
from sen.apps.organisations import interface as organisations
from sen.kernel import clock
from sen.kernel.errors import InvalidInput, NotFound
from sen.kernel.scopes import scope_of

router = Router(tags=["indicators"])

Year = Annotated[int, Field(ge=1900, le=2200)]
MOST_PLANS = 1000


class PlanIn(Schema):
    """A plan or target; `value` null takes the earlier one out of force."""

    model_config = ConfigDict(extra="forbid")
    indicator: str = Field(max_length=64)
    unit: str = Field(max_length=64)
    period: str = Field(max_length=40)
    value: float | None
    source: str = Field(max_length=300)
    kind: Literal["plan", "target"] = "plan"
    issued_on: date | None = None


class PlansIn(Schema):
    model_config = ConfigDict(extra="forbid")
    items: list[PlanIn] = Field(min_length=1, max_length=10_000)


class PlanOut(Schema):
    """A plan in force."""

    indicator: str
    unit: str
    period: str
    kind: str
    value: float
    source: str
    issued_on: date | None
    simulated: bool
    recorded_by: str
    recorded_at: datetime


class PlansOut(Schema):
    items: list[PlanOut]
    next: str | None


class PlanProblemOut(Schema):
    index: int
    code: str
    message: str


class PlansRecordedOut(Schema):
    """How many were recorded, how many were known already, and why the others were not."""

    recorded: int
    unchanged: int
    rejected: list[PlanProblemOut]


class SheetOut(Schema):
    """A sheet of one unit and period. `timeliness`: not_due, due_soon, late, on_time, handed_in_late."""

    id: UUID
    sheet: str
    name: str
    unit: str
    unit_name: str
    period: str
    due_on: date
    state: str
    timeliness: str
    days_late: int
    filled: int
    rows: int
    round: int
    revision: int
    simulated: bool


class SheetsOut(Schema):
    items: list[SheetOut]
    next: str | None


class FaultOut(Schema):
    """What is wrong with a figure: error, missing, or warning, which a note answers."""

    level: str
    words: str


class SheetRowOut(Schema):
    """One figure with what stands beside it; `text` is what was typed, `value` the number it means."""

    code: str
    name: str
    unit_label: str
    required: bool
    computed: bool
    text: str
    value: float | None
    note: str
    remark: str
    previous: float | None
    same_period: float | None
    plan: float | None
    earlier: float | None
    faults: list[FaultOut]


class SheetDetailOut(SheetOut):
    items: list[SheetRowOut]


class CellIn(Schema):
    """What is to stand in a cell; `base`: what the caller saw there, so that nothing of others is overwritten."""

    model_config = ConfigDict(extra="forbid")
    code: str = Field(max_length=64)
    text: str = Field(max_length=60)
    base: str | None = Field(None, max_length=60)
    note: str | None = Field(None, max_length=500)


class CellsIn(Schema):
    model_config = ConfigDict(extra="forbid")
    items: list[CellIn] = Field(min_length=1, max_length=500)


class ClashOut(Schema):
    """A cell that somebody else had changed; it keeps their text."""

    code: str
    text: str
    by: str


class CellsOut(Schema):
    revision: int
    changed: list[str]
    clashes: list[ClashOut]


class DecisionIn(Schema):
    """`action`: submit, take_back, send_back, approve, correct. `remarks`: what an approver says of single rows, by code."""

    model_config = ConfigDict(extra="forbid")
    action: Literal["submit", "take_back", "send_back", "approve", "correct"]
    words: str = Field("", max_length=1000)
    status: str = Field("", max_length=12)
    remarks: dict[str, str] = {}


class CellChangeOut(Schema):
    at: datetime
    by: str
    how: str
    before: str
    after: str


class CellHistoryOut(Schema):
    items: list[CellChangeOut]
    next: str | None


class UnitLatenessOut(Schema):
    """How punctual a unit is: sheets due, handed in on time, late now, and by how many days the longest."""

    unit: str
    unit_name: str
    due: int
    on_time: int
    late: int
    days: int


class LatenessOut(Schema):
    since: date
    items: list[UnitLatenessOut]
    next: str | None


def _scope(request: HttpRequest) -> Scope:
    return require(scope_of(request), policies.VIEW)


# -- plans


@router.get("/indicator-plans", response=PlansOut, operation_id="list_indicator_plans", summary="Kế hoạch của chỉ tiêu")
def list_indicator_plans(request: HttpRequest, year: Year, indicator: str = "", unit: str = "") -> dict[str, Any]:
    """The plans and targets in force of a year, of the units that the caller sees."""
    scope = _scope(request)
    rows = IndicatorPlan.objects.filter(period_start__year=year)
    rows = rows.filter(code=indicator) if indicator else rows
    rows = rows if scope.everything else rows.filter(unit__in=list(scope.unit_ids))
    codes = set(rows.order_by().values_list("code", flat=True).distinct())
    chosen = {organisations.unit(unit).id} if unit else None
    found = [
        one
        for one in plans.in_force(codes, unit_ids=chosen, years=[year])
        if one.value is not None and scope.sees(one.unit_id)
    ]
    units = organisations.units_by_id({one.unit_id for one in found[:MOST_PLANS]})
    items = [
        {
            "indicator": one.code, "unit": units[one.unit_id].code,
            **{name: getattr(one, name) for name in ("period", "kind", "value", "source", "issued_on", "simulated", "recorded_by", "recorded_at")},
        }
        for one in found[:MOST_PLANS]
    ]  # fmt: skip
    return {"items": items, "next": None}


@router.post(
    "/indicator-plans",
    response=PlansRecordedOut,
    operation_id="record_indicator_plans",
    summary="Giao kế hoạch cho đơn vị",
)
def record_indicator_plans(request: HttpRequest, body: PlansIn) -> dict[str, Any]:
    """Record plans; a row that cannot be used is in `rejected` and the rest goes on. Nothing is overwritten."""
    scope = require(scope_of(request), policies.PLAN)
    rows = [
        plans.PlanRow(code=one.indicator, unit=one.unit, period=one.period, value=one.value, source=one.source, kind=one.kind, issued_on=one.issued_on)
        for one in body.items
    ]  # fmt: skip
    done = plans.record_plans(scope=scope, rows=rows)
    rejected = [{"index": one.index, "code": one.code, "message": one.message} for one in done.problems]
    return {"recorded": done.recorded, "unchanged": done.unchanged, "rejected": rejected}


# -- sheets


@router.get("/sheets", response=SheetsOut, operation_id="list_sheets", summary="Phiếu số liệu")
def list_sheets(
    request: HttpRequest,
    *,
    turn: Literal["", "mine", "approve", "late", "done"] = "",
    unit: str = "",
    sheet: str = "",
    period: str = "",
    limit: int = 50,
    cursor: str = "",
) -> dict[str, Any]:
    """Sheets that the caller sees, the one due first before the others."""
    scope = _scope(request)
    chosen = organisations.unit(unit) if unit else None
    if chosen and not scope.sees(chosen.id):
        raise NotFound("Không tìm thấy đơn vị.")
    wanted = SheetFilter(turn=turn, unit_id=chosen.id if chosen else None, sheet=sheet, period=period)
    rows, more = listing.listed(
        scope, wanted, limit=max(1, min(limit, listing.PAGE)), after=_id(cursor) if cursor else None
    )
    return {"items": [_sheet(row) for row in rows], "next": str(more) if more else None}


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise InvalidInput(
            "Con trỏ trang không hợp lệ.", action="Dùng `next` của trang trước.", code="invalid_cursor"
        ) from None


@router.get("/sheets/{sheet_id}", response=SheetDetailOut, operation_id="get_sheet", summary="Một phiếu số liệu")
def get_sheet(request: HttpRequest, response: HttpResponse, sheet_id: UUID) -> dict[str, Any]:
    """One sheet with its rows; `If-Match: "<revision>"` holds a change against what was seen here."""
    return _answer(_scope(request), response, sheet_id)


@router.patch("/sheets/{sheet_id}/cells", response=CellsOut, operation_id="save_sheet_cells", summary="Lưu nháp các ô")
def save_sheet_cells(request: HttpRequest, response: HttpResponse, sheet_id: UUID, body: CellsIn) -> dict[str, Any]:
    """Save cells of an open sheet as a draft, also texts that are no number. With If-Match a stale caller gets 412."""
    scope = require(scope_of(request), policies.VIEW)
    cells = [drafts.CellIn(code=one.code, text=one.text, base=one.base, note=one.note) for one in body.items]
    saved = drafts.save_cells(scope=scope, entry_id=sheet_id, cells=cells, how="api", revision=_match(request))
    response["ETag"] = f'"{saved.revision}"'
    clashes = [{"code": one.code, "text": one.text, "by": one.by} for one in saved.clashes]
    return {"revision": saved.revision, "changed": list(saved.changed), "clashes": clashes}


@router.post(
    "/sheets/{sheet_id}/decisions",
    response=SheetDetailOut,
    operation_id="decide_sheet",
    summary="Gửi, rút, trả lại, duyệt, đính chính phiếu",
)
def decide_sheet(request: HttpRequest, response: HttpResponse, sheet_id: UUID, body: DecisionIn) -> dict[str, Any]:
    """Move a sheet on. 422 with what is wrong by row, 409 where it is not at that step, 412 with a stale If-Match."""
    scope, revision = require(scope_of(request), policies.VIEW), _match(request)
    if body.action == "submit":
        deciding.submit(scope=scope, entry_id=sheet_id, revision=revision, status=body.status, words=body.words)
    elif body.action == "take_back":
        deciding.take_back(scope=scope, entry_id=sheet_id)
    elif body.action == "send_back":
        deciding.send_back(scope=scope, entry_id=sheet_id, words=body.words, remarks=body.remarks, revision=revision)
    elif body.action == "approve":
        deciding.approve(scope=scope, entry_id=sheet_id, revision=revision, words=body.words)
    else:
        deciding.correct(scope=scope, entry_id=sheet_id, words=body.words)
    return _answer(scope, response, sheet_id)


@router.get(
    "/sheets/{sheet_id}/cells/{code}/history",
    response=CellHistoryOut,
    operation_id="get_sheet_cell_history",
    summary="Lịch sử một ô",
)
def get_sheet_cell_history(request: HttpRequest, sheet_id: UUID, code: str) -> dict[str, Any]:
    """Every change of a cell, newest first."""
    found = detail.history_of_cell(_scope(request), sheet_id, code)
    return {"items": [{name: getattr(one, name) for name in CellChangeOut.model_fields} for one in found], "next": None}


@router.get(
    "/sheet-lateness", response=LatenessOut, operation_id="list_sheet_lateness", summary="Đơn vị nộp phiếu chậm"
)
def list_sheet_lateness(request: HttpRequest, since: date | None = None) -> dict[str, Any]:
    """Every unit with sheets due since a day (a year ago), the least punctual first."""
    first = since or clock.local(clock.now()).date() - timedelta(days=365)
    items = [
        {
            "unit": one.unit.code,
            "unit_name": one.unit.name,
            "due": one.due,
            "on_time": one.on_time,
            "late": one.late,
            "days": one.days,
        }
        for one in listing.by_unit(_scope(request), since=first)
    ]
    return {"since": first, "items": items, "next": None}


def _match(request: HttpRequest) -> int | None:
    given = re.fullmatch(r'(?:W/)?"(\d+)"', request.headers.get("If-Match", "").strip())
    return int(given[1]) if given else None


def _answer(scope: Scope, response: HttpResponse, sheet_id: UUID) -> dict[str, Any]:
    found = detail.detail(scope, sheet_id)
    [ref] = listing.refs(scope, [found.entry])
    response["ETag"] = f'"{found.entry.revision}"'
    items = []
    for row in found.rows:
        shown = {name: getattr(row, name) for name in SheetRowOut.model_fields if name != "faults"}
        items.append({**shown, "faults": [{"level": one.level, "words": one.words} for one in row.faults]})
    return _sheet(ref) | {"items": items}


def _sheet(row: EntryRef) -> dict[str, Any]:
    same = (
        "id",
        "sheet",
        "name",
        "due_on",
        "state",
        "timeliness",
        "days_late",
        "filled",
        "rows",
        "round",
        "revision",
        "simulated",
    )
    return {
        "unit": row.unit.code,
        "unit_name": row.unit.name,
        "period": row.period.key,
        **{name: getattr(row, name) for name in same},
    }
