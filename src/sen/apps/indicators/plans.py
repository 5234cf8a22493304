"""Plans and targets: recording them, and what was planned for the units of a day, carried over reorganisations by the indicator's rule."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import cast
from uuid import UUID

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.audit import interface as audit
from sen.apps.indicators import definitions, policies
from sen.apps.indicators.definitions import Definition
from sen.apps.indicators.models_sheets import IndicatorPlan, PlanKind
from sen.apps.indicators.periods import MONTHS, Period, containing, parse
from sen.apps.indicators.recording import RowProblem, number_of
from sen.apps.organisations import interface as organisations
from sen.kernel import clock
from sen.kernel.errors import Conflict, InvalidInput, NotFound, SenError
from sen.kernel.identifiers import uuid7
from sen.kernel.text import normal

MOST = 20_000
UNDO_FOR = timedelta(minutes=15)


class PlanRow(msgspec.Struct, frozen=True, kw_only=True):
    """A plan as somebody hands it in. `value` None takes an earlier one out of force; `source` is the document that assigns it."""

    code: str
    unit: str
    period: str
    value: float | str | None
    source: str
    kind: str = PlanKind.PLAN.value
    issued_on: date | None = None


class PlanFigure(msgspec.Struct, frozen=True, kw_only=True):
    """What a unit is to reach by the end of `period`, which may be longer than the figure's own. Without a value `reason` says why."""

    value: float | None
    period: Period
    reason: str = ""
    kind: str = PlanKind.PLAN.value
    source: str = ""
    issued_on: date | None = None
    simulated: bool = False


class PlansRecorded(msgspec.Struct):
    """How many plans were recorded and at which moment (undo names it), how many said what was known, what was wrong with the others."""

    recorded: int = 0
    unchanged: int = 0
    problems: list[RowProblem] = []
    at: datetime | None = None


@transaction.atomic
def record_plans(*, scope: Scope, rows: Sequence[PlanRow], simulated: bool = False) -> PlansRecorded:
    """Record plans; a row that cannot be used is a problem and the rest goes on. One audit entry for all.

    Needs indicators.plan in each unit. Raises Forbidden, InvalidInput over MOST rows.
    """
    require(scope, policies.PLAN)
    if len(rows) > MOST:
        raise InvalidInput(_("Có hơn {n} dòng.").format(n=MOST), action=_("Chia thành nhiều lần."), code="too_large")
    done, now = PlansRecorded(problems=[]), clock.now()
    known = {one.code: one for one in definitions.definitions()}
    trees: dict[date, Mapping[str, organisations.UnitRef]] = {}
    drafts: list[IndicatorPlan] = []
    for index, row in enumerate(rows):
        try:
            drafts.append(_read(scope, row, known, trees))
        except SenError as error:
            done.problems.append(RowProblem(index, error.code, f"{error.message} {error.action}".strip()))
    before = {
        (one.code, one.unit_id, one.period, one.kind): one
        for one in in_force({one.code for one in drafts}, unit_ids={one.unit_id for one in drafts})
    }
    fresh = []
    for draft in drafts:
        there = before.get((draft.code, draft.unit_id, draft.period, draft.kind))
        if (there.value, there.source) == (draft.value, draft.source) if there else draft.value is None:
            done.unchanged += 1
            continue
        draft.recorded_by, draft.recorded_at, draft.simulated = scope.username, now, simulated
        fresh.append(draft)
    IndicatorPlan.objects.bulk_create(fresh, batch_size=2000)
    done.recorded, done.at = len(fresh), now if fresh else None
    if fresh:
        audit.record(
            scope=scope, action="indicators.plan", object_type="indicator", object_id=fresh[0].code,
            unit_id=fresh[0].unit_id if len({one.unit_id for one in fresh}) == 1 else None,
            detail={"count": len(fresh), "codes": sorted({one.code for one in fresh})[:20], "refused": len(done.problems)},
        )  # fmt: skip
    return done


@transaction.atomic
def undo(*, scope: Scope, at: datetime) -> int:
    """Put back what was in force before the plans that the caller recorded at one moment: newer rows that say it again. How many.

    Raises Forbidden, NotFound, Conflict after a quarter of an hour or where one of them is not in force any more.
    """
    require(scope, policies.PLAN)
    rows = list(IndicatorPlan.objects.filter(recorded_at=at, recorded_by=scope.username))
    if not rows:
        raise NotFound(_("Không tìm thấy lần nạp cần hoàn tác."), action=_("Tải lại trang."))
    now = clock.now()
    keys = {(one.code, one.unit_id, one.period, one.kind) for one in rows}
    codes, units = {one.code for one in rows}, {one.unit_id for one in rows}
    newest = {(one.code, one.unit_id, one.period, one.kind): one for one in in_force(codes, unit_ids=units)}
    if now - at > UNDO_FOR or any(newest[key].recorded_at != at for key in keys):
        raise Conflict(
            _("Đã quá 15 phút, hoặc kế hoạch đã có thay đổi khác."), action=_("Nạp lại số đúng."), code="too_late"
        )
    earlier = IndicatorPlan.objects.filter(code__in=codes, unit__in=units, recorded_at__lt=at)
    order = ("code", "unit_id", "period", "kind", "-recorded_at", "-id")
    before = {
        (one.code, one.unit_id, one.period, one.kind): one
        for one in earlier.order_by(*order).distinct("code", "unit_id", "period", "kind")
    }
    for row in rows:
        known = before.get((row.code, row.unit_id, row.period, row.kind))
        row.pk, row.recorded_at, row._state.adding = uuid7(), now, True
        row.value = known.value if known else None
        if known:
            row.source, row.issued_on, row.simulated = known.source, known.issued_on, known.simulated
    IndicatorPlan.objects.bulk_create(rows, batch_size=2000)
    audit.record(
        scope=scope, action="indicators.plan_undone", object_type="indicator", object_id=rows[0].code, unit_id=None,
        detail={"count": len(rows), "codes": sorted(codes)[:20]},
    )  # fmt: skip
    return len(rows)


def _read(
    scope: Scope, row: PlanRow, known: Mapping[str, Definition], trees: dict[date, Mapping[str, organisations.UnitRef]]
) -> IndicatorPlan:
    wanted = known.get(row.code.strip())
    if wanted is None:
        raise NotFound(_("Không có chỉ tiêu mã “{code}”.").format(code=row.code), code="unknown_code")
    period = parse(row.period)
    if MONTHS[period.kind] < MONTHS[wanted.period]:
        raise InvalidInput(
            _("Kỳ {period} ngắn hơn kỳ báo cáo của chỉ tiêu.").format(period=period.words), code="wrong_period_kind"
        )
    if row.kind not in PlanKind.values:
        raise InvalidInput(_("Loại “{kind}” không phải plan hoặc target.").format(kind=row.kind), code="unknown_kind")
    if not row.source.strip():
        raise InvalidInput(
            _("Thiếu văn bản giao kế hoạch."), action=_("Ghi số, ký hiệu của văn bản."), code="no_source"
        )
    if period.start not in trees:
        # A plan is given at the beginning; the unit may have ended within the period.
        trees[period.start] = {**organisations.units_on(period.last_day), **organisations.units_on(period.start)}
    unit = trees[period.start].get(row.unit.strip()) or organisations.unit(row.unit.strip(), as_of=period.last_day)
    if not scope.sees(unit.id):
        raise NotFound(_("Không có đơn vị mã “{code}”.").format(code=row.unit), code="unknown_unit")
    require(scope, policies.PLAN, unit.id)
    value = None if row.value is None or row.value == "" else number_of(row.value)
    return IndicatorPlan(
        code=wanted.code, unit_id=unit.id, period=period.key, period_start=period.start, kind=row.kind, value=value,
        source=normal(row.source)[:300], issued_on=row.issued_on,
    )  # fmt: skip


def in_force(
    codes: Collection[str], *, unit_ids: Collection[UUID] | None = None, years: Collection[int] | None = None
) -> list[IndicatorPlan]:
    """The newest row of each code, unit, period and kind, also where it takes a plan out of force."""
    rows = IndicatorPlan.objects.filter(code__in=list(codes))
    if unit_ids is not None:
        rows = rows.filter(unit__in=list(unit_ids))
    if years is not None:
        rows = rows.filter(period_start__year__in=list(years))
    order = ("code", "unit_id", "period", "kind", "-recorded_at", "-id")
    return list(rows.order_by(*order).distinct("code", "unit_id", "period", "kind"))


def by_unit(wanted: Definition, days: Mapping[Period, date]) -> dict[Period, dict[UUID, PlanFigure]]:
    """The plan of each unit of the tree of each period's day: of the period itself, else of the shortest longer one that ends with or
    after it within the year. Former units' plans are carried by the indicator's rule. A bounded number of queries."""
    rows = [one for one in in_force([wanted.code], years={one.start.year for one in days}) if one.value is not None]
    found: dict[Period, dict[UUID, PlanFigure]] = {period: {} for period in days}
    if not rows:
        return found
    by_period: dict[tuple[str, str], list[IndicatorPlan]] = {}
    for row in rows:
        by_period.setdefault((row.period, row.kind), []).append(row)
    family = organisations.family({row.unit_id for row in rows})
    wanted_plans = [
        (period, longer, kind, by_period[longer.key, kind])
        for period in days
        for longer in covering(period)
        for kind in PlanKind.values
        if (longer.key, kind) in by_period
    ]
    loads = [
        organisations.Load({row.unit_id: cast(float, row.value) for row in some}, days[period], None)
        for period, _longer, _kind, some in wanted_plans
    ]
    # Plans of a weighted mean carry no weights of their own: they are averaged.
    rule = "mean" if wanted.across_units == "weighted_mean" else wanted.across_units
    each = organisations.carry_each(loads, rule=cast(organisations.Rule, rule), among=family)
    for (period, longer, kind, some), carried in zip(wanted_plans, each, strict=True):
        for one in carried:
            # The nearest period and, within it, the plan before the target.
            found[period].setdefault(one.unit.id, _figure(one, longer, kind, some))
    return found


def exist(code: str) -> bool:
    """Whether anybody ever planned an indicator."""
    return IndicatorPlan.objects.filter(code=code).exists()


def covering(period: Period) -> Iterable[Period]:
    """The period itself and the longer kinds that contain it, shortest first."""
    for kind, months in MONTHS.items():
        if months >= MONTHS[period.kind]:
            yield containing(period.start, kind)


def _figure(one: organisations.Carried, period: Period, kind: str, rows: Sequence[IndicatorPlan]) -> PlanFigure:
    used = {part.unit.id for part in one.parts} | {one.unit.id}
    some = [row for row in rows if row.unit_id in used]
    return PlanFigure(
        value=one.value, reason=one.reason, period=period, kind=kind, simulated=any(row.simulated for row in some),
        source="; ".join(dict.fromkeys(row.source for row in some)),
        issued_on=max((row.issued_on for row in some if row.issued_on), default=None),
    )  # fmt: skip
