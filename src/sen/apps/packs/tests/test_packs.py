"""The shipped packs and what the loader says about broken ones."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from sen.apps.packs import interface

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


def test_files_that_cannot_be_read(copy: Path) -> None:
    (copy / "hydromet/asset_kinds.toml").write_text("[a\n", encoding="utf-8")
    text = (copy / "environment/vn_aqi.toml").read_text(encoding="utf-8")
    (copy / "environment/vn_aqi.toml").write_text(text.replace("25, 50, 80", "25, 20, 80"), encoding="utf-8")
    reasons = [str(problem) for problem in interface.check(copy)]
    assert any("hydromet/asset_kinds.toml:1: not TOML" in reason for reason in reasons)
    assert any("breakpoints of 'pm25' must rise" in reason for reason in reasons)


def test_a_missing_pack_is_missed(copy: Path) -> None:
    shutil.rmtree(copy / "environment")
    assert any("needs the pack 'environment'" in problem.reason for problem in interface.check(copy))
    assert interface.check(copy / "nowhere") != []
