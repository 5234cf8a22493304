"""Opens the sheet of each unit and period that has ended, once; says when it is due."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from sen.apps.indicators.models_sheets import SheetEntry
from sen.apps.indicators.periods import Period, containing
from sen.apps.indicators.sheets.forms import Form, forms_of
from sen.apps.organisations import interface as organisations
from sen.apps.organisations.interface import UnitRef
from sen.kernel import clock

LEVELS = ("province", "department", "commune")

Expected = tuple[UnitRef, Form, Period]


@transaction.atomic
def open_entries(
    day: date, *, now: datetime | None = None, unit_ids: Collection[UUID] | None = None, simulated: bool = False
) -> int:
    """The sheets of the last period of each kind that had ended by `day`, of all units that stand then or of some; how many are new.

    A sheet that was published only after its day is not asked for; in simulated pasts it is.
    """
    expected = list(_expected(day, unit_ids))
    if not expected:
        return 0
    first = min(period.start for _unit, _form, period in expected)
    opened = SheetEntry.objects.filter(period_start__gte=first).values_list("sheet", "unit_id", "period")
    known = set(opened)
    fresh = [one for one in expected if (one[1].code, one[0].id, one[2].key) not in known]
    calendars = organisations.working_calendars_of({unit.id for unit, _form, _period in fresh})
    rows = []
    for unit, form, period in fresh:
        due = due_on(form, period, calendars[unit.id])
        if simulated or form.published_on is None or form.published_on <= due:
            rows.append(_entry(unit, form, period, due))
    for row in rows:
        row.simulated, row.opened_at = simulated, now or clock.now()
    # Who opens the same at the same moment loses by the constraint, without an error.
    SheetEntry.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    return len(rows)


def _entry(unit: UnitRef, form: Form, period: Period, due: date) -> SheetEntry:
    return SheetEntry(
        sheet=form.code, template_id=form.template_id, version=form.version, name=form.content.name, unit_id=unit.id, period=period.key,
        period_start=period.start, due_on=due,
    )  # fmt: skip


def _expected(day: date, unit_ids: Collection[UUID] | None) -> Iterator[Expected]:
    units = [
        one
        for one in organisations.units_on(day).values()
        if one.level in LEVELS and (unit_ids is None or one.id in unit_ids)
    ]
    forms = forms_of(units)
    for unit in units:
        for form in forms[unit.id]:
            yield unit, form, containing(day, form.content.period).moved(-1)


def due_on(form: Form, period: Period, calendar: organisations.WorkingCalendar) -> date:
    """The sheet's day after the period's end, never later than the month's end where the day lies in that month; where offices are closed then, the next day on which they work.

    Bộ luật Dân sự 2015, Article 148(5): a term that ends on a day of rest ends with the next working day.
    """
    year, month = period.end.year, period.end.month
    length = monthrange(year, month)[1]
    day = period.end + timedelta(days=form.content.due_day - 1)
    if form.content.due_day in range(length + 1, 32):
        day = date(year, month, length)
    for _step in range(30):
        if calendar.is_working_day(day):
            break
        day += timedelta(days=1)
    return day
