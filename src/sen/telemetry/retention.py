"""How long raw observations are kept, by class of series; deletes what is older. Roll-ups and indices are kept.

Defaults and their reasons: docs/adr/0002-telemetry-tables.md. Deleting goes by whole UTC months, and the cut is recorded first,
so that a late row for a deleted hour never overwrites the hour's figures with itself alone.
"""

# ruff: noqa: S608 - numbers pass through int(), strings are server-side parameters
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pyarrow as pa

from sen.kernel import clock
from sen.telemetry.reading import Question, series_in
from sen.telemetry.store import TelemetryStore

RAW_DAYS: Mapping[str, int] = {"regulatory": 3 * 365, "operational": 2 * 365, "test": 90}
"""Days for which raw observations of each class are kept; the longest also bounds series of no known class."""

_PARTITIONS = pa.schema([("month", pa.uint32())])
_CUT_ROWS = pa.schema([("series", pa.uint32()), ("cut", pa.uint32())])
_SERIES_PER_STATEMENT = 5_000


@dataclass(frozen=True)
class Enforced:
    """Months dropped whole, and per class the first month that is still complete."""

    dropped_months: list[int]
    kept_from: dict[str, datetime]


def enforce(
    store: TelemetryStore, members: Mapping[str, Sequence[int]], days: Mapping[str, int] = RAW_DAYS
) -> Enforced:
    """Delete raw observations older than their class allows; run it daily.

    `members` are the series numbers of each class. A class without days in `days` raises KeyError. Raises Unavailable.
    """
    now = clock.now()
    kept_from = {name: _month_start(now - timedelta(days=days[name])) for name in (members.keys() | days.keys())}
    oldest = min(kept_from.values())
    store.insert("raw_cuts", _cut_rows([0], oldest))
    dropped = _drop_months(store, oldest)
    for name, series in members.items():
        if kept_from[name] <= oldest or not series:
            continue
        store.insert("raw_cuts", _cut_rows(list(series), kept_from[name]))
        for start in range(0, len(series), _SERIES_PER_STATEMENT):
            _delete(store, series[start : start + _SERIES_PER_STATEMENT], kept_from[name])
    return Enforced(dropped, kept_from)


def _drop_months(store: TelemetryStore, oldest: datetime) -> list[int]:
    months = store.ask(
        Question(
            "SELECT DISTINCT toUInt32(toYYYYMM(time)) AS month FROM observations "
            f"WHERE time < toDateTime({int(oldest.timestamp())}, 'UTC') ORDER BY month",
            _PARTITIONS,
        )
    )["month"].to_pylist()
    for month in months:
        store.command(f"ALTER TABLE observations DROP PARTITION {int(month)}")
    return [int(month) for month in months]


def _delete(store: TelemetryStore, series: Sequence[int], before: datetime) -> None:
    where = f"{series_in(series)} AND time < toDateTime({int(before.timestamp())}, 'UTC')"
    found = store.ask(Question(f"SELECT toUInt32(1) AS month FROM observations WHERE {where} LIMIT 1", _PARTITIONS))
    if found.num_rows:  # a delete rewrites parts: only where there is something to delete
        store.command(f"DELETE FROM observations WHERE {where}")


def _cut_rows(series: list[int], cut: datetime) -> pa.Table:
    return pa.table({"series": series, "cut": [int(cut.timestamp())] * len(series)}, schema=_CUT_ROWS)


def _month_start(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
