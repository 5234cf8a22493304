"""Why units are late: which procedure most of a unit's overdue dossiers belong to, and how long the longest has been overdue."""

# ruff: noqa: S608 - only numbers go into the statement
from __future__ import annotations

from uuid import UUID

import msgspec
import pyarrow as pa

from sen.apps.access.interface import Scope
from sen.apps.procedures import catalogue
from sen.apps.procedures.figures import seen_by
from sen.apps.procedures.on_time_sql import standing_at
from sen.apps.procedures.storage import reading
from sen.apps.procedures.storage.engine import engine, rows
from sen.kernel import clock

_OPEN_LATE, _DAY_MS = 2, 86_400_000


class Overdue(msgspec.Struct, frozen=True):
    """A unit's open dossiers past their day, now: how many of which procedure, most first, and the days of the longest one.

    `twice`: those of them that are late because papers were asked for more than once."""

    count: int
    procedures: list[tuple[str, int]]
    longest_days: int
    twice: int


def by_unit(scope: Scope | None, unit_id: UUID | None = None) -> dict[UUID, Overdue]:
    """Every unit that the scope sees (or one with all below it) and that has overdue dossiers. One statement, whatever the number."""
    seen, now = seen_by(scope, unit_id), clock.now_ms()
    due = f"if(wait_to != 0 AND wait_to <= {now}, due_extended, due)"
    found = rows(
        engine(),
        f"SELECT agency, procedure, count() AS n, min(if({due} = 0, {now}, {due})) AS oldest, countIf(second != 0 AND second <= {now}) AS twice "
        f"FROM dossiers FINAL WHERE {reading.open_where(seen.agencies)} AND {standing_at(str(now))} = {_OPEN_LATE} "
        "GROUP BY agency, procedure ORDER BY n DESC, procedure",
        {"agency": pa.uint32(), "procedure": pa.uint32(), "n": pa.uint64(), "oldest": pa.int64(), "twice": pa.uint64()},
    )
    named = catalogue.by_number(row["procedure"] for row in found)
    result: dict[UUID, Overdue] = {}
    for row in found:
        unit = seen.unit_of.get(row["agency"])
        if unit is None:
            continue
        held = result.get(unit) or Overdue(0, [], 0, 0)
        days = max(0, now - row["oldest"]) // _DAY_MS
        name = named[row["procedure"]].name if row["procedure"] in named else ""
        result[unit] = Overdue(
            held.count + row["n"], [*held.procedures, (name, row["n"])], max(held.longest_days, days), held.twice + row["twice"]
        )  # fmt: skip
    return result
