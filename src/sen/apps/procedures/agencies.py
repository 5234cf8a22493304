"""Agency codes of sources and the units they mean. QĐ 20/2020/QĐ-TTg as amended by QĐ 09/2025/QĐ-TTg: two renderings, one code."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from uuid import UUID

from sen.apps.organisations import interface as organisations
from sen.apps.procedures.models import Agency
from sen.kernel.errors import NotFound

_OLD = re.compile(r"\d{2,3}(\.\d{2,3})*\.[A-Z]\d{2}")


def canonical(written: str) -> str:
    """`000.00.02.H55` and `H55.02` → `H55.02`; a code of neither form stays as it is."""
    code = written.strip().upper()
    if not _OLD.fullmatch(code):
        return code
    parts = code.split(".")
    return ".".join([parts[-1], *(part for part in reversed(parts[:-1]) if part.strip("0"))])


def numbers_of(written: Iterable[str]) -> dict[str, tuple[int, UUID | None]]:
    """Code as written → its number in ClickHouse and its unit. New codes are kept; one that is a unit's own code means that unit."""
    codes = {text: canonical(text) for text in set(written)}
    known = {one.code: one for one in Agency.objects.filter(code__in=set(codes.values()))}
    missing = {code: text for text, code in codes.items() if code not in known}
    if missing:
        Agency.objects.bulk_create(
            [Agency(code=code, written=text[:64], unit_id=_unit_id(text)) for code, text in sorted(missing.items())],
            ignore_conflicts=True,
        )
        known |= {one.code: one for one in Agency.objects.filter(code__in=set(missing))}
    return {text: (known[code].pk, known[code].unit_id) for text, code in codes.items()}


def of_units(unit_ids: Collection[UUID]) -> list[int]:
    """Numbers of the agencies that mean one of these units."""
    return list(Agency.objects.filter(unit_id__in=unit_ids).order_by("pk").values_list("pk", flat=True))


def units() -> dict[int, UUID | None]:
    """Number of every agency → its unit."""
    return dict(Agency.objects.values_list("pk", "unit_id"))


def _unit_id(code: str) -> UUID | None:
    try:
        return organisations.unit(code).id
    except NotFound:
        return None
