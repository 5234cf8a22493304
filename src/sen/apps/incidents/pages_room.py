"""The incident room: the page, its parts drawn anew, what is near, the leader's view, and every action of the room."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from sen.apps.access.interface import Scope
from sen.apps.incidents import attachments, details, dispatches, log, merging, nearby, opening, reviewing, steps
from sen.apps.incidents.choices import State
from sen.apps.incidents.pages_parts import Act, draw, perform, room_context, scope_of
from sen.apps.organisations import interface as organisations
from sen.kernel.errors import InvalidInput, NotFound

Posted = Mapping[str, str]


@require_GET
def incident_page(request: HttpRequest, number: str) -> HttpResponse:
    """The room."""
    scope = scope_of(request)
    context = room_context(scope, number)
    context |= {
        "bounds": nearby.bounds_of(organisations.province().id), "kinds": nearby.KINDS, "distances": nearby.DISTANCES, "units": [*organisations.departments(), *organisations.communes()],
        "roles": ["duty_officer", "leader", "commune_officer", "department_officer", "agent_1022"],
    }  # fmt: skip
    return render(request, "incidents/room.html", context)


@require_GET
def incident_part(request: HttpRequest, number: str, part: str) -> HttpResponse:
    """One part as it stands now."""
    return draw(request, number, part)


@require_GET
def incident_near(request: HttpRequest, number: str) -> HttpResponse:
    """What is within `km` of the place: forces, vehicles, stocks, places, cameras, stations."""
    scope = scope_of(request)
    detail = details.detail(scope, number)
    found = nearby.around(scope, detail.summary, request.GET.get("km", ""), request.GET.getlist("kind"))
    return render(request, "incidents/room/near.html", {"near": found, "incident": detail.summary})


@require_GET
def incident_status(request: HttpRequest, number: str) -> HttpResponse:
    """What a leader reads on one screen of a phone."""
    return render(request, "incidents/status.html", room_context(scope_of(request), number))


@require_POST
def incident_step(request: HttpRequest, number: str, code: str, action: str) -> HttpResponse:
    """Tick a step, leave it out, or take the tick back."""

    def act(scope: Scope, posted: Posted, number: str) -> str:
        if action == "done":
            data = {name[5:]: value for name, value in posted.items() if name.startswith("form-") and value != ""}
            steps.complete(
                scope=scope, number=number, code=code, answer=posted.get("answer", ""), form_data=data, note=posted.get("note", "")
            )  # fmt: skip
            return _("Đã đánh dấu xong bước.")
        if action == "skip":
            steps.skip(scope=scope, number=number, code=code, reason=posted.get("reason", ""))
            return _("Đã bỏ qua bước, lý do nằm trong nhật ký.")
        if action == "undo":
            steps.undo(scope=scope, number=number, code=code)
            return _("Đã bỏ đánh dấu.")
        raise NotFound(_("Không có thao tác này."))

    return perform(request, number, "steps", act, at=code)


@require_POST
def incident_action(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """Everything else that is done in the room; the answer is the part that it was done in."""
    if action == "attach":
        return perform(request, number, "files", _attach(request), at=action)
    if action not in _ACTIONS:
        raise NotFound(_("Không có thao tác này."))
    part, act = _ACTIONS[action]
    return perform(request, number, part, act, at=action)


def _attach(request: HttpRequest) -> Act:
    def act(scope: Scope, posted: Posted, number: str) -> str:
        file = request.FILES.get("file")
        if file is None:
            raise InvalidInput(_("Chưa chọn tệp."), action=_("Chọn ảnh hoặc tài liệu rồi gửi lại."))
        attachments.attach(
            scope=scope, number=number, content=file.read(), name=file.name or "tep", media_type=file.content_type or "", note=posted.get("note", "")
        )  # fmt: skip
        return _("Đã thêm tệp.")

    return act


def _revision(posted: Posted) -> int | None:
    text = posted.get("revision", "")
    return int(text) if text.isdigit() else None


def _state(scope: Scope, posted: Posted, number: str) -> str:
    state = posted.get("state", "")
    opening.set_state(scope=scope, number=number, state=state, seen=posted.get("seen"))
    return _("Trạng thái: {state}.").format(state=State(state).label)


def _severity(scope: Scope, posted: Posted, number: str) -> str:
    changes = {"severity": posted.get("severity", "")}
    opening.change(scope=scope, number=number, changes=changes, revision=_revision(posted))
    return _("Đã đổi mức độ.")


def _edit(scope: Scope, posted: Posted, number: str) -> str:
    changes: dict[str, Any] = {
        name: posted[name] for name in ("title", "kind", "place", "description") if posted.get(name, "").strip()
    }
    if posted.get("lon") and posted.get("lat"):
        changes |= {"lon": float(posted["lon"]), "lat": float(posted["lat"])}
    opening.change(scope=scope, number=number, changes=changes, revision=_revision(posted))
    return _("Đã sửa thông tin sự cố.")


def _close(scope: Scope, posted: Posted, number: str) -> str:
    reviewing.close(scope=scope, number=number, words=posted.get("words", ""), revision=_revision(posted))
    return _("Đã đóng sự cố. Viết đánh giá khi còn nhớ rõ.")


def _cancel(scope: Scope, posted: Posted, number: str) -> str:
    reviewing.cancel(scope=scope, number=number, reason=posted.get("reason", ""), revision=_revision(posted))
    return _("Đã hủy sự cố.")


def _reopen(scope: Scope, posted: Posted, number: str) -> str:
    reviewing.reopen(scope=scope, number=number, reason=posted.get("reason", ""))
    return _("Đã mở lại sự cố.")


def _note(scope: Scope, posted: Posted, number: str) -> str:
    corrects = posted.get("corrects", "")
    log.write(scope=scope, number=number, words=posted.get("words", ""), corrects=UUID(corrects) if corrects else None)
    return _("Đã ghi vào nhật ký.")


def _write_status(scope: Scope, posted: Posted, number: str) -> str:
    opening.set_status(scope=scope, number=number, words=posted.get("words", ""), next_decision=posted.get("next", ""))
    return _("Đã cập nhật tình hình cho lãnh đạo.")


def _dispatch(scope: Scope, posted: Posted, number: str) -> str:
    to = [name for name in ("owner", "territory", "neighbours") if posted.get(f"to-{name}")]
    codes = [code.partition(" ")[0] for code in posted.get("units", "").replace(";", ",").split(",") if code.strip()]
    minutes = posted.get("minutes", "")
    made = dispatches.send(
        scope=scope, number=number, words=posted.get("words", ""), to=[*to, *(code.strip() for code in codes)],
        ack_minutes=int(minutes) if minutes.isdigit() and int(minutes) else dispatches.ACK_MINUTES,
    )  # fmt: skip
    return ngettext("Đã điều động %(n)d nơi.", "Đã điều động %(n)d nơi.", len(made)) % {"n": len(made)}


def _dispatch_id(posted: Posted) -> UUID:
    try:
        return UUID(posted.get("dispatch", ""))
    except ValueError as error:
        raise NotFound(_("Không tìm thấy lệnh điều động.")) from error


def _recall(scope: Scope, posted: Posted, number: str) -> str:
    dispatches.recall(scope=scope, dispatch_id=_dispatch_id(posted), reason=posted.get("reason", ""))
    return _("Đã thu hồi lệnh.")


def _again(scope: Scope, posted: Posted, number: str) -> str:
    dispatches.send_again(scope=scope, dispatch_id=_dispatch_id(posted))
    return _("Đã gửi lại lệnh.")


def _acknowledged(scope: Scope, posted: Posted, number: str) -> str:
    dispatches.acknowledge(scope=scope, dispatch_id=_dispatch_id(posted))
    return _("Đã ghi nhận nơi được gọi đã nhận lệnh.")


def _add_step(scope: Scope, posted: Posted, number: str) -> str:
    minutes = posted.get("minutes", "")
    steps.add(
        scope=scope, number=number, words=posted.get("words", ""), role=posted.get("role", ""), minutes=int(minutes) if minutes.isdigit() else 0
    )  # fmt: skip
    return _("Đã thêm bước.")


def _merge(scope: Scope, posted: Posted, number: str) -> str:
    target = posted.get("target", "").strip()
    merging.merge(scope=scope, source=number, target=target, reason=posted.get("reason", ""))
    return _("Đã nhập sự cố này vào {target}.").format(target=target)


def _split(scope: Scope, posted: Posted, number: str) -> str:
    told = opening.Told(title=posted.get("title", ""), place=posted.get("place", ""))
    made = merging.split(scope=scope, number=number, told=told, reason=posted.get("reason", ""))
    return _("Đã tách ra sự cố {number}.").format(number=made.target.number)


def _rearrange_back(scope: Scope, posted: Posted, number: str) -> str:
    try:
        which = UUID(posted.get("rearrangement", ""))
    except ValueError as error:
        raise NotFound(_("Không có gì để hoàn tác.")) from error
    merging.undo(scope=scope, rearrangement_id=which)
    return _("Đã hoàn tác.")


def _withdraw_file(scope: Scope, posted: Posted, number: str) -> str:
    try:
        which = UUID(posted.get("attachment", ""))
    except ValueError as error:
        raise NotFound(_("Không tìm thấy tệp.")) from error
    attachments.withdraw(scope=scope, number=number, attachment_id=which, reason=posted.get("reason", ""))
    return _("Đã rút tệp; tên và lý do vẫn còn.")


_ACTIONS: dict[str, tuple[str, Act]] = {
    "state": ("head", _state), "severity": ("head", _severity), "edit": ("head", _edit), "close": ("head", _close), "cancel": ("head", _cancel),
    "reopen": ("head", _reopen), "merge": ("head", _merge), "split": ("head", _split), "undo": ("head", _rearrange_back),
    "note": ("log", _note), "status": ("status", _write_status), "dispatch": ("calls", _dispatch), "recall": ("calls", _recall),
    "again": ("calls", _again), "acknowledged": ("calls", _acknowledged), "add-step": ("steps", _add_step),
    "withdraw-file": ("files", _withdraw_file),
}  # fmt: skip

__all__ = [
    "incident_action",
    "incident_near",
    "incident_page",
    "incident_part",
    "incident_status",
    "incident_step",
]
