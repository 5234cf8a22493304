"""Points and thresholds as dated data; weights.toml says from where and what of it was verified."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import lru_cache
from pathlib import Path

import msgspec

DATA = Path(__file__).with_name("weights.toml")


class GroupWeight(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of the five groups and its most points."""

    code: str
    name: str
    max: float


class ComponentWeight(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One component: full points from `threshold` per cent on; `max` 0 = followed only."""

    code: str
    name: str
    max: float
    verified: bool
    threshold: float = 100.0


class Edition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The weights that hold from a day on."""

    valid_from: date
    source: str
    groups: list[GroupWeight]
    components: list[ComponentWeight]


class _File(msgspec.Struct, forbid_unknown_fields=True):
    editions: list[Edition]


@lru_cache(maxsize=1)
def editions() -> list[Edition]:
    """All editions, oldest first. Raises ValueError where the components of a group do not add up to it."""
    found = sorted(
        msgspec.convert(tomllib.loads(DATA.read_text("utf-8")), _File).editions, key=lambda one: one.valid_from
    )
    for edition in found:
        for group in edition.groups:
            total = sum(one.max for one in edition.components if one.code.partition(".")[0] == group.code)
            if total != group.max:
                raise ValueError(f"{DATA.name}, {edition.valid_from}, group {group.code}: {total} is not {group.max}")
    return found


def edition_on(day: date) -> Edition:
    """The edition that holds on a day; before the first one, the first."""
    begun = [one for one in editions() if one.valid_from <= day]
    return begun[-1] if begun else editions()[0]
