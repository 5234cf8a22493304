"""One task and what is done with it; one directive with its text and all its tasks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sen.apps.access.interface import Scope, require
from sen.apps.directives import (
    arranging,
    assigning,
    chasing,
    details,
    extending,
    highlights,
    interface,
    policies,
    received,
    seeing,
    working,
)
from sen.apps.directives.asked import must_be_day
from sen.apps.directives.choices import Workflow
from sen.apps.directives.values import NewTask, TaskDetail
from sen.apps.organisations import interface as organisations
from sen.kernel.errors import NotFound, SenError
from sen.kernel.scopes import scope_of

Posted = Mapping[str, str]
Do = Callable[[Scope, str, Posted, HttpRequest], str]


def _scope(request: HttpRequest) -> Scope:
    return require(scope_of(request), policies.VIEW)


@require_GET
def task_page(request: HttpRequest, number: str) -> HttpResponse:
    """The task: what, whose, until when, from which words; its history, progress, parts, and what may be done."""
    return _drawn(request, number)


def _drawn(
    request: HttpRequest, number: str, problem: SenError | None = None, at: str = "", status: int = 200
) -> HttpResponse:
    scope = _scope(request)
    found = details.detail(scope, number)
    context = {
        "section": "figures", "detail": found, "task": found.line, "may": found.may, "problem": problem, "problem_at": at,
        "posted": request.POST, "units": [*organisations.departments(), *organisations.communes()],
        "below": _below(found) if found.may.divide else [], "document": received.line_of(scope, found.line.directive.document_id),
    }  # fmt: skip
    template = "directives/task_body.html" if request.GET.get("part") == "task" else "directives/task.html"
    return render(request, template, context, status=status)


def _below(found: TaskDetail) -> list[organisations.UnitRef]:
    """The units to which parts can be given: the lead itself, those below, those that cooperate."""
    ids = organisations.standing_ids(found.line.lead.id) | {one.id for one in found.line.cooperating}
    return sorted(organisations.units_by_id(ids).values(), key=lambda one: (one.id != found.line.lead.id, one.code))


@require_POST
def task_action(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """Do something with a task; back to its page, which says what happened or what was wrong with it."""
    scope = _scope(request)
    if action not in _ACTIONS:
        raise NotFound(_("Không có thao tác này."))
    try:
        said = _ACTIONS[action](scope, number, request.POST, request)
    except SenError as error:
        if error.status not in (409, 422):
            raise
        return _drawn(request, number, error, action, error.status)
    messages.success(request, said)
    return HttpResponseRedirect(reverse("console:task", args=[number]))


def _revision(posted: Posted) -> int | None:
    text = posted.get("revision", "")
    return int(text) if text.isdigit() else None


def _accept(scope: Scope, number: str, posted: Posted, request: HttpRequest) -> str:
    working.accept(scope=scope, number=number, revision=_revision(posted))
    return _("Đã tiếp nhận nhiệm vụ.")


def _refuse(scope: Scope, number: str, posted: Posted, request: HttpRequest) -> str:
    working.refuse(scope=scope, number=number, reason=posted.get("reason", ""), revision=_revision(posted))
    return _("Đã từ chối, đơn vị giao nhận được lý do.")


def _progress(scope: Scope, number: str, posted: Posted, request: HttpRequest) -> str:
    attached = [(one.name or "tep", one.read()) for one in request.FILES.getlist("files")]
    done = posted.get("done") == "1"
    percent = posted.get("percent", "")
    working.report(
        scope=scope, number=number, percent=int(percent) if percent.isdigit() else -1, words=posted.get("words", ""), attached=attached,
        done=done, revision=_revision(posted),
    )  # fmt: skip
    return _("Đã báo cáo hoàn thành, chờ đơn vị giao duyệt.") if done else _("Đã ghi tiến độ.")


def _approve(scope: Scope, number: str, posted: Posted, request: HttpRequest) -> str:
    working.approve(scope=scope, number=number, words=posted.get("words", ""), revision=_revision(posted))
    return _("Đã duyệt hoàn thành.")


def _send_back(scope: Scope, number: str, posted: Posted, request: HttpRequest) -> str:
    working.send_back(scope=scope, number=number, reason=posted.get("reason", ""), revision=_revision(posted))
    return _("Đã trả lại, đơn vị nhận được lý do.")


def _extend(scope: Scope, number: str, posted: Posted, request: HttpRequest) -> str:
    to = must_be_day(posted.get("to", ""), "to")
    task = seeing.task_for(scope, number)
    give = extending.extend if scope.allows(policies.DECIDE, task.assigned_by_id) else extending.ask
    give(scope=scope, number=number, to=to, reason=posted.get("reason", ""), revision=_revision(posted))
    return _("Đã gia hạn.") if give is extending.extend else _("Đã gửi đề nghị gia hạn.")


def _transfer(scope: Scope, number: str, posted: Posted, request: HttpRequest) -> str:
    to = organisations.unit(posted.get("to", "")).id
    made = arranging.transfer(
        scope=scope, number=number, to=to, reason=posted.get("reason", ""), revision=_revision(posted)
    )
    return _("Đã chuyển, đơn vị mới tiếp nhận ở {number}.").format(number=made.number)


def _pause(scope: Scope, number: str, posted: Posted, request: HttpRequest) -> str:
    arranging.pause(scope=scope, number=number, reason=posted.get("reason", ""), revision=_revision(posted))
    return _("Đã tạm dừng.")


def _resume(scope: Scope, number: str, posted: Posted, request: HttpRequest) -> str:
    arranging.resume(scope=scope, number=number, revision=_revision(posted))
    return _("Nhiệm vụ tiếp tục.")


def _cancel(scope: Scope, number: str, posted: Posted, request: HttpRequest) -> str:
    arranging.cancel(scope=scope, number=number, reason=posted.get("reason", ""), revision=_revision(posted))
    return _("Đã hủy nhiệm vụ.")


def _remind(scope: Scope, number: str, posted: Posted, request: HttpRequest) -> str:
    chasing.remind(scope=scope, numbers=[number], words=posted.get("words", ""))
    return _("Đã đôn đốc đơn vị.")


def _divide(scope: Scope, number: str, posted: Posted, request: HttpRequest) -> str:
    part = NewTask(
        words=posted.get("words", ""), leads=(organisations.unit(posted.get("unit", "")).id,), deadline=must_be_day(posted.get("deadline", ""), "deadline")
    )  # fmt: skip
    [made] = arranging.divide(scope=scope, number=number, parts=[part], revision=_revision(posted))
    return _("Đã giao phần việc {number}.").format(number=made.number)


def _change(scope: Scope, number: str, posted: Posted, request: HttpRequest) -> str:
    codes = request.POST.getlist("cooperating")
    beside = [organisations.unit(code).id for code in codes if code]
    arranging.change(
        scope=scope, number=number, words=posted.get("words", ""), cooperating=beside, revision=_revision(posted)
    )
    return _("Đã sửa nội dung.")


def _note(scope: Scope, number: str, posted: Posted, request: HttpRequest) -> str:
    working.note(scope=scope, number=number, words=posted.get("words", ""))
    return _("Đã ghi vào lịch sử.")


_ACTIONS: dict[str, Do] = {
    "accept": _accept, "refuse": _refuse, "progress": _progress, "approve": _approve, "send_back": _send_back, "extend": _extend,
    "transfer": _transfer, "pause": _pause, "resume": _resume, "cancel": _cancel, "remind": _remind, "divide": _divide,
    "change": _change, "note": _note,
}  # fmt: skip


@require_POST
def extension_action(request: HttpRequest, number: str, extension: UUID, action: str) -> HttpResponse:
    """Grant, refuse or withdraw a wish for more time."""
    scope = _scope(request)
    task = seeing.task_for(scope, number)
    if action not in ("grant", "refuse", "withdraw") or not task.extensions.filter(pk=extension).exists():
        raise NotFound(_("Không có thao tác này."))
    try:
        if action == "withdraw":
            extending.withdraw(scope=scope, extension_id=extension)
            said = _("Đã rút đề nghị gia hạn.")
        else:
            to = must_be_day(request.POST["to"], "to") if action == "grant" and request.POST.get("to") else None
            extending.decide(
                scope=scope, extension_id=extension, grant=action == "grant", words=request.POST.get("words", ""), to=to
            )
            said = _("Đã gia hạn.") if action == "grant" else _("Đã trả lời không gia hạn.")
    except SenError as error:
        if error.status not in (409, 422):
            raise
        return _drawn(request, number, error, "decide", error.status)
    messages.success(request, said)
    return HttpResponseRedirect(reverse("console:task", args=[number]))


@require_GET
def directive_page(request: HttpRequest, directive: UUID) -> HttpResponse:
    """The text with the passages that became tasks, and how each of them stands."""
    scope = _scope(request)
    found = seeing.directive_for(scope, directive)
    tasks = interface.of_directive(scope, found.pk)
    places: dict[tuple[int, int], list[str]] = {}
    for one in seeing.visible(scope).filter(directive=found, evidence_start__isnull=False).order_by("number"):
        if one.evidence_start is not None and one.evidence_end is not None:
            places.setdefault((one.evidence_start, one.evidence_end), []).append(one.number)
    spans = [(span, None, " ".join(numbers)) for span, numbers in places.items()]
    fresh = all(one.workflow == Workflow.ASSIGNED and not one.percent for one in tasks)
    context: dict[str, Any] = {
        "section": "figures", "directive": found, "tasks": tasks, "text": highlights.marked(found.text, spans),
        "may_take_back": bool(tasks) and fresh and scope.allows(policies.ASSIGN, found.unit_id), "just_made": request.GET.get("made") == "1",
        "document": received.line_of(scope, found.document_id),
    }  # fmt: skip
    return render(request, "directives/directive.html", context)


@require_POST
def take_back(request: HttpRequest, directive: UUID) -> HttpResponse:
    """Undo a directive that nobody has begun."""
    scope = _scope(request)
    try:
        n = assigning.take_back(scope=scope, directive_id=directive)
    except SenError as error:
        if error.status != 409:
            raise
        messages.error(request, f"{error.message} {error.action}")
        return HttpResponseRedirect(reverse("console:directive", args=[directive]))
    messages.success(request, _("Đã thu hồi {n} nhiệm vụ.").format(n=n))
    return HttpResponseRedirect(reverse("console:tasks"))
