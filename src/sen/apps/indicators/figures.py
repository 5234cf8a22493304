"""Figures by unit: recorded values carried to the units of a day, formulas over them, and measures of series, each with its origin."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Literal, cast
from uuid import UUID

import msgspec
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.indicators import definitions, measured, origins, policies, queries
from sen.apps.indicators.definitions import Definition
from sen.apps.indicators.figure import Figure, FigurePart
from sen.apps.indicators.models import IndicatorValue
from sen.apps.indicators.periods import Period
from sen.apps.organisations import interface as organisations
from sen.apps.organisations.interface import Carried, Family, UnitRef
from sen.kernel import clock
from sen.kernel.formula import parse as parse_formula

Tree = Literal["today", "as_was"]
# A carried figure is as final as the least final of its parts.
_FINALITY = ("estimated", "preliminary", "revised", "official")
MAX_DEPTH = 8
"""Formulas over formulas over…: packs refuse circles, definitions of the province's own may still make one."""


def tree_day(period: Period, tree: Tree, as_of: date | None = None) -> date:
    """The day whose units are shown: today (or `as_of`), or the last day of the period."""
    return period.last_day if tree == "as_was" else as_of or clock.local(clock.now()).date()


def by_unit(
    scope: Scope,
    code: str,
    periods: Sequence[Period],
    tree: Tree = "today",
    *,
    as_of: date | None = None,
    basis: str = "",
    only: UUID | None = None,
) -> dict[Period, list[Figure]]:
    """The figures of an indicator or measure that the scope may see, by period, ordered by level and code of the unit.

    `only` one unit's, which reads no more than that unit and its kin. The number of queries does not depend on periods or units.
    Raises NotFound, Forbidden.
    """
    require(scope, policies.VIEW)
    wanted = definitions.definition(code)
    kin = frozenset(organisations.family([only]).periods) if only else None
    view = _View(scope, {period: tree_day(period, tree, as_of) for period in periods}, basis, kin)
    found = _figures(wanted, view, depth=0)
    return {
        period: [one for one in found[period] if scope.sees(one.unit.id) and only in (None, one.unit.id)]
        for period in periods
    }


class _View(msgspec.Struct, frozen=True):
    """Who looks, at which periods in the tree of which day, by which basis splits divide, and the only units that matter."""

    scope: Scope
    days: dict[Period, date]
    basis: str
    kin: frozenset[UUID] | None


def _figures(wanted: Definition, view: _View, *, depth: int) -> dict[Period, list[Figure]]:
    if not view.days:
        return {}
    if wanted.origin == "series":
        return measured.figures(view.scope, wanted, view.days)
    if wanted.origin == "computed":
        return _from_origin(wanted, view)
    if wanted.origin == "formula" and depth < MAX_DEPTH:
        return _computed(wanted, view, depth)
    return _recorded(wanted, view)


def _recorded(wanted: Definition, view: _View) -> dict[Period, list[Figure]]:
    days = view.days
    rows = _by_period(wanted.code, days, view.kin)
    weights = _weights(wanted, days, view.kin)
    units = {unit for of_period in rows.values() for unit in of_period}
    family = organisations.family(units, view.basis) if units else None
    loads = [
        organisations.Load({unit: row.value for unit, row in rows.get(period, {}).items()}, day, weights.get(period))
        for period, day in days.items()
    ]
    rule = cast(organisations.Rule, wanted.across_units)
    each = organisations.carry_each(loads, rule=rule, basis=view.basis, among=family)
    return {
        period: [figure_of(one, rows.get(period, {}), period) for one in carried]
        for period, carried in zip(days, each, strict=True)
    }


def _from_origin(wanted: Definition, view: _View) -> dict[Period, list[Figure]]:
    """What another app computes, for every unit of each period's tree that the scope sees."""
    origin = origins.origin_of(wanted.code)
    trees = {day: organisations.units_on(day) for day in set(view.days.values())}
    found: dict[Period, list[Figure]] = {period: [] for period in view.days}
    for day, tree in trees.items():
        units = {
            one.id: one for one in tree.values() if view.scope.sees(one.id) and (not view.kin or one.id in view.kin)
        }
        some = [period for period, shown in view.days.items() if shown == day]
        given = origin.values(wanted.code, list(units), some) if origin and units else {}
        for period in some:
            here = [(units[unit], one) for (unit, key), one in given.items() if key == period.key and unit in units]
            found[period] = sorted(
                (_of_computed(unit, period, one) for unit, one in here), key=lambda one: (one.unit.level, one.unit.code)
            )
    return found


def _of_computed(unit: UnitRef, period: Period, one: origins.ComputedValue) -> Figure:
    return Figure(
        unit=unit, period=period, value=one.value, reason=one.reason, origin="computed", status="computed", by_hand=False,
        simulated=one.simulated, source=one.source, recorded_at=one.as_of,
    )  # fmt: skip


def _by_period(
    code: str, periods: Iterable[Period], kin: Collection[UUID] | None
) -> dict[Period, dict[UUID, IndicatorValue]]:
    """The values in force by period and unit."""
    by_start = {period.start: period for period in periods}
    found: dict[Period, dict[UUID, IndicatorValue]] = {}
    end = max(period.end for period in by_start.values())
    for row in queries.in_force(code, start=min(by_start), end=end, unit_ids=kin):
        period = by_start.get(row.period_start)
        if period and row.period == period.key:
            found.setdefault(period, {})[row.unit_id] = row
    return found


def _weights(
    wanted: Definition, periods: Iterable[Period], kin: Collection[UUID] | None
) -> dict[Period, dict[UUID, float]]:
    """The weights for each period: of the weighing indicator's newest period that has begun by the period's last day."""
    if wanted.across_units != "weighted_mean" or not wanted.weight:
        return {}
    starts = queries.period_starts(wanted.weight)  # newest first
    chosen = {period: next((start for start in starts if start <= period.last_day), None) for period in periods}
    known = {start for start in chosen.values() if start}
    if not known:
        return {}
    by_start: dict[date, dict[UUID, float]] = {}
    end = date.fromordinal(max(known).toordinal() + 1)
    for row in queries.in_force(wanted.weight, start=min(known), end=end, unit_ids=kin):
        by_start.setdefault(row.period_start, {})[row.unit_id] = row.value
    return {period: by_start.get(start, {}) for period, start in chosen.items() if start}


def figure_of(carried: Carried, rows: Mapping[UUID, IndicatorValue], period: Period) -> Figure:
    """A carried value with what is known of the rows that it comes from."""
    own = rows.get(carried.unit.id)
    used = [rows[part.unit.id] for part in carried.parts if part.unit.id in rows]
    newest = max((row.recorded_at for row in used), default=None)
    return Figure(
        unit=carried.unit, period=period, value=carried.value, reason=carried.reason, known=carried.known,
        origin="recorded" if own else "carried",
        status=min((row.status for row in used), key=_FINALITY.index, default=""),
        by_hand=any(row.by_hand for row in used) if used else None, simulated=any(row.simulated for row in used),
        source="; ".join(dict.fromkeys(row.source for row in used)), note=own.note if own else "",
        recorded_by=", ".join(dict.fromkeys(row.recorded_by for row in used if row.recorded_by)), recorded_at=newest,
        parts=() if own else tuple(FigurePart(one.unit.name, one.value, one.share, one.unit) for one in carried.parts),
    )  # fmt: skip


def _computed(wanted: Definition, view: _View, depth: int) -> dict[Period, list[Figure]]:
    """The formula over its inputs in the same tree: inputs are carried first, so a ratio of merged units is one of sums."""
    formula = parse_formula(wanted.formula)
    known = definitions.by_formula_name()
    inputs = {name: known[name] for name in sorted(formula.names) if name in known}
    found: dict[Period, dict[UUID, dict[str, Figure]]] = {period: {} for period in view.days}
    for name, one in inputs.items():
        for period, figures in _figures(one, view, depth=depth + 1).items():
            for figure in figures:
                found[period].setdefault(figure.unit.id, {})[name] = figure
    return {
        period: sorted(
            (_of_formula(wanted, inputs, given, period) for given in units.values()), key=lambda one: (one.unit.level, one.unit.code)
        )
        for period, units in found.items()
    }  # fmt: skip


def _of_formula(
    wanted: Definition, inputs: Mapping[str, Definition], given: Mapping[str, Figure], period: Period
) -> Figure:
    outcome = parse_formula(wanted.formula).evaluate({name: figure.value for name, figure in given.items()})
    some = next(iter(given.values()))
    reasons = [given[name].reason for name in outcome.missing if name in given and given[name].reason]
    lacking = ", ".join(inputs[name].name if name in inputs else name for name in outcome.missing)
    words = {
        "missing": reasons[0] if reasons else _("Thiếu số của {names}.").format(names=lacking),
        "division_by_zero": _("Mẫu số của công thức bằng 0."),
        "not_a_number": _("Công thức không cho kết quả là số."),
    }  # fmt: skip
    return Figure(
        unit=some.unit, period=period, value=outcome.value, reason=words.get(outcome.reason, ""), origin="formula",
        status=min((one.status for one in given.values() if one.status in _FINALITY), key=_FINALITY.index, default="computed"),
        simulated=any(one.simulated for one in given.values()), source=_("Tính theo công thức {formula}").format(formula=wanted.formula),
        recorded_at=max((one.recorded_at for one in given.values() if one.recorded_at), default=None),
        parts=tuple(FigurePart(inputs[name].name, given[name].value if name in given else None) for name in inputs),
    )  # fmt: skip


class History(msgspec.Struct, frozen=True):
    """A unit over time: its figures in today's tree, the units that it was made of, and the acts that changed them."""

    unit: UnitRef
    figures: tuple[Figure, ...]
    members: tuple[UnitRef, ...]
    acts: tuple[organisations.Act, ...]


def history(scope: Scope, code: str, unit_id: UUID, periods: Sequence[Period], *, basis: str = "") -> History:
    """The figures of one unit (standing or ended) for some periods; a period without any record has no figure.

    Raises NotFound where the scope does not see the unit.
    """
    unit = organisations.unit_by_id(unit_id)
    day = date.fromordinal(unit.valid_to.toordinal() - 1) if unit.valid_to else None
    found = by_unit(scope, code, periods, "today", as_of=day, basis=basis, only=unit_id)
    figures = tuple(one for period in periods for one in found[period] if one.unit.id == unit_id)
    family = organisations.family([unit_id])
    before = ancestors(family, unit_id)
    named = organisations.units_by_id(before)
    members = tuple(sorted(named.values(), key=lambda one: one.code))
    return History(unit, figures, members, tuple(organisations.acts_of([unit_id, *before])))


def ancestors(family: Family, unit_id: UUID) -> list[UUID]:
    """All units that a unit was made of, over every reorganisation."""
    found: dict[UUID, None] = {}
    waiting = [unit_id]
    while waiting:
        for step in family.up.get(waiting.pop(), ()):
            if step.predecessor not in found and step.predecessor != unit_id:
                found[step.predecessor] = None
                waiting.append(step.predecessor)
    return list(found)
