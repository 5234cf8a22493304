"""`sen import assets FILE`: stations, sensors, cameras… from CSV, Excel or GeoJSON points."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sen.apps.access.interface import SYSTEM
from sen.apps.assets import interface as assets
from sen.kernel.errors import InvalidInput
from sen.project.imports.outcome import ImportOutcome, write_rows
from sen.project.imports.tables import Row, first_of, read_features, read_table

COLUMNS = {
    "code": ("mã", "mã trạm"),
    "name": ("tên", "tên trạm"),
    "kind": ("loại", "loại trạm"),
    "owner": ("đơn vị chủ quản", "chủ quản", "mã đơn vị"),
    "lon": ("kinh độ", "longitude", "x"),
    "lat": ("vĩ độ", "latitude", "y"),
    "properties": ("thông số", "parameters"),
    "address": ("địa chỉ",),
    "territory": ("địa bàn", "mã xã"),
}


def import_assets(file: Path, *, dry_run: bool = False) -> ImportOutcome:
    """New assets with their series; `properties` are codes or symbols separated by `;`, none = those of the kind."""
    rows = _features(file) if file.suffix.lower() in {".geojson", ".json"} else _table(file)
    return write_rows(rows, _write, ImportOutcome(), dry_run=dry_run)


def _table(file: Path) -> Iterator[tuple[int, str, Row]]:
    return ((number, row["code"], row) for number, row in read_table(file, COLUMNS))


def _features(file: Path) -> Iterator[tuple[int, str, Row]]:
    for number, feature in enumerate(read_features(file), start=1):
        row = {name: first_of(feature.get("properties"), (name, *others)) for name, others in COLUMNS.items()}
        longitude, latitude = _point(feature.get("geometry"))
        yield number, row["code"], {**row, "lon": longitude or row["lon"], "lat": latitude or row["lat"]}


def _point(geometry: Any) -> tuple[str, str]:
    if isinstance(geometry, dict) and geometry.get("type") == "Point":
        coordinates = geometry.get("coordinates")
        if isinstance(coordinates, list) and len(coordinates) >= 2:
            return str(coordinates[0]), str(coordinates[1])
    return "", ""


def _write(row: Row) -> None:
    symbols = [symbol.strip() for symbol in row["properties"].split(";") if symbol.strip()]
    assets.create_asset(
        scope=SYSTEM, code=row["code"], name=row["name"], kind=row["kind"], owner=row["owner"], location=_location(row),
        properties=symbols or None, address=row["address"], territory=row["territory"],
    )  # fmt: skip


def _location(row: Row) -> tuple[float, float] | None:
    if not row["lon"] and not row["lat"]:
        return None
    try:
        return _degrees(row["lon"]), _degrees(row["lat"])
    except ValueError:
        raise InvalidInput(
            f"Tọa độ “{row['lon']}, {row['lat']}” không phải số.", action="Viết độ thập phân, ví dụ 105,6352."
        ) from None


def _degrees(text: str) -> float:
    value = float(text.replace(",", "."))
    if value != value or abs(value) > 360:  # noqa: PLR0124 - NaN
        raise ValueError(text)
    return value
