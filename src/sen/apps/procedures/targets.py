"""The target of dossiers on time as dated data; targets.toml says from where it is and whether that was verified."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import lru_cache
from pathlib import Path

import msgspec

DATA = Path(__file__).with_name("targets.toml")


class Target(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From a day on units below `percent` of dossiers on time are marked."""

    valid_from: date
    percent: float
    source: str
    verified: bool


class _File(msgspec.Struct, forbid_unknown_fields=True):
    on_time: list[Target]


@lru_cache(maxsize=1)
def targets() -> list[Target]:
    """All of them, oldest first. Raises ValueError for a percentage outside 0 to 100 and for two of one day."""
    found = sorted(
        msgspec.convert(tomllib.loads(DATA.read_text("utf-8")), _File).on_time, key=lambda one: one.valid_from
    )
    if any(not 0 < one.percent <= 100 for one in found) or len({one.valid_from for one in found}) != len(found):
        raise ValueError(f"{DATA.name}: a percentage from 0 to 100 for each day once")
    return found


def target_on(day: date) -> Target:
    """The one that holds on a day; before the first one, the first."""
    begun = [one for one in targets() if one.valid_from <= day]
    return begun[-1] if begun else targets()[0]
