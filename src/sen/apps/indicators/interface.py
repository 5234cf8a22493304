"""What other apps may call of indicators: definitions, figures by unit, recording."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from sen.apps.access.interface import Scope, require
from sen.apps.indicators import definitions as _definitions
from sen.apps.indicators import figures as _figures
from sen.apps.indicators import forecasting, judging, origins, periods, plans, policies, queries, recording
from sen.apps.indicators.definitions import Definition
from sen.apps.indicators.figure import Figure, FigurePart
from sen.apps.indicators.figures import Tree
from sen.apps.indicators.origins import ComputedValue, Origin
from sen.apps.indicators.periods import Period
from sen.apps.indicators.plans import PlanRow, PlansRecorded
from sen.apps.indicators.recording import Recorded, RowProblem, ValueRow
from sen.apps.indicators.sheets import lateness, opening, taking_over
from sen.apps.indicators.sheets import reminding as _reminding
from sen.apps.indicators.sheets.taking_over import TakenOver
from sen.apps.organisations import interface as organisations
from sen.kernel import clock

__all__ = [
    "ComputedValue", "Definition", "EntryCounts", "Figure", "FigurePart", "IndicatorFigure", "LateReport", "Origin", "Period", "PlanRow",
    "PlansRecorded", "Recorded", "RowProblem", "TakenOver", "Tree", "ValueRow", "automatic_share", "by_unit", "define", "definition", "definitions",
    "entry_counts", "figure", "late_reports", "open_entries", "over_periods", "parse_period", "punctuality", "record_plans", "record_values", "register_origin",
    "register_pack_indicators", "run_due", "take_over_sheets",
]  # fmt: skip


class IndicatorFigure(msgspec.Struct, frozen=True):
    """The newest figure of an indicator for a unit, as a tile shows it. Without a value `reason` says why. `period` is its key,
    `period_words` what people read; `status` estimated, preliminary, official, revised or computed."""

    value: float | None
    unit_label: str
    decimals: int
    period: str
    status: str
    source: str
    owner: str
    recorded_at: datetime | None
    by_hand: bool
    name: str = ""
    period_words: str = ""
    reason: str = ""
    simulated: bool = False
    before: float | None = None
    plan: float | None = None
    plan_period_words: str = ""
    plan_source: str = ""
    same_period: float | None = None
    share_of_plan: float | None = None
    forecast: float | None = None
    forecast_low: float | None = None
    forecast_high: float | None = None
    state: judging.State = "unknown"
    cumulative: bool = False
    direction: str = "none"


class LateReport(msgspec.Struct, frozen=True, kw_only=True):
    """A sheet that a unit has not handed in though it was due, or that waits for its approver."""

    sheet: str
    name: str
    unit_id: UUID
    unit_name: str
    period_words: str
    due_on: date
    days_late: int
    state: str
    url: str
    simulated: bool = False


class EntryCounts(msgspec.Struct, frozen=True):
    """The sheets of the units of a scope: not handed in and not due, late, waiting for approval, sent back, approved; and those
    approved that had been handed in on time."""

    open: int
    late: int
    submitted: int
    sent_back: int
    approved: int
    on_time: int


def register_origin(prefix: str, origin: Origin) -> None:
    """Let figures `<prefix>.…` be computed by another app; called from its AppConfig.ready. ValueError where the prefix is taken."""
    origins.register(prefix, origin)


def definitions() -> list[Definition]:
    """Every active indicator by code."""
    return _definitions.definitions()


def definition(code: str) -> Definition:
    """An indicator, or a measure of series such as `do.pm25.mean`, by its code. Raises NotFound."""
    return _definitions.definition(code)


def figure(scope: Scope, code: str, unit_id: UUID) -> IndicatorFigure | None:
    """The newest figure of a unit in today's tree with plan, same period and forecast; None where nothing was ever recorded for it.

    Raises NotFound for an unknown code, Forbidden.
    """
    require(scope, policies.VIEW)
    wanted = _definitions.definition(code)
    found = _newest(scope, wanted, unit_id)
    if found is None:
        return None
    newest, before = found
    beside = judging.judge(scope, wanted, newest.period, [newest], "today", only=unit_id)[unit_id]
    plan = beside.plan
    ahead = forecasting.of_unit(wanted, unit_id, newest.period.start.year)
    return IndicatorFigure(
        value=newest.value, unit_label=wanted.unit_label, decimals=wanted.decimals, period=newest.period.key, status=newest.status,
        source=newest.source, owner=wanted.source_agency, recorded_at=newest.recorded_at, by_hand=bool(newest.by_hand), name=wanted.name,
        period_words=newest.period.words, reason=newest.reason, simulated=newest.simulated, before=before.value if before else None,
        plan=plan.value if plan else None, plan_period_words=plan.period.words if plan else "", plan_source=plan.source if plan else "",
        same_period=beside.same_period, share_of_plan=beside.share_of_plan, state=beside.state, cumulative=wanted.cumulative,
        direction=wanted.direction, forecast=ahead.value if ahead else None, forecast_low=ahead.low if ahead else None,
        forecast_high=ahead.high if ahead else None,
    )  # fmt: skip


def _newest(scope: Scope, wanted: Definition, unit_id: UUID) -> tuple[Figure, Figure | None] | None:
    family = organisations.family([unit_id])
    last = _last_period(wanted, [unit_id, *_figures.ancestors(family, unit_id)])
    if last is None:
        return None
    found = _figures.by_unit(scope, wanted.code, [last, last.moved(-1)], only=unit_id)
    here = {period: next((one for one in some if one.unit.id == unit_id), None) for period, some in found.items()}
    newest = here[last] or here[last.moved(-1)]
    return (newest, here[last.moved(-1)] if here[last] else None) if newest else None


def _last_period(wanted: Definition, units: Sequence[UUID]) -> Period | None:
    """The newest period with anything for these units; of a formula the newest of its inputs, of a measure the present month."""
    if wanted.origin in ("series", "computed"):
        if wanted.period != "month":
            return periods.containing(clock.local(clock.now()).date(), wanted.period)
        return periods.containing(clock.local(clock.now()).date(), "month")
    codes = _definitions.recorded_inputs(wanted)
    start = queries.newest_period(codes, units)
    return periods.containing(start, wanted.period) if start else None


def by_unit(
    scope: Scope, code: str, period: Period | str, tree: Tree = "today", *, as_of: date | None = None
) -> list[Figure]:
    """The figures of an indicator or measure in one period that the scope may see, ordered by level and code of the unit.

    `tree` today: units of today (or of `as_of`), the values of former units carried over; as_was: units of the period's last day.
    Raises NotFound, InvalidInput, Forbidden.
    """
    wanted = parse_period(period, _definitions.definition(code).period) if isinstance(period, str) else period
    return _figures.by_unit(scope, code, [wanted], tree, as_of=as_of)[wanted]


def over_periods(
    scope: Scope, code: str, periods: Sequence[Period], tree: Tree = "today"
) -> dict[Period, list[Figure]]:
    """As `by_unit` for several periods at once; the number of queries does not depend on how many. Raises NotFound, Forbidden."""
    return _figures.by_unit(scope, code, periods, tree)


def parse_period(text: str, kind: str = "") -> Period:
    """The period that people mean by `2025-03`, `quý I/2025`, `2025`. Raises InvalidInput."""
    return periods.parse(text, kind)


def record_values(
    *, scope: Scope, rows: Sequence[ValueRow], by_hand: bool = True, simulated: bool = False, dry_run: bool = False
) -> Recorded:
    """Record values; a row that cannot be used is listed and the rest goes on. See recording.record_values."""
    return recording.record_values(scope=scope, rows=rows, by_hand=by_hand, simulated=simulated, dry_run=dry_run)


def record_plans(*, scope: Scope, rows: Sequence[PlanRow], simulated: bool = False) -> PlansRecorded:
    """Record plans and targets; a row that cannot be used is listed and the rest goes on. See plans.record_plans."""
    return plans.record_plans(scope=scope, rows=rows, simulated=simulated)


def define(*, scope: Scope, code: str, name: str, period: str, **facts: Any) -> None:
    """Define or change the province's own indicator; `facts` are fields of IndicatorDefinition. Raises InvalidInput, Forbidden."""
    recording.define(scope=scope, code=code, name=name, period=period, **facts)


def register_pack_indicators() -> int:
    """Take over the definitions of all packs; how many. Safe to call at every start."""
    return recording.register_pack_indicators()


# -- sheets


def late_reports(scope: Scope, unit_id: UUID | None = None, *, limit: int = 200) -> list[LateReport]:
    """Sheets that should have been handed in, of all units that the scope sees or of one with those below it; the longest late first."""
    today = clock.local(clock.now()).date()
    return [
        LateReport(
            sheet=row.sheet, name=row.name, unit_id=row.unit_id, unit_name=row.unit.name, period_words=lateness.period_of(row).words,
            due_on=row.due_on, days_late=(today - row.due_on).days, state=row.state, url=f"/figures/sheets/{row.pk}/",
            simulated=row.simulated,
        )
        for row in lateness.late(scope, unit_id)[:limit]
    ]  # fmt: skip


def entry_counts(scope: Scope, unit_id: UUID | None = None) -> EntryCounts:
    """How many sheets are where, of all units that the scope sees or of one with those below it."""
    return EntryCounts(**lateness.counts(scope, unit_id))


def punctuality(
    unit_ids: Collection[UUID], sheets: Collection[str], *, since: date
) -> dict[tuple[UUID, str], tuple[int, int]]:
    """Sheets due since a day: how many, and how many came in time, by (unit, code of the sheet); for callers that checked who asks."""
    return lateness.punctuality(unit_ids, sheets, since=since, today=clock.local(clock.now()).date())


def automatic_share(scope: Scope, *, since: date | None = None) -> float | None:
    """The share (0 to 1) of recorded figures of periods since a day (a year ago) that no person typed; None where nothing is recorded."""
    today = clock.local(clock.now()).date()
    typed, automatic = lateness.by_hand_and_automatic(scope, since=since or today.replace(year=today.year - 1, day=1))
    return automatic / (typed + automatic) if typed + automatic else None


def open_entries(day: date, *, simulated: bool = False) -> int:
    """Open the sheets of the last period of each kind that had ended by `day`, for all units; how many are new. Safe to repeat."""
    return opening.open_entries(day, simulated=simulated)


def take_over_sheets(*, scope: Scope, rows: Sequence[TakenOver]) -> int:
    """Bring open sheets into the state that they had in another system; see sheets/taking_over.py."""
    return taking_over.take_over(scope=scope, rows=rows)


def run_due(now: datetime) -> int:
    """Open the sheets of periods that ended and remind of those due; how much was done. Cheap to call every second, safe to repeat."""
    return _reminding.run_due(now)
