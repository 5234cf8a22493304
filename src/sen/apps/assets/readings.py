"""What stations measure now: newest values, hourly means of two days, comparison with the limits in force. Two questions to telemetry."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from uuid import UUID

from sen.apps.assets.models import Asset, Series
from sen.apps.packs import interface as packs
from sen.kernel import clock
from sen.kernel.configuration import settings
from sen.telemetry.flags import Flag, is_valid
from sen.telemetry.store import TelemetryStore

HOUR = timedelta(hours=1)
WINDOW_HOURS = 48
# A mean over hours counts when this share of its hours has a value (QCVN 05:2023, TT 10/2021: 75 %).
ENOUGH = 0.75
ORDER = ("info", "notice", "warning", "serious", "emergency")
LOST_AFTER_GAPS = 4


@lru_cache(maxsize=1)
def store() -> TelemetryStore:
    """The telemetry store of this process."""
    return TelemetryStore(settings().clickhouse_url)


@dataclass(frozen=True)
class Hour:
    """One full or running hour of a series; `mean` is None without a valid value."""

    start: datetime
    mean: float | None
    count: int
    valid: int
    flags: int


@dataclass(frozen=True)
class Check:
    """One limit against the value that it is for; `value` None where there are too few hours."""

    limit: packs.Limit
    value: float | None

    @property
    def exceeded(self) -> bool:
        """Whether the value lies outside the limit."""
        return self.value is not None and self.over > 0

    @property
    def over(self) -> float:
        """How far beyond the limit (positive) or within it (negative), in the limit's unit."""
        if self.value is None:
            return -math.inf
        beyond = []
        if self.limit.maximum is not None:
            beyond.append(self.value - self.limit.maximum)
        if self.limit.minimum is not None:
            beyond.append(self.limit.minimum - self.value)
        return max(beyond, default=-math.inf)

    @property
    def bound(self) -> float | None:
        """The side of the limit that the value is nearer to."""
        sides = [side for side in (self.limit.minimum, self.limit.maximum) if side is not None]
        return min(sides, key=lambda side: abs(side - (self.value or 0.0))) if sides else None


# `Reading.property` is what was measured; the decorator of that name needs another one inside the class.
computed = property


@dataclass
class Reading:
    """One property of one station: newest row, hours, and what the limits say."""

    property: packs.Property
    series: Series
    at: datetime | None = None
    value: float | None = None
    flags: int = 0
    hours: list[Hour] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)

    @computed
    def valid(self) -> bool:
        """Whether the newest value counts."""
        return self.value is not None and is_valid(self.flags)

    @computed
    def due_s(self) -> int:
        """After how many seconds without a value the series is late."""
        return self.series.interval_s + self.series.allowed_delay_s

    @computed
    def lost_s(self) -> int:
        """After how many seconds it is lost."""
        return LOST_AFTER_GAPS * self.due_s

    @computed
    def day_mean(self) -> float | None:
        """The mean of the last 24 hours."""
        return self.mean_over(24)

    @computed
    def day_low(self) -> float | None:
        """The lowest hourly mean of the last 24 hours."""
        return min((hour.mean for hour in self.hours[-24:] if hour.mean is not None), default=None)

    @computed
    def day_high(self) -> float | None:
        """The highest hourly mean of the last 24 hours."""
        return max((hour.mean for hour in self.hours[-24:] if hour.mean is not None), default=None)

    @computed
    def full_share(self) -> float:
        """Completeness of the last 48 full hours, in percent."""
        return self.completeness(WINDOW_HOURS - 1) * 100

    @computed
    def age_s(self) -> float:
        """Seconds since the newest measurement; infinite without one."""
        return (clock.now() - self.at).total_seconds() if self.at else math.inf

    @computed
    def freshness(self) -> str:
        """`fresh`, `late`, `lost` or `none`."""
        if self.at is None:
            return "none"
        return "lost" if self.age_s > self.lost_s else "late" if self.age_s > self.due_s else "fresh"

    @computed
    def severity(self) -> str:
        """The worst severity among exceeded limits, `normal` without; information does not count."""
        worst = max((ORDER.index(check.limit.severity) for check in self.checks if check.exceeded), default=0)
        return ORDER[worst] if worst else "normal"

    @computed
    def worst_check(self) -> Check | None:
        """The exceeded limit of highest severity, else the one that is nearest to being exceeded."""
        known = [check for check in self.checks if check.value is not None and check.limit.severity != "info"]
        if not known:
            return None
        exceeded = [check for check in known if check.exceeded]
        if exceeded:
            return max(exceeded, key=lambda check: (ORDER.index(check.limit.severity), check.bound or 0))
        return max(known, key=lambda check: check.over / (abs(check.bound or 0) or 1))

    @computed
    def hour_mean(self) -> float | None:
        """The mean of the newest hour with a valid value."""
        return next((hour.mean for hour in reversed(self.hours) if hour.mean is not None), None)

    def mean_over(self, hours: int) -> float | None:
        """The mean of the last `hours` hourly means; None where fewer than 75 % have one."""
        means = [hour.mean for hour in self.hours[-hours:] if hour.mean is not None]
        return sum(means) / len(means) if len(means) >= math.ceil(ENOUGH * hours) else None

    def completeness(self, hours: int = 24) -> float:
        """Share of the last `hours` full hours that have a valid value."""
        full = self.hours[:-1][-hours:]
        return sum(hour.mean is not None for hour in full) / hours

    @computed
    def spark(self) -> list[float | None]:
        """The hourly means of the last hours, oldest first."""
        return [hour.mean for hour in self.hours[-16:]]

    @computed
    def bars(self) -> list[str]:
        """24 full hours as heartbeat: `ok`, `late`, `miss` or `none`."""
        promised = max(1, 3600 // max(1, self.series.interval_s)) if self.series.interval_s <= 3600 else 0
        first = next((hour.start for hour in self.hours if hour.count), None)
        bars = []
        for hour in self.hours[:-1][-24:]:
            if not hour.count:
                bars.append("miss" if first is not None and hour.start > first else "none")
            elif hour.flags & Flag.LATE or (promised and hour.count < ENOUGH * promised):
                bars.append("late")
            else:
                bars.append("ok" if hour.valid else "miss")
        return ["none"] * (24 - len(bars)) + bars


def readings_of(assets: Iterable[Asset]) -> dict[UUID, list[Reading]]:
    """The readings of stations (with prefetched `series`), each in the order of its kind's properties."""
    chosen = list(assets)
    known, kinds = packs.properties(), packs.asset_kinds()
    found: dict[UUID, list[Reading]] = {}
    by_number: dict[int, tuple[Asset, Reading]] = {}
    for asset in chosen:
        order = kinds[asset.kind].properties if asset.kind in kinds else []
        rows = [Reading(known[s.property], s) for s in asset.series.all() if s.active and s.property in known]
        rows.sort(key=lambda one: order.index(one.property.code) if one.property.code in order else len(order))
        found[asset.pk] = rows
        by_number |= {reading.series.number: (asset, reading) for reading in rows}
    if by_number:
        _fill_newest(by_number)
        _fill_hours(by_number)
        today = clock.local(clock.now()).date()
        own = packs.limits_of_units({asset.owner_id for asset in chosen}, as_of=today)
        for asset, reading in by_number.values():
            reading.checks = checks_of(reading, today, asset.code, own[asset.owner_id])
    return found


def _fill_newest(by_number: dict[int, tuple[Asset, Reading]]) -> None:
    table = store().latest(sorted(by_number)).select(["series", "time", "value", "flags"])
    for number, at, value, flags in zip(*(column.to_pylist() for column in table.columns), strict=True):
        reading = by_number[number][1]
        reading.at, reading.value, reading.flags = at, None if math.isnan(value) else value, flags


def _fill_hours(by_number: dict[int, tuple[Asset, Reading]]) -> None:
    now = clock.now()
    last = now.replace(minute=0, second=0, microsecond=0)
    first = last - (WINDOW_HOURS - 1) * HOUR
    table = store().hourly(sorted(by_number), first, now).select(["series", "time", "mean", "count", "valid", "flags"])
    cells: dict[int, dict[datetime, Hour]] = defaultdict(dict)
    for number, hour, mean, count, valid, flags in zip(*(column.to_pylist() for column in table.columns), strict=True):
        good = mean is not None and not math.isnan(mean) and valid > 0
        cells[number][hour] = Hour(hour, mean if good else None, count, valid, flags)
    moments = [first + step * HOUR for step in range(WINDOW_HOURS)]
    for number, (_asset, reading) in by_number.items():
        reading.hours = [cells[number].get(moment) or Hour(moment, None, 0, 0, 0) for moment in moments]


def checks_of(reading: Reading, today: date, station: str, own: Sequence[packs.UnitLimit] = ()) -> list[Check]:
    """Every limit in force for the reading's property, with the value that it is for. A late series has nothing to compare.

    `own` are the rows of the limit sets that hold in the owner unit.
    """
    values = {
        "instant": reading.value if reading.valid else None,
        "1h": reading.hours[-1].mean if reading.hours and reading.hours[-1].mean is not None else reading.hour_mean,
        "8h": reading.mean_over(8),
        "24h": reading.mean_over(24),
        "year": None,
    }
    late = reading.freshness in ("lost", "none")
    limits = packs.limits(reading.property.code, as_of=today, station=station, own=own)
    return [Check(limit, None if late else values[limit.averaging]) for limit in limits]


def state_of(readings: Sequence[Reading]) -> tuple[str, str]:
    """(severity, freshness) of a station: the worst of its readings, and `late` or `lost` when its best reading is."""
    severity = max((ORDER.index(one.severity) for one in readings if one.severity != "normal"), default=0)
    order = ("fresh", "late", "lost", "none")
    freshness = min((order.index(one.freshness) for one in readings), default=3)
    return (ORDER[severity] if severity else "normal"), order[freshness]


def main_reading(readings: Sequence[Reading]) -> Reading | None:
    """The one to show for the whole station: what is worst, else the first of its kind that has a value."""
    abnormal = [one for one in readings if one.severity != "normal"]
    if abnormal:
        return max(abnormal, key=lambda one: ORDER.index(one.severity))
    return next((one for one in readings if one.value is not None), readings[0] if readings else None)
