"""Tổng quan: what is over a limit, what is silent, what waits for a decision, with a way to act on each."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from sen.apps.access.interface import Role, Scope
from sen.apps.assets import pages as assets
from sen.apps.dashboards import interface as dashboards
from sen.apps.organisations import interface as organisations
from sen.apps.sources import pages as sources
from sen.console.centre_home import centre_for, centre_home
from sen.console.leader.pages import leader_home
from sen.kernel import clock


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """The console for a duty officer, the leader's page for a leader; for others the centre of their commune where it is open, else the dashboard that their unit
    chose as its home, else the overview.

    `?view=overview` is always the overview; `?part=1` answers its moving part alone for live updates.
    """
    scope = request.scope_of_user  # type: ignore[attr-defined]
    unit = request.GET.get("unit", "")
    if not request.GET and _leads(scope):
        return leader_home(request)
    here = None if "view" in request.GET or "part" in request.GET else centre_for(scope, unit)
    if here is not None:
        return centre_home(request, *here)
    if not request.GET and (chosen := _own_home(scope)):
        return HttpResponseRedirect(chosen)
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


def _leads(scope: Scope) -> bool:
    """Whether the person's first role is to lead: their day begins with what to decide."""
    memberships = organisations.memberships(scope.user_id) if scope.user_id else []
    return bool(memberships) and memberships[0].role == Role.LEADER


def _own_home(scope: Scope) -> str:
    """The address of what the person's first role or unit begins the day with; empty where that is the overview."""
    memberships = organisations.memberships(scope.user_id) if scope.user_id else []
    if not memberships:
        return ""
    if memberships[0].role == Role.DUTY_OFFICER:
        return reverse("console:alerts")
    chosen = dashboards.home_dashboard(memberships[0].unit.id)
    return f"{reverse('console:dashboard', args=[chosen])}?unit={memberships[0].unit.code}" if chosen else ""
