"""When a rule watches at all: office hours, holidays, rising or falling tide."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from sen.apps.alerts.evaluation.episodes import Floats, Ints, Mask
from sen.apps.packs.interface import Rule
from sen.kernel import clock
from sen.kernel.office_calendar import NATIONAL, OfficeCalendar

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
TIDE_MS = 2 * HOUR_MS
"""The water is compared with what it was about two hours before: shorter, and waves decide; longer, and it turns meanwhile."""
TIDE_LEAST_MS = 40 * MINUTE_MS
TIDE_LEAST_CHANGE_M = 0.01
LEVEL_PROPERTY = "water_level"


@lru_cache(maxsize=20_000)
def working(minute: int, calendar: OfficeCalendar = NATIONAL) -> bool:
    """Whether the office of a calendar is open in this minute since the epoch."""
    return calendar.is_working_time(clock.from_ms(minute * MINUTE_MS))


@lru_cache(maxsize=5_000)
def _rest(hour: int, calendar: OfficeCalendar) -> bool:
    return not calendar.is_working_day(clock.local(clock.from_ms(hour * HOUR_MS)).date())


def watches(hours: str, time: int, calendar: OfficeCalendar = NATIONAL) -> bool:
    """Whether a rule with these `hours` watches at a moment (ms), by the office hours and days of the owner of what it watches."""
    match hours:
        case "working":
            return working(time // MINUTE_MS, calendar)
        case "outside_working":
            return not working(time // MINUTE_MS, calendar)
        case "holidays":
            return _rest(time // HOUR_MS, calendar)
    return True


class Tides:
    """The last hours of the gauges of assets with a rule that asks for the tide."""

    def __init__(self, asset_of_series: dict[int, int]) -> None:
        self.asset_of_series = asset_of_series
        self._levels: dict[int, deque[tuple[int, float]]] = {}

    def rows(self, series: Ints, time: Ints, value: Floats) -> None:
        """Take valid levels, each series in order of time."""
        for number, at, level in zip(series.tolist(), time.tolist(), value.tolist(), strict=True):
            kept = self._levels.setdefault(self.asset_of_series[number], deque())
            if kept and at <= kept[-1][0]:
                continue
            kept.append((at, level))
            # One older than the span stays, so that a gauge that tells something every two hours has something to compare with.
            while len(kept) > 2 and kept[1][0] <= at - 2 * TIDE_MS:
                kept.popleft()

    def runs(self, asset: int, tide: str, time: int) -> bool:
        """Whether the water at the asset was `rising` or `falling` at a moment; not where nobody knows."""
        known = [(at, level) for at, level in self._levels.get(asset, ()) if time - TIDE_MS - HOUR_MS <= at <= time]
        if not known:
            return False
        now_at, now = known[-1]
        before = [level for at, level in known if now_at - at >= TIDE_LEAST_MS and now_at - at <= TIDE_MS]
        if not before:
            return False
        change = now - before[0]
        return change >= TIDE_LEAST_CHANGE_M if tide == "rising" else change <= -TIDE_LEAST_CHANGE_M

    def state(self) -> dict[int, list[tuple[int, float]]]:
        """For a snapshot."""
        return {asset: list(kept) for asset, kept in self._levels.items()}

    def take_over(self, state: dict[int, list[tuple[int, float]]]) -> None:
        """Go on from `state`, where it knows more."""
        wanted = set(self.asset_of_series.values())
        for asset, rows in state.items():
            if asset in wanted and len(rows) >= len(self._levels.get(asset, ())):
                self._levels[asset] = deque((at, level) for at, level in rows)


class Gates:
    """Which pairs do not watch always. `calendars`: asset → the office days and hours of its owner."""

    def __init__(
        self,
        rules: list[Rule],
        pair_rule: Ints,
        pair_asset: Ints,
        tides: Tides,
        calendars: Mapping[int, OfficeCalendar],
    ) -> None:
        self._calendars = calendars
        self._rules, self._pair_rule, self._pair_asset, self._tides = rules, pair_rule, pair_asset, tides
        gated = np.array([rule.hours != "always" or rule.tide != "" for rule in rules], np.bool_)
        self._gated: Mask = gated[pair_rule] if len(pair_rule) else np.zeros(0, np.bool_)

    def open(self, pair: Ints, time: Ints) -> Mask | None:
        """Which of the rows (pair, time) are watched; None = all."""
        rows = np.flatnonzero(self._gated[pair])
        if not len(rows):
            return None
        found = np.ones(len(pair), np.bool_)
        found[rows] = [self.is_open(*one) for one in zip(pair[rows].tolist(), time[rows].tolist(), strict=True)]
        return found

    def is_open(self, pair: int, time: int) -> bool:
        """Whether one pair watches at a moment."""
        if not self._gated[pair]:
            return True
        rule = self._rules[self._pair_rule[pair]]
        asset = int(self._pair_asset[pair])
        if rule.hours != "always" and not watches(rule.hours, time, self._calendars.get(asset, NATIONAL)):
            return False
        return not rule.tide or self._tides.runs(asset, rule.tide, time)
