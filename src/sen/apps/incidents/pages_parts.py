"""The parts of the incident room: what each is drawn from, and how an action answers with its part."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.incidents import details, policies, procedure_copy
from sen.apps.incidents.choices import RUNNING, Severity, State
from sen.apps.incidents.models import Incident
from sen.apps.incidents.seeing import incident_for
from sen.apps.incidents.values import IncidentDetail, StepNow
from sen.apps.organisations import interface as organisations
from sen.kernel import clock
from sen.kernel.errors import NotFound, SenError

PARTS = ("head", "steps", "calls", "log", "alerts", "files", "messages", "status")
SHOWN_REFUSALS = (409, 412, 422)
"""What is said beside the part that was acted on; any other refusal is a problem of its own."""

Act = Callable[[Scope, Mapping[str, str], str], str]
"""Does something to the incident of a number with what was posted; the words of the toast."""


def scope_of(request: HttpRequest) -> Scope:
    """The caller, who may see incidents at all."""
    return require(request.scope_of_user, policies.VIEW)  # type: ignore[attr-defined]


def room_context(scope: Scope, number: str) -> dict[str, Any]:
    """Everything that the room shows."""
    detail = details.detail(scope, number)
    summary = detail.summary
    incident = incident_for(scope, summary.number)
    return {
        "section": "incidents", "detail": detail, "incident": summary, "may": detail.may, "running": summary.state in RUNNING,
        "log": details.situation_log(scope, summary.number), "joined": _alerts(summary.id), "next_states": _next_states(summary.state),
        "severities": Severity.choices, "prepared": _prepared(incident, detail), "progress": _progress(detail), "now": clock.now(),
        "answered": sum(one.acknowledged_at is not None for one in detail.dispatches), "elapsed": _elapsed(summary.opened_at, summary.closed_at),
        "leader_text": leader_text(detail),
    }  # fmt: skip


def _alerts(incident_id: Any) -> list[Any]:
    from sen.apps.alerts import interface as alerts

    return list(alerts.of_incident(incident_id))


def _elapsed(since: datetime, until: datetime | None) -> float:
    return ((until or clock.now()) - since).total_seconds()


def _next_states(state: str) -> list[tuple[str, str]]:
    """What the button row offers next."""
    return {
        State.OPEN: [("responding", _("Bắt đầu ứng phó"))],
        State.RESPONDING: [("contained", _("Đã khống chế"))],
        State.CONTAINED: [("responding", _("Ứng phó tiếp"))],
    }.get(State(state), [])


def _prepared(incident: Incident, detail: IncidentDetail) -> dict[str, str]:
    """The words that ticking a step will send, by the code of the step."""
    codes = {one.code: one.message for one in detail.steps if one.message}
    return {code: procedure_copy.message_of(incident, message) for code, message in codes.items()}


def _progress(detail: IncidentDetail) -> dict[str, Any]:
    counted = [one for one in detail.steps if not one.by_branch]
    done = sum(one.settled for one in counted)
    return {"done": done, "all": len(counted), "share": done / len(counted) if counted else 0.0}


def leader_text(detail: IncidentDetail) -> str:
    """The status in plain text, to copy into a message to leaders."""
    one = detail.summary
    counted = _progress(detail)
    lines = [
        _("DIỄN TẬP") if one.drill else "",
        f"{one.number} – {one.title}",
        _("Mức: {severity}. Trạng thái: {state}.").format(severity=Severity(one.severity).label, state=State(one.state).label),
        _("Nơi xảy ra: {place}. Từ {when}. Chủ trì: {lead}.").format(
            place=one.place or (one.territory.name if one.territory else "–"), when=f"{clock.local(one.opened_at):%H:%M %d/%m}", lead=one.lead_unit.name
        ),
        _("Đã làm {done}/{all} bước; {answered}/{called} nơi đã nhận lệnh.").format(
            done=counted["done"], all=counted["all"], called=len(detail.dispatches),
            answered=sum(dispatch.acknowledged_at is not None for dispatch in detail.dispatches),
        ),
        detail.status.words,
        _("Cần quyết định: {what}").format(what=detail.status.next) if detail.status.next else "",
    ]  # fmt: skip
    return "\n".join(line for line in lines if line)


def draw(
    request: HttpRequest, number: str, part: str, *, problem: SenError | None = None, at: str = "", toast: str = ""
) -> HttpResponse:
    """One part of the room. With a problem it says so where it happened; after a success the page hears that other parts moved."""
    if part not in PARTS:
        raise NotFound(_("Không có phần này."))
    context = room_context(scope_of(request), number)
    context |= {"problem": problem, "problem_at": at, "posted": request.POST}
    answer = render(request, f"incidents/room/{part}.html", context, status=422 if problem else 200)
    if toast:
        answer["HX-Trigger"] = json.dumps({"sen:toast": {"words": toast}, "sen:incident": {"part": part}})
    return answer


def perform(request: HttpRequest, number: str, part: str, act: Act, at: str = "") -> HttpResponse:
    """Do something and answer with the part it happened in."""
    try:
        said = act(scope_of(request), request.POST, number)
    except SenError as error:
        if error.status not in SHOWN_REFUSALS:
            raise
        incident_for(scope_of(request), number)
        return draw(request, number, part, problem=error, at=at)
    return draw(request, number, part, toast=said)


def unit_ids(codes: list[str]) -> list[Any]:
    """The ids of units by their codes, empty ones left out. Raises NotFound."""
    return [organisations.unit(code.strip()).id for code in codes if code.strip()]


def step_of(detail: IncidentDetail, code: str) -> StepNow | None:
    """A step of the incident by its code."""
    return next((one for one in detail.steps if one.code == code), None)
