"""One procedure: what it is, its figures over time and by unit, how long it takes against its limit, where dossiers stay longest."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise
from statistics import quantiles
from uuid import UUID

import msgspec
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.indicators.interface import Period
from sen.apps.organisations import interface as organisations
from sen.apps.organisations.interface import UnitRef
from sen.apps.procedures import figures, policies
from sen.apps.procedures.figures import Seen, added, judged, on_time, percent
from sen.apps.procedures.models import Procedure
from sen.apps.procedures.storage import one_procedure as stored
from sen.apps.procedures.storage.engine import engine
from sen.apps.procedures.storage.reading import Span, Totals, of_one_procedure
from sen.apps.procedures.values import State, Step
from sen.kernel import clock
from sen.kernel.errors import NotFound

SHOWN = {"month": 12, "quarter": 8, "year": 3}
_EPOCH = date(1970, 1, 1)
_DAY_MS = 86_400_000
_OVER = frozenset({int(State.REJECTED), int(State.STOPPED), int(State.RETURNED)})
"""States in which a dossier may stay for ever."""


class PeriodFigures(msgspec.Struct, frozen=True):
    """What came in and was finished in a period, and what was open at its end (now in the present one), with applicants' turn or not."""

    period: Period
    received: int
    resolved: int
    resolved_late: int
    on_time_rate: float | None
    waiting: int
    overdue: int


class UnitFigures(msgspec.Struct, frozen=True):
    """The same of one unit in the chosen period; `median` in the unit of the procedure's limit."""

    unit: UnitRef
    received: int
    resolved: int
    resolved_late: int
    on_time_rate: float | None
    waiting: int
    overdue: int
    median: float | None


class Took(msgspec.Struct, frozen=True):
    """How long the dossiers finished in a period took without the applicants' own time: median and ninth decile in the unit of the
    limit and in calendar days; `over`: how many took longer than the statutory limit, None without a limit."""

    count: int
    median: float
    p90: float
    median_days: float
    p90_days: float
    over: int | None


class Stay(msgspec.Struct, frozen=True):
    """A stretch of the way, a state or a role: how many dossiers, median and ninth decile in days."""

    name: str
    count: int
    median: float
    p90: float


class OpenIn(msgspec.Struct, frozen=True):
    """Open dossiers in a state: how many, median and longest days since the source last told of them."""

    state: State
    count: int
    median: float
    longest: float


class Change(msgspec.Struct, frozen=True):
    """A figure now and in the same days of the year before; `better` None where neither way is or nothing changed."""

    name: str
    now: float | None
    before: float | None
    decimals: int
    better: bool | None


def procedure_of(scope: Scope, code: str, unit_id: UUID | None = None) -> tuple[Procedure, Seen]:
    """A procedure and whose dossiers of it are asked for. NotFound where there is none, and for one that is in no catalogue and of
    which the scope sees no dossier."""
    seen = figures.seen_by(require(scope, policies.VIEW), unit_id)
    found = Procedure.objects.filter(code=code).first()
    if found is None or not (found.catalogued or scope.everything or stored.has_any(engine(), found.pk, seen.agencies)):
        raise NotFound(_("Không tìm thấy thủ tục."), action=_("Chọn một thủ tục trong danh mục."))
    return found, seen


def by_period(procedure: Procedure, seen: Seen, period: Period) -> list[PeriodFigures]:
    """The chosen period and those of its kind before it, oldest first."""
    wanted = [period.moved(-back) for back in range(SHOWN.get(period.kind, 4) - 1, -1, -1)]
    first, until = _number(wanted[0].start), _number(min(period.last_day, clock.local(clock.now()).date()))
    received = stored.received_by_month(engine(), procedure.pk, seen.agencies, first, until)
    changed = stored.standings_by_month(engine(), procedure.pk, seen.agencies, until)
    found = [_of_period(one, received, changed) for one in wanted]
    span = figures.span_of(period)
    if span.live:
        total = added(of_one_procedure(engine(), procedure.pk, seen.agencies, span).values())
        waiting, overdue = _open(total), int(total["open_late"])
        found[-1] = msgspec.structs.replace(found[-1], waiting=waiting, overdue=overdue)
    return found


def by_unit(procedure: Procedure, seen: Seen, period: Period) -> list[UnitFigures]:
    """Every unit with dossiers of the procedure in the period, most overdue first."""
    span = figures.span_of(period)
    totals = of_one_procedure(engine(), procedure.pk, seen.agencies, span)
    units = organisations.units_by_id({unit for number in totals if (unit := seen.unit_of.get(number))})
    order = list(units)
    groups = {number: order.index(unit) for number in totals if (unit := seen.unit_of.get(number)) in units and unit}
    medians = stored.median_of_groups(engine(), procedure.pk, seen.agencies, span, groups)
    found = []
    for place, unit_id in enumerate(order):
        total = added(totals[number] for number, group in groups.items() if group == place)
        found.append(UnitFigures(
            unit=units[unit_id], received=int(total["received"]), resolved=_resolved(total), resolved_late=int(total["done_late"]),
            on_time_rate=percent(on_time(total), judged(total)), waiting=_open(total), overdue=int(total["open_late"]),
            median=medians.get(place),
        ))  # fmt: skip
    return sorted(found, key=lambda one: (-one.overdue, -one.received, one.unit.code))


def how_long(procedure: Procedure, seen: Seen, span: Span) -> Took | None:
    """None where nothing was finished in the span."""
    row = stored.took(engine(), procedure.pk, seen.agencies, span, procedure.limit)
    if not row["n"]:
        return None
    return Took(
        row["n"], round(row["units"][0], 2), round(row["units"][1], 2), round(row["days"][0], 2), round(row["days"][1], 2),
        row["over"] if procedure.limit is not None else None,
    )  # fmt: skip


def stays(procedure: Procedure, seen: Seen, period: Period) -> tuple[list[Stay], list[Stay], list[Stay]]:
    """Where dossiers finished in the period stayed: stretches of the way that every source tells, states as the source told them one
    after the other, and roles of its steps. Each longest first; without data empty."""
    span = figures.span_of(period)
    legs = stored.legs(engine(), procedure.pk, seen.agencies, span)
    sample = stored.newest_finished(engine(), procedure.pk, seen.agencies, span)
    states: dict[str, list[float]] = {}
    told = stored.states_told(engine(), [row["hash"] for row in sample])
    for (number, state, at), (following, _state, then) in pairwise(told):
        if number == following and state not in _OVER:
            states.setdefault(str(state), []).append((then - at) / _DAY_MS)
    roles: dict[str, list[float]] = {}
    for row in sample:
        for step in msgspec.json.decode(row["steps"], type=list[Step]):
            if step.end is not None and step.end >= step.start:
                roles.setdefault(step.role, []).append((step.end - step.start).total_seconds() / 86_400)
    return (
        _longest(Stay(name, n, round(median, 2), round(p90, 2)) for name, (n, median, p90) in legs.items()),
        _longest(_stay(name, days) for name, days in states.items()),
        _longest(_stay(name, days) for name, days in roles.items()),
    )


def open_now(procedure: Procedure, seen: Seen) -> list[OpenIn]:
    """Where open dossiers are, most first."""
    found = stored.open_by_state(engine(), procedure.pk, seen.agencies, clock.now_ms())
    return [OpenIn(State(row["state"]), row["n"], round(row["median"], 1), round(row["longest"], 1)) for row in found]


def same_days_before(period: Period) -> tuple[Period, Span]:
    """The same period of the year before; of one that is not over only as many days of it."""
    before, today = period.moved(-12 // _months(period)), clock.local(clock.now()).date()
    last = before.last_day
    if period.start <= today < period.last_day:
        last = min(last, before.start + (today - period.start))
    return before, Span.of(before.start, last, clock.now_ms())


def changes(procedure: Procedure, seen: Seen, period: Period) -> list[Change]:
    """What became of the figures since the same days of the year before."""
    now, before = figures.span_of(period), same_days_before(period)[1]
    one, other = (
        added(of_one_procedure(engine(), procedure.pk, seen.agencies, span).values()) for span in (now, before)
    )
    long, longer = how_long(procedure, seen, now), how_long(procedure, seen, before)

    def change(name: str, a: float | None, b: float | None, wanted: int, decimals: int = 0) -> Change:
        better = None if a is None or b is None or a == b or not wanted else (a > b) == (wanted > 0)
        return Change(name, a, b, decimals, better)

    return [
        change(_("Tiếp nhận"), one["received"], other["received"], 0),
        change(_("Giải quyết xong"), _resolved(one), _resolved(other), 0),
        change(
            _("Tỷ lệ đúng hạn (%)"), percent(on_time(one), judged(one)), percent(on_time(other), judged(other)), 1, 2
        ),
        change(_("Xong quá hạn"), one["done_late"], other["done_late"], -1),
        change(_("Đang quá hạn"), one["open_late"], other["open_late"], -1),
        change(_("Trung vị thời gian"), long.median if long else None, longer.median if longer else None, -1, 1),
        change(_("90 % hồ sơ xong trong"), long.p90 if long else None, longer.p90 if longer else None, -1, 1),
    ]


def _of_period(period: Period, received: dict[int, int], changed: list[tuple[int, int, int]]) -> PeriodFigures:
    first, end = _number(period.start), _number(period.end)
    within: dict[int, int] = {}
    stock: dict[int, int] = {}
    for month, standing, n in changed:
        if month < end:
            stock[standing] = stock.get(standing, 0) + n
        if first <= month < end:
            within[standing] = within.get(standing, 0) + n
    good, late, unjudged = (within.get(number, 0) for number in (7, 8, 9))
    return PeriodFigures(
        period=period, received=sum(n for month, n in received.items() if first <= month < end), resolved=good + late + unjudged,
        resolved_late=late, on_time_rate=percent(good, good + late), waiting=sum(stock.get(number, 0) for number in range(1, 7)),
        overdue=stock.get(2, 0),
    )  # fmt: skip


def _resolved(total: Totals) -> int:
    return int(total["done_on_time"] + total["done_late"] + total["done_unjudged"])


def _open(total: Totals) -> int:
    return int(sum(total[f"{phase}_{verdict}"] for phase in ("open", "waiting") for verdict in ("on_time", "late", "unjudged")))  # fmt: skip


def _stay(name: str, days: list[float]) -> Stay:
    tenths = quantiles(days, n=10, method="inclusive") if len(days) > 1 else days * 9
    return Stay(name, len(days), round(tenths[4], 2), round(tenths[8], 2))


def _longest(found: Iterable[Stay]) -> list[Stay]:
    return sorted(found, key=lambda one: (-one.median, one.name))


def _months(period: Period) -> int:
    return {"month": 1, "quarter": 3, "half_year": 6, "year": 12}[period.kind]


def _number(day: date) -> int:
    return (day - _EPOCH) // timedelta(days=1)
