"""Tổng quan: what is over a limit, what is silent, what waits for a decision, with a way to act on each."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from sen.apps.assets import pages as assets
from sen.apps.organisations import interface as organisations
from sen.apps.sources import pages as sources
from sen.kernel import clock


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """The duty overview; `?part=1` answers its moving part alone for live updates."""
    scope = request.scope_of_user  # type: ignore[attr-defined]
    unit = request.GET.get("unit", "")
    stations, desk = assets.overview(scope, unit), sources.overview(scope)
    context: dict[str, Any] = {
        "section": "home", "now": clock.now(), "stations": stations, "desk": desk, "unit": unit, "query": request.GET.urlencode(),
        "province_topic": f"unit:{organisations.province().code},sources",
        "calm": not stations["over"] and not stations["silent"] and not desk["care"],
        "fresh_share": stations["fresh"] / stations["stations"] if stations["stations"] else 0.0,
        "on_time_share": desk["on_time"] / desk["all"] if desk["all"] else 0.0,
        "waiting": desk["proposals"] + desk["letters"],
    }  # fmt: skip
    return render(request, "console/overview.html" if request.GET.get("part") else "console/home.html", context)
