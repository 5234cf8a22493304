"""The tables of telemetry, defined once; the DDL of a single machine and of a cluster are both generated from here.

Why the tables look like this, with the figures: docs/adr/0002-telemetry-tables.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pyarrow as pa

from sen.telemetry.flags import INVALID, Flag

_MS = pa.timestamp("ms", tz="UTC")

OBSERVATIONS: pa.Schema = pa.schema(
    [
        pa.field("series", pa.uint32(), nullable=False),
        pa.field("time", _MS, nullable=False),
        pa.field("value", pa.float64(), nullable=False),
        pa.field("flags", pa.uint32(), nullable=False),
        pa.field("source", pa.uint32(), nullable=False),
        pa.field("seq", pa.uint64(), nullable=False),
        pa.field("received", _MS, nullable=False),
    ]
)
"""One observation: series number, time of measurement, value (NaN = none), Flag bits, source number, log sequence, arrival."""

WAITING: pa.Schema = pa.schema(
    [
        pa.field("source", pa.uint32(), nullable=False),
        pa.field("device", pa.string(), nullable=False),
        pa.field("property", pa.string(), nullable=False),
        pa.field("time", _MS, nullable=False),
        pa.field("value", pa.float64(), nullable=False),
        pa.field("status", pa.string(), nullable=False),
        pa.field("seq", pa.uint64(), nullable=False),
        pa.field("received", _MS, nullable=False),
    ]
)
"""One reading of a device that no asset owns yet."""

INDEX_VALUES: pa.Schema = pa.schema(
    [
        pa.field("asset", pa.uint32(), nullable=False),
        pa.field("name", pa.string(), nullable=False),
        pa.field("period", pa.string(), nullable=False),
        pa.field("time", _MS, nullable=False),
        pa.field("value", pa.int32(), nullable=False),
        pa.field("category", pa.string(), nullable=False),
        pa.field("main_parameter", pa.string(), nullable=False),
        pa.field("details", pa.string(), nullable=False),
    ]
)
"""One VN_AQI or VN_WQI: asset number, name, `hour` or `day`, start, value (-1 = none), category, main parameter, JSON."""

# Rows whose time or value cannot be trusted to be "now" never become the newest row of a series.
_NOT_LATEST = int(Flag.FUTURE)
ZONE = "Asia/Ho_Chi_Minh"
VALID = f"bitAnd(flags, {INVALID}) = 0 AND isFinite(value)"
"""SQL: whether a row of `observations` counts in aggregates."""


@dataclass(frozen=True)
class Table:
    """A table: columns as DDL text, an engine without its `Replicated` prefix, keys. `shard` spreads rows in a cluster."""

    name: str
    columns: tuple[str, ...]
    engine: str
    order_by: str
    shard: str
    partition_by: str = ""
    ttl: str = ""
    settings: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class View:
    """A materialised view that feeds `target` from each block inserted into `source`."""

    name: str
    target: str
    source: str
    select: str


OBSERVATIONS_TABLE = Table(
    name="observations",
    columns=(
        "series UInt32 CODEC(Delta, ZSTD(1))",
        "time DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1))",
        "value Float64 CODEC(Gorilla, ZSTD(1))",
        "flags UInt32 CODEC(ZSTD(1))",
        "source UInt32 CODEC(ZSTD(1))",
        "seq UInt64 CODEC(Delta, ZSTD(1))",
        "received DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1))",
    ),
    engine="ReplacingMergeTree(seq)",
    partition_by="toYYYYMM(time)",
    order_by="(series, time)",
    shard="series",
    settings=("index_granularity = 1024",),
)

_BUCKET_COLUMNS = (
    "count UInt32 CODEC(T64, ZSTD(1))",
    "valid UInt32 CODEC(T64, ZSTD(1))",
    "sum Float64 CODEC(Gorilla, ZSTD(1))",
    "min Float64 CODEC(Gorilla, ZSTD(1))",
    "max Float64 CODEC(Gorilla, ZSTD(1))",
    "first Float64 CODEC(Gorilla, ZSTD(1))",
    "last Float64 CODEC(Gorilla, ZSTD(1))",
    "flags UInt32 CODEC(ZSTD(1))",
    "version UInt64 CODEC(Delta, ZSTD(1))",
)

# A mark is a random number; a refresh subtracts the sum that it read. A pair is dirty while its sum is not zero,
# so marks that arrive meanwhile stay, a subtraction applied twice shows as dirty again, and zero rows merge away.
TOUCHED_HOURS = Table(
    name="touched_hours",
    columns=("series UInt32 CODEC(Delta, ZSTD(1))", "hour DateTime('UTC') CODEC(Delta, ZSTD(1))", "mark UInt64"),
    engine="SummingMergeTree(mark)",
    partition_by="toYYYYMM(hour)",
    order_by="(series, hour)",
    shard="series",
    settings=("index_granularity = 1024",),
)

HOURLY = Table(
    name="observations_hourly",
    columns=(
        "series UInt32 CODEC(Delta, ZSTD(1))",
        "hour DateTime('UTC') CODEC(DoubleDelta, ZSTD(1))",
        *_BUCKET_COLUMNS,
    ),
    engine="ReplacingMergeTree(version)",
    partition_by="toStartOfQuarter(hour)",
    order_by="(series, hour)",
    shard="series",
    settings=("index_granularity = 1024",),
)

DAILY = Table(
    name="observations_daily",
    columns=("series UInt32 CODEC(Delta, ZSTD(1))", "day Date CODEC(DoubleDelta, ZSTD(1))", *_BUCKET_COLUMNS),
    engine="ReplacingMergeTree(version)",
    partition_by="toYear(day)",
    order_by="(series, day)",
    shard="series",
    settings=("index_granularity = 1024",),
)

LATEST = Table(
    name="latest",
    columns=(
        "series UInt32",
        "time DateTime64(3, 'UTC')",
        "value Float64",
        "flags UInt32",
        "source UInt32",
        "seq UInt64",
        "received DateTime64(3, 'UTC')",
        "version UInt128",
    ),
    engine="ReplacingMergeTree(version)",
    order_by="series",
    shard="series",
    settings=("index_granularity = 1024",),
)

INDEX_TABLE = Table(
    name="index_values",
    columns=(
        "asset UInt32",
        "name LowCardinality(String)",
        "period LowCardinality(String)",
        "time DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1))",
        "value Int32 CODEC(T64, ZSTD(1))",
        "category LowCardinality(String)",
        "main_parameter LowCardinality(String)",
        "details String CODEC(ZSTD(3))",
        "version UInt64 MATERIALIZED toUnixTimestamp64Nano(now64(9))",
    ),
    engine="ReplacingMergeTree(version)",
    partition_by="toYYYYMM(time)",
    order_by="(asset, name, period, time)",
    shard="asset",
    settings=("index_granularity = 1024",),
)

WAITING_TABLE = Table(
    name="waiting_readings",
    columns=(
        "source UInt32",
        "device String",
        "property LowCardinality(String)",
        "time DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1))",
        "value Float64",
        "status LowCardinality(String)",
        "seq UInt64",
        "received DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1))",
    ),
    engine="ReplacingMergeTree(seq)",
    order_by="(source, device, property, time)",
    shard="source",
    ttl="toDateTime(received) + INTERVAL 90 DAY",
)

# Up to where retention has deleted raw rows: hours before the cut are never recomputed (series 0 = every series).
RAW_CUTS = Table(
    name="raw_cuts",
    columns=("series UInt32", "cut DateTime('UTC')"),
    engine="ReplacingMergeTree(cut)",
    order_by="series",
    shard="series",
)

TOUCHED_VIEW = View(
    name="touched_hours_feed",
    target="touched_hours",
    source="observations",
    select="SELECT series, toStartOfHour(time) AS hour, sum(rand64()) AS mark FROM {source} GROUP BY series, hour",
)

LATEST_VIEW = View(
    name="latest_feed",
    target="latest",
    source="observations",
    # One argMax per column with a number as its key: over whole tuples it takes six times as long, half of an insert.
    select=(
        "SELECT series, argMax(t, v) AS time, argMax(x, v) AS value, argMax(f, v) AS flags, argMax(o, v) AS source, "
        "argMax(q, v) AS seq, argMax(r, v) AS received, max(v) AS version "
        "FROM (SELECT series, time AS t, value AS x, flags AS f, source AS o, seq AS q, received AS r, "
        "bitShiftLeft(toUInt128(greatest(toUnixTimestamp64Milli(time), 0)), 64) + seq AS v "
        "FROM {source} WHERE bitAnd(flags, " + str(_NOT_LATEST) + ") = 0) GROUP BY series"
    ),
)

MIGRATIONS: tuple[tuple[int, str, tuple[Table | View, ...]], ...] = (
    (
        1,
        "observations, roll-ups, latest, indices, waiting readings",
        (
            OBSERVATIONS_TABLE,
            TOUCHED_HOURS,
            HOURLY,
            DAILY,
            LATEST,
            INDEX_TABLE,
            WAITING_TABLE,
            RAW_CUTS,
            TOUCHED_VIEW,
            LATEST_VIEW,
        ),
    ),
)
"""Versions in order. A released version is never edited: a change is a new version."""
