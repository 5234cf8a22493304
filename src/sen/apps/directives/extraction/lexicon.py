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
_SHORT_FORM = re.compile(
    r"(?:giam doc |chanh thanh tra |lanh dao )?(?P<head>so|bo|s(?=[a-z]{1,6}(?: [a-z]{1,3})*$))(?P<short> ?[a-z]{1,6}(?: (?:va )?[a-z]{1,3}){0,3})$"
)
# "Đồng chí Giám đốc Sở …": the office is meant, not how its holder is called.
_COMRADE = re.compile(
    r"^(?:đồng\s*chí|đ/c)\s+(?=(?:phó\s+)?(?:giám\s*đốc|chủ\s*tịch|thủ\s*trưởng|chánh|trưởng|bí\s*thư))", re.I
)
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
    left, right = _plain(left), _plain(right)
    return left == right or _said_in_full(left) == _said_in_full(right) or _same_person(left, right)


def _same_person(left: str, right: str) -> bool:
    """ "Đồng chí A" and "Đồng chí A, Phó Chủ tịch UBND tỉnh"."""
    short, long = sorted((left, right), key=len)
    office = r" (?:pho )?(?:chu tich|giam doc|bi thu|truong|chanh|cuc truong|bo truong)\b.*"
    return bool(
        re.match(r"(?:dong chi|ong|ba) ", short) and long.startswith(short) and re.fullmatch(office, long[len(short) :])
    )


@lru_cache(maxsize=1)
def short_forms() -> re.Pattern[str]:
    """ "STC", "SNN&MT": the departments written as one word of capitals, as they stand in a text."""
    codes = {entry.short for entry in _entries() if entry.head == "Sở" and entry.short}
    return re.compile(
        r"S(?:" + "|".join(r"[&-]?".join(code) for code in sorted(codes, key=len, reverse=True)) + r")(?![\w-])"
    )


@lru_cache(maxsize=1)
def _full_names() -> dict[str, str]:
    """ "stc" → "so tai chinh"; where a short form had two names, the one of today."""
    entries = sorted(_entries(), key=lambda one: one.until is None)
    return {f"{one.folded[0]}{one.short.lower()}".replace("đ", "d"): one.folded for one in entries if one.short}


def spelling(name: str) -> str:
    """The name as people write it: single blanks, UBND for its long form, no capital for a mere "Các"."""
    text = " ".join(name.split()).strip(" ,;:-")
    text = re.sub(r"(?i:[ủu][ỷyỉ]\s*ban\s*nhân\s*dân|uỷ\s*ban\s*nhân\s*dân)", "UBND", text)
    text = re.sub(r"^(Các|Những|Tất cả)\b", lambda match: match[0].lower(), text)
    text = re.sub(r"\bSờ(?= )", "Sở", text)
    text = _COMRADE.sub("", text)
    return blanks_restored(text)


def blanks_restored(text: str) -> str:
    """The lexicon's spelling where a converter lost blanks: "Sở Nông nghiệp và Pháttriển nông thôn"."""
    squeezed, words = _plain(text).replace(" ", ""), len(text.split())
    for entry in _entries():
        if (words <= len(entry.name.split()) or text.isupper()) and squeezed == entry.folded.replace(" ", ""):
            return f"{entry.head} {entry.name}"
    return text


@lru_cache(maxsize=4096)
def _plain(name: str) -> str:
    text = of(name).folded
    text = re.sub(r"\buy ban nhan dan\b", "ubnd", text)
    text = re.sub(r"^gd (?=so |ban |trung )", "giam doc ", text)
    return re.sub(r"[\W_]+", " ", text).strip()


def is_of(issuer: str, name: str) -> bool:
    """Whether a name is that of the issuer, also without its province: "UBND tỉnh" in a letter of "UBND TỈNH BẮC NINH"."""
    whole, said = _plain(issuer), re.sub(r"^chu tich ", "", _plain(name))
    return bool(said) and (
        whole == said
        or (said in {"ubnd tinh", "ubnd thanh pho", "ubnd xa", "ubnd phuong"} and whole.startswith(f"{said} "))
    )


def _said_in_full(plain: str) -> str:
    """ "so nn mt", "stc" as "so nong nghiep va moi truong", "so tai chinh"; anything else as it is."""
    match = _SHORT_FORM.match(plain)
    found = _full_names().get(match["head"][0] + match["short"].replace(" va ", "").replace(" ", "")) if match else None
    return f"{plain[: match.start('head')]}{found}{plain[match.end() :]}" if match and found else plain


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
