"""What lies around an incident: forces, vehicles, stocks, places, stations and cameras by distance; and the ground of its map."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from uuid import UUID

import msgspec
import shapely
from django.utils.translation import gettext_lazy as _

from sen.apps.access.interface import Scope
from sen.apps.assets import interface as assets
from sen.apps.emergency import interface as emergency
from sen.apps.incidents.opening import distance_km
from sen.apps.incidents.values import IncidentSummary
from sen.apps.organisations import interface as organisations
from sen.apps.packs import interface as packs

RESOURCES = (
    ("force", _("Lực lượng")),
    ("vehicle", _("Phương tiện")),
    ("stock", _("Vật tư")),
    ("place", _("Trường học, trạm bơm, nơi trú")),
)
KINDS = (*RESOURCES, ("camera", _("Camera")), ("station", _("Trạm quan trắc")))
DISTANCES = (2, 5, 10, 20)
MOST = 40


class Near(msgspec.Struct, frozen=True, kw_only=True):
    """Something near by. `kind`: force, vehicle, stock, place, camera, station; `note` says what it has or who answers."""

    kind: str
    name: str
    note: str
    km: float
    lon: float
    lat: float
    url: str = ""
    phone: str = ""


class Around(msgspec.Struct, frozen=True):
    """What was found within `km`, the nearest first; `placed` is False where the incident has no point yet."""

    km: float
    kinds: tuple[str, ...]
    items: list[Near]
    placed: bool


def around(scope: Scope, incident: IncidentSummary, km: str, kinds: Sequence[str]) -> Around:
    """What the caller sees within some kilometres (5 unless told) of the incident."""
    radius = float(km) if km.replace(".", "", 1).isdigit() and 0 < float(km) <= 50 else 5.0
    if incident.lon is None or incident.lat is None:
        return Around(radius, tuple(kinds), [], False)
    found = [
        *_resources(scope, incident.lon, incident.lat, radius),
        *_assets(scope, incident.lon, incident.lat, radius),
    ]
    wanted = [one for one in found if not kinds or one.kind in kinds]
    return Around(radius, tuple(kinds), sorted(wanted, key=lambda one: one.km)[:MOST], True)


def _resources(scope: Scope, lon: float, lat: float, km: float) -> list[Near]:
    words = {kind: str(told) for kind, told in RESOURCES}
    return [
        Near(
            kind=one.kind, name=one.name, km=one.km, lon=one.lon, lat=one.lat, url="/emergency/resources/",
            note=" · ".join(filter(None, (words.get(one.kind, one.kind), f"{one.quantity:g} {one.measure}".strip(), one.unit))),
        )
        for one in emergency.near(scope, lon, lat, km)
    ]  # fmt: skip


def _assets(scope: Scope, lon: float, lat: float, km: float) -> list[Near]:
    high, wide = km / 110.57, km / (111.32 * math.cos(math.radians(lat)))
    box = f"{lon - wide:.5f},{lat - high:.5f},{lon + wide:.5f},{lat + high:.5f}"
    kinds = packs.asset_kinds()
    found = []
    for one in assets.map_picture(scope, bbox=box, zoom=18)["items"]:
        away = distance_km(lon, lat, one["lon"], one["lat"])
        if one["type"] != "asset" or away is None or away > km:
            continue
        kind = kinds.get(one["kind"])
        found.append(
            Near(
                kind="camera" if one["kind"] == "camera" else "station",
                name=one["name"],
                km=away,
                lon=one["lon"],
                lat=one["lat"],
                note=kind.name if kind else one["kind"],
                url=f"/assets/{one['code']}/",
            )
        )
    return found


def bounds_of(unit_id: UUID) -> list[float]:
    """West, south, east, north of a unit's ground; of all communes where it has none of its own; of the country without any."""
    feature = organisations.territory(unit_id) or organisations.commune_features()
    bounds = [float(side) for side in shapely.from_geojson(json.dumps(feature)).bounds]
    return [102.1, 8.3, 110.0, 23.4] if any(math.isnan(side) for side in bounds) else bounds
