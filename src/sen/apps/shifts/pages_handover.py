"""Pages of the hand-over (screen 19): the list, one that is written, ticked and signed, and what was promised."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sen.apps.organisations import interface as organisations
from sen.apps.shifts import policies, roster_view
from sen.apps.shifts.choosing import scope_of, unit_of
from sen.apps.shifts.handover import queries, services
from sen.apps.shifts.handover_models import Handover
from sen.apps.shifts.pages import refuse
from sen.kernel.errors import InvalidInput, NotFound, SenError

State = Handover.State


@require_GET
def handovers_page(request: HttpRequest) -> HttpResponse:
    """The hand-overs of a unit, and what its shifts promised."""
    scope, unit = scope_of(request), unit_of(request)
    context = {
        "section": "alerts", "unit": unit, "handovers": queries.handovers(scope, unit.id), "open": queries.open_of(unit.id),
        "promises": queries.promises(unit.id), "may_work": scope.allows(policies.WORK, unit.id),
    }  # fmt: skip
    return render(request, "shifts/handovers.html", context)


@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Begin to hand over the caller's shift, or open the one that is being written."""
    unit = unit_of(request)
    made = services.begin(scope=scope_of(request), unit_id=unit.id)
    return HttpResponseRedirect(reverse("console:handover", args=[made.pk]))


@require_GET
def handover_page(request: HttpRequest, handover: UUID) -> HttpResponse:
    """One hand-over as its reader may act on it."""
    return _page(request, handover)


def _page(request: HttpRequest, handover: UUID, status: int = 200, **extra: Any) -> HttpResponse:
    scope = scope_of(request)
    held = queries.handover_for(scope, handover)
    parts = queries.parts(held)
    lines = [line for _code, _title, rows in parts for line in rows]
    context = {
        "section": "alerts", "held": held, "unit": organisations.unit_by_id(held.unit_id), "parts": parts,
        "people": [one for one in roster_view.people_for(held.unit_id) if one[0] != held.outgoing_id],
        "writing": held.state == State.DRAFT and held.outgoing_id == scope.user_id,
        "answering": held.state == State.GIVEN and held.outgoing_id == scope.user_id,
        "receiving": held.state == State.GIVEN and held.incoming_id == scope.user_id,
        "ticked": sum(line.received_at is not None for line in lines), "all": len(lines),
        "may_work": scope.allows(policies.WORK, held.unit_id),
    }  # fmt: skip
    return render(request, "shifts/handover.html", context | extra, status=status)


@require_POST
def handover_action(request: HttpRequest, handover: UUID, action: str) -> HttpResponse:
    """fill, note, give, take-back, receive, ask, take, cancel; a refused signature comes back with what was written."""
    scope, posted = scope_of(request), request.POST
    queries.handover_for(scope, handover)
    try:
        if action == "fill":
            services.fill(scope=scope, handover_id=handover)
        elif action == "note":
            services.note(scope=scope, line_id=_uuid(posted.get("line", "")), words=posted.get("words", ""))
        elif action == "give":
            services.give(
                scope=scope, handover_id=handover, incoming_id=_uuid(posted.get("incoming", "")), remark=posted.get("remark", ""),
                secret=posted.get("secret", ""),
            )  # fmt: skip
            messages.success(request, _("Đã ký giao ca; người nhận đã được báo."))
        elif action == "take-back":
            services.take_back(scope=scope, handover_id=handover)
        elif action in ("receive", "ask"):
            question = posted.get("question", "") if action == "ask" else ""
            if action == "ask" and not question.strip():
                raise InvalidInput(_("Ghi câu hỏi."), action=_("Ghi điều cần ca giao trả lời."))
            services.receive(
                scope=scope,
                handover_id=handover,
                line_ids=[_uuid(one) for one in posted.getlist("line")],
                question=question,
            )
        elif action == "take":
            services.take(scope=scope, handover_id=handover, secret=posted.get("secret", ""))
            messages.success(request, _("Đã ký nhận ca. Biên bản đã được lập và ký số."))
        elif action == "cancel":
            services.cancel(scope=scope, handover_id=handover)
            return HttpResponseRedirect(reverse("console:handovers"))
        else:
            raise NotFound(_("Không có thao tác này."))
    except SenError as error:
        if action in ("give", "take") and error.status == 422:
            return _page(request, handover, 422, problem=error.message, posted=posted)
        refuse(request, error)
    anchor = f"#line-{posted['line']}" if action in ("note", "ask") and posted.get("line") else ""
    return HttpResponseRedirect(reverse("console:handover", args=[handover]) + anchor)


@require_POST
def promise_action(request: HttpRequest, action: str) -> HttpResponse:
    """new: write a promise down; kept: it was kept."""
    scope, unit = scope_of(request), unit_of(request)
    try:
        if action == "new":
            services.promise(scope=scope, unit_id=unit.id, words=request.POST.get("words", ""))
        elif action == "kept":
            services.keep_promise(scope=scope, promise_id=_uuid(request.POST.get("promise", "")))
        else:
            raise NotFound(_("Không có thao tác này."))
    except SenError as error:
        refuse(request, error)
    return HttpResponseRedirect(f"{reverse('console:handovers')}?unit={unit.code}")


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise InvalidInput(_("Chưa chọn."), action=_("Chọn rồi làm lại.")) from error
