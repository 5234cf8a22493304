"""Escalation: whom each level reaches, gaps in the roster, acknowledgement, a kill in the middle, two processes at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any
from uuid import UUID

import pytest

AT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)  # Friday, 10:00 in Vietnam
MINUTE = timedelta(minutes=1)


@pytest.fixture
def people(centre: None) -> dict[str, UUID]:
    from sen.apps.access.models import User

    return dict(User.objects.values_list("username", "id"))


@pytest.fixture
def roster(people: dict[str, UUID]) -> Callable[..., Any]:
    """`roster("duty", "trucban", AT, hours=8)` puts somebody on a post of the province."""
    from sen.apps.access.interface import SYSTEM
    from sen.apps.organisations import interface as organisations
    from sen.apps.shifts import roster as services

    unit = organisations.province().id
    posts: dict[str, Any] = {}

    def put(kind: str, username: str, start: datetime, hours: float = 8) -> None:
        if kind not in posts:
            posts[kind] = services.create_post(scope=SYSTEM, unit_id=unit, name=kind, role="duty_officer", kind=kind)
        placing = services.Placing(posts[kind].pk, people[username], start, start + timedelta(hours=hours), "Ca sáng")
        services.place(scope=SYSTEM, unit_id=unit, placings=[placing])

    return put


def _start(key: str, unit: str = "82", severity: str = "serious", **options: Any) -> bool:
    from sen.apps.organisations import interface as organisations
    from sen.apps.shifts import interface as shifts

    return shifts.start_chain(
        key=key, unit_id=organisations.unit(unit).id, role="duty_officer", severity=severity, clock_minutes=15, about="alert:1",
        title="Bụi mịn vượt ngưỡng", body="112 µg/m³", url="/alerts/1/", at=AT, **options,
    )  # fmt: skip


def _told(key: str) -> list[tuple[str, ...]]:
    from sen.apps.shifts import interface as shifts

    state = shifts.chain_of(key)
    assert state is not None
    return [level.names for level in state.levels if level.reached]


def _notified() -> int:
    from sen.apps.notifications.models import Notification

    return Notification.objects.count()


def test_desk_lead_and_leader_in_their_time(roster: Callable[..., None]) -> None:
    from sen.apps.shifts import interface as shifts

    roster("duty", "trucban", AT - 60 * MINUTE)
    roster("lead", "dulieu", AT - 60 * MINUTE)
    assert _start("a") and not _start("a")
    assert [set(names) for names in _told("a")] == [{"Lê Trực Ban", "Võ Dữ Liệu"}]
    state = shifts.chain_of("a")
    assert state and state.next and (state.next.at, state.next.names) == (AT + 15 * MINUTE, ("Võ Dữ Liệu",))
    assert shifts.run_due(AT + 14 * MINUTE) == 0
    assert shifts.run_due(AT + 15 * MINUTE) == 1
    assert shifts.run_due(AT + 15 * MINUTE) == 0
    assert _told("a")[1:] == [("Võ Dữ Liệu",)]
    assert shifts.run_due(AT + 300 * MINUTE) == 1
    assert _told("a")[2:] == [("Trần Lãnh Đạo",)]
    ended = shifts.chain_of("a")
    assert ended and ended.state == "ended" and ended.next is None
    assert _notified() == 3


def test_acknowledged_goes_no_further(roster: Callable[..., None]) -> None:
    from sen.apps.shifts import interface as shifts

    roster("duty", "trucban", AT - 60 * MINUTE)
    _start("a")
    assert shifts.stop_chain(key="a", reason="Lê Trực Ban ghi nhận")
    assert not shifts.stop_chain(key="a", reason="lần nữa")
    assert shifts.run_due(AT + 300 * MINUTE) == 0
    state = shifts.chain_of("a")
    assert state and state.state == "stopped" and state.stop_reason == "Lê Trực Ban ghi nhận" and _notified() == 1


def test_a_gap_goes_up_at_once_and_says_so(roster: Callable[..., None]) -> None:
    from sen.apps.shifts import interface as shifts

    roster("duty", "trucban", AT + 60 * MINUTE)  # the roster exists, nobody is on now
    _start("a")
    state = shifts.chain_of("a")
    assert state is not None
    assert [(one.names, "Không có ai trực" in one.problem) for one in state.levels[:2]] == [((), True), ((), True)]
    assert state.levels[2].names == ("Trần Lãnh Đạo",) and state.levels[2].at == AT


def test_a_unit_without_roster_and_without_anybody(people: dict[str, UUID]) -> None:
    from sen.apps.shifts import interface as shifts

    _start("a")
    assert _told("a") == [("Lê Trực Ban",)]
    _start("b", unit="28270")  # a commune where nobody has an account: the desk of the province
    state = shifts.chain_of("b")
    assert state and state.levels[0].names == ("Lê Trực Ban",) and "cấp trên" in state.levels[0].problem


def test_own_chain_from_a_day_on(roster: Callable[..., None], people: dict[str, UUID]) -> None:
    from sen.apps.access import interface as access
    from sen.apps.organisations import interface as organisations
    from sen.apps.shifts import chains
    from sen.apps.shifts import interface as shifts
    from sen.kernel import clock
    from sen.kernel.errors import Forbidden, InvalidInput

    unit = organisations.unit("28249").id
    leader, officer = access.scope_of_username("lanhdao"), access.scope_of_username("trucban")
    levels = [chains.Level("person", person=people["xa-a"]), chains.Level("parent", after_minutes=5, carriers=("sms",))]
    with clock.frozen(AT - timedelta(days=2)):
        chains.set_chain(scope=leader, unit_id=unit, severity="serious", levels=levels)
        chains.set_chain(scope=leader, unit_id=unit, severity="serious", levels=[], valid_from=AT + timedelta(days=1))
        with pytest.raises(Forbidden):
            chains.set_chain(scope=officer, unit_id=unit, severity="", levels=levels)
        with pytest.raises(InvalidInput):
            chains.set_chain(scope=leader, unit_id=unit, severity="", levels=[chains.Level("person")])
    _start("a", unit="28249")
    assert _told("a") == [("Đỗ Phường A",)]
    assert shifts.run_due(AT + 5 * MINUTE) == 1
    assert _told("a") == [("Đỗ Phường A",), ("Lê Trực Ban",)]
    assert chains.in_force(unit, "serious", AT + timedelta(days=2)).unit_id is None
    assert chains.in_force(unit, "warning", AT).levels == chains.DEFAULT


def test_a_kill_between_levels_repeats_nothing(roster: Callable[..., None]) -> None:
    """What was not committed never happened; what was committed does not happen again."""
    from django.db import transaction

    from sen.apps.shifts import interface as shifts

    class Killed(BaseException):
        pass

    roster("duty", "trucban", AT - 60 * MINUTE)
    with pytest.raises(Killed), transaction.atomic():
        _start("a")
        raise Killed
    assert shifts.chain_of("a") is None and _notified() == 0
    _start("a")
    with pytest.raises(Killed), transaction.atomic():
        assert shifts.run_due(AT + 15 * MINUTE) == 1
        raise Killed
    assert len(_told("a")) == 1 and _notified() == 1
    assert shifts.run_due(AT + 15 * MINUTE) == 1
    assert _told("a")[1:] == [(), ("Trần Lãnh Đạo",)] and _notified() == 2


def test_two_processes_tell_each_level_once(roster: Callable[..., None]) -> None:
    from django.db import connections

    from sen.apps.shifts import interface as shifts
    from sen.apps.shifts.models import ChainStep

    roster("duty", "trucban", AT - 60 * MINUTE)
    roster("lead", "dulieu", AT - 60 * MINUTE)
    for number in range(20):
        _start(f"chain-{number}")
    done: list[int] = []

    def work() -> None:
        try:
            done.append(shifts.run_due(AT + 16 * MINUTE))
        finally:
            connections.close_all()

    threads = [Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(done) + shifts.run_due(AT + 16 * MINUTE) == 20
    assert ChainStep.objects.count() == 40 and _notified() == 40
