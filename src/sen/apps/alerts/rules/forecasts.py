"""Where a measured property is expected to go: the store's hours and minutes through the forecasts, against limits or figures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from sen.apps.alerts.evaluation.values import SEVERITIES, WatchedSeries
from sen.apps.alerts.rules import forecasting
from sen.apps.alerts.rules.values import RuleInForce
from sen.apps.packs.interface import Forecast
from sen.kernel import clock
from sen.telemetry.reading import stepped
from sen.telemetry.steps import SHORT_MS
from sen.telemetry.store import TelemetryStore

HOUR_MS = 3_600_000


class Past(msgspec.Struct, frozen=True):
    """Valid values of one series: times in ms, in order."""

    time: np.ndarray
    value: np.ndarray

    def before(self, moment: int) -> tuple[np.ndarray, np.ndarray]:
        """Hours before `moment` (ms, negative) and values of what ended before it."""
        rows = self.time <= moment
        return (self.time[rows] - moment) / HOUR_MS, self.value[rows]


class Expected(msgspec.Struct, frozen=True):
    """That a series will be beyond an edge in `hours`; 0 = it is already. `last` is the newest value."""

    series: WatchedSeries
    hours: float
    value: float
    limit: float
    last: float
    direction: str
    label: str


def watched(rule: RuleInForce, series: Sequence[WatchedSeries]) -> list[WatchedSeries]:
    """The series that a forecast rule looks at."""
    when = rule.content.when
    if not isinstance(when, Forecast):
        return []
    return [
        one
        for one in series
        if one.property == when.property and one.owner_unit_id in rule.unit_ids
        and when.asset_kind in ("", one.asset_kind) and (one.simulated or not rule.simulated_only)
    ]  # fmt: skip


def read(
    when: Forecast, series: Sequence[WatchedSeries], since: datetime, until: datetime, store: TelemetryStore
) -> dict[int, Past]:
    """What forecasts for every moment of [since, until] need, by series number."""
    numbers = [one.number for one in series]
    if not numbers:
        return {}
    if when.method == "tide":
        start = since - timedelta(days=forecasting.TIDE_DAYS)
        table, width = store.hourly(numbers, start, until), HOUR_MS
    else:
        start = since - timedelta(hours=forecasting.TREND_HOURS)
        width = SHORT_MS["5minutes"]
        low = clock.to_ms(start) // width * width
        table = store.ask(stepped(numbers, low, clock.to_ms(until), width, ("valid", "mean")))
    number, mean = table["series"].to_numpy(), table["mean"].to_numpy()
    # A mean stands for the middle of its step and is known at the end of it.
    time = table["time"].cast(pa.int64()).to_numpy() + width // 2
    good = ~np.isnan(mean)
    return {one: Past(time[good & (number == one)], mean[good & (number == one)]) for one in numbers}


def expected(when: Forecast, one: WatchedSeries, past: Past | None, moment: int) -> Expected | None:
    """What is expected of a series at `moment` (ms); None where nothing is crossed or too little is known."""
    if past is None:
        return None
    hours, values = past.before(moment)
    make = forecasting.tide if when.method == "tide" else forecasting.trend
    if not len(values) or hours[-1] < -2:
        return None
    course = make(hours, values, float(when.within_hours))
    if course is None:
        return None
    for above, below, label in edges(when, one):
        at = forecasting.crossing(course, above, below)
        if at is not None:
            value = float(course.values[np.argmin(np.abs(course.hours - at))])
            up = above is not None and value > above
            limit = above if up else below
            return Expected(one, at, value, float(limit or 0.0), float(values[-1]), "above" if up else "below", label)
    return None


def edges(when: Forecast, one: WatchedSeries) -> list[tuple[float | None, float | None, str]]:
    """(above, below, label) that count: the rule's own figures, else the limits of the series of at least the severity."""
    if when.above is not None or when.below is not None:
        return [(when.above, when.below, "")]
    least = SEVERITIES.index(when.severity) if when.severity else 0
    return [
        (line.maximum, line.minimum, line.label)
        for line in one.limits
        if line.averaging == "instant" and SEVERITIES.index(line.severity) >= least
    ]


def facts(when: Forecast, found: Expected, moment: int) -> dict[str, Any]:
    """For the sentence of an alert."""
    return {
        "kind": "forecast", "property": when.property, "direction": found.direction, "label": found.label,
        "forecast_at": moment + int(found.hours * HOUR_MS), "forecast": round(found.value, 3), "method": when.method,
        "within_hours": when.within_hours, "last": round(found.last, 3), "simulated": found.series.simulated,
    }  # fmt: skip
