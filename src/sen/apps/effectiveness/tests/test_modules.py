"""Modules through REST: the gate with live sources, a reason that is kept, and a module that stops being ready."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

UNIT, MODULE = "28249", "environment"
ANSWERS = {
    "procedure_number": "12/QĐ-UBND", "procedure_title": "Ứng phó ô nhiễm không khí", "procedure_minutes": 30, "procedure_contact": "Tổ trực",
    "upkeep_who": "Phòng Kinh tế", "upkeep_money": "Ngân sách phường", "baseline_value": 40, "baseline_on": "2026-09-01",
    "baseline_source": "Sổ trực", "target_value": 30, "target_on": "2027-09-01",
}  # fmt: skip


@pytest.fixture
def station(rest: Callable[[str], Any]) -> str:
    """An air station on the commune's ground, owned by the department, with one value of now."""
    from sen.apps.assets import board
    from sen.apps.assets.tests.stations import store_values, this_minute

    body = {
        "code": "tram-cua-phuong",
        "name": "Trạm",
        "kind": "air_station",
        "owner": "82-snnmt",
        "properties": ["pm25"],
    }
    rest("quantri")("POST", "/assets", {**body, "territory": UNIT}, expect=201)
    store_values("tram-cua-phuong", "pm25", [21.0], end=this_minute())
    board.forget()
    return str(body["code"])


def _answers(direction: str) -> dict[str, Any]:
    from sen.kernel import clock

    until = (clock.now() + timedelta(days=300)).date().isoformat()
    better = {"up": 50, "down": 30, "none": 30}[direction]
    return {**ANSWERS, "upkeep_until": until, "target_value": better}


def test_a_module_is_switched_on_when_ready_and_seen_when_it_stops(station: str, rest: Callable[[str], Any]) -> None:
    from sen.apps.access.models import User
    from sen.apps.effectiveness import services
    from sen.apps.packs import interface as packs
    from sen.kernel.scopes import SYSTEM

    officer, leader, address = rest("xa-a"), rest("lanhdao"), f"/modules/{UNIT}/{MODULE}"
    before = officer("GET", address)
    assert before["state"] == "offered" and before["sources"]["fresh"] == before["sources"]["series"] == 1
    assert [one["code"] for one in before["items"] if one["met"]] == ["sources"]
    refused = leader("POST", f"{address}/on", {"reason": "quá ngắn"}, expect=422)
    assert "20" in refused["detail"] or "20" in str(refused)
    someone = str(User.objects.get(username="xa-b").pk)
    officer("PATCH", address, {"owner": someone}, expect=422)
    owner = str(User.objects.get(username="xa-a").pk)
    answered = officer("PATCH", address, {"owner": owner, **_answers(packs.modules()[MODULE].measure.direction)})
    assert answered["ready"] and answered["state"] == "ready"
    officer("PATCH", address, {"procedure_minutes": 45, "version": 1}, expect=409)
    officer("POST", f"{address}/on", {}, expect=403)
    switched = leader("POST", f"{address}/on", {})
    assert switched["state"] == "on" and switched["reason"] == ""
    officer("PATCH", address, {"upkeep_until": "2026-01-01"})
    assert services.evaluate_all(scope=SYSTEM) == 1
    assert services.evaluate_all(scope=SYSTEM) == 0
    now = officer("GET", address)
    assert now["state"] == "on_not_ready" and now["on"]
    leader("POST", f"{address}/off", {"reason": "hết kinh phí"})
    assert officer("GET", address)["state"] == "preparing"


def test_switching_on_unready_keeps_the_reason_for_the_province(station: str, rest: Callable[[str], Any]) -> None:
    from django.test import Client

    from sen.apps.access.models import User

    reason = "Lũ đang lên, cần theo dõi ngay trong mùa nước nổi này"
    switched = rest("dulieu")("POST", f"/modules/28270/{MODULE}/on", {"reason": reason})
    assert switched["state"] == "on_not_ready" and switched["reason"] == reason
    assert set(switched["switched_missing"]) == {"owner", "sources", "procedure", "upkeep", "measure"}
    client = Client()
    client.force_login(User.objects.get(username="lanhdao"))
    assert reason in client.get("/modules/").content.decode()
    rest("xa-a")("GET", f"/modules/28270/{MODULE}", expect=404)
    rest("xa-a")("GET", "/modules?unit=28270", expect=404)
