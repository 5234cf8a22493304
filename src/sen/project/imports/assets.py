"""`sen import assets FILE`: stations, sensors, cameras… from CSV, Excel or GeoJSON points."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sen.apps.access.interface import SYSTEM
from sen.apps.assets import interface as assets
from sen.project.imports.outcome import ImportOutcome
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
    "simulated": ("mô phỏng",),
}


def import_assets(file: Path, *, dry_run: bool = False) -> ImportOutcome:
    """New assets with their series; `properties` are codes or symbols separated by `;`, none = those of the kind.

    The table, whatever its format and header, goes to the assets app in one canonical form; its answers come back by row.
    """
    rows = list(_features(file) if file.suffix.lower() in {".geojson", ".json"} else read_table(file, COLUMNS))
    canonical = io.StringIO()
    writer = csv.DictWriter(canonical, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(row for _, row in rows)
    answer = assets.import_assets(scope=SYSTEM, content=canonical.getvalue().encode(), dry_run=dry_run)
    outcome = ImportOutcome(answer.imported)
    for problem in answer.problems:
        number, row = rows[problem.row - 2]  # after the header, counted from 1
        outcome.refuse(number, row["code"], problem.message)
    return outcome


def _features(file: Path) -> Iterator[tuple[int, Row]]:
    for number, feature in enumerate(read_features(file), start=1):
        row = {name: first_of(feature.get("properties"), (name, *others)) for name, others in COLUMNS.items()}
        longitude, latitude = _point(feature.get("geometry"))
        yield number, {**row, "lon": longitude or row["lon"], "lat": latitude or row["lat"]}


def _point(geometry: Any) -> tuple[str, str]:
    if isinstance(geometry, dict) and geometry.get("type") == "Point":
        coordinates = geometry.get("coordinates")
        if isinstance(coordinates, list) and len(coordinates) >= 2:
            return str(coordinates[0]), str(coordinates[1])
    return "", ""
