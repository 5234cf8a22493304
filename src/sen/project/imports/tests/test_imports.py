"""Importing units, boundaries and assets from files: good rows stay, every bad row is named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sen.apps.access.interface import SYSTEM
from sen.apps.assets import interface as assets
from sen.apps.organisations import interface as organisations
from sen.kernel.errors import InvalidInput, NotFound
from sen.project.imports import KINDS

# Real data may lie in a folder beside the checkout.
REAL = Path(__file__).resolve().parents[6] / "shared/data/admin/communes_2025_geojson/82.geojson"

pytestmark = pytest.mark.django_db


@pytest.fixture
def province(db: None) -> None:
    """Đồng Tháp with its units."""
    organisations.install_province("82", scope=SYSTEM)


def square(lon: float, lat: float, size: float = 0.02) -> dict[str, Any]:
    ring = [[lon, lat], [lon + size, lat], [lon + size, lat + size], [lon, lat + size], [lon, lat]]
    return {"type": "Polygon", "coordinates": [ring]}


def collection(path: Path, *features: tuple[dict[str, Any], Any]) -> Path:
    rows = [{"type": "Feature", "properties": properties, "geometry": geometry} for properties, geometry in features]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": rows}), encoding="utf-8")
    return path


def reasons(problems: list[Any]) -> dict[int, str]:
    return {problem.row: problem.message for problem in problems}


def test_units_from_csv(province: None, tmp_path: Path) -> None:
    file = tmp_path / "units.csv"
    file.write_text(
        "Mã;Tên đơn vị;Loại;Đơn vị cấp trên\n"
        "82-tt;Trung tâm Quan trắc;Sở, ban, ngành;82\n"
        "28261;Phường Mỹ Tho;Phường;82\n"
        "28261;Phường Khác;Phường;82\n"
        "99901;;Xã;82\n"
        "99902;Xã Thử;thôn;82\n"
        "99903;Xã Lạc;Xã;00000\n",
        encoding="utf-8",
    )
    outcome = KINDS["units"](file)
    assert outcome.imported == 2
    found = reasons(outcome.problems)
    assert set(found) == {4, 5, 6, 7}
    assert "đang là “Phường Mỹ Tho”" in found[4]
    assert "Thiếu mã hoặc tên" in found[5]
    assert "Không rõ loại" in found[6]
    assert organisations.unit("82-tt").parent_code == "82"


def test_a_dry_run_finds_the_same_and_writes_nothing(province: None, tmp_path: Path) -> None:
    file = tmp_path / "units.csv"
    file.write_text(
        "code,name,kind,parent\n82-tt,Trung tâm,department,82\n82-tt,Khác,department,82\n", encoding="utf-8"
    )
    tried = KINDS["units"](file, dry_run=True)
    assert (tried.imported, list(reasons(tried.problems))) == (1, [3])
    with pytest.raises(NotFound):
        organisations.unit("82-tt")
    done = KINDS["units"](file)
    assert (done.imported, done.problems) == (tried.imported, tried.problems)


def test_assets_from_excel_with_vietnamese_headers(province: None, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Mã trạm", "Tên trạm", "Loại", "Đơn vị chủ quản", "Kinh độ", "Vĩ độ", "Thông số"])
    sheet.append(["tram-1", "Trạm thử", "air_station", 28261, "106,365", 10.359, "PM2,5; PM10"])
    sheet.append(["tram-2", "Trạm thử", "spaceship", 28261, 106.3, 10.3, ""])
    sheet.append(["tram-3", "Trạm thử", "sensor", 28261, "đông", 10.3, "pm25"])
    sheet.append(["tram-4", "Trạm thử", "sensor", 28261, 106.3, 10.3, "xyz"])
    file = tmp_path / "assets.xlsx"
    book.save(file)
    outcome = KINDS["assets"](file)
    assert outcome.imported == 1
    assert list(reasons(outcome.problems)) == [3, 4, 5]
    assert "không phải là số" in reasons(outcome.problems)[4]
    entries = [entry for entry in assets.directory() if entry.asset_code == "tram-1"]
    assert {entry.property for entry in entries} == {"pm25", "pm10"}
    assert entries[0].lon == 106.365


def test_assets_from_geojson(province: None, tmp_path: Path) -> None:
    point = {"type": "Point", "coordinates": [106.365, 10.359]}
    properties = {"code": "g-1", "name": "Điểm", "kind": "camera", "owner": "28261"}
    file = collection(
        tmp_path / "a.geojson", (properties, point), ({**properties, "owner": "nobody", "code": "g-2"}, point)
    )
    outcome = KINDS["assets"](file)
    assert (outcome.imported, list(reasons(outcome.problems))) == (1, [2])


def test_boundaries_report_each_bad_feature(province: None, tmp_path: Path) -> None:
    bow = {
        "type": "Polygon",
        "coordinates": [[[106.0, 10.3], [106.1, 10.4], [106.1, 10.3], [106.0, 10.4], [106.0, 10.3]]],
    }
    file = collection(
        tmp_path / "b.geojson",
        ({"MA_XA": 28261}, square(106.36, 10.34)),
        ({"ma_xa": "28249", "hieu_luc_tu": "01/07/2025"}, square(106.34, 10.37)),
        ({"ten": "không mã"}, square(106.2, 10.2)),
        ({"ma_xa": "99999"}, square(106.2, 10.2)),
        ({"ma_xa": "28261"}, square(106.5, 10.2)),
        ({"ma_xa": "28270"}, bow),
        ({"ma_xa": "28273"}, {"type": "Point", "coordinates": [106, 10]}),
        ({"ma_xa": "28285"}, square(106.361, 10.341)),
        ({"ma_xa": "28306"}, square(500000, 1100000)),
        ({"ma_xa": "28297"}, {"type": "Polygon", "coordinates": [[["a", 1], [2, 3]]]}),
    )
    outcome = KINDS["boundaries"](file)
    assert outcome.imported == 2
    found = reasons(outcome.problems)
    assert list(found) == [3, 4, 5, 6, 7, 8, 9, 10]
    assert "Không có mã" in found[3]
    assert "đã có ở đối tượng 1" in found[5]
    assert "tự cắt" in found[6]
    assert "Chồng lấn" in found[8]
    assert "ngoài Việt Nam" in found[9]
    ground = organisations.territory(organisations.unit("28261").id)
    assert ground is not None
    assert ground["properties"]["approximate"] is False


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b""),
        ("a.csv", b"\xff\xff\x00"),
        ("a.csv", b"ten,loai\nx,y\n"),
        ("a.xlsx", b"not a zip"),
    ],
)
def test_files_that_cannot_be_read(name: str, content: bytes, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(InvalidInput):
        KINDS["units"](file)


@pytest.mark.parametrize("content", ["{", "[]", '{"type": "FeatureCollection"}', "[" * 100_000])
def test_geojson_that_cannot_be_read(content: str, tmp_path: Path) -> None:
    file = tmp_path / "b.geojson"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(InvalidInput):
        KINDS["boundaries"](file)


@pytest.mark.skipif(
    not REAL.exists(), reason="the public commune boundaries are not on this machine; they are not shipped"
)
def test_the_public_boundaries_of_dong_thap(province: None) -> None:
    outcome = KINDS["boundaries"](REAL)
    assert outcome.imported >= 98, [str(problem) for problem in outcome.problems]
    assert outcome.imported + len(outcome.problems) == 102
    commune = organisations.commune_at(105.6352, 10.4601)
    assert commune is not None
    assert commune.code == "29869"
