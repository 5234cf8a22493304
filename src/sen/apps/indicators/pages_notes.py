"""Notes of leaders beside the history of a figure."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sen.apps.access.interface import require
from sen.apps.indicators import definitions, notes, policies
from sen.apps.organisations import interface as organisations
from sen.kernel.errors import InvalidInput, NotFound
from sen.kernel.scopes import scope_of


@require_POST
def note_action(request: HttpRequest, code: str, unit: str) -> HttpResponse:
    """Write a note, or with `remove` take the own one away."""
    scope = require(scope_of(request), policies.VIEW)
    definitions.definition(code)
    here = organisations.unit(unit)
    if not scope.sees(here.id):
        raise NotFound(_("Không tìm thấy đơn vị."))
    try:
        if gone := request.POST.get("remove", ""):
            notes.remove(scope=scope, note_id=gone, unit_id=here.id)
            messages.success(request, _("Đã gỡ ghi chú."))
        else:
            notes.write(
                scope=scope,
                code=code,
                unit_id=here.id,
                period=request.POST.get("period", ""),
                words=request.POST.get("words", ""),
            )
            messages.success(request, _("Đã lưu ghi chú."))
    except InvalidInput as error:
        messages.error(request, f"{error.message} {error.action}".strip())
    return redirect(reverse("console:figure-history", args=[code, unit]))
