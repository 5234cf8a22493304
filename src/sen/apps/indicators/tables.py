"""The table of figures by unit and period, its map, its reasons, and the same as rows of a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from django.utils.translation import gettext as _

from sen.apps.indicators.definitions import Definition
from sen.apps.indicators.figure import Figure
from sen.apps.indicators.judging import Judged
from sen.apps.indicators.models import Status
from sen.apps.indicators.periods import Period
from sen.apps.organisations import interface as organisations
from sen.apps.organisations.interface import UnitRef
from sen.kernel import clock

LEVELS = ("province", "district", "commune", "department")
CLASSES = 5
MAP_WIDTH, MAP_POINT = 360.0, 1


class Row(msgspec.Struct, frozen=True):
    """A unit with its figures, one place per period; `share` is the focused value's part of the largest, 0 to 1. `beside`: what the
    focused one is held against."""

    unit: UnitRef
    cells: tuple[Figure | None, ...]
    focus: Figure | None
    share: float
    beside: Judged | None = None


class Shape(msgspec.Struct, frozen=True):
    """The ground of a unit as an SVG path with the class (1 to 5; 0 without a value) of its figure."""

    code: str
    name: str
    path: str
    shade: int
    figure: Figure | None


class MapView(msgspec.Struct, frozen=True):
    """A choropleth: `breaks` are the lower bounds of its classes."""

    width: float
    height: float
    shapes: tuple[Shape, ...]
    breaks: tuple[float, ...]
    approximate: bool


def status_words(figure: Figure) -> str:
    """The status as people say it."""
    if figure.status in Status.values:
        return str(Status(figure.status).label)
    return _("tính tự động") if figure.status == "computed" else ""


def origin_words(figure: Figure) -> str:
    """Where the figure comes from, as people say it."""
    return {
        "recorded": _("ghi nhận"),
        "carried": _("quy về đơn vị"),
        "formula": _("công thức"),
        "series": _("từ số đo"),
        "computed": _("từ hồ sơ của hệ thống"),
    }[figure.origin]


def levels_of(found: dict[Period, list[Figure]]) -> list[str]:
    """The levels for which something was found, from the province down."""
    present = {one.unit.level for some in found.values() for one in some}
    return [level for level in LEVELS if level in present]


def rows_of(found: dict[Period, list[Figure]], periods: Sequence[Period], focus: Period, level: str) -> list[Row]:
    """A row per unit of a level that has a figure in the focused period, by code; without any, for every unit of the level."""
    units: dict[UUID, UnitRef] = {}
    cells: dict[tuple[UUID, Period], Figure] = {}
    for period in periods:
        for one in found[period]:
            if one.unit.level == level:
                units[one.unit.id] = one.unit
                cells[one.unit.id, period] = one
    here = {unit: cells.get((unit, focus)) for unit in units}
    if any(here.values()):
        units = {unit: one for unit, one in units.items() if here[unit]}
    largest = max((abs(one.value) for one in here.values() if one and one.value is not None), default=0.0)
    ordered = sorted(units.values(), key=lambda one: (one.code, one.valid_to or date.max))
    return [
        Row(
            unit,
            tuple(cells.get((unit.id, period)) for period in periods),
            here[unit.id],
            _share(here[unit.id], largest),
        )
        for unit in ordered
    ]


def _share(figure: Figure | None, largest: float) -> float:
    return abs(figure.value) / largest if figure and figure.value is not None and largest else 0.0


def reasons_of(rows: Iterable[Row]) -> list[Figure]:
    """The figures of the focused period that have a reason instead of a value."""
    return [row.focus for row in rows if row.focus and row.focus.value is None and row.focus.reason]


def map_of(rows: Sequence[Row]) -> MapView | None:
    """The communes of today shaded by the focused figures in five classes of equal numbers of units; None without ground."""
    features = organisations.commune_features()["features"]
    by_code = {row.unit.code: row.focus for row in rows if row.focus and row.unit.valid_to is None}
    values = sorted(one.value for one in by_code.values() if one.value is not None)
    if not features or not values:
        return None
    rings = {feature["id"]: list(_rings(feature["geometry"])) for feature in features}
    points = [point for some in rings.values() for ring in some for point in ring]
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    scale = MAP_WIDTH / (east - west)
    breaks = tuple(dict.fromkeys(values[len(values) * n // CLASSES] for n in range(CLASSES)))
    shapes = []
    for feature in features:
        figure = by_code.get(feature["id"])
        path = "".join(_path(ring, west, north, scale) for ring in rings[feature["id"]])
        shade = sum(figure.value >= one for one in breaks) if figure and figure.value is not None else 0
        shapes.append(Shape(feature["id"], feature["properties"]["name"], path, shade, figure))
    return MapView(
        MAP_WIDTH, round((north - south) * scale * 1.02, 1), tuple(shapes), breaks,
        any(feature["properties"]["approximate"] for feature in features),
    )  # fmt: skip


def _rings(geometry: dict[str, Any]) -> Iterable[list[list[float]]]:
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    return (polygon[0] for polygon in polygons)


def _path(ring: list[list[float]], west: float, north: float, scale: float) -> str:
    """The ring in pixels, neighbouring points on one pixel left out; a degree of latitude is drawn 1.02 of one of longitude (10° N)."""
    pixels = [(round((p[0] - west) * scale, MAP_POINT), round((north - p[1]) * scale * 1.02, MAP_POINT)) for p in ring]
    kept = [pixels[0]]
    for x, y in pixels[1:]:
        if abs(x - kept[-1][0]) + abs(y - kept[-1][1]) >= 1.0:
            kept.append((x, y))
    return "M" + "L".join(f"{x} {y}" for x, y in kept) + "Z" if len(kept) > 2 else ""


FILE_HEAD = (
    "indicator", "name", "unit_code", "unit_name", "unit_level", "unit_from", "unit_to", "period", "value", "unit_label", "status",
    "origin", "quality", "parts", "by_hand", "simulated", "source", "recorded_at", "recorded_by",
)  # fmt: skip


def file_rows(wanted: Definition, rows: Iterable[Row]) -> list[list[Any]]:
    """A line per figure. `quality` says why there is no value or how much it rests on; numbers are plain, times local."""
    return [
        [
            wanted.code, wanted.name, row.unit.code, row.unit.name, row.unit.level, row.unit.valid_from or "", row.unit.valid_to or "",
            one.period.key, "" if one.value is None else one.value, wanted.unit_label, one.status, one.origin, quality_words(one),
            "; ".join(f"{part.label}: {'' if part.value is None else part.value}" for part in one.parts),
            "" if one.by_hand is None else int(one.by_hand), int(one.simulated), one.source,
            f"{clock.local(one.recorded_at):%Y-%m-%d %H:%M}" if one.recorded_at else "", one.recorded_by,
        ]
        for row in rows
        for one in row.cells
        if one
    ]  # fmt: skip


def quality_words(figure: Figure) -> str:
    """How good the figure is, in words."""
    if figure.reason:
        return figure.reason
    if figure.origin == "series":
        return _("{days} ngày có số liệu hợp lệ, {stations} trạm").format(days=figure.days, stations=figure.stations)
    if figure.origin == "carried":
        return _("quy từ {n} đơn vị của thời kỳ đó, đủ số").format(n=len(figure.parts))
    return _("đủ số")
