"""Writes versions of dossiers so that any of it may be repeated: rows, then marks for the recount, then where each row stands.

The place of a row is written last: whoever is killed in between finds the old place again and takes the same row away twice.
One writer at a time holds the lock of storing.py.
"""

# ruff: noqa: S608 - only numbers go into statements
from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import msgspec
import pyarrow as pa

from sen.apps.procedures.storage.engine import Engine, numbers, rows
from sen.apps.procedures.storage.schema import KEYS, PERSONAL, ROWS

_LOOKUP = 5_000
_TOUCHED = pa.schema([
    pa.field("agency", pa.uint32(), nullable=False), pa.field("cohort", pa.uint16(), nullable=False),
    pa.field("mark", pa.uint64(), nullable=False),
])  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """Where the row of a code stands, and which version it is."""

    closed: int
    agency: int
    day: int
    digest: int
    version: int


class Row(msgspec.Struct):
    """One row of `dossiers` (schema ROWS), by name."""

    values: dict[str, object]
    personal: tuple[str, str, str, str]
    digest: int


def hash_of(code: str) -> int:
    """The 64-bit number under which a code is found; ClickHouse: reinterpretAsUInt64(substring(MD5(code), 1, 8))."""
    return int.from_bytes(hashlib.md5(code.encode(), usedforsecurity=False).digest()[:8], "little")


def places(at: Engine, codes: Sequence[str]) -> dict[str, Place]:
    """Where the rows of these codes stand now; codes that were never stored are left out."""
    wanted, found = set(codes), {}
    hashes = sorted(hash_of(code) for code in wanted)
    for start in range(0, len(hashes), _LOOKUP):
        some = hashes[start : start + _LOOKUP]
        for row in rows(at, f"SELECT hash, code, closed, agency, toUInt16(day) AS day, digest, version FROM dossier_keys FINAL "
                        f"WHERE hash IN {numbers(some)}", _columns(KEYS)):  # fmt: skip
            if row["code"] in wanted:
                found[row["code"]] = Place(row["closed"], row["agency"], row["day"], row["digest"], row["version"])
    return found


def write(at: Engine, new: Sequence[Row], old: dict[str, Place]) -> None:
    """Store these versions; durable when it returns, harmless when repeated. `old`: their places before."""
    if not new:
        return
    written = [row.values for row in new]
    gone = [
        row.values | {"closed": place.closed, "agency": place.agency, "day": place.day, "deleted": 1}
        for row in new
        if (place := old.get(str(row.values["code"]))) and _place(row.values) != (place.closed, place.agency, place.day)
    ]
    at.insert("dossiers", pa.Table.from_pylist(written + gone, schema=ROWS))
    at.insert("dossier_personal", _personal(new))
    touched = {(row["agency"], cohort(int(str(row["day"])))) for row in (*written, *gone)}
    at.insert("dossier_touched", marks(sorted(touched, key=str)))
    keys = [{name: row.values[name] for name in KEYS.names if name != "digest"} | {"digest": row.digest} for row in new]
    at.insert("dossier_keys", pa.Table.from_pylist(keys, schema=KEYS))


def marks(touched: Sequence[tuple[object, int]]) -> pa.Table:
    """A random mark for each (agency, cohort): the recount is due until exactly these marks are taken away again."""
    return pa.Table.from_pylist(
        [{"agency": agency, "cohort": month, "mark": random.getrandbits(64)} for agency, month in touched],
        schema=_TOUCHED,
    )


def unmarked(agency: Sequence[int], months: Sequence[int], sums: Sequence[int]) -> pa.Table:
    """The rows that take the marks of a recount away."""
    return pa.Table.from_pydict(
        {"agency": agency, "cohort": months, "mark": [(-value) % (1 << 64) for value in sums]}, schema=_TOUCHED
    )


def cohort(day: int) -> int:
    """Number of the first day of the month in which the day lies."""
    first = (date(1970, 1, 1) + timedelta(days=day)).replace(day=1)
    return (first - date(1970, 1, 1)).days


def _place(values: dict[str, object]) -> tuple[object, object, object]:
    return values["closed"], values["agency"], values["day"]


def _personal(new: Sequence[Row]) -> pa.Table:
    return pa.Table.from_pylist(
        [
            dict(zip(("name", "identity", "phone", "address"), row.personal, strict=True))
            | {name: row.values[name] for name in ("hash", "code", "version")}
            for row in new
        ],
        schema=PERSONAL,
    )


def _columns(schema: pa.Schema) -> dict[str, pa.DataType]:
    return {field.name: field.type for field in schema}
