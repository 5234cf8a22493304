"""Boards of contents against real readings: every kind of tile, what is old, empty, invalid or hostile, and who may see what."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest

from sen.apps.assets.tests.stations import hours_ago, station, store_values, this_minute

Rest = Callable[[str], Any]
GROUND = (105.63, 10.46)


@pytest.fixture
def stations(rest: Rest) -> Iterator[None]:
    """Three air stations, two fresh and one silent since five hours, and a level station whose newest value is a fault."""
    from sen.apps.assets import board, series_facts
    from sen.apps.assets.readings import store
    from sen.telemetry.flags import Flag

    end = this_minute()
    for code, values, newest in (
        ("khi-a", [30.0 + place / 10 for place in range(400)], end),
        ("khi-b", [30.0] * 400, end),
        ("khi-c", [99.0] * 300, hours_ago(5)),
    ):
        station(rest, code)
        store_values(code, "pm25", values, end=newest)
    station(rest, "muc-a", kind="water_level_station", properties=("water_level",))
    store_values("muc-a", "water_level", [1.5] * 100, end=hours_ago(3))
    store_values("muc-a", "water_level", [9.0] * 24, end=end, flags=int(Flag.DEVICE_FAULT))
    store().refresh_rollups()
    board.forget()
    series_facts.forget()
    yield
    board.forget()


def shown(username: str, tiles: list[dict[str, Any]], *, unit: str = "82", scope: Any = None) -> dict[str, Any]:
    """The tiles of a content by code, as an account (or a scope that was asked before) sees them for a unit."""
    from sen.apps.access import interface as access
    from sen.apps.dashboards import interface as dashboards
    from sen.apps.organisations import interface as organisations

    content = {"tiles": [{"x": 0, "y": place * 2, "w": 3, "h": 3, **tile} for place, tile in enumerate(tiles)]}
    board = dashboards.board(scope or access.scope_of_username(username), organisations.unit(unit).id, content)
    return {tile.code: tile.shown for tile in board.tiles}


def number(code: str, **settings: Any) -> dict[str, Any]:
    return {"code": code, "kind": "number", "settings": settings}


def test_numbers_say_what_stands_behind_them(stations: None) -> None:
    tiles = shown(
        "lanhdao",
        [
            number("mot", series="khi-a/pm25"),
            number("cao", property="pm25", fn="max"),
            number("thap", property="pm25", fn="min"),
            number("tb", property="pm25", fn="mean"),
            number("tong", property="pm25", fn="sum"),
            number("vuot", property="pm25", fn="count_over"),
        ],
    )
    assert tiles["mot"].value == pytest.approx(69.9)
    assert tiles["mot"].state == "ok"
    assert tiles["mot"].severity != "normal", "24 hours above the limit of QCVN 05:2023 are shown as such"
    assert tiles["mot"].link.address == "/assets/khi-a/?property=pm25"
    # The silent station has the highest value, and takes no part.
    assert tiles["cao"].value == pytest.approx(69.9)
    assert tiles["cao"].data["late"] == 1
    assert tiles["cao"].data["series"].code == "khi-a/pm25"
    assert tiles["thap"].value == 30.0
    assert tiles["tb"].value == pytest.approx((69.9 + 30) / 2)
    assert tiles["tong"].value == pytest.approx(69.9 + 30)
    assert tiles["vuot"].value == 1.0
    assert tiles["tb"].data["owners"] == ["Sở Nông nghiệp và Môi trường"]
    assert any(one is not None for one in tiles["mot"].data["spark"])


def test_old_values_are_grey_and_labelled_and_never_blank(stations: None, rest: Rest) -> None:
    station(rest, "moi")
    from sen.apps.assets import board

    board.forget()
    tiles = shown(
        "lanhdao",
        [
            number("cu", series="khi-c/pm25"),
            number("chua", series="moi/pm25"),
            number("hong", series="muc-a/water_level"),
        ],
    )
    assert (tiles["cu"].state, tiles["cu"].value) == ("stale", 99.0)
    assert tiles["chua"].state == "empty"
    assert tiles["chua"].cause
    assert tiles["chua"].link.address.startswith("/assets/moi/")
    assert tiles["hong"].data["series"].valid is False
    assert tiles["hong"].severity == "normal", "a fault is not held against limits"


def test_charts_mark_what_does_not_count_and_name_gaps(stations: None) -> None:
    chart = {"code": "c", "kind": "chart", "settings": {"series": ["muc-a/water_level"], "hours": 24}}
    drawn = shown("lanhdao", [chart])["c"].data["chart"]
    points = drawn["series"][0]["points"]
    assert {point[2] for point in points} == {0, 2}
    assert next(point for point in points if point[2] == 2)[1] == 9.0, "the fault is drawn at the value that was sent"
    assert any("lỗi thiết bị" in point[3] for point in points if point[2] == 2)
    both = {"code": "n", "kind": "chart", "settings": {"property": "pm25", "fn": "each", "hours": 72}}
    mean = {"code": "m", "kind": "chart", "settings": {"property": "pm25", "fn": "mean", "hours": 72}}
    tiles = shown("lanhdao", [both, mean])
    names = [line["name"] for line in tiles["n"].data["chart"]["series"]]
    assert len(names) == 3
    assert len(set(names)) == 3
    assert tiles["m"].data["chart"]["series"][0]["points"][-1][1] == pytest.approx(
        (tiles["n"].series[0].value + 30) / 2, abs=2
    )


def test_lists_index_map_note_clock_and_indicator(stations: None) -> None:
    tiles = shown(
        "lanhdao",
        [
            {"code": "vuot", "kind": "list", "settings": {"what": "over_limit"}},
            {"code": "im", "kind": "list", "settings": {"what": "silent"}},
            {"code": "nguon", "kind": "list", "settings": {"what": "sources_late"}},
            {"code": "de-nghi", "kind": "list", "settings": {"what": "proposals"}},
            {"code": "mau", "kind": "list", "settings": {"what": "pending_templates"}},
            {"code": "chi-so", "kind": "index", "settings": {"name": "VN_AQI"}},
            {"code": "ban-do", "kind": "map", "settings": {"kinds": ["air_station"]}},
            {"code": "ghi", "kind": "note", "settings": {"text": "Một\n\nHai"}},
            {"code": "gio", "kind": "clock", "settings": {}},
            {"code": "ct", "kind": "indicator", "settings": {"code": "khong-co-chi-tieu"}},
        ],
    )
    assert [row.name for row in tiles["vuot"].data["rows"]] == ["Trạm khi-a"]
    assert tiles["vuot"].data["rows"][0].act.address == "/assets/khi-a/"
    assert [row.name for row in tiles["im"].data["rows"]] == ["Trạm khi-c"]
    for calm in ("nguon", "de-nghi", "mau"):
        assert tiles[calm].data["rows"] == []
        assert tiles[calm].data["calm"]
    assert tiles["chi-so"].state == "empty"
    assert tiles["chi-so"].link is not None
    assert tiles["ban-do"].data["kinds"] == "air_station"
    assert tiles["ghi"].data["paragraphs"] == ["Một", "Hai"]
    assert tiles["gio"].state == "ok"
    assert tiles["ct"].state in ("broken", "empty")
    assert tiles["ct"].cause


def test_a_broken_tile_says_why_and_the_others_go_on(stations: None) -> None:
    from sen.apps.access import interface as access
    from sen.apps.dashboards import interface as dashboards
    from sen.apps.organisations import interface as organisations

    content = {
        "tiles": [
            {"code": "tot", "kind": "note", "x": 0, "y": 0, "w": 3, "h": 2, "settings": {"text": "ở đây"}},
            {"code": "la", "kind": "hologram", "x": 3, "y": 0, "w": 3, "h": 2},
            {"code": "gio", "kind": "number", "x": 3, "y": 0, "w": 3, "h": 2, "settings": {"hours": 5}},
            {"code": "de-len", "kind": "clock", "x": 0, "y": 0, "w": 12, "h": 1},
            "không phải ô",
        ]
    }
    board = dashboards.board(access.scope_of_username("lanhdao"), organisations.province().id, content)
    by_code = {tile.code: tile for tile in board.tiles}
    assert by_code["tot"].shown.state == "ok"
    assert {by_code[code].shown.state for code in ("la", "gio", "o-5")} == {"broken"}
    assert "hours" in by_code["gio"].shown.cause
    taken = [
        (x, y) for tile in board.tiles for x in range(tile.x, tile.x + tile.w) for y in range(tile.y, tile.y + tile.h)
    ]
    assert len(taken) == len(set(taken)), "no tile covers another"


def test_a_commune_never_sees_a_neighbours_series(stations: None) -> None:
    from sen.apps.organisations import interface as organisations

    ground = organisations.commune_at(*GROUND)
    assert ground is not None
    neighbour = "xa-b" if ground.code != "28261" else "xa-a"
    own = organisations.memberships(_user(neighbour))[0].unit.code
    tiles = shown(
        neighbour,
        [
            number("ten", series="khi-a/pm25"),
            number("bia", series="khong-co/pm25"),
            number("het", property="pm25"),
            {"code": "bd", "kind": "chart", "settings": {"series": ["khi-a/pm25", "khi-b/pm25"]}},
            {"code": "ds", "kind": "list", "settings": {"what": "over_limit"}},
        ],
        unit=own,
    )
    assert tiles["ten"].state == "unavailable"
    assert (tiles["ten"].cause, tiles["ten"].series) == (tiles["bia"].cause, []), (
        "forbidden and unknown are never told apart"
    )
    assert tiles["het"].state == "empty"
    assert tiles["bd"].state == "unavailable"
    assert tiles["ds"].data["rows"] == []
    from sen.kernel.errors import NotFound

    with pytest.raises(NotFound):
        shown(neighbour, [number("x", property="pm25")], unit=ground.code if ground.code != own else "82")


def test_a_province_sees_through_the_eyes_of_a_commune(stations: None) -> None:
    from sen.apps.organisations import interface as organisations

    ground = organisations.commune_at(*GROUND)
    assert ground is not None
    other = next(one.code for one in organisations.communes() if one.code != ground.code)
    here = shown("lanhdao", [number("so", property="pm25", fn="count_over")], unit=ground.code)
    there = shown("lanhdao", [number("so", property="pm25", fn="count_over")], unit=other)
    assert here["so"].data["among"] == 3
    assert there["so"].state == "empty"


def test_the_number_of_statements_does_not_depend_on_the_tiles(
    stations: None, monkeypatch: pytest.MonkeyPatch, remembered: None
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from sen.apps.access import interface as access
    from sen.apps.assets import board
    from sen.telemetry.store import TelemetryStore

    asked: list[str] = []
    real = TelemetryStore.ask
    monkeypatch.setattr(
        TelemetryStore, "ask", lambda self, question: (asked.append(question.sql), real(self, question))[1]
    )

    one_of_each = [
        number("a", series="khi-a/pm25"),
        number("b", property="pm25", fn="mean", hours=72),
        {"code": "c", "kind": "chart", "settings": {"series": ["muc-a/water_level"]}},
        {"code": "d", "kind": "chart", "settings": {"property": "pm25", "fn": "mean"}},
        {"code": "e", "kind": "list", "settings": {"what": "sources_late"}},
        {"code": "f", "kind": "list", "settings": {"what": "proposals"}},
        {"code": "g", "kind": "list", "settings": {"what": "over_limit"}},
        {"code": "h", "kind": "index", "settings": {}},
        {"code": "i", "kind": "map", "settings": {}},
    ]

    scope = access.scope_of_username("lanhdao")

    def statements(tiles: list[dict[str, Any]]) -> tuple[int, int]:
        board.forget()
        asked.clear()
        with CaptureQueriesContext(connection) as captured:
            found = shown("lanhdao", tiles, scope=scope)
        assert not [tile for tile in found.values() if tile.state == "broken"]
        return len(captured), len(asked)

    statements(one_of_each)  # what is remembered for a minute is remembered in both
    few = statements(one_of_each)
    many = statements([{**tile, "code": f"{tile['code']}{copy}"} for copy in range(6) for tile in one_of_each])
    assert many == few
    assert few[1] <= 8


def test_hostile_text_stays_text_and_huge_contents_are_cut(stations: None, rest: Rest) -> None:
    from django.template.loader import render_to_string

    from sen.apps.access import interface as access
    from sen.apps.dashboards import interface as dashboards
    from sen.apps.dashboards.content import MAX_TILES
    from sen.apps.organisations import interface as organisations

    bad = "</script><script>alert(1)</script>"
    tiles = [
        {"code": "n", "kind": "note", "title": bad, "x": 0, "y": 0, "w": 3, "h": 2, "settings": {"text": bad}},
        {
            "code": "c",
            "kind": "chart",
            "title": bad,
            "x": 3,
            "y": 0,
            "w": 6,
            "h": 4,
            "settings": {"series": ["khi-a/pm25"]},
        },
        {"code": "s", "kind": "number", "x": 0, "y": 2, "w": 3, "h": 2, "settings": {"series": f"{bad}/pm25"}},
        *({"code": f"o{place}", "kind": "clock", "x": 0, "y": 4, "w": 2, "h": 1} for place in range(500)),
    ]
    board = dashboards.board(access.scope_of_username("lanhdao"), organisations.province().id, {"tiles": tiles})
    page = render_to_string("dashboards/grid.html", {"board": board})
    assert "<script>alert" not in page
    assert len(board.tiles) == MAX_TILES
    content = {
        "tiles": [{"code": "n", "kind": "note", "x": 0, "y": 0, "w": 3, "h": 2, "settings": {"text": "a" * 5000}}]
    }
    from sen.apps.dashboards import editing
    from sen.kernel.errors import InvalidInput

    with pytest.raises(InvalidInput) as refused:
        editing.create(
            scope=access.scope_of_username("dulieu"), unit_id=organisations.province().id, name="Dài", content=content
        )
    assert "/tiles/n/settings/text" in refused.value.fields


def test_rest_says_source_time_quality_and_owner(stations: None, rest: Rest) -> None:
    from sen.apps.access import interface as access
    from sen.apps.dashboards import editing
    from sen.apps.organisations import interface as organisations

    content = {"tiles": [number("so", series="khi-a/pm25") | {"x": 0, "y": 0, "w": 3, "h": 2}]}
    made = editing.create(
        scope=access.scope_of_username("dulieu"), unit_id=organisations.province().id, name="Không khí", content=content
    )
    listed = rest("lanhdao")("GET", "/dashboards?unit=82")
    assert [one["name"] for one in listed["items"]] == ["Không khí"]
    board = rest("lanhdao")("GET", f"/dashboards/{made}/board")
    figure = board["tiles"][0]["figures"][0]
    assert (figure["series"], figure["owner"], figure["quality"], figure["valid"]) == (
        "khi-a/pm25",
        "82-snnmt",
        "hợp lệ",
        True,
    )
    assert figure["time"]
    rest("lanhdao")("GET", f"/dashboards/{made}/board?range=9y", expect=422)
    rest("xa-b")("GET", f"/dashboards/{made}", expect=404)


def test_owner_saves_versions_and_an_inheriting_unit_only_what_is_open(stations: None, rest: Rest) -> None:
    from sen.apps.access import interface as access
    from sen.apps.dashboards import editing
    from sen.apps.organisations import interface as organisations
    from sen.apps.packs import interface as packs
    from sen.kernel.errors import Conflict

    steward, officer = access.scope_of_username("dulieu"), access.scope_of_username("xa-a")
    province, commune = organisations.province().id, organisations.unit("28249").id
    content = {
        "tiles": [
            number("so", property="pm25") | {"x": 0, "y": 0, "w": 3, "h": 2},
            {"code": "ghi", "kind": "note", "x": 3, "y": 0, "w": 3, "h": 2, "settings": {"text": "gốc"}},
        ]
    }
    made = editing.create(scope=steward, unit_id=province, name="Mẫu chung", content=content)
    packs.publish(
        scope=steward, template_id=made, audience=packs.Audience(rule="all"), open_fields=("/tiles/*/settings/text",)
    )
    packs.inherit(scope=officer, template_id=made, unit_id=commune)

    standing = packs.effective_one(officer, made, commune)
    edited = json.loads(json.dumps(standing.content))
    edited["tiles"][1]["settings"]["text"] = "của xã"
    editing.save(scope=officer, template_id=made, unit_id=commune, content=edited, base=editing.stamp(standing))
    mine = packs.effective_one(officer, made, commune)
    assert mine.overridden == ("/tiles/ghi/settings/text",)
    assert mine.content["tiles"][1]["settings"]["text"] == "của xã"
    with pytest.raises(Conflict) as late:
        editing.save(scope=officer, template_id=made, unit_id=commune, content=edited, base=editing.stamp(standing))
    assert late.value.code == "changed_meanwhile"
    edited["tiles"][0]["settings"]["fn"] = "min"
    with pytest.raises(Conflict) as closed:
        editing.save(scope=officer, template_id=made, unit_id=commune, content=edited, base=editing.stamp(mine))
    assert "/tiles/so/settings/fn" in closed.value.fields

    own = packs.effective_one(steward, made, province)
    edited = json.loads(json.dumps(own.content))
    edited["tiles"] = edited["tiles"][:1]
    assert editing.save(scope=steward, template_id=made, unit_id=province, content=edited, base=editing.stamp(own)) == 3
    assert len(packs.effective_one(steward, made, province).content["tiles"]) == 1
    assert len(packs.effective_one(officer, made, commune).content["tiles"]) == 2, "saving is not publishing"


def test_home_of_a_unit(stations: None, rest: Rest) -> None:
    from sen.apps.access import interface as access
    from sen.apps.dashboards import editing
    from sen.apps.dashboards import interface as dashboards
    from sen.apps.organisations import interface as organisations
    from sen.kernel.errors import Forbidden, NotFound

    officer, commune = access.scope_of_username("xa-a"), organisations.unit("28249").id
    made = editing.create(scope=officer, unit_id=commune, name="Trang xã")
    assert dashboards.set_home(scope=officer, unit_id=commune, template_id=made) is None
    assert dashboards.home_dashboard(commune) == made
    with pytest.raises(NotFound):
        dashboards.set_home(scope=officer, unit_id=commune, template_id=UUID(int=7))
    with pytest.raises(NotFound):
        dashboards.set_home(scope=access.scope_of_username("xa-b"), unit_id=commune, template_id=made)
    with pytest.raises(Forbidden):
        dashboards.set_home(scope=access.scope_of_username("lanhdao"), unit_id=commune, template_id=made)
    assert dashboards.set_home(scope=officer, unit_id=commune, template_id=None) == made
    assert dashboards.home_dashboard(commune) is None


def _user(username: str) -> UUID:
    from sen.apps.access import interface as access

    found = access.scope_of_username(username).user_id
    assert found is not None
    return found
