"""The moving part of the top bar: open alerts by severity, the shift of now, unread notifications. Fetched after each page.

Kept apart from the pages, so that none of them waits for it and one that fails leaves the others standing.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from sen.apps.access.interface import Scope
from sen.apps.alerts import interface as alerts
from sen.apps.notifications import interface as notifications
from sen.apps.shifts import interface as shifts

VIEW = "alerts.view"
ANSWER = "alerts.acknowledge"


@require_GET
def bar(request: HttpRequest) -> HttpResponse:
    """Counts, shift and bell of the caller; it sounds where an alert of the highest level waits for one who may answer."""
    scope: Scope = request.scope_of_user  # type: ignore[attr-defined]
    counts = alerts.counts(scope) if scope.allows(VIEW) else None
    shift = shifts.current(scope)
    levels = [(level, getattr(counts, level)) for level in ("serious", "warning", "notice")] if counts else []
    context: dict[str, Any] = {
        "counts": counts, "levels": levels, "shift": shift, "shift_who": _who(shift), "muted": shifts.muted(scope),
        "unread": notifications.unread(scope), "may_mute": scope.allows(ANSWER), "loud": bool(counts and counts.loud and scope.allows(ANSWER)),
    }  # fmt: skip
    return render(request, "console/bar.html", context)


def _who(shift: shifts.ShiftNow | None) -> str:
    """Who leads the shift, else the first at the desk."""
    if shift is None:
        return ""
    return shift.lead.name if shift.lead else next((one.name for one in shift.people), "")
