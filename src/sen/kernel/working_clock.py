"""Counts time while offices are open: office hours as dated data on top of the working calendar.

`office_hours.csv` beside this file holds the hours that hold where a unit has none of its own. A unit's own hours and days
come in as values, so that nothing here reads a database.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from sen.kernel import clock
from sen.kernel.working_calendar import NO_EXCEPTIONS, Exceptions, is_working_day

DATA = Path(__file__).with_name("office_hours.csv")
MAX_DAYS = 10_000

Span = tuple[time, time]


@dataclass(frozen=True, slots=True)
class HoursFrom:
    """Office hours that hold from a day on: spans of local time in order, none of them over another or over midnight."""

    valid_from: date
    spans: tuple[Span, ...]
    source: str = ""
    verified: bool = False

    def __post_init__(self) -> None:
        edges = [edge for span in self.spans for edge in span]
        if any(later <= earlier for earlier, later in zip(edges[::2], edges[1::2], strict=True)) or edges != sorted(
            edges
        ):
            raise ValueError(f"office hours overlap or end before they begin: {self.spans}")


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """All hours of an office over time; the latest that began holds, and before the first one the office is closed."""

    periods: tuple[HoursFrom, ...]

    def on(self, day: date) -> HoursFrom | None:
        """What holds on `day`, whether it is a working day or not."""
        begun = [period for period in self.periods if period.valid_from <= day]
        return max(begun, key=lambda period: period.valid_from, default=None)


@lru_cache(maxsize=1)
def _default() -> OfficeHours:
    with DATA.open(encoding="utf8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: (row["valid_from"], row["opens"]))
    periods = []
    for day, group in groupby(rows, key=lambda row: row["valid_from"]):
        same = list(group)
        spans = tuple((time.fromisoformat(row["opens"]), time.fromisoformat(row["closes"])) for row in same)
        verified = all(row["verified"] == "true" for row in same)
        periods.append(HoursFrom(date.fromisoformat(day), spans, same[0]["source"], verified))
    return OfficeHours(tuple(periods))


DEFAULT_OFFICE_HOURS = _default()


def is_working_time(
    at: datetime, hours: OfficeHours = DEFAULT_OFFICE_HOURS, exceptions: Exceptions = NO_EXCEPTIONS
) -> bool:
    """Whether offices are open at a moment; the minute at which they close is not working time any more."""
    here = clock.local(at)
    return any(opens <= here < closes for opens, closes in _spans(here.date(), hours, exceptions))


def add_working_minutes(
    start: datetime,
    minutes: float,
    hours: OfficeHours = DEFAULT_OFFICE_HOURS,
    exceptions: Exceptions = NO_EXCEPTIONS,
) -> datetime:
    """The moment (aware, UTC) at which `minutes` of office time have passed since `start`; 0 gives `start` itself.

    What ends with an office day ends when that closes, not when the next one opens. Raises ValueError for a negative count, and
    where 10,000 days do not hold so much office time.
    """
    if minutes < 0:
        raise ValueError(minutes)
    left, begin = timedelta(minutes=minutes), clock.local(start)
    if not left:
        return begin.astimezone(UTC)
    for day in _days(begin.date()):
        for opens, closes in _spans(day, hours, exceptions):
            held = closes - max(opens, begin)
            if held >= left:
                return (max(opens, begin) + left).astimezone(UTC)
            left -= max(held, timedelta())
    raise ValueError(f"{minutes} minutes of office time do not fit into {MAX_DAYS} days")


def working_minutes_between(
    start: datetime,
    end: datetime,
    hours: OfficeHours = DEFAULT_OFFICE_HOURS,
    exceptions: Exceptions = NO_EXCEPTIONS,
) -> float:
    """Minutes of office time from `start` to `end`; negative where `end` is earlier. Raises ValueError beyond 10,000 days."""
    if end < start:
        return -working_minutes_between(end, start, hours, exceptions)
    begin, stop = clock.local(start), clock.local(end)
    if (stop - begin).days > MAX_DAYS:
        raise ValueError("more than 10,000 days")
    total = timedelta()
    for day in _days(begin.date()):
        if day > stop.date():
            break
        for opens, closes in _spans(day, hours, exceptions):
            total += max(min(closes, stop) - max(opens, begin), timedelta())
    return total / timedelta(minutes=1)


def _days(first: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range(MAX_DAYS + 2))


def _spans(day: date, hours: OfficeHours, exceptions: Exceptions) -> list[tuple[datetime, datetime]]:
    """When offices are open on a local day, as aware local moments."""
    holds = hours.on(day) if is_working_day(day, exceptions) else None
    if holds is None:
        return []
    return [
        (datetime.combine(day, opens, clock.VIETNAM), datetime.combine(day, closes, clock.VIETNAM))
        for opens, closes in holds.spans
    ]
