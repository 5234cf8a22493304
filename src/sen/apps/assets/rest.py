"""REST of assets. Series, observations, indices and the map are in TELEMETRY's routers, included here."""

from __future__ import annotations

from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import ConfigDict, Field

from sen.apps.access.interface import Scope, require
from sen.apps.assets import policies, queries, services
from sen.apps.assets.models import Asset
from sen.kernel.errors import InvalidInput

router = Router(tags=["assets"])
for _module in ("sen.apps.assets.rest_series", "sen.apps.assets.rest_map"):
    if find_spec(_module):
        router.add_router("", import_module(_module).router)


class Point(Schema):
    """GeoJSON point, WGS 84: longitude, latitude."""

    model_config = ConfigDict(extra="forbid")
    type: Literal["Point"]
    coordinates: list[float] = Field(min_length=2, max_length=3)


class AssetIn(Schema):
    """A new asset. Without `properties` it gets those of its kind; `source` and `device` say who feeds it."""

    model_config = ConfigDict(extra="forbid")
    code: str = Field(max_length=64)
    name: str = Field(max_length=200)
    kind: str = Field(max_length=64)
    owner: str = Field(max_length=64)
    location: Point | None = None
    properties: list[str] | None = Field(None, max_length=200)
    address: str = Field("", max_length=300)
    territory: str = Field("", max_length=64)
    simulated: bool = False
    source: str = Field("", max_length=64)
    device: str = Field("", max_length=128)


class AssetChange(Schema):
    """What changes; `version` (from a GET) makes it fail with 412 when somebody else was faster."""

    model_config = ConfigDict(extra="forbid")
    name: str | None = Field(None, max_length=200)
    kind: str | None = Field(None, max_length=64)
    owner: str | None = Field(None, max_length=64)
    location: Point | None = None
    properties: list[str] | None = Field(None, max_length=200)
    address: str | None = Field(None, max_length=300)
    territory: str | None = Field(None, max_length=64)
    simulated: bool | None = None
    active: bool | None = None
    source: str | None = Field(None, max_length=64)
    device: str | None = Field(None, max_length=128)
    version: int | None = Field(None, ge=1, le=2_147_483_647)


class AssetOut(Schema):
    """An asset; `properties` are those of its active series."""

    id: str
    number: int
    code: str
    name: str
    kind: str
    owner: str
    owner_name: str
    territory: str | None
    territory_name: str | None
    location: dict[str, Any] | None
    address: str
    properties: list[str]
    simulated: bool
    active: bool
    version: int
    created_at: datetime
    updated_at: datetime


class Assets(Schema):
    """One page of assets."""

    items: list[AssetOut]
    next: str | None


def _scope(request: HttpRequest) -> Scope:
    scope: Scope = request.scope_of_user  # type: ignore[attr-defined]
    require(scope, policies.VIEW)
    return scope


@router.post("/assets", response={201: AssetOut})
def create_asset(request: HttpRequest, body: AssetIn) -> Status[Any]:
    """Create an asset with its series."""
    scope = _scope(request)
    feed = services.feed_for(scope, body.source, body.device or body.code) if body.source else None
    asset = services.create_asset(
        scope=scope, code=body.code, name=body.name, kind=body.kind, owner=body.owner, location=_place(body.location),
        properties=body.properties, address=body.address, territory=body.territory, simulated=body.simulated, feed=feed,
    )  # fmt: skip
    return Status(201, presented(queries.asset_for(scope, asset.code)))


@router.get("/assets", response=Assets)
def list_assets(  # noqa: PLR0917 - query parameters
    request: HttpRequest,
    q: str = "",
    kind: str = "",
    owner: str = "",
    territory: str = "",
    bbox: str = "",
    simulated: bool | None = None,
    active: bool | None = True,
    limit: int = Query(100, ge=1, le=queries.MAX_PAGE),  # type: ignore[type-arg]
    cursor: str | None = None,
) -> dict[str, Any]:
    """Assets that the caller may see, by code. `bbox` = west,south,east,north; `q` finds without diacritics."""
    narrowed = queries.AssetFilter(
        q=q,
        kind=kind,
        owner=owner,
        territory=territory,
        bbox=queries.bbox_from(bbox),
        simulated=simulated,
        active=active,
    )
    rows, following = queries.assets(_scope(request), narrowed, limit=limit, cursor=cursor)
    return {"items": [presented(row) for row in rows], "next": following}


@router.get("/assets/{code}", response=AssetOut)
def get_asset(request: HttpRequest, code: str) -> dict[str, Any]:
    """One asset."""
    return presented(queries.asset_for(_scope(request), code))


@router.patch("/assets/{code}", response=AssetOut)
def change_asset(request: HttpRequest, code: str, body: AssetChange) -> dict[str, Any]:
    """Change what the body names; `properties` adds series, `source` says who feeds them from now on."""
    scope = _scope(request)
    changes = body.dict(exclude_unset=True)
    version = changes.pop("version", None)
    source, device = changes.pop("source", None), changes.pop("device", None)
    changes = {name: value for name, value in changes.items() if value is not None or name == "location"}
    if "location" in changes:
        changes["location"] = _place(body.location)
    if source:
        changes["feed"] = services.feed_for(scope, source, device or code)
    return presented(services.change_asset(scope=scope, code=code, changes=changes, if_version=version))


def presented(asset: Asset) -> dict[str, Any]:
    """An asset as REST answers it."""
    place = None
    if asset.lon is not None and asset.lat is not None:
        place = {"type": "Point", "coordinates": [asset.lon, asset.lat]}
    return {
        "id": str(asset.id), "number": asset.number, "code": asset.code, "name": asset.name, "kind": asset.kind,
        "owner": asset.owner.code, "owner_name": asset.owner.name,
        "territory": asset.territory.code if asset.territory else None,
        "territory_name": asset.territory.name if asset.territory else None,
        "location": place, "address": asset.address,
        "properties": sorted(series.property for series in asset.series.all() if series.active),
        "simulated": asset.simulated, "active": asset.active, "version": asset.version,
        "created_at": asset.created_at, "updated_at": asset.updated_at,
    }  # fmt: skip


def _place(point: Point | None) -> tuple[float, float] | None:
    if point is None:
        return None
    lon, lat = point.coordinates[0], point.coordinates[1]
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise InvalidInput("Tọa độ nằm ngoài trái đất.", code="invalid_location", fields={"location": f"{lon},{lat}"})
    return lon, lat
