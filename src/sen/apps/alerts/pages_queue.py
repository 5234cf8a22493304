"""The operator console: the queue with its filters, its rows as JSON, and what people do with alerts from there."""

from __future__ import annotations

from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sen.apps.access.interface import Scope
from sen.apps.alerts import alert_queries, pages_detail
from sen.apps.alerts.alert_values import AlertSummary, Counts, QueueFilter, Tab
from sen.apps.alerts.screen import allowed, dialogs
from sen.apps.assets import interface as assets
from sen.apps.organisations import interface as organisations
from sen.kernel.errors import NotFound, SenError

TABS: tuple[Tab, ...] = ("all", "unseen", "mine", "seen", "shelved", "closed")
ROWS = 200
"""Rows of one piece of the queue."""
COUNTRY = (102.1, 8.3, 110.0, 23.4)


def scope_of(request: HttpRequest) -> Scope:
    """Who asks."""
    scope: Scope = request.scope_of_user  # type: ignore[attr-defined]
    return scope


@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """Queue, map and detail side by side; `?alert=` names the chosen one, the other parameters are the filters."""
    scope = scope_of(request)
    filters = _filters(request)
    counts = alert_queries.counts(scope)
    number = request.GET.get("alert", "")
    context: dict[str, Any] = {
        "section": "alerts", "page": _page(scope, filters, None, counts), "tab": filters.tab, "counts": _counts(counts), "bounds": _bounds(scope),
        "filters": {name: request.GET.get(name, "") for name in ("severity", "theme", "unit", "q")}, "themes": alert_queries.themes(),
        "filtered": any(request.GET.get(name) for name in ("severity", "theme", "unit", "q")), "units": _units(scope),
        "severities": [("notice", _("Chú ý")), ("warning", _("Cảnh báo")), ("serious", _("Nghiêm trọng"))],
        "province_topic": f"unit:{organisations.province().code}", "me": str(scope.user_id or ""), "mine": _mine(scope), "may": allowed(scope), **dialogs(scope),
    }  # fmt: skip
    if number:
        context |= _chosen(request, scope, number)
    return render(request, "alerts/queue.html", context)


def _chosen(request: HttpRequest, scope: Scope, number: str) -> dict[str, Any]:
    """The detail of the alert that the address names; nothing where it is gone, the queue still stands."""
    try:
        return pages_detail.context_of(request, alert_queries.alert(scope, number))
    except NotFound:
        return {}


@require_GET
def rows(request: HttpRequest) -> JsonResponse:
    """A piece of the queue as the island reads it: rows, cursor, counts; `?part=counts` leaves the rows out."""
    scope = scope_of(request)
    counts = alert_queries.counts(scope)
    if request.GET.get("part") == "counts":
        return JsonResponse({"items": [], "next": None, "counts": _counts(counts)})
    return JsonResponse(_page(scope, _filters(request), request.GET.get("cursor") or None, counts))


def _page(scope: Scope, filters: QueueFilter, cursor: str | None, counts: Counts) -> dict[str, Any]:
    page = alert_queries.queue(scope, filters, cursor, limit=ROWS)
    found = {one.id: one for one in page.items}
    if page.next and not cursor and not filters.severity and filters.tab not in ("shelved", "closed"):
        # Lists are read newest first; an old alert of the highest level must not wait on a later page.
        gravest = alert_queries.queue(scope, msgspec.structs.replace(filters, severity="serious"), limit=ROWS)
        found |= {one.id: one for one in gravest.items}
    return {"items": [as_json(one) for one in found.values()], "next": page.next, "counts": _counts(counts)}


def as_json(alert: AlertSummary) -> Any:
    """A summary as the island and the live feed know it."""
    return msgspec.to_builtins(alert)


def _counts(counts: Counts) -> dict[str, int]:
    return {
        "open": counts.total, "unseen": counts.unseen, "mine": counts.mine, "seen": max(0, counts.total - counts.unseen), "shelved": counts.shelved,
    }  # fmt: skip


def _filters(request: HttpRequest) -> QueueFilter:
    """What the address says. Unknown values show everything rather than an error: addresses are passed on and grow old."""
    asked = request.GET
    tab: Tab = next((one for one in TABS if one == asked.get("tab")), "all")
    severity = asked.get("severity", "")
    return QueueFilter(
        tab=tab, severity=severity if severity in ("info", "notice", "warning", "serious") else "", theme=asked.get("theme", ""),
        unit_ids=_unit_ids(asked.get("unit", "")), q=asked.get("q", "").strip()[:80],
    )  # fmt: skip


def _unit_ids(code: str) -> Any:
    if not code:
        return None
    try:
        return organisations.subtree_ids(organisations.unit(code).id)
    except SenError:
        return None


def _units(scope: Scope) -> list[tuple[str, str]]:
    """Departments and communes that the caller sees, by name."""
    found = [*organisations.units("", level="department", limit=200)[0], *organisations.communes()]
    return [(one.code, one.name) for one in found if scope.sees(one.id)]


def _mine(scope: Scope) -> str:
    """Ids of those whose alerts are the caller's: their own, and the units that they work for."""
    units = {unit for grant in scope.grants if not grant.everything for unit in grant.unit_ids}
    return ",".join(str(one) for one in (scope.user_id, *units) if one)


def _bounds(scope: Scope) -> tuple[float, float, float, float]:
    """West, south, east, north of the province's ground; the whole country where it has none."""
    found = assets.extent(scope)
    return found or COUNTRY
