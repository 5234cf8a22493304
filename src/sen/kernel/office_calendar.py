"""The calendar of one office: the national days, the office's own days and its office hours, put together for every clock.

Pure values: who keeps the days of units makes one of these (`organisations.interface.working_calendar_of`), and code without a
database counts with it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sen.kernel import working_calendar, working_clock
from sen.kernel.working_calendar import Certainty, Exceptions, SpecialDay
from sen.kernel.working_clock import DEFAULT_OFFICE_HOURS, HoursFrom, OfficeHours, Span


@dataclass(frozen=True, slots=True, eq=False)
class OfficeCalendar:
    """Days and hours of one office; without arguments the national calendar with the usual office hours.

    `own` are the days on which the office differs from the national calendar, `known_years` the years whose days the office says
    are complete, beside those that the national data hold. Compared by identity, so that what was counted with one can be remembered.
    """

    own: tuple[SpecialDay, ...] = ()
    hours: OfficeHours = DEFAULT_OFFICE_HOURS
    known_years: frozenset[int] = frozenset()
    exceptions: Exceptions = field(init=False)

    def __post_init__(self) -> None:
        off = frozenset(special.day for special in self.own if not special.working)
        object.__setattr__(self, "exceptions", Exceptions(off, frozenset(one.day for one in self.own if one.working)))

    def is_working_day(self, day: date) -> bool:
        """Whether the office works on a day."""
        return working_calendar.is_working_day(day, self.exceptions)

    def special(self, day: date) -> SpecialDay | None:
        """What makes a day differ from its weekday: the office's own word before the national one."""
        own = {special.day: special for special in self.own}
        return own.get(day) or working_calendar.special_days().get(day)

    def add_days(self, day: date, count: int) -> date:
        """The working day `count` working days after `day` (before it where negative); the first day is not counted."""
        return working_calendar.add_working_days(day, count, self.exceptions)

    def days_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; negative where `end` is earlier."""
        return working_calendar.working_days_between(start, end, self.exceptions)

    def spans(self, day: date) -> tuple[Span, ...]:
        """When the office is open on a day, local times in order; nothing on a day of rest."""
        holds = self.hours.on(day) if self.is_working_day(day) else None
        return holds.spans if holds else ()

    def hours_on(self, day: date) -> HoursFrom | None:
        """The office hours in force on a day, whether it is worked or not."""
        return self.hours.on(day)

    def is_working_time(self, at: datetime) -> bool:
        """Whether the office is open at a moment."""
        return working_clock.is_working_time(at, self.hours, self.exceptions)

    def add_minutes(self, at: datetime, minutes: float) -> datetime:
        """The moment (aware, UTC) at which `minutes` of office time have passed since `at`. ValueError for a negative count."""
        return working_clock.add_working_minutes(at, minutes, self.hours, self.exceptions)

    def minutes_between(self, start: datetime, end: datetime) -> float:
        """Minutes of office time from `start` to `end`; negative where `end` is earlier."""
        return working_clock.working_minutes_between(start, end, self.hours, self.exceptions)

    def certainty(self, start: date, end: date) -> Certainty:
        """How sure a count between the two days is: the weakest of what it rests on."""
        first, last = min(start, end), max(start, end)
        if not set(range(first.year, last.year + 1)) <= working_calendar.known_years() | self.known_years:
            return "assumed"
        days = {**working_calendar.special_days(), **{special.day: special for special in self.own}}
        touched = (special for day, special in days.items() if first <= day <= last)
        return "announced" if all(special.verified for special in touched) else "unverified"

    def unverified_days(self, start: date, end: date) -> list[SpecialDay]:
        """The special days from `start` to `end` whose document nobody has seen, in order."""
        days = (start + timedelta(days=number) for number in range((end - start).days + 1))
        return [found for day in days if (found := self.special(day)) is not None and not found.verified]


NATIONAL = OfficeCalendar()
"""The national calendar with the usual office hours."""
