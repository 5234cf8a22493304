"""The page on which a circle or polygon is drawn, and what lies within: list, export, start of a broadcast."""

from __future__ import annotations

import csv
import io

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sen.apps.emergency import policies
from sen.apps.emergency.affected import Affected, affected, parse
from sen.apps.emergency.pages import scope_of_page
from sen.apps.organisations import interface as organisations
from sen.kernel import clock
from sen.kernel.errors import InvalidInput

BOUNDS_MARGIN = 0.02


@require_GET
def area_page(request: HttpRequest) -> HttpResponse:
    """The map to draw on; `?lon=&lat=&km=` starts with a circle, as links from incidents do."""
    scope = scope_of_page(request)
    seats = [one for one in organisations.communes() if scope.sees(one.id) and one.seat_lon is not None]
    lons = [one.seat_lon for one in seats if one.seat_lon is not None] or [105.3, 106.9]
    lats = [one.seat_lat for one in seats if one.seat_lat is not None] or [10.0, 10.9]
    bounds = [
        min(lons) - BOUNDS_MARGIN,
        min(lats) - BOUNDS_MARGIN,
        max(lons) + BOUNDS_MARGIN,
        max(lats) + BOUNDS_MARGIN,
    ]
    start = {name: request.GET.get(name, "") for name in ("lon", "lat", "km")}
    context = {"section": "incidents", "bounds": bounds, "start": start, "may_broadcast": scope.allows(policies.BROADCAST)}  # fmt: skip
    return render(request, "emergency/area.html", context)


@require_POST
def affected_part(request: HttpRequest) -> HttpResponse:
    """The list for the area in `area` (JSON)."""
    text = request.POST.get("area", "")
    try:
        found = affected(scope_of_page(request), parse(text))
    except InvalidInput as error:
        return render(request, "emergency/affected.html", {"problem": error.message, "problem_action": error.action}, status=422)  # fmt: skip
    may = scope_of_page(request).allows(policies.BROADCAST)
    return render(request, "emergency/affected.html", {"found": found, "area": text, "may_broadcast": may})


@require_POST
def affected_csv(request: HttpRequest) -> HttpResponse:
    """The household groups, resources and sites within, as CSV with source and date of the figures."""
    found = affected(scope_of_page(request), parse(request.POST.get("area", "")))
    out = io.StringIO()
    _write(found, out)
    answer = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="affected-{clock.local(clock.now()):%Y%m%d-%H%M}.csv"'
    return answer


def _write(found: Affected, out: io.StringIO) -> None:
    table = csv.writer(out)
    table.writerow(["what", "code", "name", "unit", "households", "people", "elderly", "children", "disabled", "poor_households", "kind", "state", "lon", "lat", "source", "as_of", "simulated"])  # fmt: skip
    for group in found.groups:
        table.writerow(["household_group", group.code, group.name, group.unit, group.households, group.people, group.elderly, group.children, group.disabled, group.poor_households, "", "", group.lon, group.lat, group.source, group.as_of, group.simulated])  # fmt: skip
    for one in found.resources:
        table.writerow(["resource", one.code, one.name, one.unit, "", "", "", "", "", "", one.kind, one.state, one.lon, one.lat, "", "", one.simulated])  # fmt: skip
    for site in found.sites:
        table.writerow(["site", site.code, site.name, "", "", "", "", "", "", "", site.kind, "", site.lon, site.lat, "", "", ""])  # fmt: skip
    table.writerow([_("Một cụm hộ được tính trọn khi điểm của nó nằm trong vùng.")])
