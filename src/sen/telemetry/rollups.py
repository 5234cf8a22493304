"""Hourly and daily roll-ups: exactly the touched hours, recomputed from the observations as they now stand.

Nothing is added to a figure, so a replay, a correction or late data cannot count twice. A touched mark is subtracted only
after the figures that include its rows are stored; a crash in between costs one more recomputation, never a stale hour.
"""

# ruff: noqa: S608 - numbers pass through int(), strings are server-side parameters
from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pyarrow as pa

from sen.kernel.clock import from_ms
from sen.telemetry.address import TelemetryError
from sen.telemetry.reading import DAY_MS, HOUR_MS, LOCAL_MS, Question, ceil_ms, floor_ms, ms_literal
from sen.telemetry.schema import VALID, ZONE

CHUNK_MARKS = 1_000_000
"""Mark rows handled by one statement: some 100 MB of grouping state."""

SHRINK_FROM = 100_000
"""Mark rows of a month from which a refresh asks for a merge."""

_MARKS = pa.schema([("series", pa.uint32()), ("hour_s", pa.uint32()), ("mark", pa.uint64())])
_MONTHS = pa.schema([("month", pa.uint32()), ("rows", pa.uint64()), ("low", pa.uint32()), ("high", pa.uint32())])
_CUTS = pa.schema([("series", pa.uint32()), ("cut_s", pa.uint32())])
TOUCHED = pa.schema([("series", pa.uint32()), ("hour", pa.timestamp("ms", tz="UTC"))])


@dataclass(frozen=True)
class RefreshResult:
    """What a refresh recomputed: `touched` (series, hour) pairs, and whether more marks wait than it was allowed to take."""

    touched: pa.Table
    remaining: bool

    @property
    def hours(self) -> int:
        """Number of (series, hour) pairs recomputed."""
        return int(self.touched.num_rows)


class Engine(Protocol):
    """What a refresh needs of the store."""

    def ask(self, question: Question) -> pa.Table: ...

    def command(self, sql: str, parameters: Mapping[str, str] | None = None) -> None: ...

    def insert(self, table: str, rows: pa.Table) -> None: ...


@dataclass(frozen=True)
class _Chunk:
    month: int
    low: int
    high: int

    def where(self) -> str:
        return f"series >= {self.low} AND series <= {self.high} AND toYYYYMM(hour) = {self.month}"


def refresh(engine: Engine, max_hours: int) -> RefreshResult:
    """Recompute touched hours and their days, newest month first, at most about `max_hours` of them."""
    parts: list[pa.Table] = []
    done = 0
    months = engine.ask(Question(_MONTHS_SQL, _MONTHS))
    chunks = _chunks(months)
    cuts = _cuts(engine)
    for chunk in chunks:
        if done >= max_hours:
            return RefreshResult(_joined(parts), remaining=True)
        marks = engine.ask(
            Question(
                "SELECT series, toUInt32(toUnixTimestamp(hour)) AS hour_s, sum(mark) AS mark FROM touched_hours "
                f"WHERE {chunk.where()} GROUP BY series, hour HAVING mark != 0",
                _MARKS,
            )
        )
        marks = _without_cut_hours(engine, marks, cuts)
        if marks.num_rows == 0:
            continue
        _recompute(engine, chunk, marks, may_widen=cuts.keys() <= {0})
        _subtract(engine, marks)
        done += marks.num_rows
        parts.append(pa.table([marks["series"], _hours(marks)], schema=TOUCHED))
    _shrink(engine, months)
    return RefreshResult(_joined(parts), remaining=False)


_MONTHS_SQL = (
    "SELECT toUInt32(toYYYYMM(hour)) AS month, count() AS rows, min(series) AS low, max(series) AS high "
    "FROM touched_hours GROUP BY month ORDER BY month DESC"
)


def _chunks(months: pa.Table) -> Iterator[_Chunk]:
    for row in months.to_pylist():
        pieces = max(1, -(-row["rows"] // CHUNK_MARKS))
        width = -(-(row["high"] - row["low"] + 1) // pieces)
        for low in range(row["low"], row["high"] + 1, width):
            yield _Chunk(row["month"], low, min(low + width - 1, row["high"]))


def _recompute(engine: Engine, chunk: _Chunk, marks: pa.Table, may_widen: bool) -> None:
    """Store the figures of the marked hours, then those of their local days."""
    seconds, numbers = marks["hour_s"].to_numpy(), marks["series"].to_numpy()
    first_ms, end_ms = int(seconds.min()) * 1000, int(seconds.max()) * 1000 + HOUR_MS
    low, high = int(numbers.min()), int(numbers.max())
    hours, days = "", ""
    # Where most hours of a block are marked, recomputing the whole block is as right and twice as fast.
    dense = may_widen and 2 * marks.num_rows >= (high - low + 1) * ((end_ms - first_ms) // HOUR_MS)
    if not dense:
        # Read again on the server: it can only have grown since, and an hour more is recomputed, never one less.
        dirty = (
            f"SELECT series, hour FROM touched_hours WHERE {chunk.where()} GROUP BY series, hour HAVING sum(mark) != 0"
        )
        hours = f" AND (series, toStartOfHour(time)) IN ({dirty})"
        days = (
            f" AND (series, toDate(hour, '{ZONE}')) IN (SELECT DISTINCT series, toDate(hour, '{ZONE}') FROM ({dirty}))"
        )
    block = f"series >= {low} AND series <= {high}"
    engine.command(
        "INSERT INTO observations_hourly (series, hour, count, valid, sum, min, max, first, last, flags, version) "
        "SELECT series, toDateTime(start, 'UTC') AS hour, count(), countIf(ok) AS valid, sumIf(value, ok), "
        "if(valid = 0, nan, minIf(value, ok)), if(valid = 0, nan, maxIf(value, ok)), if(valid = 0, nan, argMinIf(value, time, ok)), "
        "if(valid = 0, nan, argMaxIf(value, time, ok)), groupBitOr(flags), toUnixTimestamp64Nano(now64(9)) "
        f"FROM (SELECT series, time, toStartOfHour(time) AS start, value, flags, {VALID} AS ok FROM observations FINAL "
        f"WHERE {block} AND time >= {ms_literal(first_ms)} AND time < {ms_literal(end_ms)}{hours}) GROUP BY series, start"
    )
    first_s = floor_ms(from_ms(first_ms), DAY_MS, LOCAL_MS) // 1000
    end_s = ceil_ms(from_ms(end_ms), DAY_MS, LOCAL_MS) // 1000
    engine.command(
        "INSERT INTO observations_daily (series, day, count, valid, sum, min, max, first, last, flags, version) "
        "SELECT series, day, sum(c), sum(v) AS valid, sum(s), if(valid = 0, nan, minIf(low, v > 0)), if(valid = 0, nan, maxIf(high, v > 0)), "
        "if(valid = 0, nan, argMinIf(f, hour, v > 0)), if(valid = 0, nan, argMaxIf(l, hour, v > 0)), groupBitOr(marks), "
        "toUnixTimestamp64Nano(now64(9)) FROM (SELECT series, hour, "
        f"toDate(hour, '{ZONE}') AS day, count AS c, valid AS v, sum AS s, min AS low, max AS high, first AS f, last AS l, flags AS marks "
        f"FROM observations_hourly FINAL WHERE {block} AND hour >= toDateTime({first_s}, 'UTC') AND hour < toDateTime({end_s}, 'UTC')"
        f"{days}) GROUP BY series, day"
    )


def _subtract(engine: Engine, marks: pa.Table) -> None:
    negative = np.uint64(0) - marks["mark"].to_numpy()  # wraps, as the sum of UInt64 does in ClickHouse
    engine.insert(
        "touched_hours",
        pa.table({"series": marks["series"], "hour": marks["hour_s"], "mark": pa.array(negative, pa.uint64())}),
    )


def _shrink(engine: Engine, months: pa.Table) -> None:
    """Merge away marks and their subtractions where there are many: readers ask this table before every roll-up."""
    for row in months.to_pylist():
        if row["rows"] >= SHRINK_FROM:
            with suppress(TelemetryError):  # a Distributed table cannot be told to; its parts merge in their own time
                engine.command(f"OPTIMIZE TABLE touched_hours PARTITION {int(row['month'])} FINAL")


def _cuts(engine: Engine) -> dict[int, int]:
    table = engine.ask(
        Question("SELECT series, toUInt32(toUnixTimestamp(max(cut))) AS cut_s FROM raw_cuts GROUP BY series", _CUTS)
    )
    return dict(zip(table["series"].to_pylist(), table["cut_s"].to_pylist(), strict=True))


def _without_cut_hours(engine: Engine, marks: pa.Table, cuts: dict[int, int]) -> pa.Table:
    """Marks without hours whose raw rows retention has deleted: their figures stay as they were."""
    if not cuts or marks.num_rows == 0:
        return marks
    series, hours = marks["series"].to_numpy(), marks["hour_s"].to_numpy()
    limit = np.full(len(series), cuts.get(0, 0), dtype=np.uint32)
    for number, cut in cuts.items():
        if number:
            limit[series == number] = max(cut, cuts.get(0, 0))
    gone = hours < limit
    if gone.any():
        _subtract(engine, marks.filter(pa.array(gone)))
    return marks.filter(pa.array(~gone))


def _hours(marks: pa.Table) -> pa.Array:
    return pa.array(marks["hour_s"].to_numpy().astype("int64") * 1000, pa.int64()).cast(pa.timestamp("ms", tz="UTC"))


def _joined(parts: list[pa.Table]) -> pa.Table:
    return pa.concat_tables(parts) if parts else TOUCHED.empty_table()
