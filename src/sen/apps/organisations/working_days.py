"""The working calendar of every unit: its own days and office hours over those of the units above it, over the national days.

Nothing is kept but what units wrote. The calendars are put together per process and made anew when one of them, or the tree, has
changed, which the tree's version tells.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, time
from uuid import UUID

from django.utils.translation import gettext as _

from sen.apps.organisations import tree
from sen.apps.organisations.models import CompleteYear, Level, OfficeHours, TreeEdge, Unit, WorkingDay
from sen.kernel import working_clock
from sen.kernel.office_calendar import NATIONAL, OfficeCalendar
from sen.kernel.working_calendar import SpecialDay
from sen.kernel.working_clock import DEFAULT_OFFICE_HOURS, HoursFrom, Span

MOST_DAYS_NAMED = 3
_NATIONAL_KEY = (NATIONAL.own, NATIONAL.hours, NATIONAL.known_years)


@dataclass(frozen=True, slots=True, eq=False)
class WorkingCalendar(OfficeCalendar):
    """The calendar of one unit, with the words that people need where a count rests on unverified days."""

    unit_id: UUID | None = None

    def warnings(self, start: date, end: date) -> tuple[str, ...]:
        """What to say beside a count between two days: unverified holidays, a year without announcements; nothing where it is sure."""
        first, last = min(start, end), max(start, end)
        match self.certainty(first, last):
            case "assumed":
                return (
                    _("Chưa có thông báo ngày nghỉ của năm được tính; mới trừ thứ Bảy, Chủ nhật và ngày lễ cố định."),
                )
            case "unverified":
                days = self.unverified_days(first, last)
                named = ", ".join(f"{one.day:%d/%m/%Y}" for one in days[:MOST_DAYS_NAMED])
                more = "…" if len(days) > MOST_DAYS_NAMED else ""
                return (_("Ngày nghỉ, làm bù chưa kiểm chứng: {days}.").format(days=named + more),)
        return ()


@dataclass(slots=True)
class _Snapshot:
    """All that units wrote and what stands above whom, as of one version of the tree."""

    days: dict[UUID, list[SpecialDay]]
    hours: dict[UUID, list[OfficeHours]]
    years: dict[UUID, set[int]]
    parents: dict[UUID, UUID]
    province: UUID | None
    calendars: dict[UUID | None, WorkingCalendar] = field(default_factory=dict)


_kept: tuple[UUID | None, _Snapshot] | None = None


def working_calendar_of(unit_id: UUID | None) -> WorkingCalendar:
    """The calendar that holds in a unit: its own days and hours, then those of the units above; None = the province's."""
    return working_calendars_of([unit_id])[unit_id]


def working_calendars_of(unit_ids: Collection[UUID | None]) -> dict[UUID | None, WorkingCalendar]:
    """The calendars of many units; five statements where something has changed since the last call."""
    held = _snapshot()
    for unit_id in unit_ids:
        if unit_id not in held.calendars:
            held.calendars[unit_id] = _put_together(held, unit_id)
    return {unit_id: held.calendars[unit_id] for unit_id in unit_ids}


def office_calendars_of(unit_ids: Collection[UUID]) -> dict[UUID, OfficeCalendar]:
    """The calendars of many units without their names: those that count alike are one object, for what counts a thousand times."""
    shared: dict[object, OfficeCalendar] = {}
    found = {}
    for unit_id, one in working_calendars_of(unit_ids).items():
        key = (one.own, one.hours, one.known_years)
        found[unit_id] = shared.setdefault(key, OfficeCalendar(*key) if key != _NATIONAL_KEY else NATIONAL)
    return {unit_id: calendar for unit_id, calendar in found.items() if unit_id is not None}


def chain(unit_id: UUID | None) -> list[UUID]:
    """A unit and those above it, whose days and hours it takes over, the nearest first."""
    return _chain(_snapshot(), unit_id)


def _snapshot() -> _Snapshot:
    global _kept
    now = tree.version()
    kept = _kept
    if kept is None or kept[0] != now or now is None:
        kept = _kept = (now, _load())
    return kept[1]


def _load() -> _Snapshot:
    days: dict[UUID, list[SpecialDay]] = {}
    for row in WorkingDay.objects.filter(ended_in=None).order_by("day"):
        days.setdefault(row.unit_id, []).append(SpecialDay(row.day, row.working, row.name, row.source, row.verified))
    hours: dict[UUID, list[OfficeHours]] = {}
    for period in OfficeHours.objects.filter(ended_in=None).order_by("valid_from"):
        hours.setdefault(period.unit_id, []).append(period)
    years: dict[UUID, set[int]] = {}
    for unit_id, year in CompleteYear.objects.filter(ended_in=None).values_list("unit_id", "year"):
        years.setdefault(unit_id, set()).add(year)
    province = (
        Unit.objects.filter(level=Level.PROVINCE, valid_to=None).order_by("pk").values_list("pk", flat=True).first()
    )
    parents = dict(TreeEdge.objects.filter(valid_to=None).values_list("unit_id", "parent_id"))
    return _Snapshot(days, hours, years, parents, province)


def _chain(held: _Snapshot, unit_id: UUID | None) -> list[UUID]:
    found: list[UUID] = []
    while unit_id is not None and unit_id not in found:
        found.append(unit_id)
        unit_id = held.parents.get(unit_id)
    if held.province is not None and held.province not in found:
        found.append(
            held.province
        )  # an ended unit stands under nobody: the province's days hold for what is left of it
    return found


def _put_together(held: _Snapshot, unit_id: UUID | None) -> WorkingCalendar:
    above = _chain(held, unit_id)
    days: dict[date, SpecialDay] = {}
    years: set[int] = set()
    for one in reversed(above):
        days |= {special.day: special for special in held.days.get(one, ())}
        years |= held.years.get(one, set())
    hours = [held.hours[one] for one in above if one in held.hours]
    own = tuple(days[day] for day in sorted(days))
    return WorkingCalendar(own, _hours(hours), frozenset(years), unit_id=unit_id)


def _hours(levels: list[list[OfficeHours]]) -> working_clock.OfficeHours:
    """One timeline out of those of a unit and the units above it: on each day the nearest that says something holds."""
    if not levels:
        return DEFAULT_OFFICE_HOURS
    default = {period.valid_from for period in DEFAULT_OFFICE_HOURS.periods}
    edges = sorted({period.valid_from for level in levels for period in level} | default)
    return working_clock.OfficeHours(tuple(held for day in edges if (held := _on(levels, day)) is not None))


def _on(levels: list[list[OfficeHours]], day: date) -> HoursFrom | None:
    for level in levels:
        begun = [period for period in level if period.valid_from <= day]
        if begun and begun[-1].spans is not None:
            return HoursFrom(day, spans_of(begun[-1].spans), begun[-1].source, begun[-1].verified)
    usual = DEFAULT_OFFICE_HOURS.on(day)
    return HoursFrom(day, usual.spans, usual.source, usual.verified) if usual else None


def spans_of(stored: list[list[str]]) -> tuple[Span, ...]:
    """Office hours as they are stored: pairs of `07:30`."""
    return tuple((time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in stored)
