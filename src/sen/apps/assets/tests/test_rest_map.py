"""The map through REST: states with their reason, filters, clusters, and who sees them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sen.apps.assets.tests.stations import OTHER_OWNER, hours_ago, station, store_values, this_minute
from sen.telemetry.flags import Flag


def _states(rest: Any, query: str = "") -> dict[str, str]:
    from sen.apps.assets import board

    board.renewed()
    return {item["code"]: item["state"] for item in rest("dulieu")("GET", f"/map?{query}")["items"]}


def test_silent_stale_and_fresh_stations(rest: Any) -> None:
    for code in ("moi", "cu", "chua-co"):
        station(rest, code)
    store_values("moi", "pm25", [10], end=this_minute())
    store_values("cu", "pm25", [10], end=hours_ago(30))
    assert _states(rest) == {"moi": "normal", "cu": "stale", "chua-co": "no_data"}
    assert set(_states(rest, "only=broken")) == {"cu", "chua-co"}
    assert set(_states(rest, "only=stale")) == {"cu"}
    reasons = {item["code"]: item["reason"] for item in rest("dulieu")("GET", "/map")["items"]}
    assert "quá hạn" in reasons["cu"] and "29 giờ" in reasons["cu"]
    assert reasons["chua-co"] and not reasons["moi"]


def test_a_flood_level_is_judged_by_the_newest_valid_value(rest: Any) -> None:
    station(rest, "tan-chau", kind="water_level_station", properties=("water_level",))
    store_values("tan-chau", "water_level", [4.2], end=this_minute())
    assert _states(rest)["tan-chau"] == "warning"
    one = rest("dulieu")("GET", "/assets/tan-chau/state")
    assert "4,2 m" in one["reason"] and "Báo động II" in one["reason"]
    store_values("tan-chau", "water_level", [9.9], end=this_minute() + timedelta(seconds=30), flags=int(Flag.SPIKE))
    assert _states(rest)["tan-chau"] == "normal"


def test_a_limit_on_24_hours_is_judged_by_the_mean_and_needs_enough_hours(rest: Any) -> None:
    from sen.apps.assets.readings import store

    station(rest, "bui")
    store_values("bui", "pm25", [70] * 60, end=this_minute())
    store().refresh_rollups()
    assert _states(rest)["bui"] == "normal"  # five hours are not a day
    store_values("bui", "pm25", [70] * (12 * 24), end=this_minute())
    store().refresh_rollups()
    assert _states(rest)["bui"] == "warning"
    assert "trung bình 24 giờ" in rest("dulieu")("GET", "/assets/bui/state")["reason"]
    assert set(_states(rest, "only=over")) == {"bui"}


def test_box_kinds_and_visibility_narrow_the_map(rest: Any) -> None:
    station(rest, "dong", lon=106.3, lat=10.4)
    station(rest, "tay", lon=105.2, lat=10.8, kind="sensor", properties=("pm25",))
    station(rest, "khac", owner=OTHER_OWNER)
    assert set(_states(rest, "bbox=106,10,107,11")) == {"dong"}
    assert set(_states(rest, "kinds=sensor")) == {"tay"}
    assert {item["code"] for item in rest("moitruong")("GET", "/map")["items"]} == {"dong", "tay"}
    rest("dulieu")("GET", "/map?only=lung-tung", expect=422)
    rest("dulieu")("GET", "/map?bbox=1,2,3", expect=422)
    rest("dulieu")("GET", "/map?zoom=nan", expect=422)


def test_many_assets_become_clusters_that_show_the_worst(rest: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from sen.apps.assets import map_view

    monkeypatch.setattr(map_view, "SINGLE_UP_TO", 2)
    for place in range(4):
        station(rest, f"g{place}", lon=105.6 + place / 10_000)
    station(rest, "xa", lon=106.4, lat=10.3)
    store_values("g0", "pm25", [10], end=this_minute())
    _states_of_all = rest("dulieu")("GET", "/map?zoom=8")
    clusters = [item for item in _states_of_all["items"] if item["type"] == "cluster"]
    singles = [item for item in _states_of_all["items"] if item["type"] == "asset"]
    assert [(c["count"], c["kinds"], c["worst"]) for c in clusters] == [(4, {"air_station": 4}, "no_data")]
    assert [one["code"] for one in singles] == ["xa"]
    assert _states_of_all["total"] == 5
    near = rest("dulieu")("GET", "/map?zoom=22")
    assert all(item["type"] == "asset" for item in near["items"])
