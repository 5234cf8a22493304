"""Counts cohorts anew where dossiers changed: the dossiers of an agency received in one month, never one dossier added to a figure."""

# ruff: noqa: S608 - only numbers and our own column names go into statements
from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa

from sen.apps.procedures.on_time import FINISHED
from sen.apps.procedures.on_time_sql import CHANGE_DAYS, STANDINGS_AFTER
from sen.apps.procedures.storage.engine import Engine, numbers, rows
from sen.apps.procedures.storage.schema import (
    CHANGES,
    FACTS,
    PROCEDURE_FACTS,
    RECEIPTS,
    UNIT_CHANGES,
    UNIT_RECEIPTS,
    Flag,
)
from sen.apps.procedures.storage.writing import unmarked
from sen.kernel.configuration import settings
from sen.telemetry.reading import Question
from sen.telemetry.schema import Table

AT_ONCE = 1_000_000
"""Dossiers that are judged in one statement: bounds the memory of its groups."""
ROUND = 2_000
"""Cohorts that are named one by one in a statement; where more are touched, everything is counted."""
_MARKED = pa.schema([("agency", pa.uint32()), ("cohort", pa.uint16()), ("mark", pa.uint64())])


@dataclass(frozen=True, slots=True)
class Touched:
    """Cohorts to be counted anew with the sums of their marks: parallel lists, ordered by agency and month. `whole`: all there are."""

    agencies: list[int]
    months: list[int]
    marks: list[int]
    whole: bool = False

    def slice(self, start: int, stop: int | None) -> Touched:
        """Some of them."""
        return Touched(self.agencies[start:stop], self.months[start:stop], self.marks[start:stop], self.whole)

    def where(self, month: str) -> str:
        """SQL that holds for rows of these cohorts; `month` is the expression of the cohort."""
        if self.whole:
            return "1"
        pairs = ",".join(f"({agency},{number})" for agency, number in zip(self.agencies, self.months, strict=True))
        return f"agency IN {numbers(sorted(set(self.agencies)))} AND (agency, toUInt16({month})) IN ({pairs})"

    def of_dossiers(self) -> str:
        """SQL for their dossiers; where every cohort is counted, a stretch of them instead of a list."""
        if not self.whole:
            return self.where("toStartOfMonth(day)")
        pair = "(agency, toUInt16(toStartOfMonth(day)))"
        return (
            f"agency >= {self.agencies[0]} AND agency <= {self.agencies[-1]} AND {pair} >= ({self.agencies[0]}, {self.months[0]}) "
            f"AND {pair} <= ({self.agencies[-1]}, {self.months[-1]})"
        )

    def days(self) -> str:
        """SQL for days of receipt in these months, so that the primary key leaves out the others."""
        return f"day >= toDate({min(self.months)}) AND day <= toDate({max(self.months) + 31})"


def touch_all(at: Engine) -> None:
    """Let everything be counted anew, cohorts that have lost all their dossiers included."""
    at.command(
        "INSERT INTO dossier_touched (agency, cohort, mark) SELECT agency, cohort, rand64() FROM "
        "(SELECT agency, toStartOfMonth(day) AS cohort FROM dossiers GROUP BY agency, cohort UNION DISTINCT "
        "SELECT DISTINCT agency, cohort FROM dossier_unit_receipts)"
    )


def recount(at: Engine) -> int:
    """Count every touched cohort anew; how many. Safe to be killed: what was not finished stays touched."""
    touched = _touched(at)
    for start in range(0, len(touched.months), len(touched.months) if touched.whole else ROUND):
        some = touched if touched.whole else touched.slice(start, start + ROUND)
        version = time.time_ns()
        for chunk in _slices(at, some):
            _judge(at, chunk, version)
        _add_up(at, some, version)
        for table in (CHANGES, UNIT_CHANGES, RECEIPTS, UNIT_RECEIPTS):
            _forget(at, table, some, version)
        at.insert("dossier_touched", unmarked(some.agencies, some.months, some.marks))
    if touched.whole:
        _settle(at)
    return len(touched.months)


def _settle(at: Engine) -> None:
    """Put the small table of the province's figures in order after everything was written anew: a past period reads all of it."""
    cluster = settings().clickhouse_cluster
    table = f"{UNIT_CHANGES.name}_local ON CLUSTER '{cluster}'" if cluster else UNIT_CHANGES.name
    at.command(f"OPTIMIZE TABLE {table} FINAL")


def _touched(at: Engine) -> Touched:
    marked = at.ask(
        Question(
            "SELECT agency, toUInt16(cohort) AS cohort, sum(mark) AS mark FROM dossier_touched GROUP BY agency, cohort "
            "HAVING mark != 0 ORDER BY agency, cohort",
            _MARKED,
        )
    )
    agencies, months, marks = (marked[name].to_pylist() for name in _MARKED.names)
    if len(months) <= ROUND:
        return Touched(agencies, months, marks)
    held = rows(at, "SELECT uniqExact(agency, cohort) AS n FROM dossier_touched", {"n": pa.uint64()})
    return Touched(agencies, months, marks, whole=2 * len(months) >= held[0]["n"])


def _slices(at: Engine, touched: Touched) -> Iterator[Touched]:
    """Parts of about AT_ONCE dossiers."""
    sizes = {
        (row["agency"], row["cohort"]): row["n"]
        for row in rows(
            at,
            "SELECT agency, toUInt16(toStartOfMonth(day)) AS cohort, count() AS n FROM dossiers WHERE "
            f"agency IN {numbers(sorted(set(touched.agencies)))} GROUP BY agency, cohort",
            {"agency": pa.uint32(), "cohort": pa.uint16(), "n": pa.uint64()},
        )
    }
    start = held = 0
    for index, cohort in enumerate(zip(touched.agencies, touched.months, strict=True)):
        size = sizes.get(cohort, 0)
        if held and held + size > AT_ONCE:
            yield touched.slice(start, index)
            start, held = index, 0
        held += size
    if touched.months:
        yield touched.slice(start, None)


def _judge(at: Engine, chunk: Touched, version: int) -> None:
    """Count the dossiers of these cohorts: how their standings change by day, and what was received."""
    these = f"FROM dossiers FINAL WHERE closed IN (0, 1) AND {chunk.days()} AND {chunk.of_dossiers()}"
    before = "arrayPushFront(arrayPopBack(after), toUInt8(0))"
    at.command(
        f"INSERT INTO dossier_changes (day, agency, cohort, procedure, standing, delta, version, deleted) "
        f"SELECT toDate(t.1) AS on_day, agency, cohort, procedure, t.2 AS stands, sum(t.3) AS changed, {version}, 0 FROM ("
        f"SELECT agency, toStartOfMonth(day) AS cohort, procedure, {CHANGE_DAYS} AS days, {STANDINGS_AFTER} AS after, arrayJoin(arrayConcat("
        f"arrayMap((d, s) -> (d, s, toInt64(1)), days, after), arrayMap((d, s) -> (d, s, toInt64(-1)), days, {before}))) AS t "
        f"{these} AND counted = 1) WHERE t.2 != 0 GROUP BY on_day, agency, cohort, procedure, stands HAVING changed != 0"
    )
    for table, key, names in (
        ("dossier_receipts", "day, agency, cohort, procedure", PROCEDURE_FACTS),
        ("dossier_unit_receipts", "day, agency, cohort", FACTS),
    ):
        grouped = key.replace("cohort", "toStartOfMonth(day) AS cohort")
        facts = ", ".join(_FACTS[name] for name in names)
        at.command(
            f"INSERT INTO {table} ({key}, {', '.join(names)}, version, deleted) SELECT {grouped}, {facts}, {version}, 0 {these} GROUP BY {key}"
        )


def _add_up(at: Engine, touched: Touched, version: int) -> None:
    """Store the changes of these cohorts over all procedures: of rows of this count only, whatever an earlier one left."""
    at.command(
        "INSERT INTO dossier_unit_changes (day, agency, cohort, standing, delta, version, deleted) "
        f"SELECT day, agency, cohort, standing, sum(delta) AS changed, {version}, 0 FROM dossier_changes "
        f"WHERE version = {version} AND deleted = 0 AND day >= toDate({min(touched.months)}) "
        "GROUP BY day, agency, cohort, standing HAVING changed != 0"
    )


def _forget(at: Engine, table: Table, touched: Touched, version: int) -> None:
    """Take away the rows of these cohorts that the count of `version` did not bring again."""
    key = table.order_by.strip("()")
    at.command(
        f"INSERT INTO {table.name} ({key}, version, deleted) SELECT {key}, {version}, 1 FROM {table.name} FINAL "
        f"WHERE day >= toDate({min(touched.months)}) AND {touched.where('cohort')} AND version < {version}"
    )


def _facts() -> dict[str, str]:
    """SQL of each of FACTS over dossiers of one day."""

    def of_received(condition: str, also: str = "received != 0") -> str:
        return f"countIf({also} AND {condition})"

    def flagged(flag: int, also: str = "received != 0") -> str:
        return of_received(f"bitAnd(flags, {int(flag)}) = {int(flag)}", also)

    finished = f"received != 0 AND ended_as = {FINISHED}"
    paper, result = int(Flag.RETURNS_PAPER), int(Flag.DIGITAL_RESULT)
    return {
        "received": of_received("1"),
        "online": of_received("channel = 2"),
        "online_full": of_received(f"channel = 2 AND (bitAnd(flags, {paper}) = 0 OR bitAnd(flags, {result}) != 0)"),
        "postal": of_received("channel = 3"),
        "finished": of_received("1", finished),
        "handling_hours": f"sumIf(handling / 3600000, {finished})",
        "handling_units": f"sumIf(toFloat64(handling_units), {finished})",
        "paid_online": flagged(Flag.HAS_FEE | Flag.PAID_ONLINE),
        "with_fee": flagged(Flag.HAS_FEE),
        "synchronised": flagged(Flag.SYNCHRONISED),
        "digital_results": flagged(Flag.DIGITAL_RESULT, finished),
        "digitised": flagged(Flag.COMPONENT_FILES | Flag.DIGITAL_RESULT),
        "reused": flagged(Flag.REUSED),
        "shared": flagged(Flag.SHARED),
        "population_data": flagged(Flag.POPULATION_DATA),
        "complaints": of_received(f"bitAnd(flags, {int(Flag.COMPLAINT | Flag.DISLIKE)}) != 0"),
        "simulated": flagged(Flag.SIMULATED, "1"),
    } | {f"state_{number}": of_received(f"state = {number}", "1") for number in range(1, 11)}


_FACTS = _facts()
