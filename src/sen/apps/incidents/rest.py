"""REST of incidents: list, one, open, drill, change, steps, orders. Messages, reviews and lessons are in rest_afterwards.py."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import File, Form, Query, Router, Status
from ninja.files import UploadedFile

from sen.apps.incidents import (
    attachments,
    details,
    dispatches,
    drills,
    from_alerts,
    listing,
    log,
    merging,
    opening,
    policies,
    reviewing,
    situation,
    steps,
)
from sen.apps.incidents import rest_schemas as take
from sen.apps.incidents import rest_values as give
from sen.apps.incidents.models import Rearrangement
from sen.apps.incidents.opening import Told
from sen.apps.incidents.rest_afterwards import router as afterwards
from sen.apps.incidents.rest_values import out
from sen.apps.incidents.values import IncidentFilter
from sen.apps.organisations import interface as organisations
from sen.kernel.errors import InvalidInput, NotFound
from sen.kernel.scopes import require, scope_of

router = Router(tags=["incidents"])
router.add_router("", afterwards)


@router.get("/incidents", response=give.IncidentsOut, operation_id="list_incidents", summary="Danh sách sự cố")
def list_incidents(request: HttpRequest, asked: Query[take.ListQuery]) -> Any:
    """Incidents that the caller sees, newest first."""
    wanted = IncidentFilter(
        states=tuple(asked.state), kinds=tuple(asked.kind), severities=tuple(asked.severity),
        unit_id=_unit(asked.unit) if asked.unit else None, drill=asked.drill, dispatched=asked.dispatched, q=asked.q,
        since=asked.since, until=asked.until,
    )  # fmt: skip
    return out(listing.incidents(scope_of(request), wanted, asked.cursor, asked.limit))


@router.post("/incidents", response={201: give.DetailOut}, operation_id="open_incident", summary="Mở sự cố")
def open_incident(request: HttpRequest, body: take.OpenIn) -> Status[Any]:
    """Open an incident, join its alerts, begin its procedure. The same `key` gives the one that it opened before."""
    scope = require(scope_of(request), policies.OPEN)
    told = Told(
        **body.dict(exclude={"alerts", "key", "lead_unit", "territory", "owner", "facts"}),
        facts={
            **{name: words for name, words in body.facts.items() if not name.startswith("owner")},
            **(from_alerts.owner_facts(_unit(body.owner)) if body.owner else {}),
        },
        lead_unit_id=_unit(body.lead_unit) if body.lead_unit else None,
        territory_id=_unit(body.territory) if body.territory else None,
    )
    made = opening.open_incident(scope=scope, told=told, alert_ids=body.alerts, key=body.key)
    return Status(201, out(details.detail(scope, made.pk)))


@router.post("/incident-drills", response={201: give.DetailOut}, operation_id="start_drill", summary="Bắt đầu diễn tập")
def start_drill(request: HttpRequest, body: take.DrillIn) -> Status[Any]:
    """Practise a procedure of a unit without an alert; everything about it says that it is a drill."""
    scope = require(scope_of(request), policies.DRILL)
    made = drills.start(
        scope=scope, procedure_code=body.procedure, unit_id=_unit(body.unit), title=body.title, description=body.description,
        key=body.key,
    )  # fmt: skip
    return Status(201, out(details.detail(scope, made.pk)))


@router.get(
    "/incident-suggestions", response=list[give.SimilarOut], operation_id="similar_incidents", summary="Sự cố tương tự"
)
def similar(
    request: HttpRequest, kind: str, lon: float | None = None, lat: float | None = None, territory: str = ""
) -> Any:
    """Running incidents near by in place and time, before another is opened."""
    scope = require(scope_of(request), policies.VIEW)
    ground = _unit(territory) if territory else None
    return out(opening.similar(scope, kind=kind, lon=lon, lat=lat, territory_id=ground))


@router.get("/incidents/{number}", response=give.DetailOut, operation_id="get_incident", summary="Một sự cố")
def get_incident(request: HttpRequest, number: str) -> Any:
    """One incident with everything that belongs to it; personal data masked."""
    return out(details.detail(scope_of(request), number))


@router.patch("/incidents/{number}", response=give.DetailOut, operation_id="change_incident", summary="Sửa sự cố")
def change_incident(request: HttpRequest, number: str, body: take.ChangeIn) -> Any:
    """Change what was told; each change is a line of the log. A stale `revision` is refused with 409."""
    scope = require(scope_of(request), policies.VIEW)
    changes = body.dict(exclude_unset=True, exclude={"revision"})
    for name in ("territory", "lead_unit"):
        if changes.get(name):
            changes[name] = _unit(changes[name])
    opening.change(scope=scope, number=number, changes=changes, revision=body.revision)
    return out(details.detail(scope, number))


@router.post(
    "/incidents/{number}/state", response=give.DetailOut, operation_id="set_incident_state", summary="Trạng thái sự cố"
)
def set_state(request: HttpRequest, number: str, body: take.StateIn) -> Any:
    """Responding, contained, closed, cancelled, or reopened."""
    scope = require(scope_of(request), policies.VIEW)
    if body.state == "closed":
        reviewing.close(scope=scope, number=number, words=body.words, revision=body.revision)
    elif body.state == "cancelled":
        reviewing.cancel(scope=scope, number=number, reason=body.words, revision=body.revision)
    elif body.state == "reopened":
        reviewing.reopen(scope=scope, number=number, reason=body.words)
    else:
        opening.set_state(scope=scope, number=number, state=body.state, revision=body.revision)
    return out(details.detail(scope, number))


@router.put(
    "/incidents/{number}/status",
    response=give.DetailOut,
    operation_id="set_incident_status",
    summary="Tình hình cho lãnh đạo",
)
def set_status(request: HttpRequest, number: str, body: take.StatusIn) -> Any:
    """The paragraph that leaders read, and the decision that is needed."""
    scope = require(scope_of(request), policies.VIEW)
    opening.set_status(scope=scope, number=number, words=body.words, next_decision=body.next)
    return out(details.detail(scope, number))


@router.get(
    "/incidents/{number}/situation", response=give.SituationOut, operation_id="incident_situation", summary="Tình hình"
)
def situation_of(request: HttpRequest, number: str, km: float = 2.0) -> Any:
    """What a leader reads: the paragraph, who is on it, how far the work is, who and what lies within `km`."""
    return out(situation.situation(scope_of(request), number, km=km))


@router.post(
    "/incidents/{number}/unmask", response=give.DetailOut, operation_id="unmask_incident", summary="Xem dữ liệu cá nhân"
)
def unmask(request: HttpRequest, number: str, body: take.UnmaskIn) -> Any:
    """The incident with personal data, for a reason that is on record."""
    scope = require(scope_of(request), policies.VIEW)
    return out(details.unmask(scope=scope, number=number, reason=body.reason))


@router.get("/incidents/{number}/log", response=give.LogOut, operation_id="incident_log", summary="Nhật ký sự cố")
def situation_log(request: HttpRequest, number: str) -> Any:
    """The situation log, newest first."""
    return {"items": out(details.situation_log(scope_of(request), number))}


@router.post(
    "/incidents/{number}/log", response={201: give.LogOut}, operation_id="write_incident_log", summary="Ghi nhật ký"
)
def write(request: HttpRequest, number: str, body: take.NoteIn) -> Status[Any]:
    """Add a line, or put an earlier one right with `corrects`; the log."""
    scope = require(scope_of(request), policies.VIEW)
    log.write(scope=scope, number=number, words=body.words, corrects=body.corrects)
    return Status(201, {"items": out(details.situation_log(scope, number))})


@router.post(
    "/incidents/{number}/files", response={201: give.DetailOut}, operation_id="attach_to_incident", summary="Thêm tệp"
)
def attach(request: HttpRequest, number: str, file: File[UploadedFile], note: Form[str] = "") -> Status[Any]:
    """Keep a file with the incident."""
    scope = require(scope_of(request), policies.VIEW)
    attachments.attach(
        scope=scope,
        number=number,
        content=file.read(),
        name=file.name or "",
        media_type=file.content_type or "",
        note=note,
    )
    return Status(201, out(details.detail(scope, number)))


@router.post(
    "/incidents/{number}/steps", response={201: give.DetailOut}, operation_id="add_incident_step", summary="Thêm bước"
)
def add_step(request: HttpRequest, number: str, body: take.StepIn) -> Status[Any]:
    """Add a step that the procedure does not have."""
    scope = require(scope_of(request), policies.VIEW)
    unit = _unit(body.unit) if body.unit else None
    steps.add(scope=scope, number=number, words=body.words, role=body.role, minutes=body.minutes, unit_id=unit)
    return Status(201, out(details.detail(scope, number)))


@router.post(
    "/incidents/{number}/steps/{code}",
    response=give.DetailOut,
    operation_id="tick_incident_step",
    summary="Đánh dấu bước",
)
def tick(request: HttpRequest, number: str, code: str, body: take.TickIn) -> Any:
    """Tick a step with its answer and form, leave it out with a reason, or take the tick back."""
    scope = require(scope_of(request), policies.VIEW)
    if body.action == "done":
        steps.complete(scope=scope, number=number, code=code, answer=body.answer, form_data=body.form, note=body.note)
    elif body.action == "skip":
        steps.skip(scope=scope, number=number, code=code, reason=body.reason)
    elif body.action == "undo":
        steps.undo(scope=scope, number=number, code=code)
    else:
        raise _unknown_action("done, skip, undo")
    return out(details.detail(scope, number))


@router.post(
    "/incidents/{number}/dispatches", response={201: give.DetailOut}, operation_id="dispatch", summary="Điều động"
)
def dispatch(request: HttpRequest, number: str, body: take.DispatchIn) -> Status[Any]:
    """Call upon units and people."""
    scope = require(scope_of(request), policies.VIEW)
    dispatches.send(
        scope=scope, number=number, words=body.words, message=body.message, to=body.to, user_ids=body.people, step=body.step,
        ack_minutes=body.ack_minutes,
    )  # fmt: skip
    return Status(201, out(details.detail(scope, number)))


@router.get("/dispatches", response=give.MyDispatchesOut, operation_id="my_dispatches", summary="Lệnh gửi cho tôi")
def my_dispatches(request: HttpRequest, open: bool = True) -> Any:
    """Orders to the caller's units or person, newest first; with `open=false` also those that are over."""
    return {"items": out(listing.my_dispatches(scope_of(request), open_only=open))}


@router.post(
    "/dispatches/{dispatch_id}",
    response=give.DetailOut,
    operation_id="answer_dispatch",
    summary="Trả lời lệnh điều động",
)
def answer(request: HttpRequest, dispatch_id: UUID, body: take.AnswerIn) -> Any:
    """Acknowledge, arrive, finish; who leads recalls or sends again. The incident."""
    scope = require(scope_of(request), policies.VIEW)
    if body.action == "acknowledge":
        one = dispatches.acknowledge(scope=scope, dispatch_id=dispatch_id)
    elif body.action == "arrive":
        one = dispatches.arrive(scope=scope, dispatch_id=dispatch_id)
    elif body.action == "finish":
        one = dispatches.finish(scope=scope, dispatch_id=dispatch_id, result=body.words)
    elif body.action == "recall":
        one = dispatches.recall(scope=scope, dispatch_id=dispatch_id, reason=body.words)
    elif body.action == "again":
        one = dispatches.send_again(scope=scope, dispatch_id=dispatch_id)
    else:
        dispatches.dispatch_for(scope, dispatch_id)
        raise _unknown_action("acknowledge, arrive, finish, recall, again")
    return out(details.detail(scope, one.incident_id))


@router.post(
    "/incidents/{number}/merge", response=give.RearrangementOut, operation_id="merge_incident", summary="Nhập sự cố"
)
def merge(request: HttpRequest, number: str, body: take.MergeIn) -> Any:
    """Let this incident go on in another."""
    scope = require(scope_of(request), policies.VIEW)
    return _moved(merging.merge(scope=scope, source=number, target=body.into, reason=body.reason))


@router.post(
    "/incidents/{number}/split",
    response={201: give.RearrangementOut},
    operation_id="split_incident",
    summary="Tách sự cố",
)
def split(request: HttpRequest, number: str, body: take.SplitIn) -> Status[Any]:
    """Open another incident out of this one with some of its alerts and orders."""
    scope = require(scope_of(request), policies.VIEW)
    made = merging.split(
        scope=scope, number=number, told=Told(title=body.title), alert_ids=body.alerts, dispatch_ids=body.dispatches,
        reason=body.reason,
    )  # fmt: skip
    return Status(201, _moved(made))


@router.post(
    "/incident-rearrangements/{rearrangement_id}/undo", response=give.RearrangementOut, operation_id="undo_rearrangement",
    summary="Hoàn tác nhập, tách",
)  # fmt: skip
def undo(request: HttpRequest, rearrangement_id: UUID) -> Any:
    """Take a merge or split back while nothing was rearranged since."""
    scope = require(scope_of(request), policies.VIEW)
    return _moved(merging.undo(scope=scope, rearrangement_id=rearrangement_id))


def _moved(made: Rearrangement) -> dict[str, Any]:
    return {"id": made.pk, "kind": made.kind, "source": made.source.number, "target": made.target.number}


def _unit(code: str) -> UUID:
    try:
        return organisations.unit(code).id
    except NotFound:
        raise InvalidInput(
            _("Không có đơn vị mã “{code}”.").format(code=code[:64]), action=_("Kiểm tra mã đơn vị.")
        ) from None


def _unknown_action(known: str) -> InvalidInput:
    return InvalidInput(
        _("Thao tác không hợp lệ."), action=_("Dùng một trong: {known}.").format(known=known), fields={"action": known}
    )
