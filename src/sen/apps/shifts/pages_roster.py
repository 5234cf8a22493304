"""What changes a roster: placing and removing people in chosen cells, copying weeks, posts, swaps, tables in and out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sen.apps.access.interface import Scope
from sen.apps.organisations import interface as organisations
from sen.apps.shifts import attendance, roster, roster_view, tables
from sen.apps.shifts.choosing import period_of, scope_of, unit_of
from sen.apps.shifts.models import Duty, Post, RosterEdit
from sen.apps.shifts.pages import back_to, refuse
from sen.apps.shifts.patterns import Turn, turns
from sen.kernel import clock
from sen.kernel.errors import InvalidInput, NotFound, SenError

MOST_BYTES = 2 * 1024 * 1024


@require_POST
def roster_action(request: HttpRequest, action: str) -> HttpResponse:
    """place, remove, copy, undo, new-post, close-post; back to the roster with what was done."""
    if action not in _ACTIONS:
        raise NotFound(_("Không có thao tác này."))
    unit = unit_of(request)
    roster.require_edit(scope_of(request), unit.id)
    try:
        messages.success(request, _ACTIONS[action](scope_of(request), unit, request.POST))
    except SenError as error:
        refuse(request, error)
    return HttpResponseRedirect(back_to(request, f"{reverse('console:shifts')}?unit={unit.code}"))


def _place(scope: Scope, unit: organisations.UnitRef, posted: QueryDict) -> str:
    placings = []
    for post, turn in _cells(scope, posted):
        for person in posted.getlist("person"):
            if person:
                placings.append(roster.Placing(post.pk, _uuid(person), turn.starts_at, turn.ends_at, turn.name))
    if not placings:
        raise InvalidInput(_("Chưa chọn ô hoặc người."), action=_("Đánh dấu các ô, chọn người rồi bấm Xếp."))
    edit = roster.place(scope=scope, unit_id=unit.id, placings=placings)
    return _done(edit)


def _remove(scope: Scope, unit: organisations.UnitRef, posted: QueryDict) -> str:
    ids = [_uuid(one) for one in posted.getlist("duty")]
    for post, turn in _cells(scope, posted) if posted.getlist("cell") else []:
        ids += Duty.objects.filter(post=post, starts_at=turn.starts_at).values_list("pk", flat=True)
    if not ids:
        raise InvalidInput(_("Các ô đã chọn không có ai."), action=_("Đánh dấu ô có người."))
    return _done(roster.remove(scope=scope, unit_id=unit.id, duty_ids=ids))


def _copy(scope: Scope, unit: organisations.UnitRef, posted: QueryDict) -> str:
    weeks = int(weeks_text) if (weeks_text := posted.get("weeks", "")).isdigit() else 1
    source, target = _day(posted.get("source", "")), _day(posted.get("target", ""))
    return _done(roster.copy_week(scope=scope, unit_id=unit.id, source=source, target=target, weeks=weeks))


def _undo(scope: Scope, unit: organisations.UnitRef, posted: QueryDict) -> str:
    roster.undo(scope=scope, edit_id=_uuid(posted.get("edit", "")))
    return _("Đã hoàn tác.")


def _new_post(scope: Scope, unit: organisations.UnitRef, posted: QueryDict) -> str:
    try:
        starts = time.fromisoformat(posted.get("starts") or "06:00")
        needed = int(posted.get("needed") or 1)
    except ValueError as error:
        raise InvalidInput(_("Giờ bắt đầu hoặc số người không đọc được."), action=_("Ví dụ 06:00 và 1.")) from error
    made = roster.create_post(
        scope=scope, unit_id=unit.id, name=posted.get("name", ""), role=posted.get("role", ""), kind=posted.get("kind", ""),
        pattern=posted.get("pattern", ""), starts=starts, needed=needed, order=len(roster_view.posts_of(unit.id)),
    )  # fmt: skip
    return _("Đã thêm chỗ trực {name}.").format(name=made.name)


def _close_post(scope: Scope, unit: organisations.UnitRef, posted: QueryDict) -> str:
    roster.close_post(scope=scope, post_id=_uuid(posted.get("post", "")))
    return _("Đã bỏ chỗ trực; các lượt đã qua vẫn giữ.")


_ACTIONS: dict[str, Callable[[Scope, organisations.UnitRef, QueryDict], str]] = {
    "place": _place, "remove": _remove, "copy": _copy, "undo": _undo, "new-post": _new_post, "close-post": _close_post,
}  # fmt: skip


def _done(edit: RosterEdit) -> str:
    added, removed = len(edit.added), len(edit.removed)
    if removed and not added:
        return ngettext("Đã bỏ {n} lượt trực.", "Đã bỏ {n} lượt trực.", removed).format(n=removed)
    return ngettext("Đã xếp {n} lượt trực.", "Đã xếp {n} lượt trực.", added).format(n=added)


def _cells(scope: Scope, posted: QueryDict) -> list[tuple[Post, Turn]]:
    """The chosen cells, `<post>|<day>|<number of the turn>`; what does not exist (any more) is refused."""
    found: list[tuple[Post, Turn]] = []
    posts: dict[UUID, Post] = {}
    calendars: dict[UUID, organisations.WorkingCalendar] = {}
    for text in posted.getlist("cell")[:2000]:
        try:
            post_id, day, number = text.split("|")
            key = UUID(post_id)
            post = posts.get(key) or posts.setdefault(key, roster.post_for(scope, key))
            if post.unit_id not in calendars:
                calendars[post.unit_id] = organisations.working_calendar_of(post.unit_id)
            that_day = turns(post.pattern, post.starts, date.fromisoformat(day), calendars[post.unit_id])
            turn = next(one for one in that_day if one.number == int(number))
        except (ValueError, StopIteration) as error:
            raise InvalidInput(_("Ô đã chọn không còn."), action=_("Tải lại trang.")) from error
        found.append((post, turn))
    return found


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound(_("Không tìm thấy."), action=_("Tải lại trang.")) from error


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(_("Ngày không đọc được."), action=_("Chọn lại ngày.")) from error


# -- one duty, and swaps


@require_http_methods(["GET", "POST"])
def duty_page(request: HttpRequest, duty: UUID) -> HttpResponse:
    """One duty: whose it is; its holder asks a colleague to take it."""
    scope = scope_of(request)
    found = Duty.objects.filter(pk=duty).select_related("post__unit", "person").first()
    if found is None or not scope.sees(found.post.unit_id):
        raise NotFound(_("Không tìm thấy lượt trực."), action=_("Tải lại trang."))
    if request.method == "POST":
        posted = request.POST
        try:
            back = _uuid(posted["in_return"]) if posted.get("in_return") else None
            attendance.ask_swap(
                scope=scope, duty_id=duty, colleague_id=_uuid(posted.get("colleague", "")), reason=posted.get("reason", ""),
                in_return=back,
            )  # fmt: skip
            messages.success(request, _("Đã hỏi đồng nghiệp; lịch chỉ đổi khi người đó đồng ý."))
        except SenError as error:
            refuse(request, error)
        return HttpResponseRedirect(reverse("console:duty", args=[duty]))
    now = clock.now()
    others = Duty.objects.filter(post__unit_id=found.post.unit_id, post__is_active=True, starts_at__gt=now)
    context = {
        "section": "alerts", "duty": found, "mine": found.person_id == scope.user_id, "begun": found.starts_at <= now,
        "people": [one for one in roster_view.people_for(found.post.unit_id) if one[0] != found.person_id],
        "others": others.exclude(person_id=found.person_id).select_related("person", "post")[:60],
        "swaps": found.swaps.select_related("colleague", "asked_by"), "me": scope.user_id,
    }  # fmt: skip
    return render(request, "shifts/duty.html", context)


@require_POST
def swap_action(request: HttpRequest, swap: UUID, action: str) -> HttpResponse:
    """agree, refuse, withdraw."""
    scope = scope_of(request)
    try:
        if action == "withdraw":
            attendance.withdraw_swap(scope=scope, swap_id=swap)
            messages.success(request, _("Đã rút đề nghị."))
        elif action in ("agree", "refuse"):
            attendance.answer_swap(scope=scope, swap_id=swap, agreed=action == "agree")
            messages.success(request, _("Đã đổi ca.") if action == "agree" else _("Đã trả lời không đổi được."))
        else:
            raise NotFound(_("Không có thao tác này."))
    except SenError as error:
        refuse(request, error)
    return HttpResponseRedirect(back_to(request, reverse("console:shifts")))


# -- tables


@require_GET
def export(request: HttpRequest, form: str) -> HttpResponse:
    """The duties of the shown period as CSV or Excel."""
    if form not in tables.FORMS:
        raise NotFound(_("Không có dạng tệp này."))
    unit, period = unit_of(request), period_of(request)
    content = tables.export(scope_of(request), unit.id, period["first"], period["days"], form)
    answer = HttpResponse(content, content_type=tables.FORMS[form])
    name = f"lich-truc-{unit.code}-{period['first']:%Y%m%d}.{form}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_http_methods(["GET", "POST"])
def import_page(request: HttpRequest) -> HttpResponse:
    """Reads a table of duties: shows every line with its mistakes; all of it is taken or nothing."""
    scope, unit = scope_of(request), unit_of(request)
    context: dict[str, object] = {"section": "alerts", "unit": unit, "posts": roster_view.posts_of(unit.id)}
    sent = request.FILES.get("file")
    if request.method == "GET":
        roster.require_edit(scope, unit.id)
        return render(request, "shifts/import.html", context)
    if sent is None or (sent.size or 0) > MOST_BYTES:
        context["problem"] = _("Chọn một tệp CSV hoặc Excel không quá 2 MB.")
        return render(request, "shifts/import.html", context, status=422)
    try:
        edit = tables.take_in(scope, unit.id, sent.name or "", sent.read())
    except tables.BadTable as error:
        return render(request, "shifts/import.html", context | {"problems": error.problems}, status=422)
    except SenError as error:
        if error.status != 422:
            raise
        return render(
            request, "shifts/import.html", context | {"problem": f"{error.message} {error.action}"}, status=422
        )
    messages.success(request, _done(edit))
    return HttpResponseRedirect(f"{reverse('console:shifts')}?unit={unit.code}")
