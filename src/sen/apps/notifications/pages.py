"""Pages: the inbox, a person's own settings, and the deliveries that administrators look after. Doors without sign-in: pages_open.py."""

from __future__ import annotations

from datetime import time
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sen.apps.access import interface as access
from sen.apps.access.interface import Scope, require
from sen.apps.notifications import choices, deliveries, policies, queries, services
from sen.apps.notifications.carriers import switched_on
from sen.apps.notifications.models import Severity, State
from sen.apps.notifications.pages_open import confirm_page, gateway_call
from sen.kernel.errors import InvalidInput, NotFound

__all__ = ["confirm_page", "deliveries_page", "delivery_action", "gateway_call", "inbox", "inbox_action", "settings_page"]  # fmt: skip
PAGE = 50


def _scope(request: HttpRequest) -> Scope:
    scope: Scope = request.scope_of_user  # type: ignore[attr-defined]
    return scope


@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """What the caller was told, newest first; `?unread=1` narrows, `?before=` goes on."""
    scope = _scope(request)
    only_unread = request.GET.get("unread") == "1"
    items = queries.inbox(scope, only_unread=only_unread, limit=PAGE + 1, before=_uuid(request.GET.get("before")))
    more = items[PAGE - 1].id if len(items) > PAGE else None
    context = {
        "section": "notifications", "items": items[:PAGE], "more": more, "unread": queries.unread(scope), "only_unread": only_unread,
        "may_look_after": scope.allows(policies.LIST_DELIVERIES),
    }  # fmt: skip
    return render(request, "notifications/inbox.html", context)


@require_POST
def inbox_action(request: HttpRequest, action: str) -> HttpResponse:
    """`read` one (`id`) or all, `acknowledge` one, `open` one: read it and go to what it is about."""
    scope, one = _scope(request), _uuid(request.POST.get("id"))
    if action == "read":
        count = services.mark_read(scope=scope, notification_id=one)
        if one is None:
            messages.success(request, ngettext("Đã đánh dấu %(n)d thông báo là đã đọc.", "Đã đánh dấu %(n)d thông báo là đã đọc.", count) % {"n": count})  # fmt: skip
    elif action == "acknowledge" and one:
        services.acknowledge(scope=scope, notification_id=one)
        messages.success(request, _("Đã xác nhận."))
    elif action == "open" and one:
        services.mark_read(scope=scope, notification_id=one)
        return HttpResponseRedirect(queries.own(scope, one).notification.url or reverse("console:notifications"))
    else:
        raise NotFound(_("Không có thao tác này."))
    return HttpResponseRedirect(reverse("console:notifications"))


@require_http_methods(["GET", "POST"])
def settings_page(request: HttpRequest) -> HttpResponse:
    """Own contact, from which severity each carrier is used, quiet hours, sound."""
    scope = require(_scope(request), policies.CHANGE_SETTINGS)
    context: dict[str, Any] = {"section": "notifications"}
    status = 200
    if request.method == "POST":
        try:
            _save(scope, request)
        except InvalidInput as error:
            context |= {"problem": error.message, "problem_action": error.action, "errors": error.fields}
            status = 422
        else:
            messages.success(request, _("Đã lưu cài đặt thông báo."))
            return HttpResponseRedirect(reverse("console:notification-settings"))
    user_id = scope.user_id or UUID(int=0)
    chosen = choices.settings_of([user_id]).get(user_id)
    contact = access.contacts([user_id]).get(user_id)
    carriers = [
        (one, (chosen.carriers if chosen else {}).get(code, one.lowest))
        for code, one in switched_on().items() if one.reaches
    ]  # fmt: skip
    levels = [*Severity.choices, (choices.NEVER, _("không dùng"))]
    posted = {
        name: request.POST[name] for name in ("email", "phone", "quiet_from", "quiet_until") if name in request.POST
    }
    context |= {"chosen": chosen, "contact": contact, "carriers": carriers, "levels": levels, "posted": posted}
    return render(request, "notifications/settings.html", context, status=status)


def _save(scope: Scope, request: HttpRequest) -> None:
    carriers = {code: request.POST[f"carrier-{code}"] for code in switched_on() if f"carrier-{code}" in request.POST}
    choices.change(
        scope=scope, carriers=carriers, quiet_from=_time(request, "quiet_from"), quiet_until=_time(request, "quiet_until"),
        sound="sound" in request.POST, email=request.POST.get("email", ""), phone=request.POST.get("phone", ""),
    )  # fmt: skip


@require_GET
def deliveries_page(request: HttpRequest) -> HttpResponse:
    """What goes out over each carrier, what failed and why; newest first."""
    scope = require(_scope(request), policies.LIST_DELIVERIES)
    chosen = {name: request.GET.get(name, "") for name in ("carrier", "state", "q")}
    context = {
        "section": "notifications", "rows": deliveries.rows(scope, **chosen), "health": deliveries.health(scope), "chosen": chosen,
        "states": State.choices, "may_retry": scope.allows(policies.RETRY), "missing": deliveries.missing_roles(scope),
    }  # fmt: skip
    return render(request, "notifications/deliveries.html", context)


@require_POST
def delivery_action(request: HttpRequest, action: str) -> HttpResponse:
    """`retry` the deliveries `id` that failed; `unmask` one address for a reason."""
    scope = _scope(request)
    if action == "retry":
        ids = [one for text in request.POST.getlist("id") if (one := _uuid(text))]
        count = deliveries.retry(scope=scope, ids=ids)
        messages.success(request, ngettext("Sẽ gửi lại %(n)d tin.", "Sẽ gửi lại %(n)d tin.", count) % {"n": count})
    elif action == "unmask":
        reason, one = request.POST.get("reason", ""), _uuid(request.POST.get("id"))
        words = deliveries.unmask(scope=scope, delivery_id=one or UUID(int=0), reason=reason)
        messages.info(request, _("Địa chỉ: %(words)s. Việc xem đã được ghi nhật ký.") % {"words": words})
    else:
        raise NotFound(_("Không có thao tác này."))
    return HttpResponseRedirect(reverse("console:notification-deliveries"))


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def _time(request: HttpRequest, name: str) -> time | None:
    text = request.POST.get(name, "").strip()
    try:
        return time.fromisoformat(text) if text else None
    except ValueError:
        raise InvalidInput(_("Giờ không hợp lệ."), action=_("Nhập như 22:00."), fields={name: text}) from None
