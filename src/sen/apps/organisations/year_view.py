"""One unit's year for people: every day with why it is worked or not and who said so, office hours, and what was changed."""

from __future__ import annotations

import calendar as months_of_years
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from sen.apps.organisations import working_days
from sen.apps.organisations.models import CalendarChange, CompleteYear, OfficeHours, Unit, WorkingDay
from sen.apps.organisations.queries import today
from sen.kernel import working_calendar
from sen.kernel.working_clock import HoursFrom

MOST_CHANGES = 12


@dataclass(frozen=True, slots=True)
class Cell:
    """A day of a month's grid. `kind`: work, rest (weekend), holiday, worked (a day of rest that is worked); `own`: this unit says so."""

    day: date
    kind: str
    own: bool
    words: str
    today: bool


@dataclass(frozen=True, slots=True)
class Month:
    """Weeks from Monday to Sunday; None where a day belongs to another month. `working`: days on which the office works."""

    first: date
    weeks: tuple[tuple[Cell | None, ...], ...]
    working: int


@dataclass(frozen=True, slots=True)
class Special:
    """A day that differs from its weekday. `said_by` is the unit that wrote it, "" for the national calendar; `mine`: it can be dropped here."""

    day: date
    working: bool
    name: str
    source: str
    verified: bool
    said_by: str
    mine: bool


@dataclass(frozen=True, slots=True)
class Hours:
    """Office hours from a day on; `said_by` as for days. `spans` None: as the unit above from then on."""

    valid_from: date
    spans: tuple[tuple[str, str], ...] | None
    source: str
    verified: bool
    said_by: str


@dataclass(frozen=True, slots=True)
class Change:
    """Something that was written; `may_undo` while nothing later wrote over it."""

    id: int
    words: str
    made_by: str
    made_at: object
    may_undo: bool


@dataclass(frozen=True, slots=True)
class Year:
    """What `/admin/working-days/` shows."""

    year: int
    months: tuple[Month, ...]
    special: tuple[Special, ...]
    hours_today: HoursFrom | None
    hours: tuple[Hours, ...]
    changes: tuple[Change, ...]
    working: int
    warnings: tuple[str, ...]
    complete_source: str


def year_of(unit_id: UUID, year: int) -> Year:
    """The year of a unit. A fixed number of statements."""
    held = working_days.working_calendar_of(unit_id)
    above = working_days.chain(unit_id)
    names = dict(Unit.objects.filter(pk__in=above).values_list("pk", "name"))
    specials = _specials(unit_id, above, names, year)
    by_day = {one.day: one for one in specials}
    months = tuple(_month(held, by_day, date(year, number, 1)) for number in range(1, 13))
    complete = (
        CompleteYear.objects.filter(unit_id__in=above, year=year, ended_in=None)
        .values_list("source", flat=True)
        .first()
    )
    return Year(
        year, months, tuple(specials), held.hours_on(today()), _hours(above, names), _changes(unit_id),
        sum(month.working for month in months), held.warnings(date(year, 1, 1), date(year, 12, 31)), complete or "",
    )  # fmt: skip


def _specials(unit_id: UUID, above: list[UUID], names: dict[UUID, str], year: int) -> list[Special]:
    found = {
        one.day: Special(one.day, one.working, one.name, one.source, one.verified, "", mine=False)
        for one in working_calendar.special_days().values()
        if one.day.year == year
    }
    rows: dict[UUID, list[WorkingDay]] = {}
    for row in WorkingDay.objects.filter(unit_id__in=above, day__year=year, ended_in=None):
        rows.setdefault(row.unit_id, []).append(row)
    for unit in reversed(above):
        for row in rows.get(unit, ()):
            found[row.day] = Special(
                row.day, row.working, row.name, row.source, row.verified, names.get(unit, ""), mine=unit == unit_id
            )
    return [found[day] for day in sorted(found)]


def _month(held: working_days.WorkingCalendar, special: dict[date, Special], first: date) -> Month:
    weeks = []
    working = 0
    for week in months_of_years.Calendar().monthdatescalendar(first.year, first.month):
        cells: list[Cell | None] = []
        for day in week:
            if day.month != first.month:
                cells.append(None)
                continue
            cells.append(_cell(held, special.get(day), day))
            working += held.is_working_day(day)
        weeks.append(tuple(cells))
    return Month(first, tuple(weeks), working)


def _cell(held: working_days.WorkingCalendar, special: Special | None, day: date) -> Cell:
    if special is not None:
        kind = "worked" if special.working else "holiday"
        doubt = "" if special.verified else f" ({_('chưa kiểm chứng')})"
        return Cell(day, kind, bool(special.said_by), special.name + doubt, day == today())
    if held.is_working_day(day):
        return Cell(day, "work", own=False, words="", today=day == today())
    fixed = working_calendar.FIXED.get((day.month, day.day), "")
    return Cell(day, "holiday" if fixed else "rest", own=False, words=fixed, today=day == today())


def _hours(above: list[UUID], names: dict[UUID, str]) -> tuple[Hours, ...]:
    rows = OfficeHours.objects.filter(unit_id__in=above, ended_in=None)
    ordered = sorted(rows, key=lambda row: (above.index(row.unit_id), -row.valid_from.toordinal()))
    return tuple(
        Hours(row.valid_from, tuple((span[0], span[1]) for span in row.spans) if row.spans is not None else None, row.source,
              row.verified, names.get(row.unit_id, ""))
        for row in ordered
    )  # fmt: skip


def _changes(unit_id: UUID) -> tuple[Change, ...]:
    rows = list(CalendarChange.objects.filter(unit_id=unit_id).select_related("undone_by")[:MOST_CHANGES])
    over = {
        made
        for model in (WorkingDay, OfficeHours, CompleteYear)
        for made in model.objects.filter(made_in__in=rows).exclude(ended_in=None).values_list("made_in_id", flat=True)
    }
    return tuple(
        Change(row.pk, row.words, row.made_by, row.made_at, row.pk not in over and not hasattr(row, "undone_by"))
        for row in rows
    )
