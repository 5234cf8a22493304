"""Pages about procedures: the catalogue with its figures, and one procedure with how long it takes and where dossiers stay."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from sen.apps.access.interface import Scope
from sen.apps.indicators.interface import Period
from sen.apps.organisations.interface import UnitRef
from sen.apps.procedures import asked, figures, forecast_check, listing, one_procedure, policies, prediction, targets
from sen.apps.procedures.figures import Seen
from sen.apps.procedures.models import Procedure
from sen.kernel import clock

MOST_LINES = 10


@require_GET
def procedures_page(request: HttpRequest) -> HttpResponse:
    """The procedures with their statutory limit and how they were handled, of a unit or of all."""
    scope = asked.scope_of(request)
    here = asked.unit_of(scope, request.GET.get("unit", ""))
    period = asked.period_of(request.GET.get("period", ""))
    context = {
        "section": "figures", "unit": here, "period": period, "choices": asked.choices(period), "kinds": asked.kinds(period),
        "units": asked.units(scope), "lines": figures.procedures(scope, here.id if here else None, period), "whence": figures.origin(),
        "address": reverse("console:dossiers-procedures"),
    }  # fmt: skip
    return render(request, "procedures/procedures.html", context)


@require_GET
def procedure_page(request: HttpRequest, code: str) -> HttpResponse:
    """One procedure, of a unit or of all that the caller sees."""
    scope = asked.scope_of(request)
    here, period = asked.unit_of(scope, request.GET.get("unit", "")), asked.period_of(request.GET.get("period", ""))
    procedure, seen = one_procedure.procedure_of(scope, code, here.id if here else None)
    context = _about(scope, procedure, here, period) | _measured(procedure, seen, period)
    return render(request, "procedures/procedure.html", context)


def _about(scope: Scope, procedure: Procedure, here: UnitRef | None, period: Period) -> dict[str, Any]:
    """What the pieces shared with the pages of units need."""
    unit_id, listed = here.id if here else None, scope.allows(policies.LIST)
    found, target = figures.overview(scope, unit_id, period, procedure.pk), targets.target_on(period.last_day)
    return {
        "section": "figures", "procedure": procedure, "unit": here, "period": period, "choices": asked.choices(period),
        "kinds": asked.kinds(period), "units": asked.units(scope), "address": reverse("console:dossiers-procedure", args=[procedure.code]),
        "found": found, "target": target, "below": found.on_time_rate is not None and found.on_time_rate < target.percent, "listed": listed,
        "waiting": listing.longest_waiting(scope, unit_id, MOST_LINES, procedure=procedure.pk) if listed else [],
        "risks": prediction.will_be_late(scope, unit_id, MOST_LINES, procedure=procedure.pk) if listed else [],
        "check": forecast_check.newest(), "now": clock.now(),
    }  # fmt: skip


def _measured(procedure: Procedure, seen: Seen, period: Period) -> dict[str, Any]:
    """What only the page of a procedure has."""
    periods = one_procedure.by_period(procedure, seen, period)
    legs, states, roles = one_procedure.stays(procedure, seen, period)
    before, span = one_procedure.same_days_before(period)
    return {
        "periods": periods[::-1], "trend": [one.on_time_rate for one in periods],
        "most": max((max(one.received, one.resolved) for one in periods), default=0),
        "by_units": one_procedure.by_unit(procedure, seen, period), "took": one_procedure.how_long(procedure, seen, figures.span_of(period)),
        "legs": legs, "states": states, "roles": roles, "open_now": one_procedure.open_now(procedure, seen),
        "changes": one_procedure.changes(procedure, seen, period), "before": before, "before_until": clock.local(clock.from_ms(span.at)).date(),
    }  # fmt: skip
