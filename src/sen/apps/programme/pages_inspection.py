"""Pages of inspections: the list, one inspection with its checklist and findings, its report in Word."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sen.apps.access.interface import Scope, require
from sen.apps.directives import interface as directives
from sen.apps.organisations import interface as organisations
from sen.apps.programme import asked, inspecting, papers_out, policies, seeing
from sen.apps.programme.choices import FindingSeverity, InspectionState, Outcome
from sen.apps.programme.models import Inspection
from sen.apps.programme.pages_programme import WORD
from sen.kernel.errors import InvalidInput, NotFound, SenError
from sen.kernel.scopes import scope_of


@require_GET
def inspections_page(request: HttpRequest) -> HttpResponse:
    """Inspections, the newest first, with how many findings and whether their tasks are done."""
    scope = require(scope_of(request), policies.VIEW)
    found = list(seeing.inspections(scope).prefetch_related("findings")[:100])
    own = asked.own_units(scope)
    context = {
        "section": "figures", "tab": "inspections", "inspections": found, "may_make": scope.allows(policies.KEEP), "own": own,
        "units": asked.units(), "forms": inspecting.forms_of(own[0].id) if own else {},
    }  # fmt: skip
    return render(request, "programme/inspections.html", context)


@require_POST
def inspection_new(request: HttpRequest) -> HttpResponse:
    """Plan an inspection, then its page."""
    scope = require(scope_of(request), policies.KEEP)
    posted = request.POST
    try:
        first, last = (
            asked.day(posted.get("starts_on", ""), "starts_on"),
            asked.day(posted.get("ends_on", ""), "ends_on"),
        )
        if first is None:
            raise InvalidInput(
                _("Chưa chọn ngày."), action=_("Chọn ngày bắt đầu."), fields={"starts_on": _("Chọn ngày.")}
            )
        made = inspecting.create(
            scope=scope, unit_id=asked.own_unit(scope, posted.get("unit", "")), inspected=organisations.unit(posted.get("inspected", "")).id,
            title=posted.get("title", ""), starts_on=first, ends_on=last or first, checklist=posted.get("checklist", "")[:60_000].splitlines(),
            form=posted.get("form", ""), decision=posted.get("decision", ""), team=posted.get("team", ""), item=posted.get("item", ""),
        )  # fmt: skip
    except SenError as error:
        asked.told(request, error)
        return HttpResponseRedirect(reverse("console:inspections"))
    return HttpResponseRedirect(reverse("console:inspection", args=[made.number]))


@require_GET
def inspection_page(request: HttpRequest, number: str) -> HttpResponse:
    """One inspection."""
    scope = require(scope_of(request), policies.VIEW)
    found = seeing.inspection_for(scope, number)
    context = {
        "section": "figures", "tab": "inspections", "inspection": found, "lines": list(found.lines.all()), "findings": list(found.findings.all()),
        "tasks": directives.of_origin(scope, inspecting.ORIGIN, found.number), "may_keep": scope.allows(policies.KEEP, found.unit_id),
        "outcomes": Outcome.choices, "severities": FindingSeverity.choices, "open": found.state not in inspecting.OVER,
        "concluded": found.state == InspectionState.CONCLUDED,
    }  # fmt: skip
    return render(request, "programme/inspection.html", context)


@require_GET
def inspection_word(request: HttpRequest, number: str) -> HttpResponse:
    """The result as an official report in Word."""
    scope = require(scope_of(request), policies.VIEW)
    found = seeing.inspection_for(scope, number)
    answer = HttpResponse(papers_out.inspection(found), content_type=WORD)
    answer["Content-Disposition"] = f'attachment; filename="{found.number}.docx"'
    return answer


@require_POST
def inspection_action(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """look, find, drop, conclude, cancel; back to the inspection with what was done."""
    scope = require(scope_of(request), policies.VIEW)
    found = seeing.inspection_for(scope, number)
    require(scope, policies.KEEP, found.unit_id)
    if action not in _ACTIONS:
        raise NotFound(_("Không có thao tác này."))
    try:
        messages.success(request, _ACTIONS[action](scope, found, request))
    except SenError as error:
        asked.told(request, error)
    return HttpResponseRedirect(reverse("console:inspection", args=[number]))


def _look(scope: Scope, found: Inspection, request: HttpRequest) -> str:
    seen = {
        line.position: (request.POST.get(f"outcome-{line.position}", ""), request.POST.get(f"note-{line.position}", ""))
        for line in found.lines.all()
    }
    inspecting.look(scope=scope, number=found.number, seen=seen)
    return _("Đã lưu kết quả kiểm tra.")


def _find(scope: Scope, found: Inspection, request: HttpRequest) -> str:
    posted = request.POST
    inspecting.find(
        scope=scope, number=found.number, severity=posted.get("severity", ""), words=posted.get("words", ""), basis=posted.get("basis", ""),
        remedy=posted.get("remedy", ""), due=asked.day(posted.get("due", "")),
    )  # fmt: skip
    return _("Đã ghi phát hiện.")


def _drop(scope: Scope, found: Inspection, request: HttpRequest) -> str:
    try:
        finding = UUID(request.POST.get("finding", ""))
    except ValueError as error:
        raise NotFound(_("Không tìm thấy phát hiện này.")) from error
    inspecting.drop_finding(scope=scope, number=found.number, finding_id=finding)
    return _("Đã bỏ phát hiện.")


def _conclude(scope: Scope, found: Inspection, request: HttpRequest) -> str:
    tasks = inspecting.conclude(
        scope=scope, number=found.number, conclusion=request.POST.get("conclusion", ""),
        revision=asked.whole(request.POST.get("revision", ""), "revision"),
    )  # fmt: skip
    if not tasks:
        return _("Đã kết luận; không có việc phải khắc phục.")
    return _("Đã kết luận; đã giao {tasks}.").format(tasks=", ".join(tasks[:5]))


def _cancel(scope: Scope, found: Inspection, request: HttpRequest) -> str:
    inspecting.cancel(scope=scope, number=found.number, reason=request.POST.get("reason", ""))
    return _("Đã hủy cuộc kiểm tra.")


_ACTIONS: dict[str, Callable[[Scope, Inspection, HttpRequest], str]] = {
    "look": _look, "find": _find, "drop": _drop, "conclude": _conclude, "cancel": _cancel,
}  # fmt: skip
