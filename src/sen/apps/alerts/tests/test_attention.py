"""What calls people again: alerts that get graver than ever, that outlast a maintenance window, that come back or are given to somebody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sen.apps.alerts import interface as alerts
from sen.apps.alerts import maintenance
from sen.apps.alerts.models import Alert
from sen.apps.alerts.tests.conftest import START, Desk
from sen.apps.organisations import interface as organisations
from sen.apps.shifts import interface as shifts
from sen.kernel import clock
from sen.kernel.errors import NotFound


def _runs(key: str) -> bool:
    chain = shifts.chain_of(key)
    return chain is not None and chain.state == "running"


def test_what_gets_graver_than_ever_is_asked_again_and_only_once(desk: Desk, as_: Any) -> None:
    alert, officer = desk.raise_one(), as_("trucban")
    alerts.acknowledge(scope=officer, targets={alert.pk: None})
    alerts.apply_transitions([desk.said("worse", 5, severity="serious", value=3.0)])
    shown = alerts.alert(officer, alert.number)
    assert (shown.state, shown.severity, alerts.counts(officer).serious) == ("unseen", "serious", 1)
    assert not _runs(f"alert:{alert.pk}") and _runs(f"alert:{alert.pk}:1")
    alerts.acknowledge(scope=officer, targets={alert.pk: None})
    alerts.apply_transitions(
        [desk.said("better", 10, value=2.3), desk.said("worse", 15, severity="serious", value=3.0)]
    )
    assert alerts.alert(officer, alert.number).state == "acknowledged"
    assert shifts.chain_of(f"alert:{alert.pk}:2") is None


def test_a_member_that_gets_graver_raises_its_head(desk: Desk, as_: Any) -> None:
    head = desk.raise_one(0, rule="chung")
    desk.raise_one(10, rule="chung", asset="tram-khac")
    alerts.acknowledge(scope=as_("trucban"), targets={head.pk: None})
    alerts.apply_transitions(
        [desk.said("worse", 20, onset=10, rule="chung", asset="tram-khac", severity="serious", value=3.0)]
    )
    shown = alerts.alert(as_("trucban"), head.number)
    assert (shown.severity, shown.state, shown.merged) == ("serious", "unseen", 1)


def test_what_outlasts_a_maintenance_window_calls_then(desk: Desk, as_: Any) -> None:
    start, owner = clock.from_ms(START), as_("moitruong")
    with clock.frozen(start):
        maintenance.create(
            scope=owner, unit_id=organisations.unit("82-snnmt").id, starts_at=start, ends_at=start + timedelta(hours=2),
            reason="Thay cảm biến", asset_code="tram",
        )  # fmt: skip
        silent = desk.raise_one(30)
        within, after = start + timedelta(minutes=119), start + timedelta(minutes=121)
        assert alerts.run_due(within) == 0
        assert (alerts.run_due(after), alerts.run_due(after)) == (1, 0)
    silent.refresh_from_db()
    assert (silent.silent, silent.due_at) == (False, after + timedelta(minutes=15))
    assert shifts.chain_of(f"alert:{silent.pk}:1") is not None


def test_undoing_an_answer_calls_again(desk: Desk, as_: Any) -> None:
    alert, officer = desk.raise_one(), as_("trucban")
    done = alerts.acknowledge(scope=officer, targets={alert.pk: None})
    assert done.undo is not None and not _runs(f"alert:{alert.pk}")
    alerts.undo(scope=officer, undo_id=done.undo)
    assert _runs(f"alert:{alert.pk}:1")


def test_a_unit_sees_and_handles_what_it_is_given(desk: Desk, as_: Any) -> None:
    alert = desk.raise_one()
    with pytest.raises(NotFound):
        alerts.alert(as_("xaydung"), alert.number)
    given = organisations.unit("82-sxd").id
    alerts.assign(scope=as_("trucban"), targets={alert.pk: None}, unit_id=given)
    assert alerts.alert(as_("xaydung"), alert.number).state == "assigned"
    done = alerts.close(scope=as_("xaydung"), targets={alert.pk: None}, note="Đã vớt lục bình")
    assert [one.state for one in done.changed] == ["closed"]
    assert Alert.objects.get().outcome == "handled"
