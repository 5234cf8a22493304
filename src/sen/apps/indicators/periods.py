"""Reporting periods: months, quarters, half-years and years, read from what people write, with their days."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache

import msgspec
from django.utils.translation import gettext as _

from sen.kernel.errors import InvalidInput
from sen.kernel.text import folded

MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
FIRST_YEAR, LAST_YEAR = 1945, 2100
_LETTER = {"quarter": "Q", "half_year": "H"}
# 2025-03, 2025-Q1, 2025-H1, 2025; and as people write: 03/2025, tháng 3/2025, Q1/2025, quý I/2025, 6 tháng đầu năm 2025, năm 2025
_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("month", re.compile(r"(?P<year>\d{4})-(?P<part>\d{1,2})(?:-01(?: 00:00:00)?)?")),
    ("month", re.compile(r"(?:thang )?(?P<part>\d{1,2})[/-](?P<year>\d{4})")),
    ("month", re.compile(r"thang (?P<part>\d{1,2}) nam (?P<year>\d{4})")),
    ("quarter", re.compile(r"(?P<year>\d{4})-?q(?P<part>\d)")),
    ("quarter", re.compile(r"(?:quy |q)(?P<part>\d|iv|i{1,3})(?:[/-]| nam )(?P<year>\d{4})")),
    ("half_year", re.compile(r"(?P<year>\d{4})-?h(?P<part>\d)")),
    ("half_year", re.compile(r"6 thang (?P<part>dau|cuoi) nam (?P<year>\d{4})")),
    ("year", re.compile(r"(?:nam )?(?P<year>\d{4})")),
)
_PARTS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "dau": 1, "cuoi": 2}


class Period(msgspec.Struct, frozen=True, order=True):
    """A period of a kind; `start` is its first day, `number` counts it within its year from 1."""

    start: date
    kind: str

    @property
    def number(self) -> int:
        return (self.start.month - 1) // MONTHS[self.kind] + 1

    @property
    def end(self) -> date:
        """The first day after it."""
        return _moved(self.start, MONTHS[self.kind])

    @property
    def last_day(self) -> date:
        return self.end - timedelta(days=1)

    @property
    def key(self) -> str:
        """`2025-03`, `2025-Q1`, `2025-H1`, `2025`: what is stored and stands in addresses."""
        if self.kind == "year":
            return str(self.start.year)
        if self.kind == "month":
            return f"{self.start:%Y-%m}"
        return f"{self.start.year}-{_LETTER[self.kind]}{self.number}"

    @property
    def words(self) -> str:
        """`tháng 3/2025`, `quý I/2025`, `6 tháng đầu năm 2025`, `năm 2025`."""
        year, number = self.start.year, self.number
        if self.kind == "year":
            return _("năm {year}").format(year=year)
        if self.kind == "month":
            return _("tháng {n}/{year}").format(n=number, year=year)
        if self.kind == "quarter":
            return _("quý {n}/{year}").format(n=("I", "II", "III", "IV")[number - 1], year=year)
        return (_("6 tháng đầu năm {year}") if number == 1 else _("6 tháng cuối năm {year}")).format(year=year)

    @property
    def short(self) -> str:
        """As the head of a narrow column: `03/25`, `Q1/25`, `6T đầu 25`, `2025`."""
        if self.kind == "month":
            return f"{self.start:%m/%y}"
        if self.kind == "quarter":
            return f"Q{self.number}/{self.start:%y}"
        if self.kind == "half_year":
            return (_("6T đầu {year}") if self.number == 1 else _("6T cuối {year}")).format(year=f"{self.start:%y}")
        return str(self.start.year)

    def moved(self, count: int) -> Period:
        """The period `count` later (earlier where negative)."""
        return Period(_moved(self.start, count * MONTHS[self.kind]), self.kind)


def containing(day: date, kind: str) -> Period:
    """The period of a kind in which a day lies."""
    months = MONTHS[kind]
    return Period(date(day.year, (day.month - 1) // months * months + 1, 1), kind)


@lru_cache(maxsize=4096)
def parse(text: str, kind: str = "") -> Period:
    """The period that people mean. Raises InvalidInput where there is none, or not of `kind`."""
    written = " ".join(folded(text).split())
    for form, pattern in _FORMS:
        found = pattern.fullmatch(written)
        if not found:
            continue
        year = int(found["year"])
        part = found.groupdict().get("part") or "1"
        number = _PARTS.get(part) or int(part)
        if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= number <= 12 // MONTHS[form]):
            break
        if kind and form != kind:
            raise InvalidInput(
                _("“{text}” không đúng loại kỳ của chỉ tiêu.").format(text=text), action=_example(kind), code="wrong_period_kind"
            )  # fmt: skip
        return Period(date(year, (number - 1) * MONTHS[form] + 1, 1), form)
    raise InvalidInput(
        _("“{text}” không phải kỳ báo cáo.").format(text=text), action=_example(kind), code="impossible_period"
    )


def _example(kind: str) -> str:
    example = {"month": "2025-03", "quarter": "2025-Q1", "half_year": "2025-H1", "year": "2025"}.get(kind)
    return _("Viết như {example}.").format(example=example or "2025-03, 2025-Q1, 2025-H1, 2025")


def _moved(day: date, months: int) -> date:
    whole = day.year * 12 + day.month - 1 + months
    return date(whole // 12, whole % 12 + 1, 1)
