"""The list of incidents, opening one, near duplicates, and the procedure beside an alert."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from sen.apps.access.interface import Scope, require
from sen.apps.incidents import listing, nearby, opening, policies
from sen.apps.incidents.choices import Kind, Origin, Severity
from sen.apps.incidents.opening import Told
from sen.apps.incidents.pages_parts import room_context, scope_of
from sen.apps.incidents.procedures.interface import procedures
from sen.apps.incidents.values import IncidentFilter
from sen.apps.organisations import interface as organisations
from sen.kernel import clock
from sen.kernel.errors import InvalidInput, NotFound, SenError

TABS = ("open", "mine", "drills", "closed")


@require_GET
def incidents_page(request: HttpRequest) -> HttpResponse:
    """Open ones first; the address holds the part, the filter and the unit. `?part=list` draws the list alone."""
    scope = scope_of(request)
    tab = request.GET.get("tab", "open")
    tab = tab if tab in TABS else "open"
    q, kind = request.GET.get("q", "").strip(), request.GET.get("kind", "")
    unit = request.GET.get("unit", "")
    wanted = IncidentFilter(
        states={"closed": ("closed", "cancelled")}.get(tab, ()), dispatched=tab == "mine", q=q,
        drill={"drills": True, "open": False}.get(tab), kinds=(kind,) if kind in Kind.values else (),
        unit_id=organisations.unit(unit).id if unit else None,
    )  # fmt: skip
    if tab == "drills":
        wanted = IncidentFilter(
            states=("open", "responding", "contained", "closed", "cancelled"), drill=True, q=q, kinds=wanted.kinds, unit_id=wanted.unit_id
        )  # fmt: skip
    page = listing.incidents(scope, wanted, request.GET.get("cursor") or None)
    counts = listing.counts(scope)
    context = {
        "section": "incidents", "tab": tab, "page": page, "counts": counts, "q": q, "kind": kind, "kinds": Kind.choices, "unit": unit,
        "may_open": scope.allows(policies.OPEN), "bounds": nearby.bounds_of(organisations.province().id), "query": request.GET.urlencode(),
        "tabs": (("open", _("Đang mở"), counts.running), ("mine", _("Được gọi"), counts.to_answer), ("drills", _("Diễn tập"), counts.drills),
                 ("closed", _("Đã kết thúc"), None)),
        "points": [
            {"lon": one.lon, "lat": one.lat, "name": one.title, "url": one.url, "tone": one.severity, "label": one.number}
            for one in page.items if one.lon is not None and one.lat is not None
        ],
    }  # fmt: skip
    template = "incidents/list_rows.html" if request.GET.get("part") == "list" else "incidents/list.html"
    return render(request, template, context)


@require_http_methods(["GET", "POST"])
def incident_new(request: HttpRequest) -> HttpResponse:
    """The form of a new incident, filled from alerts (`?alert=`, many), a call or a report; then its room."""
    scope = require(scope_of(request), policies.OPEN)
    chosen = _alerts(scope, request.GET.getlist("alert") or request.POST.getlist("alert"))
    if request.method == "GET":
        return render(request, "incidents/new.html", _form(scope, _proposed(scope, request, chosen), chosen))
    try:
        told = _told(request)
        alert_ids = [one.id for one in chosen]
        made = opening.open_incident(
            scope=scope, told=told, alert_ids=alert_ids, drill=bool(request.POST.get("drill")), key=request.POST.get("key", "")[:100]
        )  # fmt: skip
    except SenError as error:
        if error.status not in (409, 422):
            raise
        context = _form(scope, request.POST, chosen) | {"problem": error, "errors": error.fields}
        return render(request, "incidents/new.html", context, status=422)
    return HttpResponseRedirect(reverse("console:incident", args=[made.number]))


def _alerts(scope: Scope, numbers: list[str]) -> list[Any]:
    from sen.apps.alerts import interface as alerts

    return [alerts.alert(scope, number) for number in numbers[:50] if number]


def _proposed(scope: Scope, request: HttpRequest, chosen: list[Any]) -> dict[str, Any]:
    """What the form begins with."""
    values: dict[str, Any] = {name: request.GET.get(name, "") for name in ("kind", "title", "place", "lon", "lat")}
    origin = request.GET.get("origin", "")
    values |= {"severity": "warning", "origin": origin if origin in Origin.values else ("alert" if chosen else "hand")}
    if chosen:
        from sen.apps.incidents import from_alerts

        told = Told()
        from_alerts.complete(told, from_alerts.chosen(scope, [one.id for one in chosen]))
        values |= {
            "title": told.title, "severity": told.severity, "kind": told.kind, "description": told.description, "place": told.place,
            "lon": told.lon if told.lon is not None else "", "lat": told.lat if told.lat is not None else "",
        }  # fmt: skip
        if told.territory_id:
            values["territory"] = organisations.unit_by_id(told.territory_id).code
        if told.lead_unit_id:
            values["lead"] = organisations.unit_by_id(told.lead_unit_id).code
    return values


def _form(scope: Scope, values: Any, chosen: list[Any]) -> dict[str, Any]:
    leads = _leads(scope)
    lead = next((one for one in leads if one.code == values.get("lead")), leads[0])
    return {
        "section": "incidents", "values": values, "alerts": chosen, "kinds": Kind.choices, "severities": Severity.choices,
        "origins": [one for one in Origin.choices if one[0] != "alert" or chosen], "communes": organisations.communes(), "leads": leads, "lead": lead,
        "procedures": procedures(scope, lead.id), "bounds": nearby.bounds_of(organisations.province().id), "now": clock.now(),
        "may_drill": scope.allows(policies.DRILL, lead.id),
    }  # fmt: skip


def _leads(scope: Scope) -> list[organisations.UnitRef]:
    """The units in whose name the caller may open one, the own first."""
    held = organisations.memberships(scope.user_id) if scope.user_id else []
    own = {one.unit.id for one in held}
    every = [organisations.province(), *organisations.departments(), *organisations.communes()]
    found = [one for one in every if scope.sees(one.id) and scope.allows(policies.OPEN, one.id)]
    if not found:
        require(scope, policies.OPEN, organisations.province().id)
    return sorted(found, key=lambda one: one.id not in own)


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", ".")) if text.strip() else None
    except ValueError as error:
        raise InvalidInput(
            _("Tọa độ không đọc được."), action=_("Bấm vị trí trên bản đồ."), fields={"lon": _("Cần một số.")}
        ) from error


def _told(request: HttpRequest) -> Told:
    posted = request.POST
    ground, lead, procedure = posted.get("territory", ""), posted.get("lead", ""), posted.get("procedure", "auto")
    return Told(
        kind=posted.get("kind", ""), title=posted.get("title", ""), severity=posted.get("severity", ""), description=posted.get("description", ""),
        lead_unit_id=organisations.unit(lead).id if lead else None, territory_id=organisations.unit(ground).id if ground else None,
        lon=_number(posted.get("lon", "")), lat=_number(posted.get("lat", "")), place=posted.get("place", ""), origin=posted.get("origin", ""),
        origin_reference=posted.get("reference", ""), reporter_name=posted.get("reporter_name", ""), reporter_phone=posted.get("reporter_phone", ""),
        procedure=None if procedure == "auto" else procedure,
    )  # fmt: skip


@require_GET
def incidents_similar(request: HttpRequest) -> HttpResponse:
    """Running incidents near what is being typed, so that one thing is not opened twice."""
    scope = scope_of(request)
    ground = request.GET.get("territory", "")
    try:
        lon, lat = _number(request.GET.get("lon", "")), _number(request.GET.get("lat", ""))
    except InvalidInput:
        lon = lat = None
    found = opening.similar(
        scope, kind=request.GET.get("kind", ""), lon=lon, lat=lat, territory_id=organisations.unit(ground).id if ground else None
    )  # fmt: skip
    return render(request, "incidents/similar.html", {"found": found})


@require_GET
def incident_for_alert(request: HttpRequest, alert: str) -> HttpResponse:
    """For the console's right pane: the steps of the alert's incident with their clocks, else the steps that would start."""
    from sen.apps.alerts import interface as alerts

    scope = scope_of(request)
    seen = alerts.alert(scope, alert)
    if seen.incident_number:
        try:
            context = room_context(scope, seen.incident_number)
        except NotFound:
            return render(request, "incidents/for_alert.html", {"alert": seen, "unseen": seen.incident_number})
        return render(request, "incidents/for_alert.html", context | {"alert": seen})
    code, unit = _procedure_of(seen)
    found = next((one for one in procedures(scope, unit) if one.code == code), None) if code and unit else None
    context = {"alert": seen, "procedure": found, "code": code, "may_open": scope.allows(policies.OPEN)}
    return render(request, "incidents/for_alert.html", context)


def _procedure_of(alert: Any) -> tuple[str, UUID | None]:
    """The procedure that the alert's rule names, and the unit in which it is looked for."""
    return alert.rule.content.procedure, alert.rule.unit_id
