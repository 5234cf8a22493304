"""What people do with alerts from the console: one address per action, the answer says what changed and who was first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import msgspec
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from sen.apps.access.interface import Scope
from sen.apps.alerts import actions, alert_queries, looking, summaries, undoing
from sen.apps.alerts.alert_values import Bulk
from sen.apps.organisations import interface as organisations
from sen.kernel.errors import InvalidInput, NotFound, SenError

MOST = 500
"""Alerts that one action may be about."""


class Chosen(msgspec.Struct, frozen=True):
    """What an action is about: who asks, the alerts with the revisions that they saw, and what the dialog asked for."""

    scope: Scope
    targets: dict[UUID, int | None]
    posted: Any

    @property
    def note(self) -> str:
        """The person's own words."""
        return str(self.posted.get("note", "")).strip()


def answered(view: Callable[..., JsonResponse]) -> Callable[..., JsonResponse]:
    """Refusals as problem+json, so that the console can show them where the person is."""

    def inner(request: HttpRequest, **address: str) -> JsonResponse:
        try:
            return view(request, **address)
        except SenError as error:
            body = {"detail": error.message, "action": error.action, "code": error.code, "status": error.status}
            return JsonResponse(body, status=error.status, content_type="application/problem+json")

    return inner


@require_POST
@answered
def act(request: HttpRequest, action: str) -> JsonResponse:
    """Do `action` with the posted `item`s (`<id>:<revision>`). Raises NotFound for an unknown action, InvalidInput."""
    if action not in _ACTIONS:
        raise NotFound(_("Không có thao tác này."), action=_("Tải lại trang."))
    chosen = chosen_of(request)
    return JsonResponse(answer_of(action, _ACTIONS[action](chosen)))


@require_POST
@answered
def undo(request: HttpRequest, action: str) -> JsonResponse:
    """Take an action back; `action` is the token that its answer gave."""
    scope: Scope = request.scope_of_user  # type: ignore[attr-defined]
    try:
        token = UUID(action)
    except ValueError as error:
        raise NotFound(_("Không còn gì để hoàn tác."), action=_("Tải lại trang.")) from error
    return JsonResponse(answer_of("undo", undoing.undo(scope=scope, undo_id=token)))


@require_POST
@answered
def look(request: HttpRequest) -> JsonResponse:
    """Remember that the caller has looked at an alert, and let the others in the room see it."""
    chosen = chosen_of(request)
    actions.mark_seen(scope=chosen.scope, alert_ids=list(chosen.targets))
    rows = alert_queries.visible(chosen.scope).filter(pk__in=chosen.targets)
    found = summaries.summaries_of(rows, user_id=chosen.scope.user_id)
    looking.tell(chosen.scope, found)
    return JsonResponse(answer_of("look", Bulk(changed=tuple(found))))


def chosen_of(request: HttpRequest) -> Chosen:
    """The posted `item`s (`<id>:<revision>`). Raises InvalidInput."""
    scope: Scope = request.scope_of_user  # type: ignore[attr-defined]
    targets: dict[UUID, int | None] = {}
    for item in request.POST.getlist("item")[:MOST]:
        name, _colon, revision = item.partition(":")
        try:
            targets[UUID(name)] = int(revision)
        except ValueError as error:
            raise InvalidInput(_("Yêu cầu không đọc được."), action=_("Tải lại trang rồi thử lại.")) from error
    if not targets:
        raise InvalidInput(_("Chưa chọn cảnh báo nào."), action=_("Chọn cảnh báo rồi làm lại."))
    return Chosen(scope, targets, request.POST)


def _assign(one: Chosen) -> Bulk:
    kind, _colon, whom = str(one.posted.get("to", "")).partition(":")
    user_id = unit_id = None
    try:
        if kind == "user":
            user_id = UUID(whom)
        elif kind == "unit":
            unit_id = organisations.unit(whom).id
    except (ValueError, SenError) as error:
        raise InvalidInput(_("Chưa chọn người hoặc đơn vị."), action=_("Chọn người hoặc đơn vị nhận xử lý.")) from error
    return actions.assign(scope=one.scope, targets=one.targets, user_id=user_id, unit_id=unit_id, note=one.note)


def _shelve(one: Chosen) -> Bulk:
    minutes = str(one.posted.get("minutes", ""))
    if not minutes.isdigit():
        raise InvalidInput(_("Chưa chọn ẩn trong bao lâu."), action=_("Chọn thời gian ẩn."))
    return actions.shelve(scope=one.scope, targets=one.targets, minutes=int(minutes), reason=one.note)


_ACTIONS: dict[str, Callable[[Chosen], Bulk]] = {
    "acknowledge": lambda one: actions.acknowledge(scope=one.scope, targets=one.targets, note=one.note),
    "assign": _assign,
    "shelve": _shelve,
    "unshelve": lambda one: actions.unshelve(scope=one.scope, targets=one.targets),
    "close": lambda one: actions.close(scope=one.scope, targets=one.targets, note=one.note),
    "false_alarm": lambda one: actions.false_alarm(scope=one.scope, targets=one.targets, note=one.note),
    "reopen": lambda one: actions.reopen(scope=one.scope, targets=one.targets, note=one.note),
    "note": lambda one: actions.add_note(scope=one.scope, targets=one.targets, note=one.note),
}


def answer_of(action: str, bulk: Bulk) -> dict[str, Any]:
    """What the console shows after an action: words, the way back, newer states, and who was first."""
    return {
        "words": _words(action, len(bulk.changed)),
        "undo": reverse("console:alert-undo", args=[bulk.undo]) if bulk.undo else "",
        "alerts": [msgspec.to_builtins(one) for one in bulk.changed],
        "conflicts": [{"id": str(one.id), "number": one.number, "words": one.message} for one in bulk.conflicts],
    }


def _words(action: str, n: int) -> str:
    """What was done to how many; empty where nothing was."""
    if not n or action == "look":
        return ""
    said = {
        "acknowledge": ngettext("Đã xác nhận %(n)d cảnh báo.", "Đã xác nhận %(n)d cảnh báo.", n),
        "assign": ngettext("Đã giao %(n)d cảnh báo.", "Đã giao %(n)d cảnh báo.", n),
        "shelve": ngettext("Đã tạm ẩn %(n)d cảnh báo.", "Đã tạm ẩn %(n)d cảnh báo.", n),
        "unshelve": ngettext("%(n)d cảnh báo trở lại hàng đợi.", "%(n)d cảnh báo trở lại hàng đợi.", n),
        "close": ngettext("Đã đóng %(n)d cảnh báo.", "Đã đóng %(n)d cảnh báo.", n),
        "false_alarm": ngettext("Đã ghi %(n)d báo động giả.", "Đã ghi %(n)d báo động giả.", n),
        "reopen": ngettext("Đã mở lại %(n)d cảnh báo.", "Đã mở lại %(n)d cảnh báo.", n),
        "join": ngettext("Đã gộp %(n)d cảnh báo vào sự cố.", "Đã gộp %(n)d cảnh báo vào sự cố.", n),
        "note": _("Đã ghi chú."),
        "undo": _("Đã hoàn tác."),
    }.get(action, "")
    return said % {"n": n} if "%(n)d" in said else said
