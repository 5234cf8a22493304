"""Transitions become alerts: the same rows whatever comes twice, late or in another order; groups, floods, maintenance."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sen.apps.alerts import interface as alerts
from sen.apps.alerts.models import Alert, AlertEvent
from sen.apps.alerts.tests.conftest import START, Desk
from sen.kernel import clock
from sen.kernel.scopes import SYSTEM

COLUMNS = (
    "subject",
    "onset_ms",
    "severity",
    "peak_severity",
    "raised_at",
    "cleared_at",
    "last_value",
    "peak_value",
    "changed_ms",
)


def _history(desk: Desk) -> list[alerts.Transition]:
    """Three occurrences at two stations; the last is still on."""
    return [
        desk.said("raised", 10, onset=5, value=2.1),
        desk.said("worse", 20, onset=5, value=3.4, severity="serious"),
        desk.said("better", 30, onset=5, value=2.2),
        desk.said("cleared", 40, onset=5, value=1.9),
        desk.said("raised", 15, onset=12, asset="tram-khac"),
        desk.said("cleared", 25, onset=12, asset="tram-khac", value=1.0),
        desk.said("raised", 300, onset=290, value=2.6),
    ]


def _rows() -> list[tuple[Any, ...]]:
    return list(Alert.objects.order_by("subject", "onset_ms").values_list(*COLUMNS))


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_order_and_repetition_leave_the_same_alerts(desk: Desk, data: st.DataObject) -> None:
    history = _history(desk)
    with transaction.atomic():
        alerts.apply_transitions(history)
        wanted = _rows()
        transaction.set_rollback(True)
    shuffled = data.draw(st.permutations(history + data.draw(st.lists(st.sampled_from(history), max_size=4))))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(shuffled)), max_size=3)))
    with transaction.atomic():
        for first, last in zip([0, *cuts], [*cuts, len(shuffled)], strict=True):
            alerts.apply_transitions(shuffled[first:last])
        assert _rows() == wanted
        assert AlertEvent.objects.filter(key__isnull=False).count() == len(history)
        transaction.set_rollback(True)


def test_what_is_known_changes_nothing(desk: Desk) -> None:
    first = alerts.apply_transitions(_history(desk))
    before = list(Alert.objects.order_by("pk").values_list("pk", "revision"))
    again = alerts.apply_transitions(_history(desk))
    assert (first.raised, again.raised, again.changed, again.alert_ids) == (3, 0, 0, ())
    assert list(Alert.objects.order_by("pk").values_list("pk", "revision")) == before


def test_a_new_occurrence_ends_one_whose_end_was_never_told(desk: Desk) -> None:
    desk.raise_one(0)
    desk.raise_one(500)
    first, second = Alert.objects.order_by("onset_ms")
    assert first.cleared_at == second.onset_at
    assert second.cleared_at is None


def test_repetitions_come_under_one_head_until_it_is_closed(desk: Desk) -> None:
    head = desk.raise_one(0)
    alerts.apply_transitions([desk.said("cleared", 5, onset=0)])
    desk.raise_one(30)
    head.refresh_from_db()
    assert (head.merged, head.repeats) == (1, 2)
    page = alerts.queue(SYSTEM, alerts.QueueFilter())
    assert [one.number for one in page.items] == [head.number]
    alerts.close(scope=SYSTEM, targets={head.pk: head.revision})
    alerts.apply_transitions([desk.said("cleared", 35, onset=30)])
    later = desk.raise_one(50)
    assert later.head_id is None


def test_a_graver_member_makes_its_head_new_again(desk: Desk, as_: Any) -> None:
    head = desk.raise_one(0, rule="chung")
    officer = as_("trucban")
    alerts.mark_seen(scope=officer, alert_ids=[head.pk])
    alerts.shelve(scope=officer, targets={head.pk: None}, minutes=60, reason="đang sửa")
    desk.raise_one(10, rule="chung", asset="tram-khac", severity="serious")
    shown = alerts.alert(officer, head.number)
    assert (shown.severity, shown.state, shown.merged) == ("serious", "unseen", 1)


def test_alerts_within_maintenance_are_kept_and_call_nobody(desk: Desk, as_: Any) -> None:
    from sen.apps.alerts import maintenance
    from sen.apps.organisations import interface as organisations
    from sen.apps.shifts import interface as shifts

    start, keeper = clock.from_ms(START), as_("moitruong")
    with clock.frozen(start):
        maintenance.create(
            scope=keeper, unit_id=organisations.unit("82-snnmt").id, starts_at=start, ends_at=start + timedelta(hours=2),
            reason="Thay cảm biến", asset_code="tram",
        )  # fmt: skip
        silent, other = desk.raise_one(30), desk.raise_one(31, asset="tram-khac")
    assert (silent.silent, other.silent) == (True, False)
    assert shifts.chain_of(f"alert:{silent.pk}") is None
    assert shifts.chain_of(f"alert:{other.pk}") is not None


def test_a_flood_is_one_notice_and_every_alert_is_kept(desk: Desk) -> None:
    from sen.apps.notifications import interface as notifications

    told = [desk.said("raised", 0, onset=0, asset="tram", rule="cao")]
    told += [desk.said("raised", 200 * n, onset=200 * n) for n in range(1, 15)]
    now = clock.now()
    with clock.frozen(now):
        for one in told:
            alerts.apply_transitions(
                [
                    one,
                    desk.said(
                        "cleared", one.at / 60_000 - START / 60_000 + 1, onset=one.onset / 60_000 - START / 60_000
                    ),
                ]
            )
        alerts.apply_transitions(
            [desk.said("raised", 9000 + 200 * n, onset=9000 + 200 * n, asset="tram-khac") for n in range(3)]
        )
    assert Alert.objects.count() == 18
    assert len({one.key for one in notifications.deliveries_of("alerts:flood")}) == 1


@pytest.mark.parametrize("count", [1, 40])
def test_a_batch_asks_the_same_whatever_its_size(desk: Desk, django_assert_max_num_queries: Any, count: int) -> None:
    batch = [
        one
        for n in range(count)
        for one in (desk.said("raised", 200 * n, onset=200 * n), desk.said("cleared", 200 * n + 9, onset=200 * n))
    ]
    with django_assert_max_num_queries(30):
        assert alerts.apply_transitions(batch).raised == count
