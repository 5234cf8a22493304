"""Office time: weekends, holidays, exchanged days, a unit's own hours; and that adding and counting undo each other."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sen.kernel import clock
from sen.kernel import working_clock as office
from sen.kernel.working_calendar import Exceptions

MOMENTS = st.datetimes(
    datetime(2023, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    datetime(2027, 6, 1),  # noqa: DTZ001
    timezones=st.just(clock.VIETNAM),
)
MINUTES = st.integers(1, 20_000)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=clock.VIETNAM)


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        ("2026-11-20T07:30", 60, "2026-11-20T08:30"),
        ("2026-11-20T11:00", 60, "2026-11-20T14:00"),  # over the break at noon
        ("2026-11-20T16:30", 60, "2026-11-23T08:00"),  # Friday afternoon to Monday
        ("2026-11-20T16:30", 30, "2026-11-20T17:00"),  # ends when the office closes, not on Monday
        ("2026-11-21T03:00", 1, "2026-11-23T07:31"),
        ("2024-04-26T16:00", 120, "2024-05-02T08:30"),  # over 30/4 and 1/5, with the Monday exchanged
        ("2024-05-03T16:30", 60, "2024-05-04T08:00"),  # for this Saturday, which is worked
        ("2026-11-20T10:00", 0, "2026-11-20T10:00"),
    ],
)
def test_adding(start: str, minutes: int, end: str) -> None:
    assert office.add_working_minutes(at(start), minutes) == at(end)


def test_a_unit_differs_from_the_nation() -> None:
    saturday = date(2026, 11, 21)
    open_saturday = Exceptions(working=frozenset({saturday}))
    assert office.add_working_minutes(at("2026-11-20T16:30"), 60, exceptions=open_saturday) == at("2026-11-21T08:00")
    earlier = office.OfficeHours(
        (
            office.HoursFrom(date(2020, 1, 1), ((time(7, 30), time(17)),)),
            office.HoursFrom(date(2026, 11, 23), ((time(7), time(11)),)),
        )
    )
    assert office.add_working_minutes(at("2026-11-20T16:30"), 60, earlier) == at("2026-11-23T07:30")
    assert office.is_working_time(at("2026-11-20T12:00"), earlier)
    assert not office.is_working_time(at("2026-11-23T12:00"), earlier)
    assert office.working_minutes_between(at("2026-11-20T00:00"), at("2026-11-24T00:00"), earlier) == 570 + 240


def test_what_cannot_be() -> None:
    with pytest.raises(ValueError, match="-5"):
        office.add_working_minutes(at("2026-11-20T16:30"), -5)
    with pytest.raises(ValueError, match="overlap"):
        office.HoursFrom(date(2026, 1, 1), ((time(8), time(12)), (time(11), time(17))))
    with pytest.raises(ValueError, match="do not fit"):
        office.add_working_minutes(at("2026-11-20T16:30"), 1, office.OfficeHours(()))


@given(MOMENTS, MINUTES)
def test_counting_undoes_adding(start: datetime, minutes: int) -> None:
    end = office.add_working_minutes(start, minutes)
    assert office.working_minutes_between(start, end) == pytest.approx(minutes)
    assert office.working_minutes_between(end, start) == pytest.approx(-minutes)
    assert office.is_working_time(end - timedelta(microseconds=1))


@given(MOMENTS, MINUTES, MINUTES)
def test_adding_in_two_steps_is_adding_at_once(start: datetime, first: int, second: int) -> None:
    halfway = office.add_working_minutes(start, first)
    assert office.add_working_minutes(halfway, second) == office.add_working_minutes(start, first + second)


@given(MOMENTS, st.timedeltas(timedelta(0), timedelta(days=60)), st.timedeltas(timedelta(0), timedelta(days=60)))
def test_counts_add_up(start: datetime, one: timedelta, other: timedelta) -> None:
    whole = office.working_minutes_between(start, start + one + other)
    parts = (
        office.working_minutes_between(start, start + one),
        office.working_minutes_between(start + one, start + one + other),
    )
    assert whole == pytest.approx(sum(parts))
    assert 0 <= whole <= (one + other) / timedelta(minutes=1)
