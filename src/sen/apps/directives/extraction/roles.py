"""Work whose agencies stand behind it as roles: "Cơ quan chủ trì: Sở A; cơ quan phối hợp: Sở B", "(Sở A chủ trì, Sở B phối hợp)"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sen.apps.directives.extraction import agencies
from sen.apps.directives.extraction.surface import CAPITAL, Surface

_OFFICE = r"(?:(?:cơ\s*quan|đơn\s*vị|trách\s*nhiệm|phân\s*công|bộ\s*phận|tổ\s*chức)\s*)"
_LEAD = rf"(?:{_OFFICE}?(?:chủ\s*trì|đầu\s*mối)(?:\s*(?:,|và)?\s*(?:tham\s*mưu|thực\s*hiện|triển\s*khai|soạn\s*thảo))?|{_OFFICE}(?:thực\s*hiện|chịu\s*trách\s*nhiệm|trình|chuẩn\s*bị|soạn\s*thảo|tham\s*mưu|tiếp\s*nhận|xử\s*lý|được\s*giao|nhận\s*nhiệm\s*vụ)(?:\s*(?:và|,)?\s*(?:trình|thực\s*hiện|nội\s*dung|xử\s*lý|nhiệm\s*vụ))?)"
_PARTNER = rf"{_OFFICE}?phối\s*hợp(?:\s*thực\s*hiện)?"
# "Cơ quan chủ trì: ", also in brackets and behind the work in the same line.
_LABEL = re.compile(rf"(?<!\w)(?:(?P<lead>{_LEAD})|(?P<partner>{_PARTNER}))\s*:\s*(?:(?:đề\s*nghị|giao|mời)\s+)?")
# At the head of a line also without the word "cơ quan": "→ Thực hiện: Sở A".
_LINE = re.compile(r"\W*(?P<lead>(?:người\s*)?thực\s*hiện|giao(?:\s*cho)?|giao\s*việc)\s*:\s*")
# Behind "Chủ trì:" stands a name, also one that no rule knows: "Khu Di tích lịch sử Đền Hùng".
_UNKNOWN = re.compile(rf"[{CAPITAL}][^;.,:()\x00]{{3,70}}(?=\s*[;.,)\x00]|\s*$)")
# "(Sở Tư pháp chủ trì, phối hợp với …)": the name stands before its role.
_BRACKET = re.compile(r"\(\s*(?:giao\s+|do\s+)?")
_LEADS_AFTER = re.compile(
    r"\s*(?:(?:chủ\s*trì|là\s+(?:cơ\s*quan|đơn\s*vị)?\s*(?:chủ\s*trì|đầu\s*mối)|thực\s*hiện|làm\s+đầu\s*mối)(?!\w)|\)?\s*\(\s*chủ\s*trì\s*\))"
)


@dataclass(frozen=True, slots=True)
class Roles:
    """Who leads and who helps; `start` is where the first role stands, `end` where the last name ends."""

    start: int
    end: int
    leads: tuple[str, ...]
    partners: tuple[str, ...]
    labelled: bool = True


def find(surface: Surface, start: int, end: int) -> Roles | None:
    """The roles named between two places; None where there are none."""
    return _labelled(surface, start, end) or _bracketed(surface, start, end)


def _labelled(surface: Surface, start: int, end: int) -> Roles | None:
    leads: list[str] = []
    partners: list[str] = []
    first, last = end, start
    line = _LINE.match(surface.lower, start, end)
    for match in [*([line] if line else []), *_LABEL.finditer(surface.lower, line.end() if line else start, end)]:
        names = [one for one in agencies.several(surface, match.end(), bare_group=True) if one.end <= end]
        unknown = None if names else _UNKNOWN.match(surface.clean, match.end(), end)
        if not names and unknown is None:
            continue
        known = leads if match.groupdict().get("lead") else partners
        said = [agencies.spelled(unknown[0])] if unknown else [one.text for one in names]
        known += [one for one in said if one not in known]
        first, last = min(first, match.start()), max(last, unknown.end() if unknown else names[-1].end)
    return Roles(first, last, tuple(leads), tuple(partners)) if leads or partners else None


def _bracketed(surface: Surface, start: int, end: int) -> Roles | None:
    for match in _BRACKET.finditer(surface.lower, start, end):
        names = agencies.several(surface, match.end(), bare_group=True)
        closing = surface.clean.find(")", match.end(), end)
        if not names or names[-1].end > end or closing < 0 or not _LEADS_AFTER.match(surface.lower, names[-1].end):
            continue
        helping = re.compile(r"phối\s*hợp\s*(?:với\s*)?").search(surface.lower, names[-1].end, closing)
        partners = agencies.several(surface, helping.end(), bare_group=True) if helping else []
        return Roles(
            match.start(),
            closing + 1,
            tuple(one.text for one in names),
            tuple(one.text for one in partners if one.end <= closing),
            labelled=False,
        )
    return None
