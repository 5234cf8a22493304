"""The shipped packs and what the loader says about broken ones."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from sen.apps.packs import catalogue, interface
from sen.kernel.configuration import settings

SHIPPED = Path(__file__).resolve().parents[5] / "packs"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the shipped packs that a test may break."""
    return Path(shutil.copytree(SHIPPED, tmp_path / "packs"))


def append(path: Path, text: str) -> int:
    """Adds a line and tells its number."""
    content = path.read_text(encoding="utf-8").rstrip("\n") + "\n"
    path.write_text(content + text + "\n", encoding="utf-8")
    return content.count("\n") + 1


def test_the_shipped_packs_are_clean() -> None:
    assert interface.check(SHIPPED) == []


@pytest.mark.parametrize(
    ("symbol", "code"),
    [
        ("PM2,5", "pm25"),
        ("PM2.5", "pm25"),
        ("pm25", "pm25"),
        ("PM10", "pm10"),
        ("Temp", "temperature"),
        ("Nhietdo", "temperature"),
        ("nhiệt độ", "temperature"),
        ("RH", "humidity"),
        ("NH4+", "nh4"),
        ("NO2", "no2"),
        ("NO2-N", "no2_n"),
        ("E.coli", "ecoli"),
        ("Turbidity", "turbidity"),
        ("EC", "conductivity"),
        ("BOD5", "bod5"),
        ("WL", "water_level"),
    ],
)
def test_symbols_of_devices_are_understood(symbol: str, code: str) -> None:
    found = interface.property_for(symbol)
    assert found is not None
    assert found.code == code


def test_every_symbol_of_circular_10_is_known() -> None:
    table_34 = "Flow Temp Color pH TSS COD NH4 TP TN TOC Cl RH P NO NO2 CO SO2 O2 H2S NH3 VHg PM O3 PM10 PM2,5"
    assert [symbol for symbol in table_34.split(" ") if interface.property_for(symbol) is None] == []


def test_an_unknown_symbol_is_unknown() -> None:
    assert interface.property_for("XYZ") is None
    assert interface.property_for("") is None
    assert interface.property_for("-,-") is None


@pytest.mark.parametrize(("day", "maximum"), [(date(2025, 12, 31), 50.0), (date(2026, 1, 1), 45.0)])
def test_the_daily_limit_of_pm25_falls_in_2026(day: date, maximum: float) -> None:
    [daily] = [limit for limit in interface.limits("pm25", as_of=day) if limit.averaging == "24h"]
    assert daily.maximum == maximum
    assert daily.verified


def test_no_limit_before_the_standard() -> None:
    assert interface.limits("pm25", as_of=date(2020, 1, 1)) == []


def test_alarm_levels_belong_to_their_station_and_only_two_are_verified() -> None:
    day = date(2026, 11, 21)
    assert [limit.maximum for limit in interface.limits("water_level", as_of=day, station="tan-chau")] == [
        3.5,
        4.0,
        4.5,
    ]
    assert interface.limits("water_level", as_of=day) == []
    stations = ("tan-chau", "chau-doc", "long-xuyen", "can-tho", "my-thuan", "cao-lanh", "my-tho")
    verified = {
        station
        for station in stations
        for limit in interface.limits("water_level", as_of=day, station=station)
        if limit.verified
    }
    assert verified == {"tan-chau", "chau-doc"}


def test_categories_carry_the_official_colours_and_texts() -> None:
    aqi = interface.index_table("VN_AQI")
    category = aqi.category(151)
    assert category is not None
    assert (category.code, category.rgb) == ("unhealthy", (255, 0, 0))
    assert category.advice.startswith("Mọi người nên giảm các hoạt động mạnh")
    assert aqi.category(-1) is None
    assert not interface.index_table("VN_WQI").verified


@pytest.mark.parametrize(
    ("file", "row", "reason"),
    [
        ("environment/properties.csv", "x,X,X,,,1,0,1,,,300,", "no unit"),
        ("environment/properties.csv", "x,X,X,furlong,f,1,0,1,,,300,", "not a known UCUM code"),
        ("environment/properties.csv", "x,X,X,m,m,1,5,5,,,300,", "range of 'x' is empty"),
        ("environment/properties.csv", "pm25,X,X,m,m,1,0,5,,,300,", "two versions of property 'pm25'"),
        ("environment/properties.csv", "x,X,X,m,m,1,0,5,,,300,PM 2.5", "symbol 'pm25' of 'x' already means 'pm25'"),
        ("environment/properties.csv", "x,X", "2 cells where the header has 12"),
        ("environment/properties.csv", "x,X,X,m,m,one,0,1,,,300,", "Expected `int`"),
        ("hydromet/properties.csv", "ph,X,X,m,m,1,0,5,,,300,", "two versions of property 'ph' in two packs"),
        ("environment/limits.csv", "S,nothing,1h,,5,m,,,warning,2024-01-01,,true,l,s", "unknown property 'nothing'"),
        ("environment/limits.csv", "S,no2,1h,,5,m,,,warning,2024-01-01,,true,l,s", "is not the unit 'ug/m3'"),
        ("environment/limits.csv", "S,no2,1h,,,ug/m3,,,warning,2024-01-01,,true,l,s", "neither minimum nor maximum"),
        ("environment/limits.csv", "S,no2,2h,,5,ug/m3,,,warning,2024-01-01,,true,l,s", "Invalid enum value '2h'"),
        ("environment/limits.csv", "S,no2,1h,,5,ug/m3,,,warning,2024-13-01,,true,l,s", "Invalid RFC3339"),
        ("environment/limits.csv", "S,no2,1h,,5,ug/m3,,,warning,2024-01-02,2024-01-01,true,l,s", "before it starts"),
        (
            "environment/limits.csv",
            "QCVN 05:2023/BTNMT,pm25,24h,,40,ug/m3,,,warning,2025-06-01,2025-07-01,true,l,s",
            "validity overlaps",
        ),
    ],
)
def test_a_broken_row_is_named_with_file_line_and_reason(copy: Path, file: str, row: str, reason: str) -> None:
    line = append(copy / file, row)
    found = [problem for problem in interface.check(copy) if reason in problem.reason]
    assert [(problem.file, problem.line) for problem in found] == [(file, line)]


def test_a_kind_with_an_unknown_property(copy: Path) -> None:
    line = append(copy / "hydromet/asset_kinds.toml", "[buoy]")
    append(
        copy / "hydromet/asset_kinds.toml",
        'name="Phao"\nname_en="Buoy"\nsymbol="b"\nsmart_data_model="Device"\nproperties=["waves"]',
    )
    [problem] = interface.check(copy)
    assert str(problem) == f"hydromet/asset_kinds.toml:{line}: unknown property 'waves' in asset kind 'buoy'"


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


INDICATOR = """
[[indicators]]
code = "{code}"
name = "X"
name_en = "X"
unit_label = "%"
decimals = 1
direction = "up"
period = "month"
across_units = "none"
formula = "{formula}"
"""


def test_a_circle_of_formulas_is_shown_across_packs(copy: Path) -> None:
    hydromet, energy = copy / "hydromet/indicators.toml", copy / "energy/indicators.toml"
    replace(
        copy / "energy/pack.toml",
        'requires = ["environment", "response"]',
        'requires = ["environment", "response", "hydromet"]',
    )
    replace(copy / "hydromet/pack.toml", 'requires = ["environment"]', 'requires = ["environment", "energy"]')
    line = append(hydromet, INDICATOR.format(code="one", formula="two + 1"))
    append(energy, INDICATOR.format(code="two", formula="one * 2"))
    [problem] = interface.check(copy)
    assert problem.reason in ("cyclic formula: one → two → one", "cyclic formula: two → one → two")
    assert (problem.file, problem.line) in {
        ("hydromet/indicators.toml", line + 1),
        ("energy/indicators.toml", line_of(energy)),
    }


def line_of(path: Path) -> int:
    """Where the last list item begins."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return max(number for number, text in enumerate(lines, start=1) if text.startswith("[["))


@pytest.mark.parametrize(
    ("file", "old", "new", "reason"),
    [
        ("traffic/pack.toml", 'version = "1.0.0"', 'version = "1.0"', "is not of the form 1.2.3"),
        ("traffic/pack.toml", 'needs_sen = "0.1.0"', 'needs_sen = "99.0"', "needs Sen 99.0 or newer"),
        ("traffic/pack.toml", "fresh_share = 0.8", "fresh_share = 1.8", "is not between 0 and 1"),
        ("traffic/pack.toml", 'sops = ["un-tac"]', 'sops = ["x"]', "unknown procedure 'x' in the module"),
        ("traffic/pack.toml", 'purpose = "Biết', 'objective = "Biết', "unknown field `objective`"),
        ("traffic/rules.toml", 'procedure = "un-tac"', 'procedure = "un-tac-2"', "unknown procedure 'un-tac-2'"),
        ("traffic/rules.toml", 'property = "road_occupancy"', 'property = "road"', "unknown property 'road' in rule"),
        ("traffic/rules.toml", "above = 3000, ", "", "says neither above nor below"),
        ("environment/rules.toml", 'category = "unhealthy"', 'category = "bad"', "unknown category 'bad' of VN_AQI"),
        ("traffic/sops.toml", 'role = "duty_officer"', 'role = "policeman"', "Invalid enum value 'policeman'"),
        ("traffic/indicators.toml", "trf_deaths / trf_accidents", "trf_deaths / ", "Không đọc được công thức"),
        (
            "traffic/indicators.toml",
            "trf_deaths / trf_accidents",
            "trf_deaths / trf_jams",
            "unknown indicator 'trf_jams'",
        ),
        ("traffic/dashboards/giao-thong.toml", 'kind = "number"', 'kind = "gauge"', "Invalid enum value 'gauge'"),
        ("traffic/dashboards/giao-thong.toml", "x = 3\n", "x = 2\n", "lies over tile 'luu-luong'"),
        ("traffic/dashboards/giao-thong.toml", "w = 8\n", "w = 13\n", "does not lie within 12 columns"),
        (
            "traffic/dashboards/giao-thong.toml",
            '"vehicle_flow"',
            '"flow_of_cars"',
            "unknown property 'flow_of_cars' in tile",
        ),
        (
            "public-services/dashboards/dich-vu-cong.toml",
            "tthc.on_time_rate",
            "tthc.on_time",
            "unknown indicator 'tthc.on_time'",
        ),
        (
            "public-services/dashboards/dich-vu-cong.toml",
            "tthc.on_time_rate",
            "do.soot.mean",
            "unknown property 'soot' in tile",
        ),
        ("traffic/dashboards/giao-thong.toml", '"/tiles/ghi-chu"', '"/tiles/nothing"', "leads nowhere"),
        ("agriculture/pack.toml", '["environment", "hydromet"]', '["environment"]', "belongs to the pack 'hydromet'"),
        ("energy/asset_kinds.toml", "[solar_plant]", "[solar_plant", "not TOML"),
        (
            "tourism/pack.toml",
            "on_time_share = 0.85",
            "on_time_share = 0",
            "needs at least one asset kind, or an on_time_share",
        ),
        ("tourism/sheets.toml", 'code = "tou_visitors", ', 'code = "tou_visitor", ', "unknown indicator 'tou_visitor'"),
        (
            "tourism/sheets.toml",
            'code = "tou_revenue"',
            'code = "tou_occupancy"',
            "is computed; a sheet asks for what is entered",
        ),
        ("tourism/sheets.toml", 'code = "tou_places"', 'code = "tou_rooms"', "has the period month, not quarter"),
        ("tourism/sheets.toml", 'code = "tou_revenue"', 'code = "tou_visitors"', "asks twice for 'tou_visitors'"),
        (
            "tourism/sheets.toml",
            "tou_overnight <= tou_visitors",
            "tou_overnight <= tou_places",
            "“tou_places” không phải chỉ tiêu của phiếu",
        ),
        ("tourism/sheets.toml", 'approver = "province"', 'approver = "unit_leader"', "phải do cấp tỉnh duyệt"),
    ],
)
def test_a_broken_operation_is_named_with_file_line_and_reason(
    copy: Path, file: str, old: str, new: str, reason: str
) -> None:
    replace(copy / file, old, new)
    found = [problem for problem in interface.check(copy) if reason in problem.reason]
    assert found
    assert found[0].file.startswith(file.partition("/")[0])
    assert found[0].line or "belongs" in reason


def test_one_code_in_two_packs_and_a_pack_alone_beside_the_installed(copy: Path, tmp_path: Path) -> None:
    replace(copy / "energy/rules.toml", 'code = "enr-voltage"', 'code = "trf-congestion"')
    [problem] = interface.check(copy)
    assert problem.reason == "two versions of rule 'trf-congestion' in two packs"
    assert interface.check(copy / "traffic") == []
    (copy / "traffic/help.vi.md").unlink()
    assert [str(one) for one in interface.check(copy / "traffic")] == [
        "traffic/help.vi.md: the file is missing: a pack with a module explains itself"
    ]


def test_files_that_cannot_be_read(copy: Path) -> None:
    (copy / "hydromet/asset_kinds.toml").write_text("[a\n", encoding="utf-8")
    text = (copy / "environment/vn_aqi.toml").read_text(encoding="utf-8")
    (copy / "environment/vn_aqi.toml").write_text(text.replace("25, 50, 80", "25, 20, 80"), encoding="utf-8")
    reasons = [str(problem) for problem in interface.check(copy)]
    assert any("hydromet/asset_kinds.toml:1: not TOML" in reason for reason in reasons)
    assert any("breakpoints of 'pm25' must rise" in reason for reason in reasons)


def test_what_the_packs_bring_for_people() -> None:
    devices = {"environment", "hydromet", "traffic", "energy", "agriculture"}
    records = {"socio-economy", "public-services", "health", "education", "tourism", "planning"}
    codes = devices | records
    assert set(interface.modules()) == codes
    assert all(module.upkeep and module.sops for module in interface.modules().values())
    assert {code for code, module in interface.modules().items() if module.by_sheets} == records
    assert all(interface.entry_sheets(code) for code in records)
    assert {board.pack for board in interface.dashboards().values()} == codes
    assert {one.pack for one in interface.indicators().values()} == codes
    assert [code for code, board in interface.dashboards().items() if board.home] == ["tong-quan-xa"]
    for code in codes:
        assert len(interface.help_text(code)) > 300
        assert interface.help_text(code, "en") != interface.help_text(code)
    unsure = interface.limits("brown_planthopper", as_of=date(2026, 11, 22))
    assert unsure and not any(row.verified for row in unsure)


def test_a_changed_pack_is_read_without_a_restart(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    own = settings().model_copy(update={"data": tmp_path})
    monkeypatch.setattr(catalogue, "settings", lambda: own)
    monkeypatch.setattr(catalogue, "LOOK_EVERY_S", 0.0)
    interface.reload()
    before = interface.properties()["noise"].name
    mine = Path(shutil.copytree(SHIPPED / "environment", tmp_path / "packs/environment"))
    replace(mine / "properties.csv", "noise,Mức ồn,", "noise,Tiếng ồn đo được,")
    assert interface.properties()["noise"].name == before
    (tmp_path / "packs" / catalogue.REVISION).write_text("1")
    assert interface.properties()["noise"].name == "Tiếng ồn đo được"
    (mine / "limits.csv").write_text("standard\nx\n", encoding="utf-8")
    (tmp_path / "packs" / catalogue.REVISION).write_text("22")
    assert interface.properties()["noise"].name == "Tiếng ồn đo được"
    monkeypatch.undo()
    interface.reload()


def test_a_missing_pack_is_missed(copy: Path) -> None:
    shutil.rmtree(copy / "environment")
    assert any("needs the pack 'environment'" in problem.reason for problem in interface.check(copy))
    assert interface.check(copy / "nowhere") != []
