"""What people do with alerts: conflicts of two hands, bulk with undo, shelving that ends, clocks, who may see and do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from sen.apps.alerts import interface as alerts
from sen.apps.alerts.tests.conftest import Desk
from sen.kernel import clock
from sen.kernel.errors import Conflict, InvalidInput, NotFound
from sen.kernel.scopes import SYSTEM


def test_the_second_of_two_officers_is_told_who_was_first(desk: Desk, as_: Any) -> None:
    alert = desk.raise_one()
    first, second = as_("trucban"), as_("lanhdao")
    seen = alerts.alert(second, alert.number).revision
    done = alerts.acknowledge(scope=first, targets={alert.pk: seen})
    assert [one.state for one in done.changed] == ["acknowledged"]
    late = alerts.acknowledge(scope=second, targets={alert.pk: seen})
    assert not late.changed
    [conflict] = late.conflicts
    assert done.changed[0].acknowledged_by in conflict.message


def test_new_data_is_no_conflict(desk: Desk, as_: Any) -> None:
    alert = desk.raise_one()
    seen = alert.revision
    alerts.apply_transitions([desk.said("worse", 5, onset=0, severity="serious", value=3.0)])
    assert alerts.acknowledge(scope=as_("trucban"), targets={alert.pk: seen}).changed


def test_a_bulk_action_goes_on_and_can_be_taken_back(desk: Desk, as_: Any) -> None:
    officer = as_("trucban")
    several = [desk.raise_one(), desk.raise_one(asset="tram-khac")]
    alerts.close(scope=officer, targets={several[0].pk: None})
    done = alerts.false_alarm(scope=officer, targets={one.pk: None for one in several}, note="Thả thuyền qua cảm biến")
    assert [one.id for one in done.changed] == [several[1].pk]
    assert [one.id for one in done.conflicts] == [several[0].pk]
    assert done.undo is not None
    with pytest.raises(NotFound):
        alerts.undo(scope=as_("lanhdao"), undo_id=done.undo)
    assert [one.state for one in alerts.undo(scope=officer, undo_id=done.undo).changed] == ["unseen"]
    with pytest.raises(Conflict):
        alerts.undo(scope=officer, undo_id=done.undo)


def test_undo_leaves_what_somebody_went_on_with(desk: Desk, as_: Any) -> None:
    alert = desk.raise_one()
    done = alerts.acknowledge(scope=as_("trucban"), targets={alert.pk: None})
    alerts.close(scope=as_("lanhdao"), targets={alert.pk: None})
    assert done.undo is not None
    taken_back = alerts.undo(scope=as_("trucban"), undo_id=done.undo)
    assert not taken_back.changed
    assert [one.id for one in taken_back.conflicts] == [alert.pk]


def test_shelving_ends_by_itself_and_needs_a_reason(desk: Desk, as_: Any) -> None:
    alert, officer = desk.raise_one(), as_("trucban")
    for minutes, reason in ((0, "x"), (60 * 25, "x"), (30, " ")):
        with pytest.raises(InvalidInput):
            alerts.shelve(scope=officer, targets={alert.pk: None}, minutes=minutes, reason=reason)
    alerts.shelve(scope=officer, targets={alert.pk: None}, minutes=30, reason="đang đo tay")
    assert alerts.counts(officer).shelved == 1
    assert alerts.run_due(clock.now() + timedelta(minutes=29)) >= 0
    assert alerts.alert(officer, alert.number).state == "shelved"
    alerts.run_due(clock.now() + timedelta(minutes=31))
    assert alerts.alert(officer, alert.number).state == "unseen"


def test_clocks_act_once(desk: Desk) -> None:
    alert = desk.raise_one()
    due = clock.now() + timedelta(minutes=16)
    assert (alerts.run_due(due), alerts.run_due(due)) == (1, 0)
    kinds = [one.kind for one in alerts.alert(SYSTEM, alert.number).events]
    assert kinds == ["raised", "overdue"]


def test_one_that_ended_is_closed_after_it_was_taken_notice_of(desk: Desk, as_: Any) -> None:
    alert = desk.raise_one()
    alerts.acknowledge(scope=as_("trucban"), targets={alert.pk: None})
    alerts.apply_transitions([desk.said("cleared", 20, onset=0)])
    alerts.run_due(clock.now() + timedelta(minutes=11))
    shown = alerts.alert(SYSTEM, alert.number)
    assert (shown.state, shown.outcome) == ("closed", "cleared_by_itself")


def test_acknowledging_ends_the_calling(desk: Desk, as_: Any) -> None:
    from sen.apps.shifts import interface as shifts

    alert = desk.raise_one()
    before = shifts.chain_of(f"alert:{alert.pk}")
    assert before is not None and before.state == "running"
    alerts.acknowledge(scope=as_("trucban"), targets={alert.pk: None})
    after = shifts.chain_of(f"alert:{alert.pk}")
    assert after is not None and after.state == "stopped"


def test_alerts_of_an_incident_belong_to_one_only(desk: Desk, as_: Any) -> None:
    alert, officer, one, other = desk.raise_one(), as_("trucban"), uuid4(), uuid4()
    alerts.join(scope=officer, alert_ids=[alert.pk], incident_id=one, incident_number="SC-1")
    with pytest.raises(Conflict):
        alerts.join(scope=officer, alert_ids=[alert.pk], incident_id=other, incident_number="SC-2")
    assert [ref.number for ref in alerts.of_incident(one)] == [alert.number]
    assert not alerts.close(scope=officer, targets={alert.pk: None}).changed
    alerts.leave(scope=officer, alert_ids=[alert.pk], incident_id=one)
    assert alerts.alert(officer, alert.number).state == "acknowledged"


def test_ground_and_owner_see_an_alert_and_neighbours_do_not(desk: Desk, as_: Any) -> None:
    alert = desk.raise_one(asset="tram-khac")
    assert alerts.alert(as_("xa-a"), alert.number).id == alert.pk
    assert alerts.alert(as_("moitruong"), alert.number).id == alert.pk
    for stranger in ("xa-b", "xaydung"):
        with pytest.raises(NotFound):
            alerts.alert(as_(stranger), alert.number)
        assert alerts.queue(as_(stranger), alerts.QueueFilter()).items == ()
        done = alerts.acknowledge(scope=as_(stranger), targets={alert.pk: None})
        assert not done.changed and len(done.conflicts) == 1


def test_the_queue_asks_the_same_whatever_its_length(desk: Desk, as_: Any, django_assert_max_num_queries: Any) -> None:
    officer = as_("trucban")
    for n in range(6):
        desk.raise_one(200 * n)
    with django_assert_max_num_queries(4):
        page = alerts.queue(officer, alerts.QueueFilter(), limit=4)
    assert len(page.items) == 4 and page.next
    rest = alerts.queue(officer, alerts.QueueFilter(), page.next, limit=4)
    assert len(rest.items) == 2 and rest.next is None
    with django_assert_max_num_queries(1):
        assert alerts.counts(officer).total == 6
