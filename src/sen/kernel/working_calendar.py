"""Which days the state works: weekly rest, public holidays and compensated days of Vietnam, from dated data with its source.

`working_days.csv` beside this file holds what was announced year by year. A year without announcements falls back to weekly
rest and the holidays on fixed dates, and `certainty` says so. Bộ luật Lao động 2019, Articles 111 and 112.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Literal

DATA = Path(__file__).with_name("working_days.csv")
SATURDAY = 5
MAX_WORKING_DAYS = 10_000

Certainty = Literal["announced", "unverified", "assumed"]
"""announced: from a document that was seen; unverified: data without its document; assumed: the year has no data at all."""

# (month, day) that are holidays of every year, whatever the announcements say
FIXED = {(1, 1): "Tết Dương lịch", (4, 30): "Ngày Chiến thắng", (5, 1): "Ngày Quốc tế Lao động", (9, 2): "Quốc khánh"}


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day that differs from its weekday: a holiday, or a day of rest that is worked to make up for one."""

    day: date
    working: bool
    name: str
    source: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Exceptions:
    """Days on which one unit differs from the national calendar."""

    days_off: frozenset[date] = frozenset()
    working: frozenset[date] = frozenset()


NO_EXCEPTIONS = Exceptions()


@lru_cache(maxsize=1)
def special_days() -> dict[date, SpecialDay]:
    """The announced days by date."""
    with DATA.open(encoding="utf8", newline="") as file:
        rows = list(csv.DictReader(file))
    days = (
        SpecialDay(
            date.fromisoformat(row["day"]),
            row["kind"] == "working",
            row["name"],
            row["source"],
            row["verified"] == "true",
        )
        for row in rows
    )
    return {special.day: special for special in days}


@lru_cache(maxsize=1)
def known_years() -> frozenset[int]:
    """The years for which announcements are on file."""
    return frozenset(day.year for day in special_days())


def is_working_day(day: date, exceptions: Exceptions = NO_EXCEPTIONS) -> bool:
    """Whether offices work on `day`; a unit's exceptions go before the national calendar."""
    if day in exceptions.days_off:
        return False
    if day in exceptions.working:
        return True
    special = special_days().get(day)
    if special is not None:
        return special.working
    return day.weekday() < SATURDAY and (day.month, day.day) not in FIXED


def add_working_days(day: date, count: int, exceptions: Exceptions = NO_EXCEPTIONS) -> date:
    """The working day `count` working days after `day`, or before it where `count` is negative.

    The first day is not counted (Bộ luật Dân sự 2015, Article 147); 0 gives `day` itself. Raises OverflowError beyond the
    calendar and ValueError beyond 10,000 days.
    """
    if abs(count) > MAX_WORKING_DAYS:
        raise ValueError(count)
    step = timedelta(days=1 if count > 0 else -1)
    left = abs(count)
    while left:
        day += step
        left -= is_working_day(day, exceptions)
    return day


def working_days_between(start: date, end: date, exceptions: Exceptions = NO_EXCEPTIONS) -> int:
    """Working days after `start` up to and including `end`; negative where `end` is earlier."""
    if end < start:
        return -working_days_between(end, start, exceptions)
    days = (start + timedelta(days=number) for number in range(1, (end - start).days + 1))
    return sum(is_working_day(day, exceptions) for day in days)


def certainty(start: date, end: date) -> Certainty:
    """How sure a count between the two days is: the weakest of what it rests on."""
    first, last = min(start, end), max(start, end)
    if not set(range(first.year, last.year + 1)) <= known_years():
        return "assumed"
    touched = (special for day, special in special_days().items() if first <= day <= last)
    return "announced" if all(special.verified for special in touched) else "unverified"
