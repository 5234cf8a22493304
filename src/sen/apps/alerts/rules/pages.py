"""Rules on the screen: those of a unit by theme, one rule as a sentence, and switching it on and off there."""

from __future__ import annotations

import json
from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sen.apps.alerts.rules import policies, presented, queries, services, testing
from sen.apps.alerts.rules.rest import owner_of
from sen.apps.organisations import interface as organisations
from sen.apps.organisations.interface import UnitRef
from sen.apps.packs import interface as packs
from sen.kernel.errors import NotFound, SenError
from sen.kernel.scopes import Scope
from sen.kernel.text import folded

STATES = ("on", "above", "waiting", "off", "offered", "draft")


def scope_of(request: HttpRequest) -> Scope:
    """The caller; pages are served to signed-in people only."""
    scope: Scope = request.scope_of_user  # type: ignore[attr-defined]
    return scope


def unit_in_view(request: HttpRequest) -> UnitRef:
    """The unit of `?unit=`, else the caller's first unit, else the province. NotFound for a unit that the caller does not see."""
    scope, code = scope_of(request), request.GET.get("unit", "")
    if not code:
        own = organisations.memberships(scope.user_id) if scope.user_id else []
        return own[0].unit if own else organisations.province()
    unit = organisations.unit(code)
    if not scope.sees(unit.id):
        raise NotFound("Không tìm thấy đơn vị.", action="Kiểm tra lại mã đơn vị.")
    return unit


@require_GET
def rules_page(request: HttpRequest) -> HttpResponse:
    """All rules of a unit, by theme."""
    scope, unit = scope_of(request), unit_in_view(request)
    every = queries.rules_of(scope, unit)
    rows = [row for row in every if _fits(row, request.GET.get("q", ""), request.GET.get("state", ""))]
    themes = [(theme, list(several)) for theme, several in groupby(rows, key=lambda row: row.theme)]
    context = {
        "section": "alerts", "unit": unit, "themes": themes, "all": len(every), "chosen": request.GET,
        "counts": [(state, presented.state_words(state), sum(row.state == state for row in every)) for state in STATES],
        "fired": sum(row.fired.count for row in every), "false_alarms": sum(row.fired.false_alarms for row in every),
        "may_write": scope.allows(presented.CHANGE, unit.id),
    }  # fmt: skip
    return render(request, "alerts/rules/list.html", context)


def _fits(row: queries.RuleRow, q: str, state: str) -> bool:
    return (not state or row.state == state) and (
        not q or folded(q) in folded(f"{row.name} {row.template.code} {row.theme}")
    )


@require_GET
def rule_page(request: HttpRequest, template: UUID) -> HttpResponse:
    """One rule as it stands in a unit."""
    return render(request, "alerts/rules/rule.html", context_of(request, template))


def context_of(request: HttpRequest, template: UUID) -> dict[str, Any]:
    """What the page of a rule shows."""
    scope, unit = scope_of(request), unit_in_view(request)
    page = queries.rule_page(scope, template, unit)
    active = page.row.activation
    chosen = "role:duty_officer"
    if active is not None and (active.owner_role or active.owner_user_id):
        chosen = f"user:{active.owner_user_id}" if active.owner_user_id else f"role:{active.owner_role}"
    return {
        "section": "alerts", "unit": unit, "page": page, "row": page.row, "facts": presented.facts(page),
        "owners": queries.owners(scope, unit), "owner": chosen, "sentence": presented.read_aloud(page),
        "test": presented.test(page.test, page.row.rule, unit) if page.test else None, "days": testing.DAYS,
        "may_switch": scope.allows(policies.SWITCH, unit.id), "may_try": scope.allows(policies.TRY, unit.id),
        "may_edit": presented.may_edit(scope, page, unit), "may_inherit": scope.allows(presented.INHERIT, unit.id),
        "here": f"?unit={unit.code}", "reason_length": services.REASON_LENGTH,
    }  # fmt: skip


@require_POST
def rule_action(request: HttpRequest, template: UUID, action: str) -> HttpResponse:
    """Switch on, switch off, take over from the unit above, try on past data, stop trying; then the page again."""
    scope, unit = scope_of(request), unit_in_view(request)
    try:
        _do(request, scope, unit, template, action)
    except SenError as error:
        if error.status not in (409, 412, 422):
            raise
        context = context_of(request, template) | {"problem": error, "typed": request.POST}
        return render(request, "alerts/rules/rule.html", context, status=error.status)
    return HttpResponseRedirect(f"{reverse('console:rule', args=[template])}?unit={unit.code}")


def _do(request: HttpRequest, scope: Scope, unit: UnitRef, template: UUID, action: str) -> None:
    posted = request.POST
    revision = int(posted["revision"]) if posted.get("revision", "").isdigit() else None
    if action == "on":
        role, user_id = owner_of(posted.get("owner", ""))
        services.switch_on(
            scope=scope, unit_id=unit.id, template_id=template, owner_role=role, owner_user_id=user_id,
            untested_reason=posted.get("untested_reason", ""), revision=revision,
        )  # fmt: skip
        messages.success(request, _("Đã bật quy tắc. Từ lúc này số liệu mới được xét."))
    elif action == "off":
        services.switch_off(
            scope=scope, unit_id=unit.id, template_id=template, reason=posted.get("reason", ""), revision=revision
        )
        messages.success(request, _("Đã tắt quy tắc ở đơn vị này."))
    elif action == "inherit":
        packs.inherit(scope=scope, template_id=template, unit_id=unit.id)
        messages.success(request, _("Đã nhận quy tắc. Có thể chỉnh các mục được mở rồi bật."))
    elif action == "try":
        page = queries.rule_page(scope, template, unit)
        testing.ask(
            scope=scope, unit_id=unit.id, content=presented.content_to_try(page), template_id=template,
            version=page.row.version if page.row.effective and not page.row.drafted else None,
            days=int(posted["days"]) if posted.get("days", "").isdigit() else testing.DAYS,
        )  # fmt: skip
    elif action == "stop":
        testing.cancel(scope=scope, test_id=UUID(posted.get("test", "")))
    else:
        raise NotFound(_("Không có thao tác này."))


@require_GET
def rule_test(request: HttpRequest, template: UUID) -> HttpResponse:
    """The newest test of a rule: how far it is, or what it found. Asked for again while it runs."""
    context = context_of(request, template)
    answer = render(request, "alerts/rules/test.html", context)
    shown = context["test"]
    if shown is not None and not shown.runs:
        answer["HX-Trigger"] = json.dumps({"sen:rule-tried": {}})
    return answer
