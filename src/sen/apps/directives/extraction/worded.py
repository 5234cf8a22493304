"""What a clause says, whoever is meant: whether it asks for work, begins with its verb, or only refers to the heading above."""

from __future__ import annotations

import re

from sen.apps.directives.extraction import vocabulary
from sen.apps.directives.extraction.clauses import Opening

_WORD = re.compile(r"\w{2,}")
_REGULAR = re.compile(r"(?:định\s*kỳ|hằng|hàng|trước|chậm\s*nhất)")
_PARTY = re.compile(r"(?:các\s+)?(?:đảng|ban\s*thường\s*vụ|ban\s*chấp\s*hành|chi\s*bộ|cấp\s*ủy|tỉnh\s*ủy|thành\s*ủy)")


def has_words(text: str, at_least: int = 2) -> bool:
    """Whether there are words enough for work."""
    return len(_WORD.findall(text)) >= at_least


def is_work(work: str, opening: Opening | None = None) -> bool:
    """Whether lower-case words ask for something that can be done, and are no formula."""
    plain = work.strip()
    if not has_words(plain) or vocabulary.CLOSING.search(plain[:160]):
        return False
    if vocabulary.CARRY_OUT.search(plain[:200]):
        # "… tổ chức thực hiện Quyết định này" is work for one named agency, a formula for everybody.
        alone = opening is not None and len(opening.names) == 1 and not opening.names[0].group
        return alone and bool(vocabulary.SEES_TO.search(plain))
    return not re.match(r"(?:biết|để\s+biết|được\s+biết|theo\s+dõi\s*\.)", plain)


def begins_with_verb(said: str) -> bool:
    """Whether it asks without naming anybody: "Rà soát …", "Trên cơ sở đó, rà soát …", "Định kỳ … báo cáo"."""
    said = said.lstrip(' \n"“(-:')
    if not vocabulary.LEAD_IN.match(said):
        return bool(vocabulary.VERB.match(said))
    if _REGULAR.match(said):
        return bool(re.search(vocabulary.ACTION.pattern, said))
    return any(vocabulary.VERB.match(said[comma.end() :]) for comma in re.finditer(r",\s*", said))


def asks_its_heading(said: str, leads: list[str]) -> bool:
    """Whether a point's first word is the verb of the heading's agency, though it might begin a name or ask another.

    Below "Giao Đảng ủy UBND tỉnh": "Lãnh đạo UBND tỉnh làm việc với …"; below "Sở X": "Kiến nghị UBND tỉnh …".
    """
    said = said.lstrip()
    led = said.startswith("lãnh đạo") and bool(leads) and bool(_PARTY.match(leads[0].lower()))
    return led or (said.startswith("kiến nghị") and bool(leads))
