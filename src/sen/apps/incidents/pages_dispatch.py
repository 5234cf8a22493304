"""For those who were called, on a phone: what, where, who asks, and one button for what comes next."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sen.apps.access.interface import Scope
from sen.apps.incidents import attachments, details, dispatches, listing, nearby
from sen.apps.incidents.pages_parts import scope_of
from sen.apps.incidents.values import DispatchNow, IncidentDetail
from sen.apps.organisations import interface as organisations
from sen.kernel.errors import NotFound, SenError

NEXT = {"sent": "acknowledge", "acknowledged": "arrive", "arrived": "finish"}


@require_GET
def dispatches_page(request: HttpRequest) -> HttpResponse:
    """Orders to the caller's units or person: those that wait first."""
    scope = scope_of(request)
    rows = listing.my_dispatches(scope, open_only=request.GET.get("all") != "1")
    waiting = sorted(rows, key=lambda one: (one.dispatch.state != "sent", one.dispatch.ack_due_at))
    context = {"section": "incidents", "rows": waiting, "all": request.GET.get("all") == "1"}
    return render(request, "incidents/dispatches.html", context)


@require_GET
def dispatch_page(request: HttpRequest, dispatch: UUID) -> HttpResponse:
    """One order."""
    scope = scope_of(request)
    return render(request, "incidents/dispatch.html", _context(scope, dispatch))


def _context(scope: Scope, dispatch_id: UUID) -> dict[str, Any]:
    row = dispatches.dispatch_for(scope, dispatch_id)
    detail = details.detail(scope, row.incident.number)
    found = _of(detail, dispatch_id)
    return {
        "section": "incidents", "detail": detail, "incident": detail.summary, "dispatch": found, "next": NEXT.get(found.state, ""),
        "bounds": nearby.bounds_of(detail.summary.territory.id if detail.summary.territory else organisations.province().id),
        "files": [one for one in detail.attachments if one.withdrawn_at is None],
    }  # fmt: skip


def _of(detail: IncidentDetail, dispatch_id: UUID) -> DispatchNow:
    found = next((one for one in detail.dispatches if one.id == dispatch_id), None)
    if found is None:
        raise NotFound(_("Không tìm thấy lệnh điều động."))
    return found


@require_POST
def dispatch_action(request: HttpRequest, dispatch: UUID, action: str) -> HttpResponse:
    """Received, arrived, done with a result and a picture; the page again."""
    scope = scope_of(request)
    try:
        if action == "acknowledge":
            dispatches.acknowledge(scope=scope, dispatch_id=dispatch)
            said = _("Đã báo: đã nhận lệnh.")
        elif action == "arrive":
            dispatches.arrive(scope=scope, dispatch_id=dispatch)
            said = _("Đã báo: đã đến nơi.")
        elif action == "finish":
            _finish(request, scope, dispatch)
            said = _("Đã báo: đã xong.")
        else:
            raise NotFound(_("Không có thao tác này."))
    except SenError as error:
        if error.status not in (409, 422):
            raise
        return render(request, "incidents/dispatch.html", _context(scope, dispatch) | {"problem": error}, status=422)
    messages.success(request, said)
    return HttpResponseRedirect(reverse("console:dispatch", args=[dispatch]))


def _finish(request: HttpRequest, scope: Scope, dispatch_id: UUID) -> None:
    """The picture first: where it is refused, nothing is reported as done yet."""
    row = dispatches.dispatch_for(scope, dispatch_id)
    photo = request.FILES.get("photo")
    if photo is not None:
        attachments.attach(
            scope=scope, number=row.incident.number, content=photo.read(), name=photo.name or "anh.jpg",
            media_type=photo.content_type or "", note=_("Kết quả của {to}").format(to=dispatches.name_of(row)),
        )  # fmt: skip
    dispatches.finish(scope=scope, dispatch_id=dispatch_id, result=request.POST.get("result", ""))
