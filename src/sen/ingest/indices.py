"""Keeps VN_AQI and VN_WQI up to date: recomputes what a roll-up refresh has touched, stores it, says what changed.

Restarting is safe: an index is a function of the hourly means, the same row replaces itself, and `catch_up` recomputes the days
in which the process may have died between a refresh and its indices.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sen.analytics.indices.stations import DAY_MS, HOUR_MS, REACH_HOURS, inputs, station_index
from sen.apps.packs import interface as packs
from sen.kernel import clock
from sen.telemetry.store import TelemetryStore

if TYPE_CHECKING:
    from sen.apps.assets.interface import SeriesEntry

LOCAL_MS = 7 * HOUR_MS
STATION_DAYS = 4_000
"""How many station days are computed at once; bounds memory to some 50 MB."""
REMEMBERED = 200_000
FARTHEST_CATCH_UP = timedelta(days=60)


@dataclass(frozen=True)
class _Station:
    """A station with an index: its series numbers by property."""

    number: int
    code: str
    index: str
    series: Mapping[str, int]


class IndexKeeper:
    """Computes and stores indices; one per ingest process. Not thread safe.

    `publish` gets one dictionary for each newest hourly index that is new or has changed, for the subject `live.index`:
    {"asset", "name", "hour" (ms), "value" or None, "category", "main_parameter"}.
    """

    def __init__(self, store: TelemetryStore, publish: Callable[[dict[str, Any]], None] | None = None) -> None:
        self._store = store
        self._publish = publish or (lambda change: None)
        self._stations: dict[int, _Station] = {}
        self._station_of_series: dict[int, _Station] = {}
        self._written: dict[tuple[int, str, str, int], int] = {}
        self._newest: dict[tuple[int, str], int] = {}
        self._owed: dict[int, set[int]] = defaultdict(set)

    def set_directory(self, entries: Iterable[SeriesEntry]) -> None:
        """Take the present directory of series; call it whenever the directory's version changes."""
        kinds = packs.asset_kinds()
        known = {name: frozenset(inputs(name)) for name in ("VN_AQI", "VN_WQI")}
        found: dict[int, tuple[str, str, dict[str, int]]] = {}
        for entry in entries:
            kind = kinds.get(entry.kind)
            if kind is not None and kind.index is not None and entry.property in known[kind.index]:
                found.setdefault(entry.asset_number, (entry.asset_code, kind.index, {}))[2][entry.property] = (
                    entry.number
                )
        self._stations = {number: _Station(number, *rest) for number, rest in found.items()}
        self._station_of_series = {
            series: station for station in self._stations.values() for series in station.series.values()
        }

    def refresh(self, touched: pa.Table) -> int:
        """Recompute the indices that depend on the touched (series, hour) pairs; returns how many rows were written.

        Raises Unavailable; what was not computed then is part of the next call.
        """
        hours = self._owed
        for series, hour in zip(touched["series"].to_pylist(), _milliseconds(touched["hour"]), strict=True):
            station = self._station_of_series.get(series)
            if station is not None:
                hours[station.number].add(hour)
        written = sum(self._compute(*work) for work in self._plan(hours))
        self._owed = defaultdict(set)
        return written

    def catch_up(self) -> int:
        """Recompute the last two days of every station, or since the newest stored index where that is longer (60 days at most)."""
        if not self._stations:
            return 0
        now = clock.now()
        stored = _milliseconds(self._store.latest_index(list(self._stations))["time"])
        since = now - timedelta(days=2)
        if stored:
            since = min(since, clock.from_ms(max(stored)) - timedelta(days=1))
        since = max(since, now - FARTHEST_CATCH_UP)
        hours = set(range(clock.to_ms(since) // HOUR_MS * HOUR_MS, clock.to_ms(now), HOUR_MS))
        return sum(self._compute(*work) for work in self._plan(dict.fromkeys(self._stations, hours)))

    def _plan(
        self, hours: Mapping[int, set[int]]
    ) -> Iterator[tuple[str, list[_Station], int, int, Mapping[int, set[int]]]]:
        """Work of one size: stations of one index that need the same run of local days (day numbers, both ends included)."""
        runs: dict[tuple[str, int, int], list[_Station]] = defaultdict(list)
        for number, touched in hours.items():
            station = self._stations.get(number)
            if station is None:  # taken out of the directory meanwhile
                continue
            days = {_day(hour) for hour in touched} | {_day(hour + (REACH_HOURS - 1) * HOUR_MS) for hour in touched}
            for first, last in _runs(days):
                runs[station.index, first, last].append(station)
        for (name, first, last), stations in sorted(runs.items(), key=lambda item: item[0]):
            size = max(1, STATION_DAYS // (last - first + 2))
            for start in range(0, len(stations), size):
                yield name, stations[start : start + size], first, last, hours

    def _compute(
        self, name: str, stations: list[_Station], first: int, last: int, hours: Mapping[int, set[int]]
    ) -> int:
        """Compute and store the days `first` to `last`; a day before them is the run-up."""
        start_ms = (first - 1) * DAY_MS - LOCAL_MS
        steps = (last - first + 2) * 24
        means, received = self._means(stations, start_ms, steps)
        wanted = np.zeros((len(stations), steps), dtype=bool)
        for row, station in enumerate(stations):
            for hour in hours[station.number]:
                position = (hour - start_ms) // HOUR_MS
                wanted[row, max(position, 0) : max(position + REACH_HOURS, 0)] = True
        rows = station_index(
            name, [s.number for s in stations], clock.from_ms(start_ms), means, wanted=wanted, received=received
        )
        return self._write(rows)

    def _means(
        self, stations: list[_Station], start_ms: int, steps: int
    ) -> tuple[dict[str, NDArray[np.float64]], NDArray[np.bool_]]:
        """(stations, hours) arrays: hourly means by property, and whether anything was received, valid or not."""
        numbers = [series for station in stations for series in station.series.values()]
        end_ms = start_ms + steps * HOUR_MS
        table = self._store.hourly(numbers, clock.from_ms(start_ms), clock.from_ms(end_ms))
        series = table["series"].to_numpy()
        hour = (np.array(_milliseconds(table["time"]), dtype=np.int64) - start_ms) // HOUR_MS
        mean = table["mean"].to_numpy()
        result: dict[str, NDArray[np.float64]] = {}
        received = np.zeros((len(stations), steps), dtype=bool)
        for parameter in dict.fromkeys(parameter for station in stations for parameter in station.series):
            places = {s.series[parameter]: row for row, s in enumerate(stations) if parameter in s.series}
            chosen = np.isin(series, list(places))
            array = np.full((len(stations), steps), np.nan)
            rows = [places[number] for number in series[chosen].tolist()]
            array[rows, hour[chosen]] = mean[chosen]
            received[rows, hour[chosen]] = True
            result[parameter] = array
        return result, received

    def _write(self, rows: pa.Table) -> int:
        """Store the rows that differ from what this process wrote last, then announce them."""
        if len(self._written) > REMEMBERED:
            self._written.clear()
        changed: list[int] = []
        listed = rows.to_pylist()
        for position, row in enumerate(listed):
            key = (row["asset"], row["name"], row["period"], clock.to_ms(row["time"]))
            content = hash((row["value"], row["main_parameter"], row["details"]))
            if self._written.get(key) != content:
                self._written[key] = content
                changed.append(position)
        if not changed:
            return 0
        try:
            self._store.append_index(rows.take(changed))
        except BaseException:
            self._written.clear()  # nobody knows what was stored: write it again next time
            raise
        self._announce(listed[position] for position in changed)
        return len(changed)

    def _announce(self, rows: Iterable[dict[str, Any]]) -> None:
        newest: dict[tuple[int, str], dict[str, Any]] = {}
        for row in rows:
            if row["period"] == "hour":
                key = (row["asset"], row["name"])
                hour = clock.to_ms(row["time"])
                if hour >= self._newest.get(key, 0):
                    self._newest[key] = hour
                    newest[key] = row
        for row in newest.values():
            station = self._stations.get(row["asset"])
            if station is not None:
                self._publish(
                    {
                        "asset": station.code,
                        "name": row["name"],
                        "hour": clock.to_ms(row["time"]),
                        "value": None if row["value"] < 0 else row["value"],
                        "category": row["category"],
                        "main_parameter": row["main_parameter"],
                    }
                )


def _milliseconds(column: pa.ChunkedArray) -> list[int]:
    """Milliseconds since the epoch of a timestamp column."""
    milliseconds: list[int] = column.cast(pa.timestamp("ms", tz="UTC")).cast(pa.int64()).to_pylist()
    return milliseconds


def _day(hour_ms: int) -> int:
    """Number of the local day that holds the hour."""
    return (hour_ms + LOCAL_MS) // DAY_MS


def _runs(days: set[int]) -> Iterator[tuple[int, int]]:
    """Runs of consecutive day numbers as (first, last)."""
    ordered = sorted(days)
    first = ordered[0]
    for day, following in zip(ordered, [*ordered[1:], ordered[-1] + 2], strict=True):
        if following > day + 1:
            yield first, day
            first = following
