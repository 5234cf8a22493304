"""The first page of shifts: who is on duty, the roster as a grid, what is wrong with it; and what people do with their own shift."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sen.apps.access.interface import Role
from sen.apps.shifts import attendance, on_duty, policies, roster_view
from sen.apps.shifts.choosing import period_of, scope_of, unit_of
from sen.apps.shifts.handover import queries as handover
from sen.apps.shifts.models import Post
from sen.kernel import clock
from sen.kernel.errors import NotFound, SenError


@require_GET
def roster_page(request: HttpRequest) -> HttpResponse:
    """The roster of a unit, a week or four weeks of it."""
    return render_roster(request)


def render_roster(request: HttpRequest, status: int = 200, **extra: Any) -> HttpResponse:
    """The roster page, also for forms that come back with their mistakes."""
    scope, unit, period = scope_of(request), unit_of(request), period_of(request)
    grid = roster_view.grid(scope, unit.id, period["first"], period["days"])
    may_edit = scope.allows(policies.EDIT, unit.id)
    context = {
        "section": "alerts", "unit": unit, "grid": grid, "now": clock.now(), "shift": on_duty.current(scope, unit.id),
        "may_edit": may_edit, "may_work": scope.allows(policies.WORK, unit.id), "people": roster_view.people_for(unit.id),
        "edits": roster_view.edits(unit.id) if may_edit else [], "swaps": roster_view.swaps_of(unit.id),
        "posts": roster_view.posts_of(unit.id), "kinds": Post.Kind.choices, "patterns": Post.Pattern.choices,
        "roles": [role.value for role in Role], "open_handover": handover.open_of(unit.id), "me": scope.user_id, **period,
    }  # fmt: skip
    return render(request, "shifts/roster.html", context | extra, status=status)


@require_POST
def own_action(request: HttpRequest, action: str) -> HttpResponse:
    """sign-in, sign-out, mute, unmute: what a person does with their own shift; back to where they came from."""
    scope, posted = scope_of(request), request.POST
    try:
        if action == "sign-in":
            taken = attendance.sign_in(scope=scope)
            messages.success(
                request, _("Đã nhận ca: {posts}.").format(posts=", ".join(duty.post.name for duty in taken))
            )
        elif action == "sign-out":
            attendance.sign_out(scope=scope)
            messages.success(request, _("Đã rời ca."))
        elif action == "mute":
            minutes = int(text) if (text := posted.get("minutes", "")).isdigit() else 30
            made = attendance.mute(scope=scope, minutes=minutes, reason=posted.get("reason", ""))
            messages.success(
                request,
                _("Đã tắt tiếng tới {time}; việc này được ghi nhật ký.").format(
                    time=f"{clock.local(made.until):%H:%M}"
                ),
            )
        elif action == "unmute":
            attendance.unmute(scope=scope)
            messages.success(request, _("Đã bật tiếng."))
        else:
            raise NotFound(_("Không có thao tác này."))
    except SenError as error:
        refuse(request, error)
    return HttpResponseRedirect(back_to(request, reverse("console:shifts")))


def refuse(request: HttpRequest, error: SenError) -> None:
    """Show a refusal that the person can do something about as a message; others are raised again."""
    if error.status not in (409, 422):
        raise error
    messages.error(request, f"{error.message} {error.action}".strip())


def back_to(request: HttpRequest, otherwise: str) -> str:
    """The address that a form says it came from, where it is one of ours."""
    address = request.POST.get("back", "")
    return (
        address
        if url_has_allowed_host_and_scheme(address, allowed_hosts=None) and address.startswith("/")
        else otherwise
    )


__all__ = ["back_to", "own_action", "refuse", "render_roster", "roster_page"]
