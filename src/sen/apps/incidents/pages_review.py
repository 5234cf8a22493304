"""The closing review: what the clocks say, what people write, and the lessons that follow."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from sen.apps.access.interface import Scope
from sen.apps.incidents import details, lessons, reviewing
from sen.apps.incidents.choices import Cause, LessonState
from sen.apps.incidents.pages_parts import scope_of
from sen.apps.organisations import interface as organisations
from sen.kernel.errors import InvalidInput, NotFound, SenError

TEXTS = ("what_happened", "cause_words", "went_well", "to_improve")


def delay_words(code: str) -> str:
    """A stretch between two clocks, as people call it."""
    return {
        "detect_to_acknowledge": _("Từ phát hiện đến xác nhận cảnh báo"), "detect_to_open": _("Từ phát hiện đến mở sự cố"),
        "open_to_dispatch": _("Từ mở sự cố đến điều động đầu tiên"), "dispatch_to_answer": _("Từ điều động đến nơi đầu tiên nhận lệnh"),
        "open_to_contain": _("Từ mở sự cố đến khống chế"), "open_to_close": _("Từ mở đến đóng sự cố"),
    }.get(code, code.replace("_", " "))  # fmt: skip


@require_http_methods(["GET", "POST"])
def review_page(request: HttpRequest, number: str) -> HttpResponse:
    """The review; saving stays here, finishing keeps the figures as they are."""
    scope = scope_of(request)
    if request.method == "GET":
        return render(request, "incidents/review.html", _context(scope, number))
    text = request.POST.get("revision", "")
    revision = int(text) if text.isdigit() else None
    changes: dict[str, Any] = {name: request.POST.get(name, "") for name in TEXTS}
    changes["causes"] = request.POST.getlist("causes")
    try:
        made = reviewing.save_review(scope=scope, number=number, changes=changes, revision=revision)
        if request.POST.get("then") == "finish":
            reviewing.finish_review(scope=scope, number=number, revision=made.revision)
    except SenError as error:
        if error.status not in (409, 412, 422):
            raise
        context = _context(scope, number) | {"problem": error, "errors": error.fields, "typed": changes}
        return render(request, "incidents/review.html", context, status=422)
    messages.success(
        request, _("Đã hoàn thành đánh giá.") if request.POST.get("then") == "finish" else _("Đã lưu đánh giá.")
    )
    return HttpResponseRedirect(reverse("console:incident-review", args=[number]))


def _context(scope: Scope, number: str) -> dict[str, Any]:
    detail = details.detail(scope, number)
    review = detail.review
    if review is None:
        raise NotFound(_("Sự cố này chưa có đánh giá."), action=_("Đóng sự cố trước; đánh giá bắt đầu khi đóng."))
    typed = {name: getattr(review, name) for name in TEXTS} | {"causes": list(review.causes)}
    return {
        "section": "incidents", "detail": detail, "incident": detail.summary, "review": review, "typed": typed, "causes": Cause.choices,
        "delays": [(delay_words(one.code), one) for one in review.figures.delays], "editable": review.done_at is None and detail.may.review,
        "may_lesson": detail.may.review, "units": [organisations.province(), *organisations.departments(), *organisations.communes()],
        "lesson_states": LessonState.choices, "late_steps": [one for one in review.figures.steps if one.late_by > 0],
    }  # fmt: skip


@require_POST
def lesson_new(request: HttpRequest, number: str) -> HttpResponse:
    """Write down a lesson: a task, or a change of the procedure that opens as its draft."""
    scope = scope_of(request)
    detail = details.detail(scope, number)
    owner, day, kind = request.POST.get("owner", ""), request.POST.get("due_on", ""), request.POST.get("kind", "task")
    try:
        lessons.add(
            scope=scope, number=number, words=request.POST.get("words", ""), kind=kind, due_on=_day(day),
            owner_unit_id=organisations.unit(owner).id if owner else None,
            template_id=detail.procedure_template if kind == "template" else None,
        )  # fmt: skip
    except SenError as error:
        if error.status not in (409, 412, 422):
            raise
        context = _context(scope, number) | {"lesson_problem": error, "lesson_typed": request.POST}
        return render(request, "incidents/review.html", context, status=422)
    messages.success(request, _("Đã ghi bài học; đơn vị được báo."))
    return HttpResponseRedirect(reverse("console:incident-review", args=[number]) + "#lessons")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise InvalidInput(_("Ngày không đọc được."), fields={"due_on": _("Chọn một ngày.")}) from error


@require_POST
def lesson_change(request: HttpRequest, lesson: UUID) -> HttpResponse:
    """Say how far a lesson is; the review again."""
    scope = scope_of(request)
    made = lessons.change(
        scope=scope, lesson_id=lesson, state=request.POST.get("state", ""), result=request.POST.get("result", "")
    )
    messages.success(request, _("Đã cập nhật bài học."))
    return HttpResponseRedirect(reverse("console:incident-review", args=[made.incident.number]) + "#lessons")
