"""The turns into which a post's day is divided: three times eight hours, two times twelve, office hours and what lies outside them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sen.apps.shifts.models import Post
from sen.kernel import clock
from sen.kernel.office_calendar import NATIONAL, OfficeCalendar

Pattern = Post.Pattern

_NAMES = {
    Pattern.THREE: (gettext_lazy("Ca sáng"), gettext_lazy("Ca chiều"), gettext_lazy("Ca đêm")),
    Pattern.TWO: (gettext_lazy("Ca ngày"), gettext_lazy("Ca đêm")),
    Pattern.DAY: (gettext_lazy("Cả ngày"),),
}


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a post on a day, aware moments; the last turn of a day may end on the next."""

    number: int
    name: str
    starts_at: datetime
    ends_at: datetime


def turns(pattern: str, first: time, day: date, calendar: OfficeCalendar = NATIONAL) -> list[Turn]:
    """The turns of a day (in Vietnam) for a pattern whose day begins at `first`; none where the post is not held that day.

    `calendar`: the days and hours of the unit that holds the post.
    """
    if pattern in (Pattern.OFFICE, Pattern.NIGHTS):
        return _around_office_hours(Pattern(pattern), day, calendar)
    names = _NAMES[Pattern(pattern)]
    length = timedelta(hours=24) / len(names)
    start = datetime.combine(day, first, clock.VIETNAM)
    return [
        Turn(number, str(name), start + length * number, start + length * (number + 1))
        for number, name in enumerate(names)
    ]


def _around_office_hours(pattern: Pattern, day: date, calendar: OfficeCalendar) -> list[Turn]:
    """Office hours of a working day as one turn; or all that lies between the close of this day and the opening of the next."""
    hours = _office(day, calendar)
    if pattern == Pattern.OFFICE:
        return [Turn(0, _("Giờ hành chính"), *hours)] if hours else []
    starts = hours[1] if hours else _midday(day, calendar)
    following = day + timedelta(days=1)
    opening = _office(following, calendar)
    return [Turn(0, _("Ngoài giờ"), starts, opening[0] if opening else _midday(following, calendar))]


def _office(day: date, calendar: OfficeCalendar) -> tuple[datetime, datetime] | None:
    spans = calendar.spans(day)
    if not spans:
        return None
    first, last = spans[0][0], spans[-1][1]
    return datetime.combine(day, first, clock.VIETNAM), datetime.combine(day, last, clock.VIETNAM)


def _midday(day: date, calendar: OfficeCalendar) -> datetime:
    """Where two days of rest meet, people change at the hour at which the office would open."""
    holds = calendar.hours_on(day)
    return datetime.combine(day, holds.spans[0][0] if holds and holds.spans else time(7, 30), clock.VIETNAM)
