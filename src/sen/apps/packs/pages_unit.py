"""Which unit a page of templates is about: `?unit=`, else the caller's own; and what the caller may do there."""

from __future__ import annotations

import json
from collections.abc import Iterable
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from sen.apps.organisations import interface as organisations
from sen.apps.organisations.interface import UnitRef
from sen.apps.packs import interface
from sen.kernel.errors import NotFound
from sen.kernel.scopes import Scope


def scope_of(request: HttpRequest) -> Scope:
    """The caller; pages are served to signed-in people only."""
    scope: Scope = request.scope_of_user  # type: ignore[attr-defined]
    return scope


def unit_in_view(request: HttpRequest) -> UnitRef:
    """The unit of `?unit=`, else the caller's first unit, else the province. NotFound for a unit that the caller does not see."""
    scope = scope_of(request)
    code = request.GET.get("unit", "")
    if code:
        unit = organisations.unit(code)
        if not scope.sees(unit.id):
            raise NotFound("Không tìm thấy đơn vị.", action="Kiểm tra lại mã đơn vị.")
        return unit
    own = organisations.memberships(scope.user_id) if scope.user_id else []
    return own[0].unit if own else organisations.province()


def with_toast(answer: HttpResponse, words: str, undo: str = "") -> HttpResponse:
    """The answer with a message at the foot of the screen; `undo` is the address that takes the action back."""
    told = {"words": words, **({"undo": undo} if undo else {})}
    answer["HX-Trigger"] = json.dumps({"sen:toast": told})
    return answer


def last_change(scope: Scope, template_id: UUID, unit_id: UUID) -> UUID:
    """The newest decision of a unit about a template, so that it can be taken back."""
    return interface.changes(scope, template_id=template_id, unit_id=unit_id, limit=1)[0][0].id


def undo_address(changes: Iterable[UUID]) -> str:
    """Where to post to take decisions back, the last one first."""
    return f"{reverse('console:template-undo')}?change={','.join(str(one) for one in changes)}"
