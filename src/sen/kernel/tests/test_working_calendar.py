"""The calendar of working days: announced holidays, compensated days, years without announcements."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sen.kernel import working_calendar as calendar

DAYS = st.dates(date(2019, 1, 1), date(2029, 12, 31))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2024-02-14", False),  # last day of Tết Giáp Thìn
        ("2024-02-15", True),
        ("2024-04-29", False),  # a Monday exchanged
        ("2024-05-04", True),  # for this Saturday
        ("2026-01-10", True),
        ("2023-05-03", False),  # two holidays on a weekend are made up on two days
        ("2022-02-05", False),  # a Saturday like any other
        ("2030-01-01", False),  # no announcement yet: holidays on fixed dates hold
        ("2030-02-04", True),  # the lunar ones are not guessed
    ],
)
def test_days(day: str, works: bool) -> None:
    assert calendar.is_working_day(date.fromisoformat(day)) is works


def test_counts_over_tet() -> None:
    assert calendar.add_working_days(date(2022, 1, 28), 5) == date(2022, 2, 11)
    assert calendar.add_working_days(date(2022, 2, 11), -5) == date(2022, 1, 28)
    assert calendar.working_days_between(date(2022, 1, 28), date(2022, 2, 11)) == 5


def test_says_what_a_count_rests_on() -> None:
    assert calendar.certainty(date(2023, 1, 1), date(2023, 12, 31)) == "announced"
    assert calendar.certainty(date(2024, 2, 1), date(2024, 2, 29)) == "unverified"
    assert calendar.certainty(date(2030, 1, 1), date(2030, 2, 1)) == "assumed"


def test_a_units_exceptions_go_first() -> None:
    tuesday, saturday = date(2024, 10, 8), date(2024, 10, 12)
    own = calendar.Exceptions(days_off=frozenset({tuesday}), working=frozenset({saturday}))
    assert not calendar.is_working_day(tuesday, own)
    assert calendar.is_working_day(saturday, own)
    assert calendar.add_working_days(date(2024, 10, 7), 4, own) == saturday


def test_every_announced_day_is_given_once_with_its_source() -> None:
    rows = calendar.DATA.read_text("utf8").strip().splitlines()[1:]
    assert len(rows) == len(calendar.special_days())
    assert all(special.source and special.name for special in calendar.special_days().values())
    assert {2021, 2022, 2023, 2024, 2025, 2026} == calendar.known_years()
    compensated = [special.day for special in calendar.special_days().values() if special.working]
    assert all(day.weekday() >= calendar.SATURDAY for day in compensated)


@given(DAYS, st.integers(0, 300))
def test_adding_and_counting_agree(day: date, count: int) -> None:
    end = calendar.add_working_days(day, count)
    assert calendar.working_days_between(day, end) == count
    assert count == 0 or calendar.is_working_day(end)
    assert calendar.working_days_between(end, day) == -count
    assert calendar.working_days_between(day, day + timedelta(days=7)) <= 7
