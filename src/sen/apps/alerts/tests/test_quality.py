"""The quality of alarms against cases counted by hand: floods, chattering, answers, false alarms, what to tune first."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from sen.apps.alerts import interface as alerts
from sen.apps.alerts.models import Alert
from sen.apps.alerts.quality import quality
from sen.apps.alerts.tests.conftest import START, Desk
from sen.kernel import clock
from sen.kernel.scopes import SYSTEM

NOON = clock.from_ms(START)


def _at(minutes: float) -> Any:
    return clock.frozen(NOON + timedelta(minutes=minutes))


def _occurrence(desk: Desk, minute: float, **how: Any) -> UUID:
    """One alert that arrives at `minute` and is over a minute later."""
    with _at(minute):
        alert = desk.raise_one(minute, **how)
        alerts.apply_transitions([desk.said("cleared", minute + 1, onset=minute, **how)])
    return UUID(str(alert.pk))


def test_answers_false_alarms_and_silence_are_counted(desk: Desk, as_: Any) -> None:
    """Four alerts: answered after 2, 4 and 12 minutes, one of these false; the fourth ends without anybody."""
    officer = as_("trucban")
    for n, waited in enumerate((2, 4, 12)):
        pk = _occurrence(desk, 200 * n)
        with _at(200 * n + waited):
            if n == 2:
                alerts.false_alarm(scope=officer, targets={pk: None}, note="Cảm biến bẩn")
            else:
                alerts.acknowledge(scope=officer, targets={pk: None})
    _occurrence(desk, 600)
    with _at(600 + 25 * 60):
        alerts.run_due(clock.now())
        found = quality(SYSTEM, NOON, clock.now())
    assert (found.count, found.false_alarms, found.never_acted, found.chattering) == (4, 1, 1, 0)
    assert (found.answer.count, found.answer.median, found.answer.p90) == (3, 240.0, 624.0)
    assert (found.officer_hours, found.load, found.verdict) == (0.0, None, "unknown")
    [rule] = found.by_rule
    assert (rule.count, rule.share) == (4, 1.0)
    [advice] = found.tune_first
    assert advice.notes == ("Cảm biến bẩn",)
    assert sum(count for _day, count in found.days) == 4


def test_eleven_in_ten_minutes_are_a_flood_and_ten_are_not(desk: Desk) -> None:
    for n in range(10):
        _occurrence(desk, 200 * n)
    Alert.objects.update(arrived_at=NOON)
    assert quality(SYSTEM, NOON, NOON + timedelta(days=1)).floods == ()
    _occurrence(desk, 2400)
    Alert.objects.update(arrived_at=NOON)
    [flood] = quality(SYSTEM, NOON, NOON + timedelta(days=1)).floods
    assert (flood.count, flood.peak) == (11, 11)


def test_three_of_one_alarm_in_ten_minutes_chatter(desk: Desk) -> None:
    for minute in (0, 4, 9):
        _occurrence(desk, minute)
    for minute in (0, 60, 120):
        _occurrence(desk, minute, asset="tram-khac")
    found = quality(SYSTEM, NOON, NOON + timedelta(days=1))
    assert found.chattering == 3
    assert [one.subject for one in Alert.objects.filter(head=None).order_by("subject", "onset_ms")].count(
        "asset:tram"
    ) == 1


def test_drills_and_what_was_silent_are_not_in_the_load(desk: Desk) -> None:
    for minute in (0, 200, 400):
        _occurrence(desk, minute)
    first, second, third = Alert.objects.order_by("onset_ms")
    Alert.objects.filter(pk=first.pk).update(drill=True)
    Alert.objects.filter(pk=second.pk).update(silent=True)
    Alert.objects.filter(pk=third.pk).update(simulated=True)
    found = quality(SYSTEM, NOON, NOON + timedelta(days=1))
    assert (found.count, found.silent, found.simulated) == (1, 1, 1)
    assert quality(SYSTEM, NOON, NOON + timedelta(days=1), simulated=False).count == 0
