"""Pages of the exchange: its messages, what is wrong with one, and which agency is which unit."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from sen.apps.access.interface import Scope, require
from sen.apps.documents import policies, settling
from sen.apps.documents.choices import MessageState
from sen.apps.organisations import interface as organisations
from sen.kernel.errors import NotFound, SenError
from sen.kernel.scopes import scope_of


def _scope(request: HttpRequest) -> Scope:
    return require(scope_of(request), policies.VIEW_EXCHANGE)


@require_GET
def exchange_page(request: HttpRequest) -> HttpResponse:
    """Messages, refused ones first, and the agencies whose identifiers are known."""
    scope = _scope(request)
    _found, counted = settling.messages(scope)
    state = request.GET.get("state", MessageState.REFUSED.value if counted.get(MessageState.REFUSED) else "")
    lines, counted = settling.messages(scope, state)
    context = _around(scope) | {
        "lines": lines, "state": state, "all": sum(counted.values()),
        "states": [(code, words, counted.get(code, 0)) for code, words in MessageState.choices if counted.get(code)],
        "agencies": settling.agencies(scope), "may_register": scope.allows(policies.REGISTER),
        "units": [organisations.province(), *organisations.departments(), *organisations.communes()],
    }  # fmt: skip
    return render(request, "documents/exchange.html", context)


def _around(scope: Scope) -> dict[str, object]:
    return {
        "section": "figures",
        "tab": "exchange",
        "may_see_exchange": True,
        "may_settle": scope.allows(policies.SETTLE_EXCHANGE),
    }


@require_GET
def message_page(request: HttpRequest, message: UUID) -> HttpResponse:
    """A message as it came, what is wrong with it, and what can be done."""
    return _message(request, message)


def _message(
    request: HttpRequest, message: UUID, problem: SenError | None = None, text: str | None = None
) -> HttpResponse:
    scope = _scope(request)
    found = settling.message(scope, message)
    context = _around(scope) | {
        "found": found, "line": found.line, "problem": problem, "text": found.text if text is None else text,
        "refused": found.line.state == MessageState.REFUSED, "dropped": found.line.state == MessageState.DROPPED,
        "waiting": found.line.state == MessageState.STORED,
    }  # fmt: skip
    return render(request, "documents/message.html", context, status=problem.status if problem else 200)


@require_GET
def payload(request: HttpRequest, message: UUID) -> HttpResponse:
    """The bytes of a message, to be saved; never shown in place."""
    answer = HttpResponse(settling.payload(_scope(request), message), content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="goi-tin-{message}.xml"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@require_POST
def act(request: HttpRequest, message: UUID, action: str) -> HttpResponse:
    """Run again, correct, drop with a reason, or take a dropped one back."""
    scope = _scope(request)
    goes_on = message
    try:
        if action == "replay":
            settling.replay(scope=scope, message_ids=[message])
            words = _("Đã cho chạy lại; kết quả có trong giây lát.")
        elif action == "correct":
            goes_on = settling.correct(scope=scope, message_id=message, text=request.POST.get("text", ""))
            words = _("Đã ghi bản sửa và cho chạy; gói tin gốc được giữ nguyên.")
        elif action == "drop":
            settling.drop(scope=scope, message_id=message, reason=request.POST.get("reason", ""))
            words = _("Đã bỏ qua gói tin. Bấm “Lấy lại” nếu nhầm.")
        elif action == "restore":
            settling.undo_drop(scope=scope, message_id=message)
            words = _("Gói tin lại chờ xử lý.")
        else:
            raise NotFound(_("Không có thao tác này."))
    except SenError as error:
        if error.status not in (409, 422):
            raise
        return _message(request, message, error, request.POST.get("text"))
    messages.success(request, words)
    return HttpResponseRedirect(reverse("console:document-message", args=[goes_on]))


@require_POST
def replay_many(request: HttpRequest) -> HttpResponse:
    """Run the marked refused messages again."""
    ids = [UUID(one) for one in request.POST.getlist("message") if _is_uuid(one)]
    n = settling.replay(scope=_scope(request), message_ids=ids)
    messages.success(request, ngettext("Đã cho chạy lại {n} gói tin.", "Đã cho chạy lại {n} gói tin.", n).format(n=n))
    return HttpResponseRedirect(reverse("console:document-exchange"))


@require_POST
def name_agency(request: HttpRequest) -> HttpResponse:
    """Say which agency an identifier means, and which unit of ours it is."""
    scope = _scope(request)
    posted = request.POST
    try:
        made = settling.name_agency(
            scope=scope, code=posted.get("code", ""), name=posted.get("name", ""), unit=posted.get("unit", "")
        )
    except SenError as error:
        if error.status not in (409, 422):
            raise
        messages.error(request, f"{error.message} {error.action}".strip())
    else:
        messages.success(request, _("Đã khai báo {code}.").format(code=made.code))
    return HttpResponseRedirect(reverse("console:document-exchange"))


def _is_uuid(raw: str) -> bool:
    try:
        UUID(raw)
    except ValueError:
        return False
    return True
