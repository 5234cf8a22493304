"""The figure to expect at the year's end: hands `year_end` what one unit reported, on its ground of today."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import cast
from uuid import UUID

from sen.apps.indicators import figures, queries, year_end
from sen.apps.indicators.definitions import Definition
from sen.apps.indicators.periods import MONTHS, Period, containing
from sen.apps.indicators.year_end import Observed, YearEnd
from sen.apps.organisations import interface as organisations

YEARS = 6
"""How many earlier years are looked at."""


def of_unit(wanted: Definition, unit_id: UUID, year: int) -> YearEnd | None:
    """The forecast of a recorded indicator from the unit's values and those of the units that it was made of; a few small queries.

    None for figures that are computed, and for those of a whole year, which nobody needs to forecast.
    """
    if wanted.origin != "recorded" or wanted.period == "year":
        return None
    first = containing(date(year - YEARS, 1, 1), wanted.period)
    last = containing(date(year + 1, 1, 1), wanted.period)
    family = organisations.family([unit_id])
    units = [unit_id, *figures.ancestors(family, unit_id)]
    rows = queries.in_force(wanted.code, start=first.start, end=last.start, unit_ids=units)
    by_period: dict[Period, dict[UUID, float]] = {}
    for row in rows:
        by_period.setdefault(containing(row.period_start, wanted.period), {})[row.unit_id] = row.value
    unit = organisations.unit_by_id(unit_id)
    day = max(period.last_day for period in by_period) if by_period else unit.valid_from
    if day is None:
        return year_end.forecast([], year=year, parts=12 // MONTHS[wanted.period], cumulative=wanted.cumulative)
    if unit.valid_from:
        day = max(day, unit.valid_from)
    # Weights of a weighted mean are left out: earlier years only lend their course.
    rule = "mean" if wanted.across_units == "weighted_mean" else wanted.across_units
    loads = [organisations.Load(values, day, None) for values in by_period.values()]
    each = organisations.carry_each(loads, rule=cast(organisations.Rule, rule), among=family)
    found = {
        period: next((one.value for one in carried if one.unit.id == unit_id), None)
        for period, carried in zip(by_period, each, strict=True)
    }
    return of_values(wanted, found.items(), year)


def of_values(wanted: Definition, values: Iterable[tuple[Period, float | None]], year: int) -> YearEnd:
    """The forecast of figures that are known already, of any origin."""
    observed = [Observed(period.start.year, period.number, value) for period, value in values if value is not None]
    return year_end.forecast(observed, year=year, parts=12 // MONTHS[wanted.period], cumulative=wanted.cumulative)
