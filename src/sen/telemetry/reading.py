"""What is asked of the telemetry tables, as values: SQL, parameters and the shape of the answer. Runs nothing.

The synchronous and the asynchronous store ask the same questions; both take them from here. Numbers are written into the
text (they come through int()); strings always travel as server-side parameters.
"""

# ruff: noqa: S608 - numbers pass through int(), strings are server-side parameters
from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from sen.kernel.clock import to_ms
from sen.telemetry.schema import INDEX_VALUES, OBSERVATIONS, VALID, WAITING

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
LOCAL_MS = 7 * HOUR_MS
"""Vietnam is UTC+7 all year, so that local days begin on a whole UTC hour."""

_MS = pa.timestamp("ms", tz="UTC")
_U32, _U64, _F64 = pa.uint32(), pa.uint64(), pa.float64()

BUCKETS: pa.Schema = pa.schema(
    [
        ("series", _U32),
        ("time", _MS),
        ("count", _U32),
        ("valid", _U32),
        ("mean", _F64),
        ("min", _F64),
        ("max", _F64),
        ("sum", _F64),
        ("first", _F64),
        ("last", _F64),
        ("flags", _U32),
    ]
)
"""One hour, day or shorter step of one series: `time` is its start; figures are over valid values, NaN when there is none."""

DIRTY: pa.Schema = pa.schema([("series", _U32), ("hour_ms", pa.int64())])
"""Hours that roll-ups do not show yet."""


@dataclass(frozen=True)
class Question:
    """One SELECT: text, string parameters, and the Arrow schema that its answer is cast to."""

    sql: str
    schema: pa.Schema
    parameters: Mapping[str, str] = field(default_factory=dict)


READ_SETTINGS: Mapping[str, int] = {
    # A row and its replacement share the month, so that partitions need not be merged with each other.
    "do_not_merge_across_partitions_select_final": 1,
    "output_format_arrow_string_as_string": 1,
}


def ms_literal(milliseconds: int) -> str:
    """SQL of a DateTime64(3) literal."""
    return f"fromUnixTimestamp64Milli({int(milliseconds)}, 'UTC')"


def series_in(series: Iterable[int], column: str = "series") -> str:
    """SQL condition: the column is one of these numbers; never true for none."""
    numbers = ",".join(str(int(number)) for number in series)
    return f"{column} IN ({numbers})" if numbers else "0"


def observations(series: int, start: datetime, end: datetime, limit: int, descending: bool) -> Question:
    """The stored rows of one series in [start, end), each time once."""
    return Question(
        f"SELECT series, time, value, flags, source, seq, received FROM observations FINAL WHERE series = {int(series)} "
        f"AND time >= {ms_literal(to_ms(start))} AND time < {ms_literal(to_ms(end))} "
        f"ORDER BY time {'DESC' if descending else 'ASC'} LIMIT {int(limit)}{_few([series])}",
        OBSERVATIONS,
    )


def latest(series: Sequence[int] | None) -> Question:
    """The newest row of each series (all of them with None)."""
    where = "" if series is None else f" WHERE {series_in(series)}"
    return Question(
        f"SELECT series, time, value, flags, source, seq, received FROM latest FINAL{where} ORDER BY series",
        OBSERVATIONS,
    )


def recent(per_series: int, since: datetime) -> Question:
    """The last `per_series` rows of every series since `since`, oldest first."""
    return Question(
        "SELECT * FROM (SELECT series, time, value, flags, source, seq, received FROM observations FINAL "
        f"WHERE time >= {ms_literal(to_ms(since))} ORDER BY series, time DESC LIMIT {int(per_series)} BY series) ORDER BY series, time",
        OBSERVATIONS,
    )


def dirty(series: Sequence[int], start_ms: int, end_ms: int) -> Question:
    """Which of the series have hours in [start, end) that changed since the last refresh. Ask before the roll-ups."""
    return Question(
        f"SELECT series, toInt64(toUnixTimestamp(hour)) * 1000 AS hour_ms FROM touched_hours WHERE {series_in(series)} "
        f"AND hour >= toDateTime({start_ms // 1000}, 'UTC') AND hour < toDateTime({-(-end_ms // 1000)}, 'UTC') "
        f"GROUP BY series, hour HAVING sum(mark) != 0{_few(series)}",
        DIRTY,
    )


def _few(series: Sequence[int]) -> str:
    """A question about one series touches a few granules: more threads would only wait for each other."""
    return " SETTINGS max_threads = 1" if len(series) == 1 else ""


_ROLLED = {
    "count": "count",
    "valid": "valid",
    "mean": "if(valid = 0, nan, sum / valid)",
    "min": "min",
    "max": "max",
    "sum": "sum",
    "first": "first",
    "last": "last",
    "flags": "flags",
}
_SUMMED = {
    "count": "count()",
    "valid": "countIf(ok)",
    "mean": "avgIf(value, ok)",
    "min": "if(countIf(ok) = 0, nan, minIf(value, ok))",
    "max": "if(countIf(ok) = 0, nan, maxIf(value, ok))",
    "sum": "sumIf(value, ok)",
    "first": "if(countIf(ok) = 0, nan, argMinIf(value, at, ok))",
    "last": "if(countIf(ok) = 0, nan, argMaxIf(value, at, ok))",
    "flags": "groupBitOr(marks)",
}
ALL_FIGURES: tuple[str, ...] = tuple(_ROLLED)


def _select(figures: Sequence[str], expressions: Mapping[str, str]) -> str:
    return ", ".join(f"{expressions[name]} AS {name}" if expressions[name] != name else name for name in figures)


def _schema(figures: Sequence[str]) -> pa.Schema:
    return pa.schema([BUCKETS.field(name) for name in ("series", "time", *figures)])


def raw_buckets(
    series: Sequence[int],
    start_ms: int,
    end_ms: int,
    step_ms: int,
    *,
    offset_ms: int = 0,
    figures: Sequence[str] = ALL_FIGURES,
) -> str:
    """SQL of buckets of `step_ms` straight from the observations in [start, end); `offset_ms` moves their edges."""
    bucket = f"intDiv(toUnixTimestamp64Milli(time) + {offset_ms}, {step_ms}) * {step_ms} - {offset_ms}"
    return (
        f"SELECT series, fromUnixTimestamp64Milli(bucket, 'UTC') AS time, {_select(figures, _SUMMED)} FROM (SELECT series, time AS at, value, "
        f"flags AS marks, {VALID} AS ok, {bucket} AS bucket FROM observations FINAL WHERE {series_in(series)} "
        f"AND time >= {ms_literal(start_ms)} AND time < {ms_literal(end_ms)}) GROUP BY series, bucket"
    )


def stepped(
    series: Sequence[int], start_ms: int, end_ms: int, step_ms: int, figures: Sequence[str] = ALL_FIGURES
) -> Question:
    """Buckets of any step straight from the observations."""
    buckets = raw_buckets(series, start_ms, end_ms, step_ms, figures=figures)
    return Question(f"SELECT * FROM ({buckets}) ORDER BY series, time", _schema(figures))


def hourly(
    series: Sequence[int], start_ms: int, end_ms: int, changed: pa.Table, figures: Sequence[str] = ALL_FIGURES
) -> Question:
    """Hours in [start, end): from the roll-up, and from the observations where `changed` (an answer to `dirty`) says so."""
    where = f"{series_in(series)} AND hour >= toDateTime({start_ms // 1000}, 'UTC') AND hour < toDateTime({end_ms // 1000}, 'UTC')"
    return _repaired(
        f"SELECT series, toDateTime64(hour, 3, 'UTC') AS time, {_select(figures, _ROLLED)} FROM observations_hourly FINAL WHERE {where}",
        lambda low, high: f"hour >= toDateTime({low // 1000}, 'UTC') AND hour < toDateTime({high // 1000}, 'UTC')",
        changed,
        step_ms=HOUR_MS,
        offset_ms=0,
        figures=figures,
        ending=_few(series),
    )


def daily(
    series: Sequence[int], start_ms: int, end_ms: int, changed: pa.Table, figures: Sequence[str] = ALL_FIGURES
) -> Question:
    """Local days in [start, end), repaired like `hourly`; `time` is local midnight."""

    def day(moment: int) -> str:
        return f"toDate({(moment + LOCAL_MS) // DAY_MS})"

    where = f"{series_in(series)} AND day >= {day(start_ms)} AND day < {day(end_ms)}"
    return _repaired(
        f"SELECT series, fromUnixTimestamp64Milli(toInt64(toUInt16(day)) * {DAY_MS} - {LOCAL_MS}, 'UTC') AS time, {_select(figures, _ROLLED)} "
        f"FROM observations_daily FINAL WHERE {where}",
        lambda low, high: f"day >= {day(low)} AND day < {day(high)}",
        changed,
        step_ms=DAY_MS,
        offset_ms=LOCAL_MS,
        figures=figures,
        ending=_few(series),
    )


def _repaired(
    rolled: str,
    span: Callable[[int, int], str],
    changed: pa.Table,
    *,
    step_ms: int,
    offset_ms: int,
    figures: Sequence[str],
    ending: str,
) -> Question:
    schema = _schema(figures)
    if changed.num_rows == 0:
        return Question(f"{rolled} ORDER BY series, time{ending}", schema)
    numbers, hours = sorted(set(changed["series"].to_pylist())), changed["hour_ms"].to_numpy()
    low = (int(hours.min()) + offset_ms) // step_ms * step_ms - offset_ms
    high = (int(hours.max()) + offset_ms) // step_ms * step_ms - offset_ms + step_ms
    raw = raw_buckets(numbers, low, high, step_ms, offset_ms=offset_ms, figures=figures)
    return Question(
        f"SELECT * FROM ({rolled} AND NOT ({series_in(numbers)} AND {span(low, high)}) UNION ALL {raw}) ORDER BY series, time{ending}",
        schema,
    )


Span = tuple[Sequence[int], int]
"""Series, and the hour (ms since the epoch) from which they are asked."""


def hourly_of(spans: Sequence[Span], end_ms: int, changed: pa.Table) -> Question:
    """Hours of many series, each span from its own hour to `end_ms`, in one statement. The spans share no series."""
    parts = " UNION ALL ".join(
        f"SELECT * FROM ({hourly(series, start, end_ms, _within(changed, series, start)).sql})"
        for series, start in spans
        if series
    )
    return Question(f"SELECT * FROM ({parts}) ORDER BY series, time" if parts else _NOTHING, BUCKETS)


def _within(changed: pa.Table, series: Sequence[int], start_ms: int) -> pa.Table:
    """The changed hours of one span: those of other spans must not be read into it."""
    mine = pc.is_in(changed["series"], value_set=pa.array(series, changed["series"].type))
    return changed.filter(pc.and_(mine, pc.greater_equal(changed["hour_ms"], start_ms)))


def _means(series: Sequence[int], start_ms: int, end_ms: int, changed: pa.Table) -> str:
    return hourly(series, start_ms, end_ms, _within(changed, series, start_ms), ("valid", "mean")).sql


OVER_SERIES: pa.Schema = pa.schema(
    [("span", _U32), ("time", _MS), ("series", _U32), ("mean", _F64), ("min", _F64), ("max", _F64), ("sum", _F64)]
)
"""One hour of several series together: how many had a valid value, and mean, extremes and sum of their hourly means."""


def hourly_over(spans: Sequence[Span], end_ms: int, changed: pa.Table) -> Question:
    """Each span's series put together hour by hour, in one statement; `span` is its place in `spans`."""
    parts = " UNION ALL ".join(
        f"SELECT toUInt32({place}) AS span, time, toUInt32(count()) AS series, avg(m) AS mean, min(m) AS min, max(m) AS max, sum(m) AS sum "
        f"FROM (SELECT time, mean AS m FROM ({_means(series, start, end_ms, changed)}) WHERE valid > 0) GROUP BY time"
        for place, (series, start) in enumerate(spans)
        if series
    )
    return Question(f"SELECT * FROM ({parts}) ORDER BY span, time" if parts else _NOTHING, OVER_SERIES)


HOUR_VALUES: pa.Schema = pa.schema([("series", _U32), ("hour_ms", pa.int64()), ("value", _F64)])
_NOTHING = "SELECT 1 WHERE 0"


def values_in_hours(series: Sequence[int], hours_ms: Sequence[int]) -> Question:
    """The mean of whatever was sent in these hours, valid or not: where a chart draws the mark of an hour that does not count."""
    if not series or not hours_ms:
        return Question(_NOTHING, HOUR_VALUES)
    bucket = f"intDiv(toUnixTimestamp64Milli(time), {HOUR_MS}) * {HOUR_MS}"
    chosen = ",".join(str(int(hour)) for hour in hours_ms)
    return Question(
        f"SELECT series, hour_ms, avg(v) AS value FROM (SELECT series, {bucket} AS hour_ms, value AS v FROM observations FINAL "
        f"WHERE {series_in(series)} AND time >= {ms_literal(min(hours_ms))} AND time < {ms_literal(max(hours_ms) + HOUR_MS)} "
        f"AND isFinite(value)) WHERE hour_ms IN ({chosen}) GROUP BY series, hour_ms",
        HOUR_VALUES,
    )


TRAILING: pa.Schema = pa.schema([("series", _U32), ("h1", _F64), ("h8", _F64), ("h24", _F64)])
"""Newest hourly mean, and means of the hourly means of 8 and 24 hours (NaN where fewer than 75 % of the hours have one)."""


def trailing(hour_ms: int) -> Question:
    """Of every series, the means that end with the hour that begins at `hour_ms`; from the roll-up alone."""
    last = hour_ms // 1000
    enough = {hours: -(-hours * 3 // 4) for hours in (8, 24)}
    windows = ", ".join(
        f"if(countIf(hour > toDateTime({last - hours * 3600}, 'UTC')) >= {enough[hours]}, "
        f"avgIf(mean, hour > toDateTime({last - hours * 3600}, 'UTC')), nan) AS h{hours}"
        for hours in (8, 24)
    )
    return Question(
        f"SELECT series, argMax(mean, hour) AS h1, {windows} FROM (SELECT series, hour, sum / valid AS mean "
        f"FROM observations_hourly FINAL WHERE hour > toDateTime({last - 24 * 3600}, 'UTC') "
        f"AND hour <= toDateTime({last}, 'UTC') AND valid > 0) GROUP BY series",
        TRAILING,
    )


def index_history(asset: int, name: str, start: datetime, end: datetime, period: str = "") -> Question:
    """Index values of one asset in [start, end), oldest first."""
    which = " AND period = {period:String}" if period else ""
    return Question(
        f"SELECT asset, name, period, time, value, category, main_parameter, details FROM index_values FINAL "
        f"WHERE asset = {int(asset)} AND name = {{name:String}}{which} "
        f"AND time >= {ms_literal(to_ms(start))} AND time < {ms_literal(to_ms(end))} ORDER BY period, time",
        INDEX_VALUES,
        {"name": name, **({"period": period} if period else {})},
    )


def latest_index(assets: Sequence[int] | None, since: datetime) -> Question:
    """The newest hour and day of each index of each asset since `since`."""
    where = f"time >= {ms_literal(to_ms(since))}" + ("" if assets is None else f" AND {series_in(assets, 'asset')}")
    return Question(
        "SELECT asset, name, period, time, value, category, main_parameter, details FROM index_values FINAL "
        f"WHERE {where} ORDER BY asset, name, period, time DESC LIMIT 1 BY asset, name, period",
        INDEX_VALUES,
    )


def waiting(source: int, device: str) -> Question:
    """What one unknown device has sent, oldest first."""
    return Question(
        "SELECT source, device, property, time, value, status, seq, received FROM waiting_readings FINAL "
        f"WHERE source = {int(source)} AND device = {{device:String}} ORDER BY time, property",
        WAITING,
        {"device": device},
    )


def floor_ms(moment: datetime, step_ms: int, offset_ms: int = 0) -> int:
    """Start of the bucket that holds `moment`."""
    return (to_ms(moment) + offset_ms) // step_ms * step_ms - offset_ms


def ceil_ms(moment: datetime, step_ms: int, offset_ms: int = 0) -> int:
    """End of the last bucket that begins before `moment`."""
    exact = to_ms(moment + timedelta(microseconds=999))
    return -(-(exact + offset_ms) // step_ms) * step_ms - offset_ms
