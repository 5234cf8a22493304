"""REST of the map: GET /map, clustered on the server, and the state of one asset."""

from __future__ import annotations

import math
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema

from sen.apps.access.interface import Scope, require
from sen.apps.assets import board, map_view, policies, rest_index
from sen.apps.assets.queries import asset_for, bbox_from
from sen.apps.organisations import interface as organisations

router = Router(tags=["map"])
router.add_router("", rest_index.router)


class MapIndex(Schema):
    """The newest hourly index of an asset."""

    name: str
    value: int
    category: str


class MapItem(Schema):
    """`type` is `asset` (with code, name, kind, state…) or `cluster` (with count, worst, broken, kinds, bbox)."""

    type: str
    lon: float
    lat: float
    code: str | None = None
    name: str | None = None
    kind: str | None = None
    state: str | None = None
    severity: str | None = None
    freshness: str | None = None
    newest: str | None = None
    age_s: int | None = None
    reason: str | None = None
    index: MapIndex | None = None
    simulated: bool | None = None
    count: int | None = None
    worst: str | None = None
    broken: int | None = None
    kinds: dict[str, int] | None = None
    bbox: list[float] | None = None


class Map(Schema):
    """What lies in the box; `counts` by state, `at` says how old the states are."""

    items: list[MapItem]
    next: str | None
    total: int
    counts: dict[str, int]
    at: str


class AssetState(MapItem):
    """The state of one asset with its reason in one sentence."""


def _scope(request: HttpRequest) -> Scope:
    return require(request.scope_of_user, policies.VIEW)  # type: ignore[attr-defined]


@router.get("/map", response=Map)
def get_map(
    request: HttpRequest,
    *,
    bbox: str = "",
    zoom: float = Query(8.0, ge=0, le=map_view.MAX_ZOOM),  # type: ignore[type-arg]
    kinds: str = "",
    only: str = "",
    unit: str = "",
) -> HttpResponse:
    """Assets in `bbox` (west,south,east,north), clustered where there are many.

    `kinds` are separated by commas; `only` = broken, over, stale, no_data or simulated; `unit` is the code of the unit that
    owns them or on whose ground they stand.
    """
    query = map_view.MapQuery(
        bbox=bbox_from(bbox),
        zoom=zoom if math.isfinite(zoom) else 8.0,
        kinds=frozenset(filter(None, kinds.split(","))),
        only=only,
        units=organisations.subtree_ids(organisations.unit(unit).id) if unit else None,
    )
    return HttpResponse(
        msgspec.json.encode(map_view.view(board.current(), _scope(request), query)), content_type="application/json"
    )


@router.get("/assets/{code}/state", response=AssetState)
def get_state(request: HttpRequest, code: str) -> dict[str, Any]:
    """State, freshness and the reason of one asset."""
    asset = asset_for(_scope(request), code)
    present = board.current()
    position = int(present.places.number.searchsorted(asset.number))
    if position < len(present.places.number) and present.places.number[position] == asset.number:
        return {**map_view.single(present, position), "lon": asset.lon or 0.0, "lat": asset.lat or 0.0}
    return {"type": "asset", "lon": asset.lon or 0.0, "lat": asset.lat or 0.0, "code": asset.code, "name": asset.name, "kind": asset.kind,
            "state": "no_data", "severity": "normal", "freshness": "none", "reason": "", "simulated": asset.simulated}  # fmt: skip
