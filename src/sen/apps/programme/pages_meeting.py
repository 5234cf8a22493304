"""Pages of meetings: the list, one meeting with its conclusion and proposed tasks, and the meeting mode on a big screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from sen.apps.access.interface import Scope, require
from sen.apps.directives import interface as directives
from sen.apps.directives.interface import NewTask, TaskLine
from sen.apps.files import interface as files
from sen.apps.indicators import interface as indicators
from sen.apps.organisations import interface as organisations
from sen.apps.programme import asked, concluding, meeting, papers, papers_out, policies, seeing
from sen.apps.programme.choices import MeetingState
from sen.apps.programme.models import AgendaItem, Meeting
from sen.apps.programme.pages_programme import WORD
from sen.kernel import clock
from sen.kernel.errors import InvalidInput, NotFound, SenError
from sen.kernel.identifiers import uuid7
from sen.kernel.scopes import scope_of

MOST_PAPER_BYTES = 20 * 1024 * 1024
MOST_TASKS = 100


@require_GET
def meetings_page(request: HttpRequest) -> HttpResponse:
    """Meetings to come first, then those that were."""
    scope = require(scope_of(request), policies.VIEW)
    found = list(seeing.meetings(scope)[:100])
    coming = [one for one in found if one.state in (MeetingState.PLANNED, MeetingState.RUNNING)]
    context = {
        "section": "figures", "tab": "meetings", "coming": coming[::-1], "past": [one for one in found if one not in coming],
        "may_make": scope.allows(policies.KEEP), "own": asked.own_units(scope), "units": asked.units(),
    }  # fmt: skip
    return render(request, "programme/meetings.html", context)


@require_POST
def meeting_new(request: HttpRequest) -> HttpResponse:
    """Make a meeting with its agenda, one point a line, then its page."""
    scope = require(scope_of(request), policies.KEEP)
    posted = request.POST
    try:
        made = meeting.create(
            scope=scope, unit_id=asked.own_unit(scope, posted.get("unit", "")), title=posted.get("title", ""),
            starts_at=asked.moment(posted.get("starts_at", "")), chair=posted.get("chair", ""), place=posted.get("place", ""),
            item=posted.get("item", ""), agenda=_agenda(posted.get("agenda", "")),
            asked=[organisations.unit(code).id for code in posted.getlist("asked")[: meeting.MOST_ASKED]],
        )  # fmt: skip
    except SenError as error:
        asked.told(request, error)
        return HttpResponseRedirect(reverse("console:meetings"))
    return HttpResponseRedirect(reverse("console:meeting", args=[made.number]))


def _agenda(text: str) -> list[meeting.AgendaIn]:
    """One point a line: words, then after `|` the numbers of tasks and codes of figures that are looked at with it."""
    found = []
    for line in text.splitlines():
        words, _bar, more = line.partition("|")
        if not words.strip():
            continue
        named = more.replace(",", " ").split()
        tasks = tuple(one for one in named if one.startswith("NV-"))
        found.append(
            meeting.AgendaIn(words=words.strip(), tasks=tasks, figures=tuple(one for one in named if one not in tasks))
        )
    return found


@require_GET
def meeting_page(request: HttpRequest, number: str) -> HttpResponse:
    """One meeting: agenda, who comes, papers, what was decided, the conclusion with its proposed tasks."""
    scope = require(scope_of(request), policies.VIEW)
    found = seeing.meeting_for(scope, number)
    concluded = found.state == MeetingState.CONCLUDED
    keeps = scope.allows(policies.KEEP, found.unit_id)
    context = {
        "section": "figures", "tab": "meetings", "meeting": found, "agenda": list(found.agenda.select_related("presenter")),
        "agenda_text": "\n".join(_line(one) for one in found.agenda.all()), "attendance": list(found.attendance.select_related("unit")),
        "papers": files.files_about(papers.about(papers.MEETING, found.pk)), "decisions": list(found.decisions.select_related("lead", "agenda")),
        "tasks": directives.of_origin(scope, meeting.ORIGIN, found.number), "may_keep": keeps, "units": asked.units(),
        "proposals": concluding.proposals(found) if keeps and found.conclusion and not concluded else [],
        "open": found.state not in meeting.OVER, "concluded": concluded,
    }  # fmt: skip
    return render(request, "programme/meeting.html", context)


def _line(point: AgendaItem) -> str:
    more = " ".join((*point.tasks, *point.figures))
    return f"{point.words} | {more}" if more else point.words


@require_GET
def meeting_room(request: HttpRequest, number: str) -> HttpResponse:
    """Meeting mode: one point of the agenda at a time, large, with its tasks and figures; decisions noted on the spot."""
    scope = require(scope_of(request), policies.VIEW)
    found = seeing.meeting_for(scope, number)
    agenda = list(found.agenda.select_related("presenter"))
    asked_for = request.GET.get("point", "")
    at = int(asked_for) if asked_for.isdigit() and len(asked_for) < 4 else None
    current = next((one for one in agenda if one.pk == found.current_id), agenda[0] if agenda else None)
    point = next((one for one in agenda if one.position == at), current)
    keeps = scope.allows(policies.KEEP, found.unit_id)
    attendance = list(found.attendance.all())
    context: dict[str, Any] = {
        "meeting": found, "agenda": agenda, "point": point, "may_keep": keeps, "units": asked.units(), "current": current,
        "open": found.state not in meeting.OVER, "key": uuid7(), "now": clock.now(), "attendance": attendance,
        "present": sum(bool(one.present) for one in attendance), "leads": keeps and found.state == MeetingState.RUNNING,
        "follows": at is None or point == current,
    }  # fmt: skip
    if point is not None:
        context |= {
            "tasks": _tasks(scope, point), "figures": _figures(scope, found, point),
            "decisions": list(point.decisions.select_related("lead")),
            "before": next((one for one in reversed(agenda) if one.position < point.position), None),
            "after": next((one for one in agenda if one.position > point.position), None),
        }  # fmt: skip
    return render(request, "programme/room.html", context)


def _tasks(scope: Scope, point: AgendaItem) -> list[TaskLine]:
    """The tasks of a point that the caller sees, in the order of the agenda."""
    found = []
    for number in point.tasks:
        try:
            found.append(directives.task(scope, number))
        except NotFound:
            continue
    return found


def _figures(scope: Scope, found: Meeting, point: AgendaItem) -> list[indicators.IndicatorFigure]:
    """The figures of a point for the meeting's unit; codes that are no indicator are left out."""
    known = []
    for code in point.figures:
        try:
            figure = indicators.figure(scope, code, found.unit_id)
        except NotFound:
            continue
        if figure is not None:
            known.append(figure)
    return known


@require_POST
def meeting_action(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """agenda, ask, attend, move, show, tick, decide, drop, paper, text, confirm; back to where the form stood."""
    scope = require(scope_of(request), policies.VIEW)
    found = seeing.meeting_for(scope, number)
    require(scope, policies.KEEP, found.unit_id)
    if action not in _ACTIONS:
        raise NotFound(_("Không có thao tác này."))
    try:
        if said := _ACTIONS[action](scope, found, request):
            messages.success(request, said)
    except SenError as error:
        asked.told(request, error)
    point = request.POST.get("room", "")
    room = reverse("console:meeting-room", args=[number])
    if point == "follow":
        return HttpResponseRedirect(room)
    if point.isdigit():
        return HttpResponseRedirect(f"{room}?point={point}")
    return HttpResponseRedirect(reverse("console:meeting", args=[number]))


@require_GET
def meeting_minutes(request: HttpRequest, number: str) -> HttpResponse:
    """The minutes as an official paper in Word: who was there, what was said under each point, what was given to whom."""
    scope = require(scope_of(request), policies.VIEW)
    found = seeing.meeting_for(scope, number)
    answer = HttpResponse(papers_out.meeting(found), content_type=WORD)
    answer["Content-Disposition"] = f'attachment; filename="bien-ban-{found.number}.docx"'
    return answer


def _set_agenda(scope: Scope, found: Meeting, request: HttpRequest) -> str:
    meeting.set_agenda(
        scope=scope, number=found.number, agenda=_agenda(request.POST.get("agenda", "")[:40_000]),
        revision=asked.whole(request.POST.get("revision", ""), "revision"),
    )  # fmt: skip
    return _("Đã lưu chương trình họp.")


def _ask(scope: Scope, found: Meeting, request: HttpRequest) -> str:
    units = [organisations.unit(code).id for code in request.POST.getlist("asked")[: meeting.MOST_ASKED]]
    meeting.ask(scope=scope, number=found.number, units=units, words=request.POST.get("words", ""))
    return _("Đã thêm thành phần dự họp.")


def _attend(scope: Scope, found: Meeting, request: HttpRequest) -> str:
    # Two may call the roll at once: only what this page changed is said, and who nobody had called yet.
    there, drawn = set(request.POST.getlist("present")), set(request.POST.getlist("was"))
    rows = {str(row.pk): row for row in found.attendance.all()}
    changed = {key for key in rows if (key in there) != (key in drawn) or rows[key].present is None}
    meeting.attend(scope=scope, number=found.number, present={rows[key].pk: key in there for key in changed})
    return _("Đã ghi điểm danh.")


def _move(scope: Scope, found: Meeting, request: HttpRequest) -> str:
    moved = meeting.move(scope=scope, number=found.number, to=request.POST.get("to", ""))
    return _("Cuộc họp: {state}.").format(state=moved.get_state_display())


def _show(scope: Scope, found: Meeting, request: HttpRequest) -> str:
    meeting.show(scope=scope, number=found.number, position=asked.whole(request.POST.get("position", ""), "position"))
    return ""


def _tick(scope: Scope, found: Meeting, request: HttpRequest) -> str:
    position = asked.whole(request.POST.get("position", ""), "position")
    meeting.tick(scope=scope, number=found.number, position=position, done=request.POST.get("done") == "1")
    return ""


def _decide(scope: Scope, found: Meeting, request: HttpRequest) -> str:
    posted = request.POST
    position = posted.get("position", "")
    made = meeting.decide(
        scope=scope, number=found.number, words=posted.get("words", ""), position=int(position) if position.isdigit() else None,
        lead=asked.unit(posted.get("lead", "")), due=asked.day(posted.get("due", "")), key=posted.get("key", "")[:60],
    )  # fmt: skip
    return _("Đã giao nhiệm vụ {number}.").format(number=made.task) if made.task else _("Đã ghi ý kiến.")


def _drop(scope: Scope, found: Meeting, request: HttpRequest) -> str:
    meeting.drop_decision(scope=scope, number=found.number, decision_id=_uuid(request.POST.get("decision", "")))
    return _("Đã bỏ ý kiến.")


def _paper(scope: Scope, found: Meeting, request: HttpRequest) -> str:
    file = request.FILES.get("file")
    if file is None or (file.size or 0) > MOST_PAPER_BYTES:
        raise InvalidInput(_("Chưa chọn tệp, hoặc tệp lớn hơn 20 MB."), action=_("Chọn tệp nhỏ hơn."))
    files.keep(
        scope=scope, content=file.read(), name=(file.name or "tai-lieu")[:200], unit_id=found.unit_id, about=papers.about(papers.MEETING, found.pk)
    )  # fmt: skip
    return _("Đã thêm tài liệu.")


def _text(scope: Scope, found: Meeting, request: HttpRequest) -> str:
    posted = request.POST
    kept = concluding.keep_text(
        scope=scope, number=found.number, text=posted.get("text", ""), conclusion_number=posted.get("number", ""),
        on=asked.day(posted.get("on", ""), "on"),
    )  # fmt: skip
    n = len(concluding.proposals(kept))
    return ngettext("Đọc được {n} nhiệm vụ; soát lại rồi giao.", "Đọc được {n} nhiệm vụ; soát lại rồi giao.", n).format(
        n=n
    )


def _confirm(scope: Scope, found: Meeting, request: HttpRequest) -> str:
    posted = request.POST
    proposed = concluding.proposals(found)
    tasks = []
    for number in posted.getlist("take")[:MOST_TASKS]:
        index = asked.whole(number, "take")
        at = proposed[index] if index < len(proposed) else None
        leads = tuple(organisations.unit(code).id for code in posted.getlist(f"lead-{index}") if code)
        tasks.append(
            NewTask(
                words=posted.get(f"words-{index}", ""), leads=leads, deadline=asked.day(posted.get(f"due-{index}", ""), f"due-{index}"),
                cooperating=tuple(unit.id for unit in at.cooperating) if at else (), cooperating_words=at.cooperating_words if at else "",
                deadline_words=at.deadline_words if at else "", evidence=at.at if at else None,
            )
        )  # fmt: skip
    made = concluding.confirm(
        scope=scope, number=found.number, tasks=tasks, revision=asked.whole(posted.get("revision", ""), "revision")
    )
    return ngettext("Đã giao {n} nhiệm vụ từ kết luận.", "Đã giao {n} nhiệm vụ từ kết luận.", len(made.tasks)).format(
        n=len(made.tasks)
    )


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound(_("Không tìm thấy mục này.")) from error


_ACTIONS: dict[str, Callable[[Scope, Meeting, HttpRequest], str]] = {
    "agenda": _set_agenda, "ask": _ask, "attend": _attend, "move": _move, "show": _show, "tick": _tick, "decide": _decide, "drop": _drop, "paper": _paper,
    "text": _text, "confirm": _confirm,
}  # fmt: skip
