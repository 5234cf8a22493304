"""Sent above timed above the playlist; hours of Vietnam, also over midnight; what comes next and when."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from sen.apps.dashboards.schedule import Plan, Round, Sent, Timed, following, shown

WORKDAYS = frozenset(range(5))
ALL_DAYS = frozenset(range(7))


def local(text: str) -> datetime:
    """`2026-11-23 07:30` on the clocks of Vietnam (UTC+7, without summer time), as UTC."""
    return datetime.fromisoformat(f"{text}+07:00").astimezone(UTC)


def timed(number: int, key: str, starts: str, ends: str, days: frozenset[int] = WORKDAYS, own: bool = False) -> Timed:
    return Timed(UUID(int=number), key, days, time.fromisoformat(starts), time.fromisoformat(ends), own)


def sent(number: int, key: str, start: str, minutes: int, urgent: bool = False) -> Sent:
    return Sent(UUID(int=number), key, local(start), local(start) + timedelta(minutes=minutes), urgent)


LIST = Round((("A", 30), ("B", 90)), local("2026-11-23 00:00"))


def test_sent_stands_above_timed_above_the_playlist_and_each_gives_way_when_it_ends() -> None:
    plan = Plan([sent(9, "S", "2026-11-23 07:40", 10)], [timed(1, "T", "07:30", "08:00")], LIST)  # a Monday
    story = [
        (clock, shown(plan, local(f"2026-11-23 {clock}")))
        for clock in ("07:29:59", "07:30", "07:40", "07:49:59", "07:50", "08:00")
    ]
    assert [(one.why, one.key) for _clock, one in story] == [
        ("playlist", "B"), ("timed", "T"), ("sent", "S"), ("sent", "S"), ("timed", "T"), ("playlist", "A"),
    ]  # fmt: skip
    assert story[2][1].until == local("2026-11-23 07:50")
    assert following(plan, local("2026-11-23 07:45"))[0] == local("2026-11-23 07:50")  # type: ignore[index]


def test_a_window_over_midnight_belongs_to_the_day_on_which_it_begins() -> None:
    plan = Plan(timed=[timed(1, "N", "22:00", "06:00", frozenset({4}))])  # Friday night
    inside = ("2026-11-27 22:00", "2026-11-27 23:59", "2026-11-28 00:00", "2026-11-28 05:59")
    outside = ("2026-11-27 05:00", "2026-11-27 21:59", "2026-11-28 06:00", "2026-11-28 22:30", "2026-11-26 23:00")
    assert [shown(plan, local(moment)).why for moment in inside] == ["timed"] * 4
    assert [shown(plan, local(moment)).why for moment in outside] == ["nothing"] * 5
    assert shown(plan, local("2026-11-27 23:00")).until == local("2026-11-28 06:00")
    # 22:00 in Vietnam is 15:00 UTC: the weekday is the local one.
    assert shown(plan, datetime(2026, 11, 27, 15, 0, tzinfo=UTC)).why == "timed"


def test_equal_hours_mean_a_whole_day() -> None:
    plan = Plan(timed=[timed(1, "D", "00:00", "00:00", frozenset({6}))])
    assert shown(plan, local("2026-11-29 13:00")).until == local("2026-11-30 00:00")
    assert shown(plan, local("2026-11-30 00:00")).why == "nothing"


def test_the_nearer_and_the_later_rule_wins_and_incidents_stand_above_people() -> None:
    everywhere, here = timed(1, "U", "07:30", "12:00"), timed(2, "H", "07:00", "12:00", own=True)
    later = timed(3, "L", "08:00", "09:00")
    at = local("2026-11-23 08:30")
    assert shown(Plan(timed=[everywhere, here, later]), at).key == "H"
    assert shown(Plan(timed=[everywhere, later]), at).key == "L"
    by_hand, incident = sent(4, "P", "2026-11-23 08:20", 30), sent(5, "I", "2026-11-23 08:00", 60, urgent=True)
    assert shown(Plan([by_hand, incident], [here]), at).key == "I"
    assert shown(Plan([by_hand, incident], [here]), local("2026-11-23 09:00")).key == "H"


def test_what_comes_next_looks_through_borders_that_change_nothing() -> None:
    plan = Plan(
        timed=[timed(1, "A", "07:30", "08:00"), timed(2, "A", "08:00", "09:00"), timed(3, "B", "09:00", "10:00")]
    )
    ahead = following(plan, local("2026-11-23 07:45"))
    assert ahead is not None
    assert (ahead[0], ahead[1].key) == (local("2026-11-23 09:00"), "B")
    assert following(Plan(round=Round((("A", 30),), local("2026-11-23 00:00"))), local("2026-11-23 07:45")) is None


@given(
    seconds=st.lists(st.integers(5, 4000), min_size=2, max_size=8),
    offset=st.integers(0, 10**12),
    hops=st.integers(1, 12),
)
def test_a_round_never_stands_still_nor_skips(seconds: list[int], offset: int, hops: int) -> None:
    """From border to border the round shows its pictures in order, wherever it is entered, to the microsecond."""
    start = local("2026-11-23 00:00")
    plan = Plan(round=Round(tuple((str(place), n) for place, n in enumerate(seconds)), start))
    moment = start + timedelta(microseconds=offset)
    here = shown(plan, moment)
    for _hop in range(hops):
        ahead = following(plan, moment)
        assert ahead is not None
        assert ahead[0] > moment
        assert int(ahead[1].key) == (int(here.key) + 1) % len(seconds)
        assert shown(plan, ahead[0] - timedelta(microseconds=1)).key == here.key
        moment, here = ahead
