"""The tables of dossiers, defined once; the DDL of a single machine and of a cluster are both generated from here.

Why they look like this, with the figures: docs/adr/0010-dossiers.md. Times are milliseconds since 1970, 0 for none.
"""

from __future__ import annotations

from enum import IntFlag

import pyarrow as pa

from sen.apps.procedures.on_time import STANDINGS
from sen.telemetry.schema import Table, View

LEDGER = "dossier_migrations"


class Flag(IntFlag):
    """Yes-or-no facts of a dossier in one number."""

    PAID_ONLINE = 1
    COMPONENT_FILES = 2
    DIGITAL_RESULT = 4
    RETURNS_PAPER = 8
    REUSED = 16
    SHARED = 32
    POPULATION_DATA = 64
    SYNCHRONISED = 128
    COMPLAINT = 256
    DISLIKE = 512
    HAS_FEE = 1024
    SIMULATED = 2048


_MOMENTS = (
    "start", "finish", "due", "due_extended", "wait_from", "wait_to", "second", "handling", "submitted", "received", "promised",
    "completed", "returned", "ended",
)  # fmt: skip

ROWS: pa.Schema = pa.schema(
    [
        pa.field("closed", pa.uint8(), nullable=False),
        pa.field("agency", pa.uint32(), nullable=False),
        pa.field("day", pa.uint16(), nullable=False),
        pa.field("hash", pa.uint64(), nullable=False),
        pa.field("code", pa.string(), nullable=False),
        pa.field("procedure", pa.uint32(), nullable=False),
        pa.field("state", pa.uint8(), nullable=False),
        pa.field("channel", pa.uint8(), nullable=False),
        pa.field("counted", pa.uint8(), nullable=False),
        pa.field("ended_as", pa.uint8(), nullable=False),
        pa.field("due_from", pa.uint8(), nullable=False),
        *(pa.field(name, pa.int64(), nullable=False) for name in _MOMENTS),
        pa.field("handling_units", pa.float32(), nullable=False),
        pa.field("flags", pa.uint32(), nullable=False),
        pa.field("fee", pa.uint64(), nullable=False),
        pa.field("reused_parts", pa.uint16(), nullable=False),
        pa.field("applicant_kind", pa.string(), nullable=False),
        pa.field("supplements", pa.string(), nullable=False),
        pa.field("steps", pa.string(), nullable=False),
        pa.field("source", pa.uint32(), nullable=False),
        pa.field("version", pa.uint64(), nullable=False),
        pa.field("deleted", pa.uint8(), nullable=False),
    ]
)
"""One dossier: sort key, facts for judging (on_time.Facts), what the source told, version = its time of change."""

PERSONAL: pa.Schema = pa.schema(
    [
        pa.field("hash", pa.uint64(), nullable=False),
        *(pa.field(name, pa.string(), nullable=False) for name in ("code", "name", "identity", "phone", "address")),
        pa.field("version", pa.uint64(), nullable=False),
    ]
)
"""The applicant of one dossier; read by masking.py only."""

KEYS: pa.Schema = pa.schema(
    [
        pa.field("hash", pa.uint64(), nullable=False),
        pa.field("code", pa.string(), nullable=False),
        pa.field("closed", pa.uint8(), nullable=False),
        pa.field("agency", pa.uint32(), nullable=False),
        pa.field("day", pa.uint16(), nullable=False),
        pa.field("digest", pa.uint64(), nullable=False),
        pa.field("version", pa.uint64(), nullable=False),
    ]
)
"""Where in `dossiers` the row of a code stands, so that a row that moves is taken away at its old place."""

_GRANULES = ("index_granularity = 1024",)

# Open dossiers lie together at the beginning, and within them and the finished ones those of an agency by day: what a screen
# asks for is one or two stretches of the table. What changes its place leaves a row with `deleted` at the old one.
DOSSIERS = Table(
    name="dossiers",
    columns=(
        "closed UInt8",
        "agency UInt32 CODEC(Delta, ZSTD(1))",
        "day Date CODEC(Delta, ZSTD(1))",
        "hash UInt64",
        "code String CODEC(ZSTD(1))",
        "procedure UInt32 CODEC(ZSTD(1))",
        "state UInt8 CODEC(ZSTD(1))",
        "channel UInt8 CODEC(ZSTD(1))",
        "counted UInt8 CODEC(ZSTD(1))",
        "ended_as UInt8 CODEC(ZSTD(1))",
        "due_from UInt8 CODEC(ZSTD(1))",
        *(f"{name} Int64 CODEC(ZSTD(1))" for name in _MOMENTS),
        "handling_units Float32 CODEC(ZSTD(1))",
        "flags UInt32 CODEC(ZSTD(1))",
        "fee UInt64 CODEC(ZSTD(1))",
        "reused_parts UInt16 CODEC(ZSTD(1))",
        "applicant_kind LowCardinality(String)",
        "supplements String CODEC(ZSTD(1))",
        "steps String CODEC(ZSTD(3))",
        "source UInt32 CODEC(ZSTD(1))",
        "version UInt64 CODEC(ZSTD(1))",
        "deleted UInt8 CODEC(ZSTD(1))",
    ),
    engine="ReplacingMergeTree(version, deleted)",
    partition_by="toYear(day)",
    order_by="(closed, agency, day, hash, code)",
    shard="agency",
    settings=_GRANULES,
)

KEYS_TABLE = Table(
    name="dossier_keys",
    columns=(
        "hash UInt64",
        "code String CODEC(ZSTD(1))",
        "closed UInt8 CODEC(ZSTD(1))",
        "agency UInt32 CODEC(ZSTD(1))",
        "day Date CODEC(ZSTD(1))",
        "digest UInt64",
        "version UInt64 CODEC(ZSTD(1))",
    ),
    engine="ReplacingMergeTree(version)",
    order_by="(hash, code)",
    shard="hash",
    settings=("index_granularity = 512",),
)

PERSONAL_TABLE = Table(
    name="dossier_personal",
    columns=(
        "hash UInt64",
        "code String CODEC(ZSTD(1))",
        "name String CODEC(ZSTD(1))",
        "identity String CODEC(ZSTD(1))",
        "phone String CODEC(ZSTD(1))",
        "address String CODEC(ZSTD(1))",
        "version UInt64 CODEC(ZSTD(1))",
    ),
    engine="ReplacingMergeTree(version)",
    order_by="(hash, code)",
    shard="hash",
    settings=_GRANULES,
)

HISTORY = Table(
    name="dossier_history",
    columns=(
        "hash UInt64",
        "code String CODEC(ZSTD(1))",
        "version UInt64 CODEC(ZSTD(1))",
        "state UInt8 CODEC(ZSTD(1))",
    ),
    engine="ReplacingMergeTree",
    order_by="(hash, code, version)",
    shard="hash",
    settings=_GRANULES,
)

HISTORY_VIEW = View(
    name="dossier_history_feed",
    target="dossier_history",
    source="dossiers",
    select="SELECT hash, code, version, state FROM {source} WHERE deleted = 0",
)

# As in telemetry: a mark is a random number, a recount subtracts the sum that it read; not zero means: to be counted anew.
TOUCHED = Table(
    name="dossier_touched",
    columns=("agency UInt32", "cohort Date", "mark UInt64"),
    engine="SummingMergeTree(mark)",
    order_by="(agency, cohort)",
    shard="agency",
    settings=_GRANULES,
)

FACTS = (
    "received", "online", "online_full", "postal", "finished", "handling_hours", "handling_units", "paid_online", "with_fee",
    "synchronised", "digital_results", "digitised", "reused", "shared", "population_data", "complaints", "simulated",
    *(f"state_{number}" for number in range(1, 11)),
)  # fmt: skip
"""What is counted by the day of receipt."""
PROCEDURE_FACTS = ("received", "online", "finished", "handling_hours", "handling_units")
"""What of it is counted for each procedure."""
COUNTERS = (*STANDINGS, *FACTS)
_HOURS = frozenset({"handling_hours", "handling_units"})


def _counters(name: str, key: tuple[str, ...], columns: tuple[str, ...]) -> Table:
    """A table of counters. A cohort (the dossiers of an agency received in one month) is counted anew as a whole, so nothing is ever
    added twice; what a count does not bring again is marked `deleted`. Days come first: every figure is asked for by a period."""
    return Table(
        name=name,
        columns=("day Date", "agency UInt32", "cohort Date", *key, *columns, "version UInt64", "deleted UInt8"),
        engine="ReplacingMergeTree(version, deleted)",
        partition_by="toYear(day)",
        order_by=f"({', '.join(('day', 'agency', 'cohort', *(column.split()[0] for column in key)))})",
        shard="agency",
        settings=_GRANULES,
    )


def _sums(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{name} {'Float64' if name in _HOURS else 'UInt64'} CODEC(ZSTD(1))" for name in names)


# By how many dossiers each standing (number of on_time.STANDINGS) changed at the end of a day: their sum up to a day is what stood
# there at its end, whatever happened later.
CHANGES = _counters("dossier_changes", ("procedure UInt32", "standing UInt8"), ("delta Int64 CODEC(ZSTD(1))",))
UNIT_CHANGES = _counters("dossier_unit_changes", ("standing UInt8",), ("delta Int64 CODEC(ZSTD(1))",))
RECEIPTS = _counters("dossier_receipts", ("procedure UInt32",), _sums(PROCEDURE_FACTS))
UNIT_RECEIPTS = _counters("dossier_unit_receipts", (), _sums(FACTS))

# Replaced by COURSES: it knew finished dossiers only. Version 1 of the tables had it, so it stays.
DURATIONS = Table(
    name="dossier_durations",
    columns=("agency UInt32", "procedure UInt32", "cases UInt32", "hours Array(Float32)", "version UInt64"),
    engine="ReplacingMergeTree(version)",
    order_by="(agency, procedure)",
    shard="procedure",
    settings=_GRANULES,
)

# How old dossiers of the last year were when they ended or were late, for foretelling: agency 0 = every agency. Ascending samples;
# `hours` at the end (or now), `again` when papers were asked for a second time.
COURSES = Table(
    name="dossier_courses",
    columns=(
        "agency UInt32",
        "procedure UInt32",
        "cases UInt32",
        "hours Array(Float32)",
        "again Array(Float32)",
        "version UInt64",
    ),
    engine="ReplacingMergeTree(version)",
    order_by="(agency, procedure)",
    shard="procedure",
    settings=_GRANULES,
)

MIGRATIONS: tuple[tuple[int, str, tuple[Table | View, ...]], ...] = (
    (
        1,
        "dossiers, where they stand, whose they are, their history and counters",
        (
            DOSSIERS,
            KEYS_TABLE,
            PERSONAL_TABLE,
            HISTORY,
            TOUCHED,
            CHANGES,
            UNIT_CHANGES,
            RECEIPTS,
            UNIT_RECEIPTS,
            DURATIONS,
            HISTORY_VIEW,
        ),
    ),
    (2, "how dossiers went, late ones that are still open too", (COURSES,)),
)
"""Versions in order. A released version is never edited: a change is a new version."""
