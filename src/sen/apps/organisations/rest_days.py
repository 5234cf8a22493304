"""REST of working calendars: what holds in a unit, its own days and office hours, and taking a change back."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import ConfigDict, Field

from sen.apps.organisations import keeping_days, queries, working_days, year_view
from sen.apps.organisations.models import CalendarChange
from sen.kernel.errors import InvalidInput
from sen.kernel.scopes import require, scope_of

router = Router(tags=["working-days"])
Year = Annotated[int, Query(ge=keeping_days.FIRST_YEAR, le=keeping_days.LAST_YEAR)]
Time = Annotated[str, Field(pattern=r"^\d{2}:\d{2}$")]


class SpecialDayOut(Schema):
    """A day that differs from its weekday; `said_by` is the unit that wrote it, "" for the national calendar."""

    day: date
    working: bool
    name: str
    source: str
    verified: bool
    said_by: str


class HoursOut(Schema):
    """Office hours from a day on; `spans` null: as the unit above from then on."""

    valid_from: date
    spans: list[tuple[str, str]] | None
    source: str
    verified: bool
    said_by: str


class ChangeOut(Schema):
    id: int
    words: str
    made_by: str
    made_at: datetime
    may_undo: bool


class WorkingYearOut(Schema):
    """A unit's year; `working` counts its working days, `warnings` say where counting in it is unsure."""

    unit: str
    year: int
    working: int
    special: list[SpecialDayOut]
    hours: list[HoursOut]
    changes: list[ChangeOut]
    warnings: list[str]


class CountOut(Schema):
    """Working days after `start` up to and including `end`."""

    unit: str
    start: date
    end: date
    days: int
    warnings: list[str]


class DayIn(Schema):
    model_config = ConfigDict(extra="forbid")
    day: date
    working: bool
    name: Annotated[str, Field(min_length=1, max_length=200)]


class DaysIn(Schema):
    """Days of a unit and of those below it; `complete_year`: with these, all days of that year are on file."""

    model_config = ConfigDict(extra="forbid")
    days: Annotated[list[DayIn], Field(max_length=keeping_days.MOST_ROWS)]
    source: Annotated[str, Field(min_length=1, max_length=300)]
    verified: bool = False
    complete_year: Annotated[int, Field(ge=keeping_days.FIRST_YEAR, le=keeping_days.LAST_YEAR)] | None = None


class HoursIn(Schema):
    model_config = ConfigDict(extra="forbid")
    valid_from: date
    spans: Annotated[list[tuple[Time, Time]], Field(max_length=6)] | None
    source: Annotated[str, Field(min_length=1, max_length=300)]
    verified: bool = False


class MadeOut(Schema):
    """What was written; `id` takes it back."""

    id: int
    words: str
    made_at: datetime


@router.get("/{unit}", response=WorkingYearOut, operation_id="get_working_days", summary="Lịch làm việc của đơn vị")
def get_working_days(request: HttpRequest, unit: str, year: Year | None = None) -> dict[str, Any]:
    """The special days, office hours and changes of a unit in a year (this one)."""
    require(scope_of(request), "organisations.view")
    found = queries.unit(unit)
    shown = year_view.year_of(found.pk, year or queries.today().year)
    return {
        "unit": found.code, "year": shown.year, "working": shown.working, "special": list(shown.special), "hours": list(shown.hours),
        "changes": list(shown.changes), "warnings": list(shown.warnings),
    }  # fmt: skip


@router.get("/{unit}/count", response=CountOut, operation_id="count_working_days", summary="Đếm ngày làm việc")
def count_working_days(request: HttpRequest, unit: str, start: date, end: date) -> dict[str, Any]:
    """Working days of a unit between two days at most ten years apart; the first day is not counted."""
    require(scope_of(request), "organisations.view")
    if abs((end - start).days) > 3660:
        raise InvalidInput("Hai ngày cách nhau quá mười năm.", action="Chọn khoảng ngắn hơn.")
    found = queries.unit(unit)
    held = working_days.working_calendar_of(found.pk)
    days = held.days_between(start, end)
    return {"unit": found.code, "start": start, "end": end, "days": days, "warnings": list(held.warnings(start, end))}


@router.post("/{unit}/days", response={201: MadeOut}, operation_id="keep_working_days", summary="Ghi ngày của đơn vị")
def keep_working_days(request: HttpRequest, unit: str, body: DaysIn) -> Status[CalendarChange]:
    """Write days of rest or of work; those written before for the same days are replaced. All or nothing."""
    scope = require(scope_of(request), keeping_days.CHANGE)
    made = keeping_days.keep_days(
        scope=scope, unit_id=queries.unit(unit).pk, days=[keeping_days.DayIn(one.day, one.working, one.name) for one in body.days],
        source=body.source, verified=body.verified, complete_year=body.complete_year,
    )  # fmt: skip
    return Status(201, made)


@router.delete(
    "/{unit}/days/{day}", response=MadeOut, operation_id="drop_working_day", summary="Bỏ một ngày của đơn vị"
)
def drop_working_day(request: HttpRequest, unit: str, day: date) -> CalendarChange:
    """The calendar above holds again for the day."""
    scope = require(scope_of(request), keeping_days.CHANGE)
    return keeping_days.drop_day(scope=scope, unit_id=queries.unit(unit).pk, day=day)


@router.post("/{unit}/hours", response={201: MadeOut}, operation_id="keep_office_hours", summary="Đặt giờ làm việc")
def keep_office_hours(request: HttpRequest, unit: str, body: HoursIn) -> Status[CalendarChange]:
    """Office hours from a day on, for the unit and those below it without their own."""
    scope = require(scope_of(request), keeping_days.CHANGE)
    made = keeping_days.keep_hours(
        scope=scope, unit_id=queries.unit(unit).pk, valid_from=body.valid_from, spans=body.spans, source=body.source,
        verified=body.verified,
    )  # fmt: skip
    return Status(201, made)


@router.post(
    "/changes/{change_id}/undo", response=MadeOut, operation_id="undo_working_days", summary="Hoàn tác một lần ghi"
)
def undo_working_days(request: HttpRequest, change_id: int) -> CalendarChange:
    """Take back all that one change wrote and put back what it replaced."""
    scope = require(scope_of(request), keeping_days.CHANGE)
    return keeping_days.undo(scope=scope, change_id=change_id)
