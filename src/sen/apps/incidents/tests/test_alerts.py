"""Incidents out of alerts that a rule in force raised: what they take over, joining, merging, splitting, and taking that back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sen.apps.incidents.tests.test_course import MONDAY, at


@pytest.fixture
def raised(people: Any) -> list[Any]:
    """Two alerts of a rule whose procedure is the test's own, about two gauges on the ground of the first commune."""
    from django.db import connection

    from sen.apps.access.interface import SYSTEM, Role
    from sen.apps.alerts import interface as alerts
    from sen.apps.assets import interface as assets
    from sen.apps.organisations import interface as organisations
    from sen.apps.packs import interface as packs

    province, ground = organisations.province(), organisations.unit("28249")
    for code in ("thuoc-1", "thuoc-2"):
        assets.create_asset(
            scope=SYSTEM, code=code, name=f"Thước {code[-1]}", kind="water_level_station", owner="82-snnmt",
            location=(ground.seat_lon, ground.seat_lat), properties=["water_level"],
        )  # fmt: skip
    content = {
        "code": "muc-nuoc", "name": "Mực nước cao", "name_en": "High water", "severity": "warning", "procedure": "ngap-thu",
        "clock_minutes": 15, "hazard": "flood", "when": {"kind": "value", "property": "water_level", "above": 1.5},
    }  # fmt: skip
    made = packs.create_template(
        scope=SYSTEM, kind="rule", code="muc-nuoc", name="Mực nước cao", owner_id=province.id, content=content
    )
    packs.publish(scope=SYSTEM, template_id=made.id, audience=packs.Audience("own"))
    alerts.switch_on_rules(
        scope=SYSTEM, unit_id=province.id, template_ids=[made.id], owner_role=Role.DUTY_OFFICER, untested_reason="Dùng cho bài thử",
        watch_from=MONDAY - timedelta(days=1),
    )  # fmt: skip
    [rule] = [one for one in alerts.rules_in_force() if one.code == "muc-nuoc"]
    onset = int((MONDAY - timedelta(minutes=20)).timestamp() * 1000)
    with at(-15):
        alerts.apply_transitions([
            alerts.Transition(
                "raised", rule.id, rule.family, f"asset:{code}", onset + number, onset + number, value=1.85, limit=1.5,
                facts={"kind": "value", "severity": "warning", "property": "water_level", "direction": "above"},
            )
            for number, code in enumerate(("thuoc-1", "thuoc-2"))
        ])  # fmt: skip
    yield list(alerts.queue(people["trucban"], alerts.QueueFilter()).items)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE alerts_alert, alerts_ruleinforcerow, alerts_ruleactivation, assets_asset CASCADE")


def test_an_incident_takes_over_what_its_alerts_say(people: Any, raised: list[Any]) -> None:
    from sen.apps.alerts import interface as alerts
    from sen.apps.incidents import interface as incidents
    from sen.apps.incidents import opening, reviewing
    from sen.kernel.errors import Conflict

    duty = people["trucban"]
    first, second = raised
    with at(0):
        made = incidents.open_incident(scope=duty, told=incidents.Told(), alert_ids=[first.id])
        with pytest.raises(Conflict):
            incidents.open_incident(scope=duty, told=incidents.Told(), alert_ids=[first.id])
    detail = incidents.incident(duty, made.number)
    assert (made.kind, made.severity, detail.procedure_code) == ("flood", "warning", "ngap-thu")
    assert detail.summary.territory and detail.summary.territory.code == "28249"
    assert detail.origin_reference == first.number and detail.facts["value"] == "1,85"
    assert detail.detected_at == first.onset_at
    assert alerts.alert(duty, first.id).incident_number == made.number
    assert incidents.open_of_alert(first.id) == made and incidents.open_of_alert(second.id) is None
    territory = people.unit("28249")
    [near] = opening.similar(duty, kind="flood", lon=None, lat=None, territory_id=territory, at=MONDAY)
    assert near.incident.number == made.number and near.same_kind
    with at(10):
        reviewing.cancel(scope=duty, number=made.number, reason="Mở nhầm, chỉ là đo thử")
    assert alerts.alert(duty, first.id).incident_number == ""


def test_a_merge_loses_nothing_and_can_be_taken_back(people: Any, raised: list[Any]) -> None:
    from sen.apps.alerts import interface as alerts
    from sen.apps.incidents import dispatches, log, merging
    from sen.apps.incidents import interface as incidents
    from sen.kernel.errors import Conflict

    duty = people["trucban"]
    with at(0):
        one, two = (
            incidents.open_incident(scope=duty, told=incidents.Told(procedure=""), alert_ids=[alert.id]).number
            for alert in raised
        )
        [order] = dispatches.send(scope=duty, number=one, words="Ra xem", to=["28261"])
        log.write(scope=duty, number=one, words="Nước lên nhanh")
    with at(5):
        made = merging.merge(scope=duty, source=one, target=two, reason="Cùng một trận ngập")
    assert {each.number for each in incidents.incidents(people["xa-b"]).items} == {two}, "the called go along"
    seen = incidents.incident(duty, two)
    assert [each.id for each in seen.dispatches] == [order.pk] and seen.merged == (one,) and seen.undoable == made.pk
    assert {each.incident_number for each in (alerts.alert(duty, alert.id) for alert in raised)} == {two}
    words = [line.text for line in incidents.situation_log(duty, two)]
    assert "Nước lên nhanh" in words and any("Nhập sự cố" in line for line in words)
    incidents.run_due(MONDAY + timedelta(minutes=15))
    assert any("unanswered" in key for key in people.told(one)), "an order goes on being asked for"
    with at(20):
        merging.undo(scope=duty, rearrangement_id=made.pk)
        with pytest.raises(Conflict):
            merging.undo(scope=duty, rearrangement_id=made.pk)
    assert {each.number for each in incidents.incidents(duty).items} == {one, two}
    assert [alerts.alert(duty, alert.id).incident_number for alert in raised] == [one, two]
    assert incidents.incident(duty, two).dispatches == []


def test_a_split_takes_its_alerts_and_orders_along_and_can_be_taken_back(people: Any, raised: list[Any]) -> None:
    from sen.apps.alerts import interface as alerts
    from sen.apps.incidents import dispatches, merging
    from sen.apps.incidents import interface as incidents

    duty = people["trucban"]
    with at(0):
        whole = incidents.open_incident(scope=duty, told=incidents.Told(), alert_ids=[one.id for one in raised]).number
        kept, moved = dispatches.send(scope=duty, number=whole, words="Ra xem", to=["28249", "28261"])
    with at(5):
        made = merging.split(
            scope=duty, number=whole, told=incidents.Told(title="Ngập nơi thứ hai"), alert_ids=[raised[1].id],
            dispatch_ids=[moved.pk],
        )  # fmt: skip
    part = made.target.number
    assert [one.id for one in incidents.incident(duty, part).dispatches] == [moved.pk]
    assert [one.id for one in incidents.incident(duty, whole).dispatches] == [kept.pk]
    assert [alerts.alert(duty, one.id).incident_number for one in raised] == [whole, part]
    assert any(line.words == "Ra xem" for line in incidents.situation_log(duty, part)), (
        "the log up to the split is read from both"
    )
    with at(10):
        merging.undo(scope=duty, rearrangement_id=made.pk)
    assert [alerts.alert(duty, one.id).incident_number for one in raised] == [whole, whole]
    assert {one.id for one in incidents.incident(duty, whole).dispatches} == {kept.pk, moved.pk}
    assert [one.number for one in incidents.incidents(duty).items] == [whole]
