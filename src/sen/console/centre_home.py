"""A commune's own first page: its home dashboard, what waits for a decision, how ready its modules are, its sources.

The province sees the same page with `?unit=`; who does not see the unit gets the overview, in which nothing of it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from sen.apps.access.interface import Scope
from sen.apps.centres import interface as centres
from sen.apps.centres import pages as centre_pages
from sen.apps.dashboards import interface as dashboards
from sen.apps.effectiveness import interface as effectiveness
from sen.apps.organisations import interface as organisations
from sen.apps.packs import interface as packs
from sen.apps.sources import interface as sources
from sen.kernel import clock
from sen.kernel.errors import NotFound, SenError


@dataclass(frozen=True)
class Waiting:
    """Something that waits for a decision, and where it is taken."""

    count: int
    words: str
    detail: str
    address: str


def centre_for(scope: Scope, code: str) -> tuple[organisations.UnitRef, centres.CentreRef] | None:
    """The open centre whose page this caller sees: of the unit `code`, else of the unit they work in; None without one."""
    unit = _unit(scope, code)
    if unit is None or not scope.sees(unit.id):
        return None
    centre = centres.open_centre_of(unit.id)
    return (unit, centre) if centre else None


def _unit(scope: Scope, code: str) -> organisations.UnitRef | None:
    if code:
        try:
            return organisations.unit(code)
        except SenError:
            return None
    if scope.everything or scope.user_id is None:
        return None
    memberships = organisations.memberships(scope.user_id)
    return memberships[0].unit if memberships else None


def centre_home(
    request: HttpRequest,
    unit: organisations.UnitRef,
    centre: centres.CentreRef,
    opened: centre_pages.Opened | None = None,
) -> HttpResponse:
    """The page; `opened` adds the links of the people just invited, which are shown this once."""
    scope: Scope = request.scope_of_user  # type: ignore[attr-defined]
    standing = _home_dashboard(scope, unit)
    modules = [one for one in effectiveness.modules_of(scope, [unit.id])[unit.id] if one.state != "offered"]
    context: dict[str, Any] = {
        "section": "home", "now": clock.now(), "unit": unit, "centre": centre, "standing": standing,
        "board": dashboards.board(scope, unit.id, standing.content) if standing else None,
        "waiting": _waiting(scope, unit), "modules": modules, "on": sum(one.on for one in modules), "ready": sum(one.ready for one in modules),
        "sources": centre_pages.sources_of(scope, unit.id)[:8], "opened": opened,
        "may_manage": scope.allows("centres.open", unit.id), "visiting": bool(request.GET.get("unit")) or opened is not None,
        "topics": f"unit:{unit.code},sources",
    }  # fmt: skip
    return render(request, "console/centre_home.html", context)


@require_POST
@sensitive_post_parameters()
def open_centre(request: HttpRequest, unit: str) -> HttpResponse:
    """Open a commune's centre: the answer is its first live screen."""
    outcome = centre_pages.opened_from_form(request, unit)
    if isinstance(outcome, HttpResponse):
        return outcome
    centre = centres.open_centre_of(outcome.unit.id)
    if centre is None:
        raise NotFound(_("Trung tâm của đơn vị chưa mở."))
    answer = centre_home(request, outcome.unit, centre, outcome)
    answer["Cache-Control"] = "no-store"
    return answer


def _home_dashboard(scope: Scope, unit: organisations.UnitRef) -> packs.Effective | None:
    """The home that the unit chose, as it holds there; None where there is none or it holds no longer."""
    chosen = dashboards.home_dashboard(unit.id)
    if chosen is None:
        return None
    try:
        return packs.effective_one(scope, chosen, unit.id)
    except NotFound:
        return None


def _waiting(scope: Scope, unit: organisations.UnitRef) -> list[Waiting]:
    """Versions to accept, devices to take, reminders to answer; nothing that the unit cannot decide."""
    units = organisations.subtree_ids(unit.id)
    found: list[Waiting] = []
    pending = [one for one in packs.effective(scope, unit.id) if one.pending]
    if pending:
        words = ngettext("mẫu có phiên bản mới", "mẫu có phiên bản mới", len(pending))
        names = ", ".join(one.template.name for one in pending[:3])
        found.append(Waiting(len(pending), words, names, f"{reverse('console:templates')}?unit={unit.code}"))
    proposed = sources.open_proposals(scope, units=units)
    if proposed:
        words = ngettext("thiết bị mới chờ duyệt", "thiết bị mới chờ duyệt", len(proposed))
        found.append(
            Waiting(len(proposed), words, _("Số liệu của chúng đang được giữ lại."), reverse("console:proposals"))
        )
    reminders = sources.unread_reminders(scope, units)
    if reminders:
        words = ngettext("lời nhắc về nguồn dữ liệu", "lời nhắc về nguồn dữ liệu", len(reminders))
        address = reverse("console:source", args=[reminders[0].source_code])
        found.append(Waiting(len(reminders), words, reminders[0].source_name, address))
    return found
