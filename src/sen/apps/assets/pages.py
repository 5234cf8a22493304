"""Pages of stations: the map with its list, the station's page with its chart, provenance of a number, downloads."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Callable
from typing import Any

import shapely
import xlsxwriter
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sen.apps.access.interface import Scope
from sen.apps.assets import charts, queries
from sen.apps.assets.models import Asset
from sen.apps.assets.pages_near import asset_near
from sen.apps.assets.readings import WINDOW_HOURS, Reading, main_reading, readings_of, state_of, store
from sen.apps.assets.station_view import (
    StationRow,
    events_of,
    indices_of,
    kind_of_hour,
    limit_sets_of,
    name_of_kind,
    name_of_property,
    quality_words,
    since,
    station_rows,
)
from sen.apps.organisations import interface as organisations
from sen.apps.packs import interface as packs
from sen.kernel import clock
from sen.kernel.errors import NotFound

__all__ = [
    "asset_chart", "asset_download", "asset_near", "asset_now", "asset_page", "asset_provenance", "found", "map_page", "map_table", "overview",
]  # fmt: skip

RANGE_NAMES: tuple[tuple[str, Callable[[], str]], ...] = (
    ("48h", lambda: _("48 giờ")), ("7d", lambda: _("7 ngày")), ("30d", lambda: _("30 ngày")), ("1y", lambda: _("1 năm")),
)  # fmt: skip
DOWNLOAD_DAYS = {"48h": 2, "7d": 7, "30d": 30, "1y": 365}


def _scope(request: HttpRequest) -> Scope:
    scope: Scope = request.scope_of_user  # type: ignore[attr-defined]
    return scope


def _ranges() -> list[tuple[str, str]]:
    return [(key, words()) for key, words in RANGE_NAMES]


def _chosen_range(request: HttpRequest) -> str:
    chosen = request.GET.get("range", "48h")
    return chosen if chosen in DOWNLOAD_DAYS else "48h"


# -- the map


@require_GET
def map_page(request: HttpRequest) -> HttpResponse:
    """Map, legend and list of stations."""
    context = _table_context(request)
    rows = context["rows"]
    located = [row.asset for row in rows if row.asset.lon is not None]
    ground = _ground(context["unit"])
    context |= {
        "section": "map", "bounds": ground or _bounds(located), "ground": context["unit"] if ground else "", "kinds": sorted({(row.asset.kind, row.kind, row.symbol) for row in rows}),
        "indices": sorted({row.index.name for row in rows if row.index}), "paint": request.GET.get("paint", "state"),
        "province_topic": f"unit:{organisations.province().code}",
    }  # fmt: skip
    return render(request, "assets/map.html", context)


@require_GET
def map_table(request: HttpRequest) -> HttpResponse:
    """The list below the map alone; htmx fetches it again as values arrive."""
    return render(request, "assets/station_table.html", _table_context(request))


def _table_context(request: HttpRequest) -> dict[str, Any]:
    unit, kind = request.GET.get("unit", ""), request.GET.get("kind", "")
    rows, more = station_rows(_scope(request), unit=unit, kind=kind, q=request.GET.get("q", ""))
    broken = request.GET.get("show", "") == "broken"
    shown = [row for row in rows if is_broken(row)] if broken else rows
    return {
        "rows": shown, "total": len(rows), "more": more, "broken": broken, "unit": unit, "kind": kind,
        "abnormal": sum(row.severity != "normal" for row in rows), "silent": sum(row.freshness != "fresh" for row in rows),
        "query": request.GET.urlencode(),
    }  # fmt: skip


def is_broken(row: StationRow) -> bool:
    """What "show what is broken" keeps: over a limit, late, lost, never measured, or measuring what does not count."""
    return row.severity != "normal" or row.freshness != "fresh" or (row.main is not None and not row.main.valid)


def _ground(unit: str) -> list[float]:
    """West, south, east, north of the ground of a commune, to which its map is cut; empty for every other unit."""
    if not unit:
        return []
    found = organisations.unit(unit)
    feature = organisations.territory(found.id) if found.level == "commune" else None
    return [float(side) for side in shapely.from_geojson(json.dumps(feature["geometry"])).bounds] if feature else []


def _bounds(assets: list[Asset]) -> list[float]:
    """West, south, east, north around the stations; the whole country without any."""
    points = [(asset.lon, asset.lat) for asset in assets if asset.lon is not None and asset.lat is not None]
    if not points:
        return [102.1, 8.3, 110.0, 23.4]
    lons, lats = zip(*points, strict=True)
    return [min(lons) - 0.05, min(lats) - 0.05, max(lons) + 0.05, max(lats) + 0.05]


def found(scope: Scope, q: str) -> list[Asset]:
    """Stations for the search field."""
    return queries.assets(scope, queries.AssetFilter(q=q), limit=8)[0]


def overview(scope: Scope, unit: str = "") -> dict[str, Any]:
    """What the home page says about stations: rows that need a look, newest values, counts."""
    rows, more = station_rows(scope, unit=unit)
    needing = [row for row in rows if row.severity != "normal"]
    silent = [row for row in rows if row.freshness in ("late", "lost", "none") and row.severity == "normal"]
    air = [row for row in rows if row.index and row.index.name == "VN_AQI"]
    return {
        "stations": len(rows), "more": more, "over": needing, "silent": silent, "fresh": sum(row.freshness == "fresh" for row in rows),
        "worst_air": max(air, key=lambda row: row.index.value if row.index else -1, default=None), "air": len(air),
        "newest": max((row.main.at for row in rows if row.main and row.main.at), default=None),
        "levels": [row for row in rows if row.main and row.main.property.code in ("water_level", "tide")][:8],
    }  # fmt: skip


# -- one station


@require_GET
def asset_page(request: HttpRequest, code: str) -> HttpResponse:
    """A station: now, chart, parameters, owner, sources, events."""
    asset = queries.asset_for(_scope(request), code)
    context = _now_context(asset)
    chosen = _chosen_reading(context["readings"], request.GET.get("property", "")) or context["main"]
    ranges, range_name = _ranges(), _chosen_range(request)
    context |= {
        "section": "map", "chosen": chosen, "chosen_name": name_of_property(chosen.property) if chosen else "", "ranges": ranges,
        "range": range_name, "range_words": dict(ranges)[range_name],
        "limits": [check.limit for check in chosen.checks] if chosen else [], "limit_sets": limit_sets_of(chosen),
        "numbers": ",".join(str(n) for n in sorted({r.series.source_number for r in context["readings"] if r.series.source_number})),
        "events": events_of(chosen)[:8] if chosen else [],
    }  # fmt: skip
    return render(request, "assets/asset.html", context)


@require_GET
def asset_now(request: HttpRequest, code: str) -> HttpResponse:
    """The strip "now" and the parameter table; htmx fetches them again as values arrive."""
    template = "assets/parameters.html" if request.GET.get("part") == "parameters" else "assets/now_strip.html"
    return render(request, template, _now_context(queries.asset_for(_scope(request), code)))


def _now_context(asset: Asset) -> dict[str, Any]:
    readings = readings_of([asset])[asset.pk]
    main = main_reading(readings)
    severity, freshness = state_of(readings)
    index = indices_of([asset]).get(asset.number)
    return {
        "asset": asset, "kind": name_of_kind(asset.kind), "readings": readings, "main": main, "severity": severity, "freshness": freshness,
        "index": index, "check": main.worst_check if main else None, "segments": _segments(main) if main else [],
        "valid_hours": sum(hour.mean is not None for hour in main.hours) if main else 0, "window_hours": WINDOW_HOURS,
        "scale": _scale(index.name) if index else [],
    }  # fmt: skip


def _segments(reading: Reading) -> list[tuple[str, int]]:
    """Runs of equal hours for the completeness bar."""
    runs: list[tuple[str, int]] = []
    for hour in reading.hours:
        kind = kind_of_hour(hour)
        if runs and runs[-1][0] == kind:
            runs[-1] = (kind, runs[-1][1] + 1)
        else:
            runs.append((kind, 1))
    return runs


def _scale(name: str) -> list[tuple[str, float, float]]:
    """(colour class, start, width) in percent of each category along the scale of an index."""
    table = packs.index_table(name)
    top = 500 if name == "VN_AQI" else 100
    ranked = sorted(table.categories, key=lambda one: one.minimum)
    edges = [0, *(min(top, one.maximum) for one in ranked[:-1]), top]
    prefix = "w" if name == "VN_WQI" else "a"
    return [
        (f"{prefix}{i + 1}", edges[i] / top * 100, (edges[i + 1] - edges[i]) / top * 100) for i in range(len(ranked))
    ]


def _chosen_reading(readings: list[Reading], code: str) -> Reading | None:
    return next((one for one in readings if one.property.code == code), None)


def _reading_or_404(request: HttpRequest, code: str, property: str) -> tuple[Asset, Reading]:
    asset = queries.asset_for(_scope(request), code)
    reading = _chosen_reading(readings_of([asset])[asset.pk], property)
    if reading is None:
        raise NotFound(_("Trạm này không đo thông số đã chọn."), action=_("Chọn thông số khác trong bảng."))
    return asset, reading


@require_GET
def asset_chart(request: HttpRequest, code: str, property: str) -> JsonResponse:
    """The JSON that <sen-chart> draws."""
    asset, reading = _reading_or_404(request, code, property)
    return JsonResponse(charts.chart_of(asset, reading, _chosen_range(request)))


@require_GET
def asset_provenance(request: HttpRequest, code: str, property: str) -> HttpResponse:
    """From where, when, how good, whose: what a click on a number answers."""
    asset, reading = _reading_or_404(request, code, property)
    context = {
        "asset": asset, "reading": reading, "name": name_of_property(reading.property), "quality": quality_words(reading.flags),
        "limit_sets": limit_sets_of(reading),
        "completeness": reading.completeness(24) * 100, "valid_hours": sum(hour.mean is not None for hour in reading.hours[:-1][-24:]),
    }  # fmt: skip
    return render(request, "assets/provenance.html", context)


@require_GET
def asset_download(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """Hourly means of every parameter as CSV or Excel, with the number of valid values beside each."""
    asset = queries.asset_for(_scope(request), code)
    readings = readings_of([asset])[asset.pk]
    rows = _download_rows(readings, DOWNLOAD_DAYS[_chosen_range(request)] * 24)
    head = [_("thời gian")]
    for reading in readings:
        name = f"{name_of_property(reading.property)} ({reading.property.unit_label})"
        head += [name, _("số giá trị hợp lệ")]
    name = f"{asset.code}-{clock.local(clock.now()):%Y%m%d-%H%M}"
    if form == "csv":
        out = io.StringIO()
        csv.writer(out).writerows([head, *rows])
        answer = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    elif form == "xlsx":
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        answer = HttpResponse(_workbook(asset.name, head, rows), content_type=kind)
    else:
        raise NotFound(_("Chỉ tải được CSV hoặc Excel."))
    answer["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return answer


def _download_rows(readings: list[Reading], hours: int) -> list[list[Any]]:
    numbers = [reading.series.number for reading in readings]
    if not numbers:
        return []
    table = store().hourly(numbers, since(hours), clock.now()).select(["series", "time", "mean", "valid"])
    cells: dict[Any, dict[int, tuple[float | None, int]]] = {}
    for number, at, mean, valid in zip(*(column.to_pylist() for column in table.columns), strict=True):
        cells.setdefault(at, {})[number] = (round(mean, 6) if valid and math.isfinite(mean) else None, valid)
    rows = []
    for at in sorted(cells):
        row: list[Any] = [f"{clock.local(at):%Y-%m-%d %H:%M}"]
        for number in numbers:
            row += cells[at].get(number, (None, 0))
        rows.append(row)
    return rows


def _workbook(title: str, head: list[str], rows: list[list[Any]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet(title[:31].translate(str.maketrans("[]:*?/\\", "       ")))
        bold = book.add_format({"bold": True})
        sheet.write_row(0, 0, head, bold)
        for place, row in enumerate(rows, start=1):
            sheet.write_row(place, 0, ["" if value is None else value for value in row])
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, 0, 18)
    return out.getvalue()
