"""A unit's limits judge its own stations and nobody else's: on the map, on the station's page, for every viewer alike."""

from __future__ import annotations

from typing import Any

from sen.apps.assets.tests.stations import station, store_values, this_minute

ROW = {
    "code": "pm25-tuc-thoi", "property": "pm25", "averaging": "instant", "maximum": 80.0, "unit": "ug/m3",
    "severity": "notice", "valid_from": "2026-01-01", "label": "Ngưỡng theo dõi của tỉnh", "source": "Thử nghiệm",
}  # fmt: skip


def _states(rest: Any) -> dict[str, str]:
    return {item["code"]: item["state"] for item in rest("dulieu")("GET", "/map")["items"]}


def _page(address: str) -> str:
    from django.test import Client

    from sen.apps.access.models import User

    client = Client()
    client.force_login(User.objects.get(username="dulieu"))
    answer = client.get(address)
    assert answer.status_code == 200, answer.content.decode()[:500]
    return " ".join(answer.content.decode().split())


def test_an_override_of_a_commune_changes_its_own_station_and_nobody_elses(rest: Any) -> None:
    from sen.apps.access.interface import SYSTEM
    from sen.apps.organisations import interface as organisations
    from sen.apps.packs import interface as packs

    province = organisations.province()
    ours, theirs = organisations.communes()[:2]
    for code, owner in (("cua-ta", ours), ("cua-ho", theirs)):
        station(rest, code, owner=owner.code)
        store_values(code, "pm25", [60], end=this_minute())
    assert _states(rest) == {"cua-ta": "normal", "cua-ho": "normal"}

    made = packs.create_template(
        scope=SYSTEM, kind="limit_set", code="khong-khi", name="Ngưỡng không khí", owner_id=province.id,
        content={"rows": [ROW]},
    )  # fmt: skip
    audience = packs.Audience("all")
    packs.publish(scope=SYSTEM, template_id=made.id, audience=audience, open_fields=["/rows/*/maximum"], mandatory=True)
    assert _states(rest) == {"cua-ta": "normal", "cua-ho": "normal"}

    change = {"/rows/pm25-tuc-thoi/maximum": 50.0}
    packs.override(scope=SYSTEM, template_id=made.id, unit_id=ours.id, changes=change, reason="cạnh trường học")
    assert _states(rest) == {
        "cua-ta": "notice",
        "cua-ho": "normal",
    }  # at once: the board asks for the settings' version
    said = rest("dulieu")("GET", "/assets/cua-ta/state")["reason"]
    assert "60 µg/m³, cao hơn 50" in said and "Ngưỡng theo dõi của tỉnh" in said

    [limit] = [
        one for one in packs.limits("pm25", as_of=this_minute().date(), unit_id=ours.id) if one.averaging == "instant"
    ]
    assert isinstance(limit, packs.UnitLimit)
    assert (limit.set_owner_code, limit.set_version, limit.overridden, limit.maximum) == ("82", 1, True, 50.0)

    page = _page("/assets/cua-ta/?property=pm25")
    assert "Theo bộ giới hạn “Ngưỡng không khí” bản 1 của Tỉnh Đồng Tháp" in page
    assert f"có giá trị riêng của {ours.name}" in page
    assert "có giá trị riêng" not in _page("/assets/cua-ho/?property=pm25")
    assert "Ngưỡng không khí" in _page("/assets/cua-ho/provenance/pm25/")
