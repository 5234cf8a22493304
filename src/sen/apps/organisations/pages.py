"""Pages of units: the dated tree, one unit with predecessors and successors, territories for the map."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sen.apps.organisations import interface, queries, split_shares
from sen.apps.organisations.models import SplitShare, Territory, Unit
from sen.apps.organisations.pages_days import working_days_action, working_days_page
from sen.kernel.configuration import settings
from sen.kernel.errors import InvalidInput, NotFound
from sen.kernel.scopes import require, scope_of

__all__ = ["record_shares", "territories", "unit_page", "units_page", "working_days_action", "working_days_page"]


@require_GET
def territories(request: HttpRequest) -> JsonResponse:
    """The ground of the communes of today, and of the province where a boundary was imported, for the map."""
    collection = interface.commune_features()
    for feature in collection["features"]:
        feature["properties"]["level"] = "commune"
    try:
        ground = interface.territory(interface.province().id)
    except NotFound:
        ground = None
    if ground:
        collection["features"].append({**ground, "properties": {**ground["properties"], "level": "province"}})
    answer = JsonResponse(collection)
    answer["Cache-Control"] = "private, max-age=300"
    return answer


def _as_of(request: HttpRequest) -> date:
    try:
        return date.fromisoformat(request.GET.get("as_of", ""))
    except ValueError:
        return queries.today()


@require_GET
def units_page(request: HttpRequest) -> HttpResponse:
    """The tree as of a day: departments, then communes, with what happened to the tree."""
    as_of, q = _as_of(request), request.GET.get("q", "").strip()[:80]
    found = list(queries.units(q=q, as_of=as_of)[:1200])
    levels = ("province", "department", "district", "commune")
    context = {
        "section": "admin", "as_of": as_of, "today": queries.today(), "q": q, "province_code": settings().province,
        "groups": [(level, [unit for unit in found if unit.level == level]) for level in levels],
        "count": len(found), "events": queries.events()[:12], "territories": _territory_counts(),
    }  # fmt: skip
    return render(request, "organisations/units.html", context)


def _territory_counts() -> dict[str, int]:
    known = Territory.objects.filter(valid_to=None)
    return {"all": known.count(), "approximate": known.filter(approximate=True).count()}


@require_GET
def unit_page(request: HttpRequest, code: str) -> HttpResponse:
    """One unit: its place in the tree, its former names, what it was made of and what became of it."""
    as_of = _as_of(request)
    unit = queries.unit(code, as_of=as_of)
    above: str | None = getattr(unit, "parent_code", None)
    context: dict[str, Any] = {
        "section": "admin", "unit": unit, "as_of": as_of, "today": queries.today(), "former": unit.former_names.order_by("-valid_to"),
        "predecessors": queries.predecessors(unit), "successors": queries.successors(unit), "ground": interface.territory(unit.pk),
        "children": queries.units(as_of=as_of, parent=code)[:400] if unit.level != "commune" else [],
        "parent": interface.unit(above, as_of=as_of) if above else None,
        "standing": queries.standing_successors([unit]) if unit.valid_to else [], **_split(request, unit),
    }  # fmt: skip
    return render(request, "organisations/unit.html", context)


def _split(request: HttpRequest, unit: Unit) -> dict[str, Any]:
    """How a split unit divides, and the form where the caller may record it; nothing for the others."""
    links = list(queries.successors(unit).filter(is_split=True))
    if not links:
        return {}
    scope = scope_of(request)
    return {
        "split_into": [link.successor for link in links], "bases": split_shares.bases_of(unit.pk), "basis_choices": SplitShare.Basis.choices,
        "may_record_shares": scope is not None and scope.allows("organisations.change", unit.pk),
    }  # fmt: skip


@require_POST
def record_shares(request: HttpRequest, code: str) -> HttpResponse:
    """Record how a split unit divides, from the form on its page: shares in percent by successor."""
    scope = require(scope_of(request), "organisations.change")
    unit = queries.unit(code, as_of=_as_of(request))
    try:
        shares = {
            link.successor_id: float(request.POST.get(f"share-{link.successor_id}", "").replace(",", ".")) / 100
            for link in split_shares.split_of(unit.pk)[1]
            if link.successor_id
        }
        split_shares.record_split_shares(
            scope=scope, unit_id=unit.pk, basis=request.POST.get("basis", ""), shares=shares,
            measured_on=date.fromisoformat(request.POST.get("measured_on", "")), source=request.POST.get("source", ""),
        )  # fmt: skip
    except ValueError:
        messages.error(request, _("Tỷ lệ là số phần trăm và ngày viết dạng 2024-12-31. Chưa ghi gì."))
    except InvalidInput as error:
        messages.error(request, f"{error.message} {error.action}")
    else:
        messages.success(request, _("Đã ghi tỷ lệ chia. Số liệu theo đơn vị được tính lại ngay."))
    return HttpResponseRedirect(f"{reverse('console:unit', args=[code])}?as_of={_as_of(request)}#shares")
