"""What lies around an incident: stations and cameras by distance, and the ground that its map shows."""

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
from sen.apps.incidents.opening import distance_km
from sen.apps.incidents.values import IncidentSummary
from sen.apps.organisations import interface as organisations
from sen.apps.packs import interface as packs

KINDS = (("camera", _("Camera")), ("station", _("Trạm quan trắc")))
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
    found = _assets(scope, incident.lon, incident.lat, radius)
    wanted = [one for one in found if not kinds or one.kind in kinds]
    return Around(radius, tuple(kinds), sorted(wanted, key=lambda one: one.km)[:MOST], True)


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
    """West, south, east, north of a unit's ground; of the province where it is not known."""
    feature = organisations.territory(unit_id) or organisations.territory(organisations.province().id)
    if feature is None:
        return [102.0, 8.0, 110.0, 24.0]
    return [float(side) for side in shapely.from_geojson(json.dumps(feature["geometry"])).bounds]
