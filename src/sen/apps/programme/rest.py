"""REST of programmes, meetings, inspections and weekly digests."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from sen.apps.access.interface import Scope, require
from sen.apps.directives.interface import NewTask, TaskLine
from sen.apps.organisations import interface as organisations
from sen.apps.programme import asked, concluding, inspecting, meeting, policies, programmes, seeing
from sen.apps.programme.digest import making
from sen.apps.programme.models import Decision, Digest, Inspection, Meeting, Programme, ProgrammeItem
from sen.apps.programme.rest_schemas import (
    ConclusionIn,
    ConfirmIn,
    DecisionIn,
    DecisionOut,
    DigestIn,
    DigestOut,
    DigestsOut,
    FindingIn,
    FindingOut,
    GiveIn,
    InspectionDetailOut,
    InspectionIn,
    InspectionOut,
    InspectionsOut,
    ItemIn,
    ItemOut,
    MeetingDetailOut,
    MeetingIn,
    MeetingOut,
    MeetingsOut,
    ProgrammeDetailOut,
    ProgrammesOut,
    ProposalsOut,
    TasksOut,
)
from sen.kernel import clock
from sen.kernel.scopes import scope_of

router = Router(tags=["programme"])
Limit = Annotated[int, Query(ge=1, le=200)]


@router.get("/programmes", response=ProgrammesOut, operation_id="list_programmes", summary="Các chương trình công tác")
def list_programmes(request: HttpRequest, limit: Limit = 50, cursor: str | None = None) -> dict[str, Any]:
    """Programmes by number, from the newest; `cursor` is the last number seen."""
    found = seeing.programmes(_view(request)).order_by("-number")
    rows = list((found.filter(number__lt=cursor[:20]) if cursor else found)[: limit + 1])
    return {
        "items": [_programme(one) for one in rows[:limit]],
        "next": rows[limit - 1].number if len(rows) > limit else None,
    }


@router.get(
    "/programmes/{number}", response=ProgrammeDetailOut, operation_id="get_programme", summary="Một chương trình"
)
def get_programme(request: HttpRequest, number: str) -> dict[str, Any]:
    """A programme with its items and how they stand today."""
    scope = _view(request)
    found = seeing.programme_for(scope, number)
    return {**_programme(found), "items": [_item(scope, one) for one in programmes.lines(found)]}


@router.post(
    "/programmes/{number}/items", response={201: ItemOut}, operation_id="add_programme_item", summary="Thêm mục"
)
def add_programme_item(request: HttpRequest, number: str, body: ItemIn) -> Status[dict[str, Any]]:
    """Add an item."""
    scope = _view(request)
    new = programmes.ItemIn(
        month=body.month,
        words=body.words,
        lead=asked.unit(body.lead or ""),
        cooperating=body.cooperating,
        product=body.product,
        due=body.due,
    )
    made = programmes.add_item(scope=scope, number=number, new=new)
    return Status(201, _item(scope, _line(made)))


@router.post(
    "/programmes/{number}/give", response=TasksOut, operation_id="give_programme_items", summary="Giao các mục"
)
def give_programme_items(request: HttpRequest, number: str, body: GiveIn) -> dict[str, Any]:
    """Give items as tasks to the units that lead them; those given before are not given again."""
    return {"tasks": programmes.give(scope=_view(request), number=number, items=body.items)}


@router.get("/meetings", response=MeetingsOut, operation_id="list_meetings", summary="Các cuộc họp")
def list_meetings(request: HttpRequest, limit: Limit = 50, cursor: str | None = None) -> dict[str, Any]:
    """Meetings by number, from the newest; `cursor` is the last number seen."""
    found = seeing.meetings(_view(request)).order_by("-number")
    rows = list((found.filter(number__lt=cursor[:20]) if cursor else found)[: limit + 1])
    return {
        "items": [_meeting(one) for one in rows[:limit]],
        "next": rows[limit - 1].number if len(rows) > limit else None,
    }


@router.post("/meetings", response={201: MeetingOut}, operation_id="create_meeting", summary="Lập cuộc họp")
def create_meeting(request: HttpRequest, body: MeetingIn) -> Status[dict[str, Any]]:
    """Make a meeting of a unit with its agenda and those who are asked."""
    made = meeting.create(
        scope=_view(request), unit_id=organisations.unit(body.unit).id, title=body.title, starts_at=body.starts_at, chair=body.chair,
        place=body.place, agenda=[meeting.AgendaIn(words=one) for one in body.agenda],
        asked=[organisations.unit(code).id for code in body.asked],
    )  # fmt: skip
    return Status(201, _meeting(made))


@router.get("/meetings/{number}", response=MeetingDetailOut, operation_id="get_meeting", summary="Một cuộc họp")
def get_meeting(request: HttpRequest, number: str) -> dict[str, Any]:
    """A meeting with its agenda, decisions and conclusion."""
    found = seeing.meeting_for(_view(request), number)
    return {
        **_meeting(found), "conclusion": found.conclusion,
        "agenda": [
            {"position": one.position, "words": one.words, "presenter": one.presenter.code if one.presenter else None, "minutes": one.minutes,
             "tasks": one.tasks, "figures": one.figures, "done": one.done}
            for one in found.agenda.select_related("presenter")
        ],
        "decisions": [_decision(one) for one in found.decisions.select_related("lead", "agenda")],
    }  # fmt: skip


@router.post(
    "/meetings/{number}/decisions", response={201: DecisionOut}, operation_id="decide_in_meeting", summary="Ghi ý kiến"
)
def decide_in_meeting(request: HttpRequest, number: str, body: DecisionIn) -> Status[dict[str, Any]]:
    """Note what was decided; with `lead` it is a task at once."""
    made = meeting.decide(
        scope=_view(request), number=number, words=body.words, position=body.position, lead=asked.unit(body.lead or ""), due=body.due,
        key=body.key,
    )  # fmt: skip
    return Status(201, _decision(made))


@router.put(
    "/meetings/{number}/conclusion", response=ProposalsOut, operation_id="put_conclusion", summary="Dán kết luận"
)
def put_conclusion(request: HttpRequest, number: str, body: ConclusionIn) -> dict[str, Any]:
    """Keep the text of the conclusion; the tasks that it assigns, for a person to confirm."""
    kept = concluding.keep_text(
        scope=_view(request), number=number, text=body.text, conclusion_number=body.number, on=body.on
    )
    return {
        "items": [
            {"words": one.words, "leads": [unit.code for unit in one.leads], "unknown": list(one.unknown), "cooperating_words": one.cooperating_words,
             "deadline": one.deadline, "deadline_words": one.deadline_words, "evidence": one.evidence, "warnings": list(one.warnings)}
            for one in concluding.proposals(kept)
        ]
    }  # fmt: skip


@router.post(
    "/meetings/{number}/conclusion", response=TasksOut, operation_id="confirm_conclusion", summary="Giao kết luận"
)
def confirm_conclusion(request: HttpRequest, number: str, body: ConfirmIn) -> dict[str, Any]:
    """Give what a person confirmed; the meeting is concluded. A second time gives what the first gave."""
    tasks = [
        NewTask(
            words=one.words,
            leads=tuple(organisations.unit(code).id for code in one.leads),
            deadline=one.deadline,
            evidence=one.evidence,
        )
        for one in body.tasks
    ]
    made = concluding.confirm(scope=_view(request), number=number, tasks=tasks, revision=body.revision)
    return {"tasks": list(made.tasks)}


@router.get("/inspections", response=InspectionsOut, operation_id="list_inspections", summary="Các cuộc kiểm tra")
def list_inspections(request: HttpRequest, limit: Limit = 50, cursor: str | None = None) -> dict[str, Any]:
    """Inspections by number, from the newest; `cursor` is the last number seen."""
    found = seeing.inspections(_view(request)).order_by("-number")
    rows = list((found.filter(number__lt=cursor[:20]) if cursor else found)[: limit + 1])
    return {
        "items": [_inspection(one) for one in rows[:limit]],
        "next": rows[limit - 1].number if len(rows) > limit else None,
    }


@router.post(
    "/inspections", response={201: InspectionOut}, operation_id="plan_inspection", summary="Lên kế hoạch kiểm tra"
)
def plan_inspection(request: HttpRequest, body: InspectionIn) -> Status[dict[str, Any]]:
    """Plan an inspection of a unit."""
    made = inspecting.create(
        scope=_view(request), unit_id=organisations.unit(body.unit).id, inspected=organisations.unit(body.inspected).id, title=body.title,
        starts_on=body.starts_on, ends_on=body.ends_on, checklist=body.checklist, form=body.form,
    )  # fmt: skip
    return Status(201, _inspection(made))


@router.get(
    "/inspections/{number}", response=InspectionDetailOut, operation_id="get_inspection", summary="Một cuộc kiểm tra"
)
def get_inspection(request: HttpRequest, number: str) -> dict[str, Any]:
    """An inspection with its findings and conclusion."""
    found = seeing.inspection_for(_view(request), number)
    return {**_inspection(found), "conclusion": found.conclusion, "findings": list(found.findings.all())}


@router.post(
    "/inspections/{number}/findings", response={201: FindingOut}, operation_id="add_finding", summary="Ghi phát hiện"
)
def add_finding(request: HttpRequest, number: str, body: FindingIn) -> Status[Any]:
    """Write a finding down."""
    made = inspecting.find(
        scope=_view(request),
        number=number,
        severity=body.severity,
        words=body.words,
        basis=body.basis,
        remedy=body.remedy,
        due=body.due,
    )
    return Status(201, made)


@router.get("/digests", response=DigestsOut, operation_id="list_digests", summary="Các báo cáo tuần")
def list_digests(request: HttpRequest, limit: Limit = 30) -> dict[str, Any]:
    """The weekly digests of the caller's units, the newest first."""
    return {"items": [_digest(one) for one in making.digests(_view(request), limit=limit)], "next": None}


@router.post("/digests", response={201: DigestOut}, operation_id="make_digest", summary="Lập báo cáo tuần")
def make_digest(request: HttpRequest, body: DigestIn) -> Status[dict[str, Any]]:
    """Make a unit's digest now, for the week of a day (this one)."""
    made = making.make(scope=_view(request), unit_id=organisations.unit(body.unit).id, week=body.week)
    return Status(201, _digest(made))


def _view(request: HttpRequest) -> Scope:
    return require(scope_of(request), policies.VIEW)


def _programme(found: Programme) -> dict[str, Any]:
    return {
        "number": found.number, "year": found.year, "title": found.title, "unit": found.unit.code, "symbol": found.symbol,
        "issued": found.issued, "simulated": found.simulated, "revision": found.revision,
    }  # fmt: skip


def _line(item: ProgrammeItem) -> programmes.ItemLine:
    state = programmes.state_of(item, (), clock.local(clock.now()).date())
    return programmes.ItemLine(item, state, "", (), 0)


def _item(scope: Scope, line: programmes.ItemLine) -> dict[str, Any]:
    item = line.item
    return {
        "number": item.number, "month": item.month, "words": item.words, "lead": item.lead.code if item.lead else None,
        "lead_words": item.lead_words, "cooperating": item.cooperating_words, "product": item.product, "due": item.due, "state": line.state,
        "percent": line.percent, "tasks": [task.number for task in line.tasks if _sees(scope, task)], "revision": item.revision,
    }  # fmt: skip


def _sees(scope: Scope, task: TaskLine) -> bool:
    return scope.sees(task.lead.id) or scope.sees(task.assigned_by.id)


def _meeting(found: Meeting) -> dict[str, Any]:
    return {
        "number": found.number, "title": found.title, "unit": found.unit.code, "chair": found.chair, "place": found.place,
        "starts_at": found.starts_at, "state": found.state, "simulated": found.simulated, "revision": found.revision,
    }  # fmt: skip


def _decision(found: Decision) -> dict[str, Any]:
    return {
        "id": found.pk, "words": found.words, "position": found.agenda.position if found.agenda else None,
        "lead": found.lead.code if found.lead else None, "due": found.due, "task": found.task, "made_at": found.made_at,
    }  # fmt: skip


def _inspection(found: Inspection) -> dict[str, Any]:
    return {
        "number": found.number, "title": found.title, "unit": found.unit.code, "inspected": found.inspected.code, "starts_on": found.starts_on,
        "ends_on": found.ends_on, "state": found.state, "simulated": found.simulated, "revision": found.revision,
    }  # fmt: skip


def _digest(found: Digest) -> dict[str, Any]:
    return {
        "id": found.pk, "unit": found.unit.code, "week": found.week, "scheduled": found.scheduled, "file_id": found.file_id,
        "totals": found.totals, "made_at": found.made_at,
    }  # fmt: skip
