"""REST of indicators: definitions, figures by unit in today's tree or as it was, the history of a unit, recording."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import ConfigDict, Field

from sen.apps.access.interface import Scope, require
from sen.apps.indicators import definitions, figures, policies, recording, rest_sheets
from sen.apps.indicators.definitions import Definition
from sen.apps.indicators.figure import Figure
from sen.apps.indicators.periods import parse
from sen.apps.indicators.recording import ValueRow
from sen.apps.organisations import interface as organisations
from sen.kernel.errors import InvalidInput
from sen.kernel.scopes import scope_of

router = Router(tags=["indicators"])
router.add_router("", rest_sheets.router)
Rows = list[dict[str, Any]]
MAX_PERIODS = 120


class IndicatorOut(Schema):
    """What is counted or measured. `origin`: recorded, formula or series."""

    code: str
    name: str
    unit_label: str
    decimals: int
    direction: str
    period: str
    cumulative: bool
    across_units: str
    weight: str
    formula: str
    source_agency: str
    due_day: int | None
    source: str
    pack: str
    simulated: bool
    origin: str


class IndicatorsOut(Schema):
    items: list[IndicatorOut]
    next: str | None


class PartOut(Schema):
    """What one former unit (or one input of a formula) gave; `share` null where it is not known."""

    unit: str | None
    name: str
    value: float | None
    share: float | None


class FigureOut(Schema):
    """A figure with its origin; without a value `reason` says why, and `known` is what incomplete parts would give."""

    unit: str
    unit_name: str
    level: str
    unit_valid_to: date | None
    period: str
    value: float | None
    reason: str
    known: float | None
    origin: str
    status: str
    by_hand: bool | None
    simulated: bool
    source: str
    recorded_by: str
    recorded_at: datetime | None
    parts: list[PartOut]


class FiguresOut(Schema):
    """`tree_day`: the day whose units these are."""

    indicator: str
    period: str
    tree: str
    tree_day: date
    items: list[FigureOut]
    next: str | None


class ActOut(Schema):
    """An act that changed the unit or one that it was made of."""

    on: date
    kind: str
    legal_source: str
    verified: bool
    before: list[str]
    after: list[str]


class HistoryOut(Schema):
    indicator: str
    unit: str
    items: list[FigureOut]
    acts: list[ActOut]
    next: str | None


class ValueIn(Schema):
    """A value to record; `unit_as_of` says which unit is meant where two bore the code in the period."""

    model_config = ConfigDict(extra="forbid")
    unit: str = Field(max_length=64)
    period: str = Field(max_length=40)
    value: float
    status: str = Field("preliminary", max_length=30)
    source: str = Field(max_length=300)
    note: str = Field("", max_length=1000)
    unit_as_of: date | None = None


class ValuesIn(Schema):
    """Many values of one indicator; `by_hand` false where a system sends them."""

    model_config = ConfigDict(extra="forbid")
    items: list[ValueIn] = Field(min_length=1, max_length=10_000)
    by_hand: bool = False
    dry_run: bool = False


class RowProblemOut(Schema):
    index: int
    code: str
    message: str


class RecordedOut(Schema):
    """How many were recorded, how many were known already, and why the others were not."""

    recorded: int
    unchanged: int
    rejected: list[RowProblemOut]


def _scope(request: HttpRequest) -> Scope:
    return require(scope_of(request), policies.VIEW)


@router.get("/indicators", response=IndicatorsOut, operation_id="list_indicators", summary="Danh mục chỉ tiêu")
def list_indicators(request: HttpRequest, measures: bool = False) -> dict[str, Any]:
    """Every indicator by code; with `measures` also the monthly means of measured properties."""
    _scope(request)
    found = definitions.definitions() + (definitions.measures() if measures else [])
    return {"items": [_definition(one) for one in found], "next": None}


@router.get("/indicators/{code}", response=IndicatorOut, operation_id="get_indicator", summary="Một chỉ tiêu")
def get_indicator(request: HttpRequest, code: str) -> dict[str, Any]:
    """One indicator, or a measure such as `do.pm25.mean`."""
    _scope(request)
    return _definition(definitions.definition(code))


@router.get(
    "/indicators/{code}/values",
    response=FiguresOut,
    operation_id="list_indicator_values",
    summary="Số liệu của chỉ tiêu theo đơn vị",
)
def list_indicator_values(
    request: HttpRequest,
    code: str,
    *,
    period: str,
    tree: Literal["today", "as_was"] = "today",
    as_of: date | None = None,
    basis: Literal["", "population", "households", "area", "other"] = "",
) -> dict[str, Any]:
    """The figures of one period: in the units of today (or of `as_of`), or (`as_was`) in those of the period's last day."""
    scope = _scope(request)
    wanted = definitions.definition(code)
    one = parse(period, wanted.period)
    found = figures.by_unit(scope, code, [one], tree, as_of=as_of, basis=basis)[one]
    day = figures.tree_day(one, tree, as_of)
    return {"indicator": code, "period": one.key, "tree": tree, "tree_day": day, "items": _out(found), "next": None}


@router.get(
    "/indicators/{code}/history",
    response=HistoryOut,
    operation_id="get_indicator_history",
    summary="Diễn biến chỉ tiêu của một đơn vị",
)
def get_indicator_history(
    request: HttpRequest,
    code: str,
    *,
    unit: str,
    start: Annotated[str, Query(alias="from")],
    end: Annotated[str, Query(alias="to")],
    as_of: date | None = None,
) -> dict[str, Any]:
    """The figures of one unit from one period to another in its own ground, with the acts that changed it."""
    scope = _scope(request)
    kind = definitions.definition(code).period
    first, last = parse(start, kind), parse(end, kind)
    wanted = []
    while first <= last:
        wanted.append(first)
        first = first.moved(1)
        if len(wanted) > MAX_PERIODS:
            raise InvalidInput("Khoảng thời gian quá dài.", action=f"Chọn tối đa {MAX_PERIODS} kỳ.", code="too_large")
    found = figures.history(scope, code, organisations.unit(unit, as_of=as_of).id, wanted)
    acts = [
        {
            "on": act.on,
            "kind": act.kind,
            "legal_source": act.legal_source,
            "verified": act.verified,
            "before": list(act.before),
            "after": list(act.after),
        }
        for act in found.acts
    ]
    return {"indicator": code, "unit": unit, "items": _out(found.figures), "acts": acts, "next": None}


@router.post(
    "/indicators/{code}/values",
    response=RecordedOut,
    operation_id="record_indicator_values",
    summary="Ghi số liệu của chỉ tiêu",
)
def record_indicator_values(request: HttpRequest, code: str, body: ValuesIn) -> dict[str, Any]:
    """Record values; a row that cannot be used is in `rejected` and the rest goes on. Nothing is overwritten."""
    scope = require(scope_of(request), policies.RECORD)
    rows = [ValueRow(code=code, **one.dict()) for one in body.items]
    done = recording.record_values(scope=scope, rows=rows, by_hand=body.by_hand, dry_run=body.dry_run)
    rejected = [{"index": one.index, "code": one.code, "message": one.message} for one in done.problems]
    return {"recorded": done.recorded, "unchanged": done.unchanged, "rejected": rejected}


def _definition(one: Definition) -> dict[str, Any]:
    return {name: getattr(one, name) for name in IndicatorOut.model_fields}


def _out(found: list[Figure] | tuple[Figure, ...]) -> Rows:
    return [
        {
            "unit": one.unit.code,
            "unit_name": one.unit.name,
            "level": one.unit.level,
            "unit_valid_to": one.unit.valid_to,
            "period": one.period.key,
            **{name: getattr(one, name) for name in _SAME},
            "parts": [
                {"unit": part.unit.code if part.unit else None, "name": part.label, "value": part.value, "share": part.share}
                for part in one.parts
            ],
        }
        for one in found
    ]  # fmt: skip


_SAME = (
    "value", "reason", "known", "origin", "status", "by_hand", "simulated", "source", "recorded_by", "recorded_at",
)  # fmt: skip
