"""The ground of units: which commune a point lies in, and features for maps."""

from __future__ import annotations

import threading
from typing import Any
from uuid import UUID

import shapely
from django.db.models import Count, Max
from shapely.geometry import shape

from sen.apps.organisations.models import Level, Territory, Unit

_lock = threading.Lock()
_index: tuple[tuple[int, int | None], shapely.STRtree, list[UUID]] | None = None


def commune_at(lon: float, lat: float) -> Unit | None:
    """The commune of today whose ground holds the point; among overlapping boundaries the first by code."""
    tree, unit_ids = _tree()
    hits = tree.query(shapely.Point(lon, lat), predicate="intersects")
    return Unit.objects.filter(pk__in=[unit_ids[hit] for hit in hits]).order_by("code").first() if len(hits) else None


def feature(unit_id: UUID) -> dict[str, Any] | None:
    """The ground of one unit today as a GeoJSON Feature."""
    found = Territory.objects.select_related("unit").filter(unit_id=unit_id, valid_to=None).first()
    return _feature(found) if found else None


def commune_features() -> dict[str, Any]:
    """The ground of all communes of today."""
    return {"type": "FeatureCollection", "features": [_feature(found) for found in _communes().order_by("unit__code")]}


def _communes() -> Any:
    return Territory.objects.filter(valid_to=None, unit__level=Level.COMMUNE, unit__valid_to=None).select_related(
        "unit"
    )


def _tree() -> tuple[shapely.STRtree, list[UUID]]:
    """A spatial index kept per process; a newer territory anywhere makes it anew."""
    global _index
    version = Territory.objects.aggregate(count=Count("pk"), newest=Max("pk"))
    key = (version["count"], version["newest"])
    with _lock:
        if _index is None or _index[0] != key:
            rows = list(_communes().values_list("unit_id", "geometry"))
            _index = (key, shapely.STRtree([shape(geometry) for _, geometry in rows]), [unit_id for unit_id, _ in rows])
        return _index[1], _index[2]


def _feature(found: Territory) -> dict[str, Any]:
    properties = {
        "code": found.unit.code,
        "name": found.unit.name,
        "kind": found.unit.kind,
        "approximate": found.approximate,
        "source": found.source,
    }
    return {"type": "Feature", "id": found.unit.code, "geometry": found.geometry, "properties": properties}
