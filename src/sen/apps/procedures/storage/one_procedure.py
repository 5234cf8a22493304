"""Questions about one procedure: its figures by month, how long its dossiers took and where they stayed."""

# ruff: noqa: S608 - only numbers go into statements
from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from sen.apps.procedures.on_time import DAY_MS, FINISHED, LOCAL_MS
from sen.apps.procedures.storage.engine import Engine, numbers, rows
from sen.apps.procedures.storage.reading import Span, in_agencies, of_procedure, open_where

FURTHEST_DAYS = 730
"""How long before a period a dossier that ended in it may have come in; older ones are left out of how long it took."""
SAMPLE = 1_000
"""Finished dossiers, newest first, whose steps and states are looked through."""
Agencies = Sequence[int] | None


def has_any(at: Engine, procedure: int, agencies: Agencies) -> bool:
    """Whether any of these agencies ever had a dossier of the procedure."""
    these = f"1{of_procedure(procedure)}{in_agencies(agencies)}"
    sql = f"SELECT 1 AS n FROM dossier_receipts FINAL PREWHERE {these} WHERE received > 0 LIMIT 1"
    return bool(rows(at, sql, {"n": pa.uint8()}))


def standings_by_month(at: Engine, procedure: int, agencies: Agencies, until: int) -> list[tuple[int, int, int]]:
    """(number of the month's first day, standing, by how many it changed) of every month up to the day `until`."""
    found = rows(
        at,
        "SELECT toUInt16(toStartOfMonth(day)) AS month, standing, sum(delta) AS n FROM dossier_changes FINAL "
        f"PREWHERE day <= toDate({until}){in_agencies(agencies)}{of_procedure(procedure)} GROUP BY month, standing HAVING n != 0",
        {"month": pa.uint16(), "standing": pa.uint8(), "n": pa.int64()},
    )
    return [(row["month"], row["standing"], row["n"]) for row in found]


def received_by_month(at: Engine, procedure: int, agencies: Agencies, first: int, until: int) -> dict[int, int]:
    """Number of the month's first day → dossiers received in it, from the day `first` to `until`."""
    found = rows(
        at,
        "SELECT toUInt16(toStartOfMonth(day)) AS month, sum(received) AS n FROM dossier_receipts FINAL "
        f"PREWHERE day >= toDate({first}) AND day <= toDate({until}){in_agencies(agencies)}{of_procedure(procedure)} GROUP BY month",
        {"month": pa.uint16(), "n": pa.uint64()},
    )
    return {row["month"]: row["n"] for row in found}


def took(at: Engine, procedure: int, agencies: Agencies, span: Span, limit: float | None) -> dict[str, Any]:
    """Of the dossiers that were finished in the span: `n`, `units` and `days` as [median, ninth decile] without the applicants' own
    time, in the unit of the statutory limit and in calendar days; `over`: how many took longer than `limit`."""
    over = f"countIf(handling_units > {float(limit)})" if limit is not None else "0"
    [row] = rows(
        at,
        f"SELECT count() AS n, quantilesExactInclusive(0.5, 0.9)(toFloat64(handling_units)) AS units, "
        f"quantilesExactInclusive(0.5, 0.9)(handling / {DAY_MS}) AS days, toUInt64({over}) AS over {_finished(procedure, agencies, span)}",
        {"n": pa.uint64(), "units": pa.list_(pa.float64()), "days": pa.list_(pa.float64()), "over": pa.uint64()},
    )
    return row


def median_of_groups(
    at: Engine, procedure: int, agencies: Agencies, span: Span, groups: Mapping[int, int]
) -> dict[int, float]:
    """Group (as `groups` says for each agency) → median in the unit of the limit, of what was finished in the span."""
    if not groups:
        return {}
    known = f"[{','.join(str(int(one)) for one in groups)}], [{','.join(str(int(one)) for one in groups.values())}]"
    found = rows(
        at,
        f"SELECT transform(toInt64(agency), {known}, -1) AS of, quantileExactInclusive(toFloat64(handling_units)) AS median "
        f"{_finished(procedure, agencies, span)} GROUP BY of",
        {"of": pa.int64(), "median": pa.float64()},
    )
    return {row["of"]: row["median"] for row in found}


LEGS: dict[str, tuple[str, str]] = {
    "to_receipt": ("submitted != 0 AND received >= submitted", "received - submitted"),
    "in_hand": ("1", "handling"),
    "applicant": ("wait_from != 0 AND wait_to > wait_from", "wait_to - wait_from"),
    "to_return": ("completed != 0 AND returned >= completed", "returned - completed"),
}
"""The stretches that every source tells the ends of: which dossiers have it, milliseconds."""


def legs(at: Engine, procedure: int, agencies: Agencies, span: Span) -> dict[str, tuple[int, float, float]]:
    """Stretch → how many finished dossiers had it, median and ninth decile in days; those that nobody had are left out."""
    asked = ", ".join(
        f"countIf({held}) AS n_{name}, quantilesExactInclusiveIf(0.5, 0.9)(({ms}) / {DAY_MS}, {held}) AS q_{name}"
        for name, (held, ms) in LEGS.items()
    )
    kinds: dict[str, pa.DataType] = {}
    for name in LEGS:
        kinds |= {f"n_{name}": pa.uint64(), f"q_{name}": pa.list_(pa.float64())}
    [row] = rows(at, f"SELECT {asked} {_finished(procedure, agencies, span)}", kinds)
    return {name: (row[f"n_{name}"], *row[f"q_{name}"]) for name in LEGS if row[f"n_{name}"]}


def open_by_state(at: Engine, procedure: int, agencies: Agencies, now: int) -> list[dict[str, Any]]:
    """Of what is open: `state`, `n`, `median` and `longest` days since the source last told of it; most first."""
    since = f"greatest(0, {now} - toInt64(version)) / {DAY_MS}"
    return rows(
        at,
        f"SELECT state, count() AS n, quantileExactInclusive({since}) AS median, max({since}) AS longest FROM dossiers FINAL "
        f"WHERE {open_where(agencies)}{of_procedure(procedure)} GROUP BY state ORDER BY n DESC, state",
        {"state": pa.uint8(), "n": pa.uint64(), "median": pa.float64(), "longest": pa.float64()},
    )


def newest_finished(at: Engine, procedure: int, agencies: Agencies, span: Span) -> list[dict[str, Any]]:
    """`hash` and `steps` (JSON) of the newest finished dossiers of the span, at most SAMPLE."""
    return rows(
        at,
        f"SELECT hash, steps {_finished(procedure, agencies, span)} ORDER BY finish DESC LIMIT {SAMPLE}",
        {"hash": pa.uint64(), "steps": pa.string()},
    )


def states_told(at: Engine, hashes: Sequence[int]) -> list[tuple[int, int, int]]:
    """(hash, state, milliseconds) of every version of these dossiers, in order."""
    if not hashes:
        return []
    found = rows(
        at,
        f"SELECT hash, state, version FROM dossier_history FINAL WHERE hash IN {numbers(sorted(hashes))} ORDER BY hash, version",
        {"hash": pa.uint64(), "state": pa.uint8(), "version": pa.uint64()},
    )
    return [(row["hash"], row["state"], row["version"]) for row in found]


def _finished(procedure: int, agencies: Agencies, span: Span) -> str:
    begun = span.first * DAY_MS - LOCAL_MS
    return (
        f"FROM dossiers FINAL WHERE closed = 1 AND ended_as = {FINISHED} AND finish >= {begun} AND finish <= {span.at} "
        f"AND dossiers.day >= toDate({max(0, span.first - FURTHEST_DAYS)}) AND dossiers.day <= toDate({span.last})"
        f"{in_agencies(agencies)}{of_procedure(procedure)}"
    )
