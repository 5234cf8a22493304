"""`sen import boundaries FILE`: the ground of units from GeoJSON, found by their official code, checked for topology."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from shapely import STRtree, make_valid
from shapely.errors import ShapelyError
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry
from shapely.validation import explain_validity

from sen.apps.access.interface import SYSTEM
from sen.apps.organisations import interface as organisations
from sen.kernel.errors import InvalidInput, NotFound
from sen.project.imports.outcome import ImportOutcome, write_rows
from sen.project.imports.tables import first_of, read_features
from sen.project.imports.units import parse_date

CODE_FIELDS = ("code", "ma_xa", "maxa", "ma_dvhc", "ma_phuong_xa", "ward_code", "commune_code", "ma_don_vi", "ma")
DATE_FIELDS = ("valid_from", "hieu_luc_tu", "ngay_hieu_luc")
MENDED_SHARE = 0.001
"""A ring that crosses itself is mended where that changes less than this share of its area."""
OVERLAP_SHARE = 0.02
"""Neighbours drawn one by one overlap by slivers; more than this share of the smaller one is a mistake."""


@dataclass(frozen=True)
class _Ground:
    unit: organisations.UnitRef
    geometry: BaseGeometry
    valid_from: date | None
    source: str


def import_boundaries(file: Path, *, dry_run: bool = False, code_field: str = "") -> ImportOutcome:
    """Polygons and multipolygons of a FeatureCollection in WGS 84; `code_field` names the property with the code (else known names)."""
    outcome = ImportOutcome()
    names = (code_field,) if code_field else CODE_FIELDS
    found: list[tuple[int, str, _Ground]] = []
    seen: dict[str, int] = {}
    for number, feature in enumerate(read_features(file), start=1):
        code = first_of(feature.get("properties"), names)
        try:
            if code in seen:
                raise InvalidInput(f"Mã này đã có ở đối tượng {seen[code]}.")
            found.append((number, code, _ground(feature, code, file.name)))
            seen[code] = number
        except (InvalidInput, NotFound) as error:
            outcome.refuse(number, code, f"{error.message} {error.action}".strip())
    kept = list(_without_overlaps(found, outcome))
    return write_rows(kept, _write, outcome, dry_run=dry_run)


def _ground(feature: dict[str, Any], code: str, source: str) -> _Ground:
    if not code:
        raise InvalidInput("Không có mã đơn vị.", action=f"Đặt mã vào một trong các trường: {', '.join(CODE_FIELDS)}.")
    unit = organisations.unit(code)
    valid_from = parse_date(first_of(feature.get("properties"), DATE_FIELDS))
    return _Ground(unit, _geometry(feature.get("geometry")), valid_from, f"Tệp {source}")


def _geometry(value: Any) -> BaseGeometry:
    if not isinstance(value, dict) or value.get("type") not in ("Polygon", "MultiPolygon"):
        raise InvalidInput("Ranh giới phải là Polygon hoặc MultiPolygon.")
    try:
        geometry = shape(value)
        if geometry.is_empty:
            raise InvalidInput("Ranh giới trống.")
        if geometry.is_valid:
            return geometry
        reason = explain_validity(geometry)
        mended = make_valid(geometry)
    except (ShapelyError, ValueError, TypeError, IndexError, KeyError):
        raise InvalidInput("Tọa độ không đọc được.") from None
    area = geometry.area
    if area <= 0 or abs(mended.area - area) > MENDED_SHARE * area:
        raise InvalidInput(f"Đường biên tự cắt nhau: {reason}.", action="Sửa hình trong phần mềm bản đồ.")
    return mended


def _without_overlaps(
    found: list[tuple[int, str, _Ground]], outcome: ImportOutcome
) -> Iterator[tuple[int, str, _Ground]]:
    """The features that do not lie on top of an earlier one of the same level and day."""
    if not found:
        return
    tree = STRtree([ground.geometry for _, _, ground in found])
    refused: set[int] = set()
    for index, (number, code, ground) in enumerate(found):
        for other in sorted(int(near) for near in tree.query(ground.geometry, predicate="intersects")):
            neighbour = found[other][2]
            if other >= index or other in refused or neighbour.unit.level != ground.unit.level:
                continue
            shared = ground.geometry.intersection(neighbour.geometry).area
            if shared > OVERLAP_SHARE * min(ground.geometry.area, neighbour.geometry.area):
                refused.add(index)
                share = shared / ground.geometry.area
                outcome.refuse(
                    number, code, f"Chồng lấn {share:.0%} diện tích với {neighbour.unit.name} ({neighbour.unit.code})."
                )
                break
        else:
            yield number, code, ground


def _write(ground: _Ground) -> None:
    organisations.set_boundary(
        scope=SYSTEM, unit_id=ground.unit.id, geometry=mapping(ground.geometry), source=ground.source, valid_from=ground.valid_from
    )  # fmt: skip
