"""Many assets from a file, for `./sen import assets`: every row answered, the good ones written in one transaction."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.assets import directory, placements, policies, services
from sen.apps.assets.bus import announce_after_commit
from sen.apps.assets.models import Asset, Series
from sen.apps.audit import interface as audit
from sen.kernel import clock
from sen.kernel.errors import InvalidInput, SenError
from sen.kernel.identifiers import is_code
from sen.kernel.text import normal

MAX_ROWS = 200_000
_BATCH = 2000


@dataclass(frozen=True)
class RowProblem:
    """Why a row (of a CSV file) or feature (of GeoJSON), counted from 1, was left out."""

    row: int
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.row}: {self.message}"


@dataclass
class Outcome:
    """How many were imported (or would be), and what was wrong with the others."""

    imported: int = 0
    problems: list[RowProblem] = field(default_factory=list)


def import_assets(*, scope: Scope, content: bytes, dry_run: bool = False) -> Outcome:
    """Create assets from CSV (code, name, kind, owner, lon, lat, properties, address, simulated) or GeoJSON points with such properties.

    Codes that exist are problems, not changes. One audit entry for all. Raises InvalidInput where the file itself cannot be read.
    """
    require(scope, policies.IMPORT)
    outcome = Outcome()
    drafts: list[Any] = []
    taken = set(Asset.objects.values_list("code", flat=True))
    owners: dict[str, Any] = {}
    for number, row in _records(content):
        if len(drafts) >= MAX_ROWS:
            raise InvalidInput(_("Tệp có hơn {n} dòng.").format(n=MAX_ROWS), code="too_large")
        try:
            drafts.append(_draft(scope, row, taken, owners))
        except SenError as error:
            outcome.problems.append(RowProblem(number, error.code, error.message))
    outcome.imported = len(drafts)
    if not dry_run and drafts:
        _write(scope, drafts)
    return outcome


@transaction.atomic
def _write(scope: Scope, drafts: list[tuple[Asset, list[str]]]) -> None:
    for start in range(0, len(drafts), _BATCH):
        part = drafts[start : start + _BATCH]
        Asset.objects.bulk_create([asset for asset, _properties in part])
        placements.first_placements(asset for asset, _properties in part)
        Series.objects.bulk_create([
            Series(asset=asset, property=symbol, retention=services.retention_of(asset)) for asset, symbols in part for symbol in symbols
        ])  # fmt: skip
    directory.bump()
    announce_after_commit("assets.changed", "import", {"count": len(drafts)})
    audit.record(
        scope=scope,
        action="assets.import",
        object_type="asset",
        object_id="import",
        unit_id=None,
        detail={"count": len(drafts)},
    )


def _draft(scope: Scope, row: dict[str, Any], taken: set[str], owners: dict[str, Any]) -> tuple[Asset, list[str]]:
    code, name, kind = (normal(str(row.get(field) or "")) for field in ("code", "name", "kind"))
    owner = normal(str(row.get("owner") or ""))
    if not is_code(code) or not 1 <= len(name) <= 200:
        raise InvalidInput(_("Mã hoặc tên không hợp lệ."), code="invalid_input")
    if code in taken:
        raise InvalidInput(_("Mã “{code}” đã có.").format(code=code), code="code_taken")
    if owner not in owners:
        owners[owner] = services.owner_unit(owner)
        require(scope, policies.CREATE, owners[owner].id)
    location = _location(row)
    symbols = services.properties_of(kind, _symbols(row.get("properties")))
    now = clock.now()
    asset = Asset(
        code=code, name=name, kind=kind, owner_id=owners[owner].id, address=normal(str(row.get("address") or ""))[:300],
        territory_id=services.territory_id("", location), simulated=str(row.get("simulated") or "").lower() in {"1", "true", "x", "có"},
        created_at=now, updated_at=now,
    )  # fmt: skip
    if location:
        asset.lon, asset.lat = location
    asset.refresh_search_text()
    taken.add(code)
    return asset, symbols


def _location(row: dict[str, Any]) -> tuple[float, float] | None:
    if row.get("lon") in (None, "") and row.get("lat") in (None, ""):
        return None
    try:
        lon, lat = float(str(row["lon"]).replace(",", ".")), float(str(row["lat"]).replace(",", "."))
    except (KeyError, ValueError) as error:
        raise InvalidInput(_("Tọa độ không phải là số."), code="invalid_location") from error
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise InvalidInput(_("Tọa độ nằm ngoài trái đất."), code="invalid_location")
    return lon, lat


def _symbols(cell: Any) -> list[str] | None:
    if cell in (None, "", []):
        return None
    return (
        [str(one) for one in cell]
        if isinstance(cell, list)
        else [one.strip() for one in str(cell).split(";") if one.strip()]
    )


def _records(content: bytes) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        decoded = content.decode("utf-8-sig")
        if decoded.lstrip().startswith("{"):
            yield from _features(json.loads(decoded))
            return
        first = decoded.split("\n", 1)[0]
        reader = csv.DictReader(io.StringIO(decoded, newline=""), delimiter=max(";,\t", key=first.count))
        if not {"code", "name", "kind", "owner"} <= set(reader.fieldnames or ()):
            raise InvalidInput(_("Thiếu cột code, name, kind hoặc owner."), code="missing_columns")
        for row in reader:
            yield reader.line_num, {key: value for key, value in row.items() if key}
    except (UnicodeDecodeError, ValueError, csv.Error) as error:
        raise InvalidInput(_("Tệp không phải CSV hay GeoJSON dạng UTF-8."), code="bad_file") from error


def _features(document: Any) -> Iterator[tuple[int, dict[str, Any]]]:
    if not isinstance(document, dict) or not isinstance(document.get("features"), list):
        raise InvalidInput(_("GeoJSON phải là FeatureCollection."), code="bad_file")
    for number, feature in enumerate(document["features"], start=1):
        row = dict(feature.get("properties") or {}) if isinstance(feature, dict) else {}
        geometry = feature.get("geometry") if isinstance(feature, dict) else None
        if isinstance(geometry, dict) and geometry.get("type") == "Point":
            row["lon"], row["lat"] = [*(geometry.get("coordinates") or []), "", ""][:2]
        yield number, row
