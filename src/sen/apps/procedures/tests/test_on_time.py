"""The on-time rules of Quyết định 766/QĐ-TTg: cases worked out by hand, and Python against SQL on any dossier at any moment."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sen.apps.procedures import on_time, on_time_sql
from sen.apps.procedures.day_counts import DayCounts
from sen.apps.procedures.interface import Dossier, LimitUnit, State, Supplement
from sen.apps.procedures.on_time import STANDINGS, Facts, Limit
from sen.apps.procedures.storage.engine import engine, rows
from sen.apps.procedures.tests.world import dossier, local
from sen.kernel import clock
from sen.kernel.working_calendar import add_working_days, is_working_day, working_days_between

CALENDAR = DayCounts(is_working_day)
FIVE_DAYS = Limit(5, LimitUnit.WORKING_DAY)


def standing(one: Dossier, at: str, limit: Limit | None = None) -> str:
    """The name of a dossier's standing at a local moment."""
    number = on_time.standing_at(on_time.facts_of(one, limit, CALENDAR), clock.to_ms(local(at)))
    return STANDINGS[number - 1] if number else ""


def supplement(asked: str, back: str | None = None) -> Supplement:
    return Supplement(local(asked), local(back) if back else None)


RECEIVED_2_PROMISED_9 = {"received_at": local("2026-03-02 08:00"), "promised_at": local("2026-03-09 17:00")}
CASES: list[tuple[str, dict[str, object], str, str]] = [
    ("not received yet", {}, "2026-03-01 12:00", ""),
    ("still in time", {}, "2026-03-09 17:00", "open_on_time"),
    ("a minute too late", {}, "2026-03-09 17:01", "open_late"),
    ("finished at the promised minute", {"state": 9, "completed_at": "2026-03-09 17:00"}, "2026-04-01 00:00", "done_on_time"),
    ("finished (9) counts before returned (10)", {"state": 10, "completed_at": "2026-03-09 16:00", "returned_at": "2026-03-12 08:00"},
     "2026-04-01 00:00", "done_on_time"),
    ("returned only", {"state": 10, "returned_at": "2026-03-12 08:00"}, "2026-04-01 00:00", "done_late"),
    ("seen before it ended", {"state": 9, "completed_at": "2026-03-12 08:00"}, "2026-03-05 00:00", "open_on_time"),
    ("stopped late", {"state": 8, "ended_at": "2026-03-10 08:00"}, "2026-04-01 00:00", "done_late"),
    ("refused without a receipt and without a due day", {"state": 3, "received_at": None, "promised_at": None,
     "ended_at": "2026-03-03 08:00"}, "2026-04-01 00:00", "done_unjudged"),
    ("withdrawn in time", {"state": 7, "ended_at": "2026-03-03 08:00"}, "2026-04-01 00:00", "withdrawn_on_time"),
    ("withdrawn before anybody received it", {"state": 7, "received_at": None, "ended_at": "2026-03-03 08:00"}, "2026-04-01 00:00", ""),
    ("waiting for papers asked for in time, long after", {"state": 5, "supplements": [supplement("2026-03-05 08:00")]},
     "2026-06-01 00:00", "waiting_on_time"),
    ("papers asked for after the promise", {"state": 5, "supplements": [supplement("2026-03-10 08:00")]}, "2026-06-01 00:00", "waiting_late"),
    ("three days of supplement are taken off", {"state": 9, "completed_at": "2026-03-12 16:00",
     "supplements": [supplement("2026-03-04 08:00", "2026-03-07 08:00")]}, "2026-04-01 00:00", "done_on_time"),
    ("and not a minute more", {"state": 9, "completed_at": "2026-03-12 17:01",
     "supplements": [supplement("2026-03-04 08:00", "2026-03-07 08:00")]}, "2026-04-01 00:00", "done_late"),
    ("asked for papers twice", {"state": 9, "completed_at": "2026-03-06 08:00", "supplements": [
     supplement("2026-03-03 08:00", "2026-03-03 09:00"), supplement("2026-03-04 08:00", "2026-03-04 09:00")]}, "2026-04-01 00:00", "done_late"),
    ("before the second request it is in time", {"state": 9, "completed_at": "2026-03-06 08:00", "supplements": [
     supplement("2026-03-03 08:00", "2026-03-03 09:00"), supplement("2026-03-04 08:00", "2026-03-04 09:00")]}, "2026-03-03 12:00", "open_on_time"),
    ("no promise and no statute", {"promised_at": None}, "2026-06-01 00:00", "open_unjudged"),
]  # fmt: skip


@pytest.mark.parametrize(("changed", "at", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_cases_by_hand(changed: dict[str, object], at: str, expected: str) -> None:
    values = {name: local(value) if isinstance(value, str) else value for name, value in changed.items()}
    values["state"] = State(int(str(changed.get("state", 4))))
    assert standing(dossier(**{**RECEIVED_2_PROMISED_9, **values}), at) == expected


def test_statutory_limits_in_every_unit() -> None:
    one = dossier(received_at=local("2026-03-05 15:00"), promised_at=None)  # a Thursday
    ends = {
        Limit(5, LimitUnit.WORKING_DAY): "2026-03-12 23:59",
        Limit(5, LimitUnit.DAY): "2026-03-10 23:59",
        Limit(8, LimitUnit.HOUR): "2026-03-05 23:00",
        Limit(1, LimitUnit.MONTH): "2026-04-05 23:59",
    }
    for limit, last in ends.items():
        assert standing(one, last, limit) == "open_on_time", limit
        late = (local(last) + timedelta(minutes=1)).strftime("%Y-%m-%d %H:%M")
        assert standing(one, late, limit) == "open_late", limit
    # Asked on Friday 6th, back on Tuesday 10th: two working days later.
    asked = msgspec.structs.replace(one, supplements=[supplement("2026-03-06 09:00", "2026-03-10 09:00")])
    assert standing(asked, "2026-03-16 23:59", FIVE_DAYS) == "open_on_time"
    assert standing(asked, "2026-03-17 00:00", FIVE_DAYS) == "open_late"
    end_of_january = dossier(received_at=local("2026-01-31 08:00"), promised_at=None)
    assert standing(end_of_january, "2026-02-28 23:59", Limit(1, LimitUnit.MONTH)) == "open_on_time"


def test_counted_days_are_those_of_the_calendar() -> None:
    start = local("2026-01-20 00:00").date()
    for length in range(0, 60, 7):
        day = start + timedelta(days=length)
        assert CALENDAR.days_between(start, day) == working_days_between(start, day)
        assert CALENDAR.add_days(start, length) == add_working_days(start, length)


MOMENT = st.integers(0, 40 * 24).map(lambda hours: clock.to_ms(local("2026-02-10 00:00")) + hours * 3_600_000)
MAYBE = st.one_of(st.just(0), MOMENT)


@st.composite
def any_facts(draw: st.DrawFn) -> Facts:
    """Facts in the order in which things can happen; which of them happened at all is open."""
    start, wait_from, wait_to = draw(MOMENT), draw(MAYBE), draw(MAYBE)
    due = draw(MAYBE)
    return Facts(
        counted=draw(st.booleans()) or draw(st.booleans()),
        start=start,
        finish=draw(MAYBE),
        ended_as=draw(st.integers(0, 4)),
        due=due,
        due_extended=due + draw(st.integers(0, 10)) * 86_400_000 if due else 0,
        due_from=0,
        wait_from=wait_from,
        wait_to=wait_to if wait_from and wait_to >= wait_from else 0,
        second=draw(MAYBE) if wait_from else 0,
        handling=0,
        handling_units=0.0,
    )


_COLUMNS = ("start", "finish", "ended_as", "due", "due_extended", "wait_from", "wait_to", "second")
_TABLE = "n UInt32, at Int64, counted UInt8, " + ", ".join(f"{name} Int64" for name in _COLUMNS)


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(st.tuples(any_facts(), MOMENT), min_size=100, max_size=150))
def test_sql_says_the_same(cases: list[tuple[Facts, int]]) -> None:
    values = ", ".join(
        str((n, at, int(facts.counted), *(getattr(facts, name) for name in _COLUMNS)))
        for n, (facts, at) in enumerate(cases)
    )
    found = rows(
        engine(),
        f"SELECT n, {on_time_sql.standing_at('at')} AS standing, arrayMap(d -> toInt32(d), {on_time_sql.CHANGE_DAYS} AS days) AS on_days, "
        f"{on_time_sql.STANDINGS_AFTER} AS after FROM values('{_TABLE}', {values}) ORDER BY n",
        {"n": pa.uint32(), "standing": pa.uint8(), "on_days": pa.list_(pa.int32()), "after": pa.list_(pa.uint8())},
    )
    for (facts, at), row in zip(cases, found, strict=True):
        assert row["standing"] == on_time.standing_at(facts, at), (facts, at)
        if facts.counted:
            before, changed = 0, []
            for day, after in zip(row["on_days"], row["after"], strict=True):
                if after != before:
                    changed.append((day, before, after))
                before = after
            assert changed == on_time.changes(facts), facts
