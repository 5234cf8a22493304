"""The drill button of a procedure: a real incident that is marked as a drill everywhere."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sen.apps.incidents.choices import Kind
from sen.apps.incidents.opening import Told, open_incident
from sen.apps.incidents.pages_parts import scope_of
from sen.apps.incidents.procedures import editing
from sen.apps.incidents.procedures.pages import unit_for
from sen.apps.organisations import interface as organisations
from sen.kernel.errors import InvalidInput


@require_POST
def procedure_drill(request: HttpRequest, template: UUID) -> HttpResponse:
    """Open a drill by the version that holds in the unit; its room."""
    scope = scope_of(request)
    unit = unit_for(scope, template, request.POST.get("unit", ""))
    held = editing.standing(scope, template, unit.id).held
    if held is None:
        raise InvalidInput(
            _("Quy trình chưa ban hành nên chưa diễn tập được."), action=_("Ban hành trước, hoặc bấm Chạy thử.")
        )
    sop = editing.read(held.content)
    ground = request.POST.get("territory", "")
    told = Told(
        kind=sop.hazard or Kind.OTHER,
        title=request.POST.get("title", "").strip() or sop.name,
        severity=request.POST.get("severity", "warning"),
        lead_unit_id=unit.id,
        territory_id=organisations.unit(ground).id if ground else None,
        place=request.POST.get("place", ""),
        procedure=held.template.code,
    )
    made = open_incident(scope=scope, told=told, drill=True)
    return HttpResponseRedirect(reverse("console:incident", args=[made.number]))
