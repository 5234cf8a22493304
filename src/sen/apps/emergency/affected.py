"""Who and what lies within a circle or a polygon: household groups, sites, resources, communes touched; with the figures' sources."""

from __future__ import annotations

import json
import math
from datetime import date
from typing import Any

import msgspec
from django.utils.translation import gettext as _
from shapely import Geometry, MultiPolygon, Point, Polygon, STRtree
from shapely.errors import GEOSException
from shapely.geometry import shape

from sen.apps.assets import interface as assets
from sen.apps.emergency.models import HouseholdGroup
from sen.apps.emergency.resources import EARTH_KM, Near, distance_km, households, resources
from sen.apps.organisations import interface as organisations
from sen.kernel.errors import InvalidInput
from sen.kernel.scopes import Scope

MAX_KM = 100.0
MAX_VERTICES = 2_000
_SIDES = 64


class Circle(msgspec.Struct, frozen=True, tag_field="kind", tag="circle"):
    """A centre in degrees (WGS 84) and a radius along the ground."""

    lon: float
    lat: float
    km: float


class Outline(msgspec.Struct, frozen=True, tag_field="kind", tag="polygon"):
    """A ring of [lon, lat], closed or not."""

    points: list[tuple[float, float]]


Area = Circle | Outline


class Group(msgspec.Struct, frozen=True):
    """A household group inside."""

    code: str
    name: str
    unit: str
    unit_code: str
    households: int
    people: int
    elderly: int
    children: int
    disabled: int
    poor_households: int
    source: str
    as_of: date
    lon: float
    lat: float
    simulated: bool


class Commune(msgspec.Struct, frozen=True):
    """A commune that the area touches, with what of the household figures inside lies in it."""

    code: str
    name: str
    households: int
    people: int


class Site(msgspec.Struct, frozen=True):
    """A station or camera inside."""

    code: str
    name: str
    kind: str
    lon: float
    lat: float


class Affected(msgspec.Struct, frozen=True):
    """The answer. A group counts wholly where its point lies inside: its households are not spread over the ground."""

    households: int
    people: int
    elderly: int
    children: int
    disabled: int
    poor_households: int
    groups: list[Group]
    communes: list[Commune]
    resources: list[Near]
    sites: list[Site]
    sources: list[str]
    oldest: date | None
    simulated: bool
    approximate: bool
    """Whether a commune's boundary here is only approximate."""


def parse(text: str) -> Area:
    """An area from JSON: ours, or a GeoJSON Polygon or Feature. Raises InvalidInput."""
    try:
        said = json.loads(text)
        if isinstance(said, dict) and said.get("type") == "Feature":
            said = said.get("geometry")
        if isinstance(said, dict) and said.get("type") == "Polygon":
            said = {"kind": "polygon", "points": [point[:2] for point in said["coordinates"][0]]}
        area: Area = msgspec.convert(said, type=Area)
    except (ValueError, TypeError, KeyError, IndexError, msgspec.ValidationError) as error:
        raise InvalidInput(_("Vùng vẽ không đọc được."), action=_("Vẽ lại vòng tròn hoặc đa giác trên bản đồ.")) from error  # fmt: skip
    outline(area)
    return area


def outline(area: Area) -> Polygon:
    """The area as a polygon in degrees. Raises InvalidInput where it is empty, crosses itself or is too large."""
    if isinstance(area, Circle):
        if not (0 < area.km <= MAX_KM and -180 <= area.lon <= 180 and -85 <= area.lat <= 85):
            raise InvalidInput(_("Bán kính phải từ 0 đến 100 km."), fields={"km": str(area.km)})
        north = math.degrees(area.km / EARTH_KM)
        east = north / math.cos(math.radians(area.lat))
        turns = [2 * math.pi * step / _SIDES for step in range(_SIDES)]
        return Polygon([(area.lon + east * math.cos(turn), area.lat + north * math.sin(turn)) for turn in turns])
    if not 3 <= len(area.points) <= MAX_VERTICES:
        raise InvalidInput(_("Đa giác cần ít nhất ba đỉnh."), code="too_few_points")
    drawn = Polygon(area.points)
    if not drawn.is_valid or drawn.area == 0:
        raise InvalidInput(_("Đa giác tự cắt hoặc không có diện tích."), action=_("Vẽ lại, các cạnh không cắt nhau."), code="bad_polygon")  # fmt: skip
    return drawn


def inside(area: Area, lon: float, lat: float, drawn: Polygon) -> bool:
    """Whether a point lies in the area, its edge included."""
    if isinstance(area, Circle):
        return distance_km(area.lon, area.lat, lon, lat) <= area.km
    return bool(drawn.covers(Point(lon, lat)))


def affected(scope: Scope, area: Area) -> Affected:
    """What lies in `area` of what the caller sees. Raises InvalidInput for an area that cannot be used."""
    drawn = outline(area)
    west, south, east, north = drawn.bounds
    box = {"lon__range": (west, east), "lat__range": (south, north)}
    found = [one for one in households(scope).filter(**box) if inside(area, one.lon, one.lat, drawn)]
    groups = [_group(one) for one in found]
    communes, approximate = _communes(scope, drawn, groups)
    return Affected(
        households=sum(one.households for one in groups), people=sum(one.people for one in groups),
        elderly=sum(one.elderly for one in groups), children=sum(one.children for one in groups),
        disabled=sum(one.disabled for one in groups), poor_households=sum(one.poor_households for one in groups),
        groups=groups, communes=communes, resources=_resources(scope, area, drawn, box), sites=_sites(scope, area, drawn),
        sources=sorted({one.source for one in groups}), oldest=min((one.as_of for one in groups), default=None),
        simulated=any(one.simulated for one in groups), approximate=approximate,
    )  # fmt: skip


def _group(one: HouseholdGroup) -> Group:
    return Group(
        one.code, one.name, one.unit.name, one.unit.code, one.households, one.people, one.elderly, one.children, one.disabled,
        one.poor_households, one.source, one.as_of, one.lon, one.lat, one.simulated,
    )  # fmt: skip


def _resources(scope: Scope, area: Area, drawn: Polygon, box: dict[str, Any]) -> list[Near]:
    middle = drawn.centroid
    listed = [
        Near(
            one.pk, one.code, one.name, one.kind, one.type, one.quantity, one.measure, one.state, one.unit.name, one.lon, one.lat,
            round(distance_km(middle.x, middle.y, one.lon, one.lat), 3), one.simulated,
        )
        for one in resources(scope).filter(**box)
        if one.lon is not None and one.lat is not None and inside(area, one.lon, one.lat, drawn)
    ]  # fmt: skip
    return sorted(listed, key=lambda one: (one.kind, one.km))


def _sites(scope: Scope, area: Area, drawn: Polygon) -> list[Site]:
    return [
        Site(one.code, one.name, one.kind, one.lon, one.lat)
        for one in assets.within(scope, drawn.bounds)
        if one.lon is not None and one.lat is not None and inside(area, one.lon, one.lat, drawn)
    ]


def _communes(scope: Scope, drawn: Polygon, groups: list[Group]) -> tuple[list[Commune], bool]:
    """The caller's communes whose ground the area touches, and those of groups inside whatever the boundary says."""
    features = organisations.commune_features()["features"]
    shapes: list[Geometry] = [_shape(one) for one in features]
    touched = [features[index]["properties"] for index in STRtree(shapes).query(drawn, predicate="intersects")]
    seen = {unit.code: unit.name for unit in organisations.communes() if scope.sees(unit.id)}
    codes = dict.fromkeys([*(one["code"] for one in touched), *(one.unit_code for one in groups)])
    listed = [
        Commune(
            code, seen[code], sum(one.households for one in groups if one.unit_code == code),
            sum(one.people for one in groups if one.unit_code == code),
        )
        for code in sorted(codes) if code in seen
    ]  # fmt: skip
    return listed, any(one.get("approximate") for one in touched)


def _shape(feature: dict[str, Any]) -> Geometry:
    try:
        return shape(feature["geometry"])
    except (GEOSException, KeyError, TypeError):
        return MultiPolygon()
