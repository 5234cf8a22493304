"""Questions about dossiers: sums over agencies and periods from the counters, single dossiers and lists from the rows.

Nothing here reads `dossier_personal` except `personal`, which masking.py calls.
"""

# ruff: noqa: S608 - numbers pass through int(), strings are server-side parameters
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from sen.apps.procedures.on_time import STANDINGS, end_of_day
from sen.apps.procedures.on_time_sql import standing_at
from sen.apps.procedures.storage.engine import Engine, numbers, rows
from sen.apps.procedures.storage.schema import COUNTERS, FACTS, PERSONAL, PROCEDURE_FACTS, ROWS
from sen.apps.procedures.storage.writing import Place, hash_of, places

_STOCK = STANDINGS[:6]
"""Standings that a dossier leaves again: open and waiting."""
_EPOCH = date(1970, 1, 1)
_FIRST_DAY = 7305
"""1990-01-01: no dossier is older."""
_LINE = (
    "agency", "day", "hash", "code", "procedure", "state", "channel", "counted", "start", "finish", "due", "due_extended", "wait_from",
    "wait_to", "second", "ended_as", "received", "flags", "version",
)  # fmt: skip
LINE_TYPES = {"day_number" if name == "day" else name: ROWS.field(name).type for name in _LINE} | {
    "standing": pa.uint8()
}
Totals = dict[str, float]


@dataclass(frozen=True, slots=True)
class Span:
    """A period by its local day numbers, first and last, and the moment in milliseconds at which its dossiers are judged.

    `live`: the period is not over, so what is open is judged now, dossier by dossier.
    """

    first: int
    last: int
    at: int
    live: bool

    @classmethod
    def of(cls, first: date, last: date, now: int) -> Span:
        """The span of a period seen at `now`: one that is over stays judged at its end for ever."""
        until = end_of_day((last - _EPOCH).days)
        return cls((first - _EPOCH).days, (last - _EPOCH).days, min(until, now), until >= now)


def by_agency(at: Engine, agencies: Sequence[int] | None, span: Span) -> dict[int, Totals]:
    """Agency → sums of COUNTERS over the span; None = every agency."""
    totals: dict[int, Totals] = {}
    _add_standings(at, ("dossier_unit_changes", "agency"), agencies, span, totals)
    _add_facts(at, ("dossier_unit_receipts", "agency", FACTS), agencies, span, totals)
    return totals


def by_procedure(at: Engine, agencies: Sequence[int] | None, span: Span) -> dict[int, Totals]:
    """Procedure → sums of the standings and of PROCEDURE_FACTS over the span; other counters are 0."""
    totals: dict[int, Totals] = {}
    _add_standings(at, ("dossier_changes", "procedure"), agencies, span, totals)
    _add_facts(at, ("dossier_receipts", "procedure", PROCEDURE_FACTS), agencies, span, totals)
    return totals


def of_one_procedure(at: Engine, procedure: int, agencies: Sequence[int] | None, span: Span) -> dict[int, Totals]:
    """Agency → sums of one procedure's standings and PROCEDURE_FACTS over the span; other counters are 0."""
    totals: dict[int, Totals] = {}
    _add_standings(at, ("dossier_changes", "agency"), agencies, span, totals, procedure=procedure)
    _add_facts(at, ("dossier_receipts", "agency", PROCEDURE_FACTS), agencies, span, totals, procedure=procedure)
    return totals


def online_by_procedure(at: Engine, agencies: Sequence[int] | None, span: Span) -> dict[int, int]:
    """Procedure → dossiers handed in online that were received in the span; procedures without any dossier are left out."""
    totals: dict[int, Totals] = {}
    _add_facts(at, ("dossier_receipts", "procedure", ("online",)), agencies, span, totals)
    return {number: int(one["online"]) for number, one in totals.items()}


def lines(
    at: Engine, where: str, order: str, limit: int, now: int, *, parameters: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """Rows of dossiers for lists, with `standing` at `now`. `where` and `order` are SQL made in this app."""
    return rows(
        at,
        f"SELECT {line_columns()}, {standing_at(str(int(now)))} AS standing FROM dossiers FINAL WHERE {where} "
        f"ORDER BY {order} LIMIT {int(limit)}",
        LINE_TYPES,
        parameters,
    )


def open_where(agencies: Sequence[int] | None) -> str:
    """SQL of the open dossiers of agencies."""
    return "closed = 0 AND counted = 1" + in_agencies(agencies)


def in_agencies(agencies: Sequence[int] | None) -> str:
    """SQL that leaves the agencies, to be put behind another condition."""
    return "" if agencies is None else f" AND agency IN {numbers(agencies)}"


def of_procedure(number: int | None) -> str:
    """SQL that leaves one procedure (None: every one), to be put behind another condition."""
    return "" if number is None else f" AND procedure = {int(number)}"


def page(
    at: Engine,
    where: str,
    limit: int,
    now: int,
    after: tuple[int, int] | None,
    *,
    parameters: Mapping[str, str] | None = None,
) -> list[dict[str, Any]]:
    """The next rows newest first. Looks back in stretches of days that grow, so that a page never reads the whole table."""
    found: list[dict[str, Any]] = []
    until, width = after[0] if after else _day(now) + 2, 14
    earlier = f" AND (toUInt16(dossiers.day), hash) < ({int(after[0])}, {int(after[1])})" if after else ""
    while until >= _FIRST_DAY and len(found) < limit:
        since = max(_FIRST_DAY, until - width)
        stretch = f"closed IN (0, 1) AND day >= toDate({since}) AND day <= toDate({until}) AND {where}{earlier}"
        found += lines(at, stretch, "day DESC, hash DESC", limit - len(found), now, parameters=parameters)
        until, width = since - 1, width * 4
    return found


def whole(at: Engine, code: str, now: int) -> dict[str, Any] | None:
    """Every column of one dossier with its `standing`; None where there is none."""
    place = place_of(at, code)
    if place is None:
        return None
    found = rows(
        at,
        f"SELECT {', '.join('toUInt16(dossiers.day) AS day_number' if n == 'day' else n for n in ROWS.names)}, {standing_at(str(int(now)))} AS standing "
        f"FROM dossiers FINAL WHERE closed = {place.closed} AND agency = {place.agency} AND dossiers.day = toDate({place.day}) "
        f"AND hash = {hash_of(code)} AND code = {{code:String}}",
        {"day_number" if field.name == "day" else field.name: field.type for field in ROWS} | {"standing": pa.uint8()},
        {"code": code},
    )
    return found[0] if found else None


def place_of(at: Engine, code: str) -> Place | None:
    """Where the row of a code stands."""
    return places(at, [code]).get(code)


def personal(at: Engine, code: str) -> dict[str, Any] | None:
    """The applicant of a dossier as the source told it. Only masking.py may ask."""
    found = rows(
        at,
        f"SELECT * FROM dossier_personal FINAL WHERE hash = {hash_of(code)} AND code = {{code:String}}",
        {field.name: field.type for field in PERSONAL},
        {"code": code},
    )
    return found[0] if found else None


def history(at: Engine, code: str) -> list[tuple[int, int]]:
    """(state, milliseconds) of every version, oldest first."""
    found = rows(
        at,
        f"SELECT state, version FROM dossier_history FINAL WHERE hash = {hash_of(code)} AND code = {{code:String}} ORDER BY version",
        {"state": pa.uint8(), "version": pa.uint64()},
        {"code": code},
    )
    return [(row["state"], row["version"]) for row in found]


def _add_standings(
    at: Engine,
    table: tuple[str, str],
    agencies: Sequence[int] | None,
    span: Span,
    totals: dict[int, Totals],
    *,
    procedure: int | None = None,
) -> None:
    """What ended in the span, and beside it what is open: now, or by all changes until the end of a span that is over.

    PREWHERE names only columns of the sort key, which a newer version of a row shares, so it may go before FINAL.
    """
    name, key = table
    ended, until = f"standing > {len(_STOCK)} AND day >= toDate({span.first})", f"day <= toDate({span.last})"
    wanted = ended if span.live else f"(standing <= {len(_STOCK)} OR ({ended}))"
    for row in rows(
        at,
        f"SELECT {key} AS id, standing, sum(delta) AS n FROM {name} FINAL PREWHERE {until} AND {wanted}{in_agencies(agencies)}{of_procedure(procedure)} "
        "GROUP BY id, standing HAVING n != 0",
        {"id": pa.uint32(), "standing": pa.uint8(), "n": pa.int64()},
    ):
        totals.setdefault(row["id"], _nothing())[STANDINGS[row["standing"] - 1]] += row["n"]
    if span.live:
        _judge_open_now(at, key, agencies, span, totals, procedure=procedure)


def _add_facts(
    at: Engine,
    table: tuple[str, str, Sequence[str]],
    agencies: Sequence[int] | None,
    span: Span,
    totals: dict[int, Totals],
    *,
    procedure: int | None = None,
) -> None:
    name, key, names = table
    summed = ", ".join(f"toFloat64(sum({one}))" for one in names)
    for row in rows(
        at,
        f"SELECT {key} AS id, [{summed}] AS sums FROM {name} FINAL "
        f"PREWHERE day >= toDate({span.first}) AND day <= toDate({span.last}){in_agencies(agencies)}{of_procedure(procedure)} "
        "GROUP BY id",
        {"id": pa.uint32(), "sums": pa.list_(pa.float64())},
    ):
        totals.setdefault(row["id"], _nothing()).update(zip(names, row["sums"], strict=True))


def _nothing() -> Totals:
    return dict.fromkeys(COUNTERS, 0.0)


def _judge_open_now(
    at: Engine,
    key: str,
    agencies: Sequence[int] | None,
    span: Span,
    totals: dict[int, Totals],
    *,
    procedure: int | None,
) -> None:
    """Add what is open at this moment, dossier by dossier."""
    for row in rows(
        at,
        f"SELECT {key} AS id, {standing_at(str(span.at))} AS standing, count() AS n FROM dossiers FINAL "
        f"WHERE {open_where(agencies)}{of_procedure(procedure)} GROUP BY id, standing",
        {"id": pa.uint32(), "standing": pa.uint8(), "n": pa.uint64()},
    ):
        if 0 < row["standing"] <= len(_STOCK):
            totals.setdefault(row["id"], _nothing())[STANDINGS[row["standing"] - 1]] += row["n"]


def line_columns() -> str:
    """SQL of the columns of a line."""
    return ", ".join("toUInt16(dossiers.day) AS day_number" if name == "day" else name for name in _LINE)


def _day(ms: int) -> int:
    return ms // 86_400_000
