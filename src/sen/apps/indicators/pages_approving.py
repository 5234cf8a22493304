"""Approving several waiting sheets at once from their list, and taking that back."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from sen.apps.access.interface import Scope, require
from sen.apps.indicators import policies
from sen.apps.indicators.sheets import approving, listing
from sen.apps.indicators.sheets.listing import SheetFilter
from sen.apps.organisations import interface as organisations
from sen.kernel.errors import SenError
from sen.kernel.scopes import scope_of

KEY = "sheet-approval"
"""Where the session keeps what became of the sheets until the list has shown it."""


@require_POST
def approve_many(request: HttpRequest) -> HttpResponse:
    """Approve the ticked sheets, or all of the filter; back to the list, which says what became of each."""
    scope = require(scope_of(request), policies.VIEW)
    try:
        done = approving.approve_many(
            scope=scope, sheets=_asked(scope, request), words=request.POST.get("words", "")[:1000]
        )
    except SenError as error:
        if error.status not in (409, 422):
            raise
        messages.error(request, f"{error.message} {error.action}".strip())
        return _back(request)
    request.session[KEY] = _told(done)
    return _back(request)


def _asked(scope: Scope, request: HttpRequest) -> dict[UUID, int | None]:
    """The sheets that were ticked (`<id>:<revision>`), or with `all` those of the filter that the caller may approve."""
    if request.POST.get("all") == "1":
        code = request.POST.get("unit", "")
        wanted = SheetFilter(
            turn="approve", unit_id=organisations.unit(code).id if code else None, sheet=request.POST.get("of", "")[:64]
        )
        rows, _more = listing.listed(scope, wanted, limit=approving.MOST)
        return {row.id: row.revision for row in rows if row.may_approve and row.submitted_by != scope.username}
    found: dict[UUID, int | None] = {}
    for given in request.POST.getlist("sheet")[: approving.MOST + 1]:
        key, _colon, revision = given.partition(":")
        try:
            found[UUID(key)] = int(revision) if revision.isdigit() else None
        except ValueError:
            continue
    return found


def _told(done: approving.Approved) -> dict[str, Any]:
    """What the list shows of it once."""
    approved = [one for one in done.sheets if not one.why]
    return {
        "undo": str(done.id) if done.id else "",
        "approved": [{"id": str(one.id), "name": one.name, "figures": one.figures} for one in approved],
        "refused": [{"id": str(one.id), "name": one.name, "why": one.why} for one in done.sheets if one.why],
    }


@require_POST
def undo(request: HttpRequest, approval: UUID) -> HttpResponse:
    """Take one go back; back to the list."""
    try:
        back = approving.undo(scope=require(scope_of(request), policies.VIEW), approval_id=approval)
    except SenError as error:
        if error.status != 409:
            raise
        messages.error(request, f"{error.message} {error.action}".strip())
        return _back(request)
    words = ngettext(
        "Đã hoàn tác: {n} phiếu chờ duyệt lại.", "Đã hoàn tác: {n} phiếu chờ duyệt lại.", len(back)
    ).format(n=len(back))
    messages.success(request, words)
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    kept = {"turn": "approve", "unit": request.POST.get("unit", ""), "sheet": request.POST.get("of", "")}
    return redirect(f"{reverse('console:sheets')}?{urlencode({key: value for key, value in kept.items() if value})}")
