"""Counts cohorts anew where dossiers changed: the dossiers of an agency received in one month, never one dossier added to a figure."""

# ruff: noqa: S608 - only numbers and our own column names go into statements
from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa

from sen.apps.procedures.on_time import FINISHED, STANDINGS
from sen.apps.procedures.on_time_sql import CHANGE_DAYS, STANDINGS_AFTER
from sen.apps.procedures.storage.engine import Engine, numbers, rows
from sen.apps.procedures.storage.schema import COUNTERS, Flag
from sen.apps.procedures.storage.writing import unmarked
from sen.telemetry.reading import Question

AT_ONCE = 400_000
"""Dossiers that are counted in one statement: bounds the memory of its groups."""
_MARKED = pa.schema([("agency", pa.uint32()), ("cohort", pa.uint16()), ("mark", pa.uint64())])


@dataclass(frozen=True, slots=True)
class Chunk:
    """Cohorts that are counted together: parallel lists, ordered by agency and month."""

    agencies: list[int]
    months: list[int]
    marks: list[int]

    def where(self, month: str) -> str:
        """SQL that holds for rows of these cohorts; `month` is the expression of the cohort."""
        agencies = sorted(set(self.agencies))
        pairs = ",".join(f"({agency},{number})" for agency, number in zip(self.agencies, self.months, strict=True))
        return f"agency IN {numbers(agencies)} AND (agency, toUInt16({month})) IN ({pairs})"

    def days(self) -> str:
        """SQL that lets the primary key leave out days before the first and after the last month."""
        return f"day >= toDate({min(self.months)}) AND day <= toDate({max(self.months) + 31})"


def touch_all(at: Engine) -> None:
    """Let everything be counted anew, cohorts that have lost all their dossiers included."""
    at.command(
        "INSERT INTO dossier_touched (agency, cohort, mark) SELECT agency, cohort, rand64() FROM "
        "(SELECT agency, toStartOfMonth(day) AS cohort FROM dossiers GROUP BY agency, cohort UNION DISTINCT "
        "SELECT DISTINCT agency, cohort FROM dossier_unit_days)"
    )


def recount(at: Engine) -> int:
    """Count every touched cohort anew; how many. Safe to be killed: what was not finished stays touched."""
    done = 0
    for chunk in _chunks(at):
        version = time.time_ns()
        _count(at, chunk, version)
        at.insert("dossier_touched", unmarked(chunk.agencies, chunk.months, chunk.marks))
        done += len(chunk.months)
    return done


def _chunks(at: Engine) -> Iterator[Chunk]:
    marked = at.ask(
        Question(
            "SELECT agency, toUInt16(cohort) AS cohort, sum(mark) AS mark FROM dossier_touched GROUP BY agency, cohort "
            "HAVING mark != 0 ORDER BY agency, cohort",
            _MARKED,
        )
    )
    agencies, months, found = (marked[name].to_pylist() for name in _MARKED.names)
    if not months:
        return
    sizes = {
        (row["agency"], row["cohort"]): row["n"]
        for row in rows(at, "SELECT agency, toUInt16(toStartOfMonth(day)) AS cohort, count() AS n FROM dossiers WHERE "
                        f"agency IN {numbers(sorted(set(agencies)))} GROUP BY agency, cohort",
                        {"agency": pa.uint32(), "cohort": pa.uint16(), "n": pa.uint64()})
    }  # fmt: skip
    start = held = 0
    for index, cohort in enumerate(zip(agencies, months, strict=True)):
        size = sizes.get(cohort, 0)
        if held and held + size > AT_ONCE:
            yield Chunk(agencies[start:index], months[start:index], found[start:index])
            start, held = index, 0
        held += size
    yield Chunk(agencies[start:], months[start:], found[start:])


def _count(at: Engine, chunk: Chunk, version: int) -> None:
    names = ", ".join(COUNTERS)
    at.command(
        f"INSERT INTO dossier_days (agency, cohort, day, procedure, {names}, version, deleted) "
        f"SELECT agency, cohort, toDate(t.1) AS on_day, procedure, {', '.join(_sums())}, {version}, 0 FROM ("
        "SELECT agency, toStartOfMonth(day) AS cohort, procedure, state, channel, flags, received, ended_as, handling, handling_units, "
        f"if(counted, {CHANGE_DAYS}, [toInt64(toUInt16(day))]) AS days, {STANDINGS_AFTER} AS after, "
        "arrayJoin(arrayZip(days, arrayPushFront(arrayPopBack(after), toUInt8(0)), after, arrayEnumerate(days))) AS t "
        f"FROM dossiers FINAL WHERE closed IN (0, 1) AND {chunk.days()} AND {chunk.where('toStartOfMonth(day)')}"
        ") WHERE t.2 != t.3 OR t.4 = 1 GROUP BY agency, cohort, on_day, procedure"
    )
    _forget(at, "dossier_days", "agency, cohort, day, procedure", chunk, version)
    at.command(
        f"INSERT INTO dossier_unit_days (agency, cohort, day, {names}, version, deleted) "
        f"SELECT agency, cohort, day, {', '.join(f'sum(d.{name})' for name in COUNTERS)}, {version}, 0 FROM dossier_days AS d FINAL "
        f"WHERE {chunk.where('cohort')} GROUP BY agency, cohort, day"
    )
    _forget(at, "dossier_unit_days", "agency, cohort, day", chunk, version)


def _forget(at: Engine, table: str, key: str, chunk: Chunk, version: int) -> None:
    """Take away the rows of these cohorts that the count of `version` did not bring again."""
    at.command(
        f"INSERT INTO {table} ({key}, version, deleted) SELECT {key}, {version}, 1 FROM {table} FINAL "
        f"WHERE {chunk.where('cohort')} AND version < {version}"
    )


def _sums() -> Sequence[str]:
    changed = [
        f"toInt64(countIf(t.3 = {number})) - toInt64(countIf(t.2 = {number}))"
        for number in range(1, len(STANDINGS) + 1)
    ]

    def on_receipt(condition: str, also: str = "received != 0") -> str:
        return f"countIf(t.4 = 1 AND {also} AND {condition})"

    def flagged(flag: int, also: str = "received != 0") -> str:
        return on_receipt(f"bitAnd(flags, {flag}) = {flag}", also)

    finished = f"received != 0 AND ended_as = {FINISHED}"
    paper, result = int(Flag.RETURNS_PAPER), int(Flag.DIGITAL_RESULT)
    facts = {
        "received": on_receipt("1"),
        "online": on_receipt("channel = 2"),
        "online_full": on_receipt(f"channel = 2 AND (bitAnd(flags, {paper}) = 0 OR bitAnd(flags, {result}) != 0)"),
        "postal": on_receipt("channel = 3"),
        "finished": on_receipt("1", finished),
        "handling_hours": f"sumIf(handling / 3600000, t.4 = 1 AND {finished})",
        "handling_units": f"sumIf(toFloat64(handling_units), t.4 = 1 AND {finished})",
        "paid_online": flagged(Flag.HAS_FEE | Flag.PAID_ONLINE),
        "with_fee": flagged(Flag.HAS_FEE),
        "synchronised": flagged(Flag.SYNCHRONISED),
        "digital_results": flagged(Flag.DIGITAL_RESULT, finished),
        "digitised": flagged(Flag.COMPONENT_FILES | Flag.DIGITAL_RESULT),
        "reused": flagged(Flag.REUSED),
        "shared": flagged(Flag.SHARED),
        "population_data": flagged(Flag.POPULATION_DATA),
        "complaints": on_receipt(f"bitAnd(flags, {int(Flag.COMPLAINT | Flag.DISLIKE)}) != 0"),
        "simulated": flagged(Flag.SIMULATED, "1"),
    } | {f"state_{number}": on_receipt(f"state = {number}", "1") for number in range(1, 11)}
    return [*changed, *(facts[name] for name in COUNTERS[len(STANDINGS) :])]
