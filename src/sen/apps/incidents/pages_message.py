"""Messages to the public: the form with its preview, and the way from draft to publication."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages as notes
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from sen.apps.access.interface import Scope
from sen.apps.incidents import details, messages
from sen.apps.incidents.choices import CapSeverity, Category, Certainty, ResponseType, Urgency
from sen.apps.incidents.pages_parts import scope_of
from sen.apps.incidents.values import PublicMessage
from sen.kernel import clock
from sen.kernel.errors import InvalidInput, NotFound, SenError

TEXTS = (
    "event", "event_en", "headline", "headline_en", "description", "description_en", "instruction", "instruction_en", "area", "area_en",
    "category", "response_type", "urgency", "severity", "certainty",
)  # fmt: skip


@require_POST
def message_new(request: HttpRequest, number: str) -> HttpResponse:
    """Begin a draft with what the incident says; its form opens. With `template` the words of that prepared message."""
    scope = scope_of(request)
    content = {"description": request.POST["words"]} if request.POST.get("words") else {}
    made = messages.draft(scope=scope, number=number, content=content)
    return HttpResponseRedirect(reverse("console:public-message", args=[made.pk]))


@require_http_methods(["GET", "POST"])
def message_page(request: HttpRequest, message: UUID) -> HttpResponse:
    """The form of a message beside how people will read it."""
    scope = scope_of(request)
    if request.method == "GET":
        return render(request, "incidents/message.html", _context(scope, message))
    try:
        messages.save(scope=scope, message_id=message, content=_content(request), revision=_revision(request))
    except SenError as error:
        if error.status not in (409, 412, 422):
            raise
        context = _context(scope, message) | {"problem": error, "errors": error.fields, "typed": request.POST}
        return render(request, "incidents/message.html", context, status=422)
    notes.success(request, _("Đã lưu bản thảo."))
    return HttpResponseRedirect(reverse("console:public-message", args=[message]))


@require_POST
def message_action(request: HttpRequest, message: UUID, action: str) -> HttpResponse:
    """Submit, approve, send back, publish, update, end or give up; the page again."""
    scope = scope_of(request)
    revision = _revision(request)
    target = message
    try:
        if action == "submit":
            messages.submit(scope=scope, message_id=message, revision=revision)
            said = _("Đã trình duyệt.")
        elif action == "approve":
            messages.approve(scope=scope, message_id=message, revision=revision)
            said = _("Đã duyệt.")
        elif action == "return":
            messages.send_back(
                scope=scope, message_id=message, reason=request.POST.get("reason", ""), revision=revision
            )
            said = _("Đã trả lại người soạn.")
        elif action == "publish":
            messages.publish(scope=scope, message_id=message, revision=revision)
            said = _("Đã phát tới người dân.")
        elif action in ("update", "cancel"):
            kind = "Update" if action == "update" else "Cancel"
            target = messages.follow(scope=scope, message_id=message, message_type=kind).pk
            said = _("Đã tạo bản thảo tiếp theo.")
        elif action == "withdraw":
            messages.withdraw(scope=scope, message_id=message)
            said = _("Đã bỏ bản thảo.")
        else:
            raise NotFound(_("Không có thao tác này."))
    except SenError as error:
        if error.status not in (409, 412, 422):
            raise
        return render(request, "incidents/message.html", _context(scope, message) | {"problem": error}, status=422)
    notes.success(request, said)
    return HttpResponseRedirect(reverse("console:public-message", args=[target]))


def _context(scope: Scope, message_id: UUID) -> dict[str, Any]:
    found = details.public_message(scope, message_id)
    detail = details.detail(scope, found.incident)
    return {
        "section": "incidents", "message": found, "detail": detail, "incident": detail.summary, "may": detail.may, "typed": _typed(found),
        "editable": found.state in ("draft", "submitted", "approved") and detail.may.draft_message,
        "choices": {
            "category": Category.choices, "response_type": ResponseType.choices, "urgency": Urgency.choices, "severity": CapSeverity.choices,
            "certainty": Certainty.choices,
        },
    }  # fmt: skip


def _typed(found: PublicMessage) -> dict[str, Any]:
    times = {"effective_at": found.effective_at, "expires_at": found.expires_at, "onset_at": found.onset_at}
    told = {name: f"{clock.local(at):%Y-%m-%dT%H:%M}" if at else "" for name, at in times.items()}
    return {name: getattr(found, name) for name in TEXTS} | told | {"revision": found.revision}


def _content(request: HttpRequest) -> dict[str, Any]:
    content: dict[str, Any] = {name: request.POST[name] for name in TEXTS if name in request.POST}
    for name in ("effective_at", "expires_at", "onset_at"):
        text = request.POST.get(name, "")
        if text:
            content[name] = _moment(name, text)
    return content


def _moment(name: str, text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=clock.VIETNAM)
    except ValueError as error:
        raise InvalidInput(_("Thời điểm không đọc được."), fields={name: _("Chọn ngày và giờ.")}) from error


def _revision(request: HttpRequest) -> int | None:
    text = request.POST.get("revision", "")
    return int(text) if text.isdigit() else None
