"""Measures of series as figures by unit: daily roll-ups of the stations on a unit's ground, gathered per month. Nothing is stored."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import lru_cache
from uuid import UUID

from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope
from sen.apps.assets import interface as assets
from sen.apps.indicators.definitions import Definition
from sen.apps.indicators.figure import Figure
from sen.apps.indicators.periods import Period
from sen.apps.organisations import interface as organisations
from sen.apps.organisations.interface import UnitRef
from sen.apps.packs import interface as packs
from sen.kernel import clock
from sen.kernel.configuration import settings
from sen.telemetry.store import TelemetryStore


@dataclass
class _Gathered:
    """What the stations of one unit measured in one period."""

    total: float = 0.0
    valid: int = 0
    low: float = math.inf
    high: float = -math.inf
    days_over: set[date] = field(default_factory=set)
    days: set[date] = field(default_factory=set)
    stations: set[str] = field(default_factory=set)
    simulated: bool = False


def figures(scope: Scope, wanted: Definition, days: Mapping[Period, date]) -> dict[Period, list[Figure]]:
    """The figures by period of communes and of the province, in the tree of each period's day.

    A station counts for the commune on whose ground it stood on the day that it measured (`AssetPlacement`), followed to the unit
    that stands on the tree's day. Nothing is carried between units: what is gathered are the measurements themselves.
    """
    entries = [
        entry
        for entry in assets.directory()
        if entry.property == wanted.property
        and (scope.sees(entry.owner_unit_id) or scope.sees(entry.territory_unit_id))
    ]
    if not entries:
        return {period: [] for period in days}
    start, end = min(period.start for period in days), max(period.end for period in days)
    placed = assets.placements_between([entry.asset_id for entry in entries], start, end)
    by_number = {entry.number: entry for entry in entries}
    grounds = _Grounds({one.territory_id for some in placed.values() for one in some if one.territory_id})
    found: dict[Period, dict[UUID, _Gathered]] = {period: defaultdict(_Gathered) for period in days}
    limit = _Limits(wanted.property, {entry.owner_unit_id for entry in entries})
    for number, day, valid, total, low, high in _daily(list(by_number), start, end):
        entry = by_number[number]
        period = next((one for one in days if one.start <= day < one.end), None)
        if period is None or not valid:
            continue
        at = next((one for one in placed.get(entry.asset_id, ()) if one.holds_on(day)), None)
        units = grounds.units(at.territory_id, days[period]) if at and at.territory_id else ()
        for unit in units:
            gathered = found[period][unit]
            gathered.total += total
            gathered.valid += valid
            gathered.low, gathered.high = min(gathered.low, low), max(gathered.high, high)
            gathered.days.add(day)
            gathered.stations.add(entry.asset_code)
            gathered.simulated |= entry.simulated
            if limit.exceeded(total / valid, day, entry.asset_code, entry.owner_unit_id):
                gathered.days_over.add(day)
    named = organisations.units_by_id({unit for some in found.values() for unit in some})
    return {
        period: sorted(
            (_figure(wanted, named[unit], period, gathered) for unit, gathered in some.items()),
            key=lambda one: (one.unit.level, one.unit.code),
        )
        for period, some in found.items()
    }


def _figure(wanted: Definition, unit: UnitRef, period: Period, gathered: _Gathered) -> Figure:
    value = {
        "mean": gathered.total / gathered.valid,
        "max": gathered.high,
        "min": gathered.low,
        "sum": gathered.total,
        "days_over": float(len(gathered.days_over)),
    }[wanted.function]
    source = _("Tính từ {stations} trạm, {days} ngày có số liệu hợp lệ").format(
        stations=len(gathered.stations), days=len(gathered.days)
    )
    return Figure(
        unit=unit, period=period, value=value, origin="series", status="computed", by_hand=False, simulated=gathered.simulated,
        source=source, days=len(gathered.days), stations=len(gathered.stations),
    )  # fmt: skip


class _Grounds:
    """Communes as they stand on a day in place of those where stations stood, with the province above them."""

    def __init__(self, territories: Iterable[UUID]) -> None:
        self.family = organisations.family(list(territories))
        self.above = organisations.family([organisations.province().id])
        self.province = organisations.province().id
        self.known: dict[tuple[UUID, date], tuple[UUID, ...]] = {}

    def units(self, territory: UUID, day: date) -> tuple[UUID, ...]:
        """The commune that stands on `day` where `territory` was, if there is exactly one, and the province of that day."""
        key = (territory, day)
        if key not in self.known:
            came = self.family.heirs if self.family.ended(territory, day) else self.family.roots
            communes = came(territory, day)
            provinces = self.above.roots(self.province, day)
            # A commune in several parts, or a day before it was made of several: on whose ground the station stood is not known.
            self.known[key] = (*(communes if len(communes) == 1 else ()), *(provinces if len(provinces) == 1 else ()))
        return self.known[key]


class _Limits:
    """The strictest daily upper limit of a property, by day and station: the packs' and those of the station's owner.

    An owner's limit sets are those that it uses now; their rows hold on the days that they name.
    """

    def __init__(self, symbol: str, owners: Collection[UUID]) -> None:
        self.symbol = symbol
        self.own = packs.limits_of_units(owners, as_of=clock.local(clock.now()).date())
        self.known: dict[tuple[date, str], float | None] = {}

    def exceeded(self, mean: float, day: date, station: str, owner: UUID) -> bool:
        """Whether a daily mean lies above it."""
        key = (day, station)
        if key not in self.known:
            rows = packs.limits(self.symbol, as_of=day, station=station, own=self.own.get(owner, ()))
            bounds = [row.maximum for row in rows if row.averaging == "24h" and row.maximum is not None]
            self.known[key] = min(bounds, default=None)
        bound = self.known[key]
        return bound is not None and mean > bound


@lru_cache(maxsize=1)
def _store() -> TelemetryStore:
    return TelemetryStore(settings().clickhouse_url)


def _daily(numbers: list[int], start: date, end: date) -> Iterable[tuple[int, date, int, float, float, float]]:
    """(series, local day, valid, sum, min, max) of each local day of [start, end)."""
    first, last = (datetime.combine(day, time.min, clock.VIETNAM) for day in (start, end))
    table = _store().daily(numbers, first, last)
    columns = [table[name].to_pylist() for name in ("series", "time", "valid", "mean", "min", "max")]
    for number, at, valid, mean, low, high in zip(*columns, strict=True):
        yield number, clock.local(at).date(), valid, (mean * valid if valid else 0.0), low, high
