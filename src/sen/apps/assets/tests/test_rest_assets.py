"""Assets through REST, the directory that other processes hold, and imports."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sen.kernel.errors import InvalidInput

OWNER = "82-snnmt"


def asset(**fields: Any) -> dict[str, Any]:
    place = {"type": "Point", "coordinates": [105.63, 10.46]}
    return {
        "code": "tram-1",
        "name": "Trạm Cao Lãnh",
        "kind": "air_station",
        "owner": OWNER,
        "location": place,
        "properties": ["PM2,5", "pm10"],
    } | fields


def test_an_asset_has_place_territory_and_series(steward: Any) -> None:
    made = steward("POST", "/assets", asset(), expect=201)
    assert (
        made["properties"] == ["pm10", "pm25"]
        and made["territory"]
        and made["location"]["coordinates"] == [105.63, 10.46]
    )
    read = steward("GET", "/assets/tram-1")
    assert read == made
    assert steward("POST", "/assets", asset(), expect=409)["code"] == "code_taken"


@pytest.mark.parametrize(("wrong", "code"), [
    ({"kind": "rocket"}, "unknown_kind"), ({"owner": "99"}, "unknown_unit"), ({"properties": ["xyz"]}, "unknown_property"),
    ({"location": {"type": "Point", "coordinates": [200, 10]}}, "invalid_location"), ({"code": "a/b"}, "invalid_input"), ({"name": ""}, "invalid_input"),
])  # fmt: skip
def test_wrong_input_is_named(steward: Any, wrong: dict[str, Any], code: str) -> None:
    assert steward("POST", "/assets", asset(**wrong), expect=422)["code"] == code


def test_finding_by_words_box_and_unit(steward: Any, rest: Any) -> None:
    steward("POST", "/assets", asset(), expect=201)
    steward("POST", "/assets", asset(code="tram-2", name="Trạm Sa Đéc", location=None), expect=201)

    def codes(query: str) -> list[str]:
        return [a["code"] for a in steward("GET", f"/assets?{query}")["items"]]

    assert codes("q=cao lanh") == ["tram-1"] and codes("q=SA+DEC") == ["tram-2"] and codes("q=lanh+sa") == []
    assert codes("bbox=105,10,106,11") == ["tram-1"] and codes(f"owner={OWNER}") == ["tram-1", "tram-2"]
    first = steward("GET", "/assets?limit=1")
    assert [a["code"] for a in steward("GET", f"/assets?limit=1&cursor={first['next']}")["items"]] == ["tram-2"]
    for wrong in ("bbox=1,2,3", "bbox=a,b,c,d", "bbox=10,0,5,1", "cursor=!", "limit=0"):
        steward("GET", f"/assets?{wrong}", expect=422)
    rest("xaydung")("GET", "/assets/tram-2", expect=404)
    rest("xaydung")("PATCH", "/assets/tram-2", {"name": "x"}, expect=404)
    rest("lanhdao")("PATCH", "/assets/tram-2", {"name": "x"}, expect=403)


def test_changes_reach_the_directory_with_a_new_version(steward: Any) -> None:
    from sen.apps.assets import interface as assets

    source = steward(
        "POST",
        "/sources",
        {"code": "n1", "name": "n1", "connector": "http_push", "owner": OWNER, "interval_s": 60},
        expect=201,
    )
    before = assets.directory_version()
    made = steward("POST", "/assets", asset(source="n1", device="KHI001"), expect=201)
    assert assets.directory_version() > before
    entry = {e.property: e for e in assets.directory()}["pm25"]
    assert (entry.code, entry.source_number, entry.device, entry.interval_s) == (
        "tram-1/pm25",
        source["number"],
        "KHI001",
        60,
    )
    assert assets.directory_entries([entry.number]) == [entry]
    before = assets.directory_version()
    steward("PATCH", "/sources/n1", {"interval_s": 900})
    assert assets.directory_version() > before and {e.interval_s for e in assets.directory()} == {900}
    changed = steward("PATCH", "/assets/tram-1", {"properties": ["no2"], "version": made["version"]})
    assert changed["properties"] == ["no2", "pm10", "pm25"]
    steward("PATCH", "/assets/tram-1", {"name": "khác", "version": made["version"]}, expect=412)
    steward("PATCH", "/assets/tram-1", {"active": False})
    assert assets.directory() == []
    steward("POST", "/assets", asset(code="tram-9", source="khong-co"), expect=404)
    assert (
        steward("POST", "/assets", asset(code="tram-9", source="n1", device="KHI001"), expect=409)["code"]
        == "device_taken"
    )
    steward("GET", "/assets/tram-9", expect=404)


def test_importing_names_every_row_that_fails(centre: None) -> None:
    from sen.apps.assets import interface as assets
    from sen.kernel.scopes import SYSTEM

    table = f"code;name;kind;owner;lon;lat;properties\na1;Một;sensor;{OWNER};105,6;10,4;pm25;\na2;Hai;rocket;{OWNER};;;\na1;Ba;sensor;{OWNER};;;\na4;Bốn;sensor;99;;;\n"
    dry = assets.import_assets(scope=SYSTEM, content=table.encode(), dry_run=True)
    assert (dry.imported, [(p.row, p.code) for p in dry.problems]) == (
        1,
        [(3, "unknown_kind"), (4, "code_taken"), (5, "unknown_unit")],
    )
    assert assets.directory() == []
    assert assets.import_assets(scope=SYSTEM, content=table.encode()).imported == 1
    assert [e.code for e in assets.directory()] == ["a1/pm25"]
    features = {"type": "FeatureCollection", "features": [
        {"type": "Feature", "geometry": {"type": "Point", "coordinates": [105.6, 10.4]}, "properties": {"code": "g1", "name": "G", "kind": "sensor", "owner": OWNER}},
        {"type": "Feature", "geometry": None, "properties": None}, 7,
    ]}  # fmt: skip
    outcome = assets.import_assets(scope=SYSTEM, content=json.dumps(features).encode())
    assert outcome.imported == 1 and len(outcome.problems) == 2
    for broken in (b"\xff\xfe", b"{", b"a;b\n1;2\n", b'{"features": 1}'):
        with pytest.raises(InvalidInput):
            assets.import_assets(scope=SYSTEM, content=broken)
