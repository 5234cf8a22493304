"""Dated names of departments and ministries, and how a name is compared with another."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from sen.apps.directives.extraction.surface import of

LEXICON = Path(__file__).with_name("agency_names.csv")
TWO_TIERS = date(2025, 7, 1)


@dataclass(frozen=True, slots=True)
class _Entry:
    head: str
    name: str
    short: str
    since: date | None
    until: date | None
    now: str
    folded: str  # head and name without marks


def warnings(names: list[str], issued: date | None) -> list[str]:
    """What is odd about these names on the day of issue: not yet or no longer existing, or a tier that is gone."""
    if issued is None:
        return []
    found = []
    for name in names:
        plain = _plain(name)
        for entry in _entries():
            if plain.endswith(entry.folded) and entry.until and issued >= entry.until:
                found.append(f"{name}: tên này không còn dùng từ ngày {entry.until:%d/%m/%Y}, nay là {entry.now}.")
        if issued >= TWO_TIERS and re.search(r"\b(?:huyện|quận|thị xã|thị trấn)\b", name.lower()):
            found.append(f"{name}: cấp huyện không còn từ ngày 01/7/2025.")
    return found


def name_now(name: str) -> str:
    """What a department is called today, over all its changes; "" where the lexicon knows of none."""
    found = ""
    for _ in range(5):
        plain = _plain(found or name)
        entry = next((one for one in _entries() if plain.endswith(one.folded) and one.until and one.now), None)
        if entry is None:
            break
        found = entry.now
    return found


def same(left: str, right: str) -> bool:
    """Whether two ways of writing name the same agency: case, marks, "UBND" and the words around "liên quan" aside."""
    return _plain(left) == _plain(right)


def blanks_restored(text: str) -> str:
    """The lexicon's spelling where a converter lost blanks: "Sở Nông nghiệp và Pháttriển nông thôn"."""
    squeezed, words = _plain(text).replace(" ", ""), len(text.split())
    for entry in _entries():
        if words <= len(entry.name.split()) and squeezed == entry.folded.replace(" ", ""):
            return f"{entry.head} {entry.name}"
    return text


@lru_cache(maxsize=4096)
def _plain(name: str) -> str:
    text = of(name).folded
    text = re.sub(r"\buy ban nhan dan\b", "ubnd", text)
    return re.sub(r"[\W_]+", " ", text).strip()


@lru_cache(maxsize=1)
def _entries() -> tuple[_Entry, ...]:
    with LEXICON.open(encoding="utf8", newline="") as file:
        return tuple(
            _Entry(
                row["head"],
                row["name"],
                row["short"],
                _day(row["since"]),
                _day(row["until"]),
                row["now"],
                _plain(f"{row['head']} {row['name']}"),
            )
            for row in csv.DictReader(file)
        )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


@lru_cache(maxsize=1)
def fields() -> re.Pattern[str]:
    """Known fields without marks, longest first; between words any blanks, commas, dashes, "&" or "và"."""
    names = sorted({entry.name for entry in _entries()}, key=len, reverse=True)
    words = ([w for w in of(name).folded.split() if w != "va"] for name in names)
    return re.compile("(?:" + "|".join(r"[\s,&-]*(?:va\s*)?".join(map(re.escape, part)) for part in words) + r")(?!\w)")
