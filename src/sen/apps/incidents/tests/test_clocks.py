"""Clocks: who is told when nothing happens, and that neither a kill nor a second process repeats or loses anything."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from sen.apps.incidents.tests.test_course import MONDAY, at, states


def due(minutes: float) -> int:
    from sen.apps.incidents import interface as incidents

    return incidents.run_due(MONDAY + timedelta(minutes=minutes))


def test_a_late_step_is_told_upwards_once_each(people: Any) -> None:
    from sen.apps.incidents import steps
    from sen.apps.incidents.models import StepRun

    with at(0):
        number = people.flood().number
    started = int(MONDAY.timestamp() * 1000)
    assert due(29) == 0
    for minute in (30, 30, 31, 45, 45, 60, 61, 600):
        due(minute)
    late = [key for key in people.told(number) if key.startswith("step:xac-minh") and "late" in key]
    assert late == [f"step:xac-minh:{started}:late:{level}" for level in range(3)]
    assert states(number)["xac-minh"] == "late"
    with at(601):
        steps.complete(scope=people["trucban"], number=number, code="xac-minh", answer="khong")
    row = StepRun.objects.get(incident__number=number, code="xac-minh")
    assert row.due_at == MONDAY + timedelta(minutes=30) and row.state == "done" and row.escalate_at is None


def test_an_order_nobody_acknowledges_goes_up_and_stops_when_it_is(people: Any) -> None:
    from sen.apps.incidents import dispatches
    from sen.apps.incidents import interface as incidents
    from sen.apps.notifications import interface as notifications
    from sen.apps.notifications.models import Notification

    duty = people["trucban"]
    with at(0):
        number = people.flood(procedure="").number
        first, second = dispatches.send(scope=duty, number=number, words="Ra hiện trường", to=["28249", "28261"])
    with at(14):
        # Confirming the notification in the inbox is an acknowledgement too.
        told = Notification.objects.get(key=f"incident:{number}:dispatch:{second.pk}:1")
        notifications.acknowledge(people["xa-b"], told.pk)
    [order] = [one for one in incidents.incident(duty, number).dispatches if one.id == second.pk]
    assert (order.state, order.acknowledged_by) == ("acknowledged", "Hồ Phường B")
    for minute in (15, 15, 29, 30, 31, 300):
        due(minute)
    unanswered = [key for key in people.told(number) if "unanswered" in key]
    assert unanswered == [f"dispatch:{first.pk}:1:unanswered:{level}" for level in range(2)]
    with at(301):
        dispatches.send_again(scope=duty, dispatch_id=first.pk)
        [order] = [one for one in incidents.incident(duty, number).dispatches if one.id == first.pk]
        assert order.attempt == 2 and not order.overdue and order.delivery.delivered >= 1
    due(316)
    assert people.told(number)[-1] == f"dispatch:{first.pk}:2:unanswered:0"
    with at(317):
        dispatches.recall(scope=duty, dispatch_id=first.pk, reason="Không cần nữa")
    assert due(400) == 0


def test_a_kill_between_the_steps_of_a_clock_repeats_and_loses_nothing(people: Any, monkeypatch: Any) -> None:
    from sen.apps.incidents import due as clocks
    from sen.apps.incidents.models import LogEntry

    with at(0):
        numbers = [people.flood(title=f"Ngập số {count}").number for count in range(3)]
    real, calls = clocks.steps.next_escalation, []

    def killed(row: Any) -> Any:
        """Dies after the notification and the line of the log are written, before the transaction ends."""
        calls.append(row)
        if len(calls) in {2, 4}:
            raise KeyboardInterrupt
        return real(row)

    monkeypatch.setattr(clocks.steps, "next_escalation", killed)
    for _attempt in range(2):
        with pytest.raises(KeyboardInterrupt):
            due(30)
    monkeypatch.undo()
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(_in_thread, [30, 30]))
    for number in numbers:
        late = [key for key in people.told(number) if ":late:" in key]
        assert len(late) == len(set(late)) == 2, "the two first steps of each, once"
        assert LogEntry.objects.filter(incident__number=number, kind="step_late").count() == 2


def _in_thread(minutes: float) -> int:
    from django.db import connections

    try:
        return due(minutes)
    finally:
        connections.close_all()


def test_a_drill_says_so_first_and_is_counted_apart(people: Any) -> None:
    from sen.apps.incidents import drills
    from sen.apps.incidents import interface as incidents
    from sen.apps.notifications.models import Notification

    leader = people["lanhdao"]
    with at(0):
        made = drills.start(
            scope=leader,
            procedure_code="ngap-thu",
            unit_id=people.unit("82"),
            territory_id=people.unit("28249"),
            key="dt",
        )
        again = drills.start(
            scope=leader,
            procedure_code="ngap-thu",
            unit_id=people.unit("82"),
            territory_id=people.unit("28249"),
            key="dt",
        )
    assert made.pk == again.pk and made.number == "DT-2026-0001"
    due(30)
    told = Notification.objects.filter(key__startswith=f"incident:{made.number}:")
    assert told.count() > 2
    assert all(one.drill for one in told)
    figures = incidents.figures(leader, MONDAY - timedelta(hours=1), MONDAY + timedelta(hours=1))
    assert figures.total.opened == 0 and figures.drills.opened == 1
    assert incidents.counts(leader).running == 0 and incidents.counts(leader).drills == 1
