"""REST of tasks and directives: list, read a text, give, work, decide, count, compare."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import File, Form, Query, Router, Status
from ninja.files import UploadedFile

from sen.apps.access.interface import Scope
from sen.apps.directives import (
    arranging,
    assigning,
    bulk,
    chase_plan,
    chasing,
    details,
    extending,
    figures,
    intake,
    interface,
    listing,
    policies,
    seeing,
    working,
)
from sen.apps.directives import rest_schemas as api
from sen.apps.directives.models import Intake
from sen.apps.directives.timeliness import today
from sen.apps.directives.values import NewDirective, NewTask, TaskFilter
from sen.apps.organisations import interface as organisations
from sen.kernel import clock
from sen.kernel.errors import InvalidInput, NotFound
from sen.kernel.scopes import require, scope_of

router = Router(tags=["tasks"])


def _scope(request: HttpRequest) -> Scope:
    return require(scope_of(request), policies.VIEW)


def _unit(code: str) -> UUID:
    return organisations.unit(code).id


def _new(one: api.TaskIn) -> NewTask:
    return NewTask(
        words=one.words, leads=tuple(map(_unit, one.leads)), cooperating=tuple(map(_unit, one.cooperating)), deadline=one.deadline,
        cooperating_words=one.cooperating_words, deadline_words=one.deadline_words, evidence=one.evidence,
    )  # fmt: skip


@router.get("/tasks", response=api.TasksOut, operation_id="list_tasks", summary="Danh sách nhiệm vụ")
def list_tasks(request: HttpRequest, asked: Query[api.ListQuery]) -> Any:
    """Tasks that the caller's units lead, cooperate in or assigned, the earliest deadline first."""
    wanted = TaskFilter(
        q=asked.q, unit_id=_unit(asked.unit) if asked.unit else None, role=asked.role, directive_id=asked.directive,
        document_id=asked.document, origin=asked.origin, origin_reference=asked.reference, issuer=asked.issuer,
        workflow=tuple(asked.workflow), timeliness=tuple(asked.timeliness), due_from=asked.due_from, due_until=asked.due_until,
        parent=asked.parent, with_gone=asked.with_gone,
    )  # fmt: skip
    return msgspec.to_builtins(listing.tasks(_scope(request), wanted, asked.cursor, asked.limit))


@router.get("/task-counts", response=api.CountsOut, operation_id="count_tasks", summary="Số nhiệm vụ theo thời hạn")
def count_tasks(request: HttpRequest, unit: str = "") -> Any:
    """Tasks by timeliness today, of all that the caller sees or of one unit with all below it."""
    found = figures.counts(_scope(request), _unit(unit) if unit else None)
    return {**msgspec.to_builtins(found), "on_time_rate": found.on_time_rate, "as_of": clock.now()}


@router.get("/task-ranking", response=api.RankingOut, operation_id="rank_units", summary="Xếp hạng đơn vị")
def rank_units(request: HttpRequest, since: date | None = None, until: date | None = None) -> Any:
    """Units by their share of tasks done on time."""
    return {"items": msgspec.to_builtins(figures.ranking(_scope(request), since, until)), "next": None}


@router.get("/task-overdue", response=api.OverduesOut, operation_id="overdue_tasks", summary="Nhiệm vụ quá hạn")
def overdue_tasks(request: HttpRequest, unit: str = "", limit: int = 50) -> Any:
    """Late tasks, the longest first, with what was said last and why."""
    found = figures.overdue(_scope(request), limit, _unit(unit) if unit else None)
    return {"items": msgspec.to_builtins(found), "next": None}


@router.get("/tasks/{number}", response=api.DetailOut, operation_id="get_task", summary="Một nhiệm vụ")
def get_task(request: HttpRequest, number: str, response: HttpResponse) -> Any:
    """One task with its history, evidence, progress, extensions and parts."""
    found = details.detail(_scope(request), number)
    response["ETag"] = f'"{found.line.revision}"'
    return msgspec.to_builtins(found)


@router.post(
    "/tasks/{number}/files", response=api.DetailOut, operation_id="report_with_files", summary="Báo cáo kèm tệp"
)
def report_with_files(
    request: HttpRequest, number: str, percent: Form[int], words: Form[str], file: File[UploadedFile]
) -> Any:
    """Say how far the work is, with a file as evidence."""
    working.report(
        scope=_scope(request),
        number=number,
        percent=percent,
        words=words,
        attached=[(file.name or "tep", file.read())],
    )
    return msgspec.to_builtins(details.detail(_scope(request), number))


@router.post(
    "/tasks/{number}/{action}", response=api.DetailOut, operation_id="act_on_task", summary="Thao tác với nhiệm vụ"
)
def act_on_task(request: HttpRequest, number: str, action: str, body: api.ActIn) -> Any:
    """accept, refuse, progress, report, approve, send_back, extend, transfer, pause, resume, cancel, remind, divide, change, note.

    A stale `revision` is refused with 409. `extend` asks for time, or gives it where the caller may decide.
    """
    scope = _scope(request)
    if action not in _ACTIONS:
        seeing.task_for(scope, number)
        raise NotFound(_("Không có thao tác này."), action=_("Xem danh sách thao tác trong tài liệu API."))
    _ACTIONS[action](scope, number, body)
    return msgspec.to_builtins(details.detail(scope, number))


def _report(scope: Scope, number: str, body: api.ActIn, *, done: bool) -> None:
    working.report(
        scope=scope, number=number, percent=body.percent if body.percent is not None else (100 if done else -1), words=body.words,
        done=done, revision=body.revision,
    )  # fmt: skip


def _extend(scope: Scope, number: str, body: api.ActIn) -> None:
    if body.deadline is None:
        raise InvalidInput(_("Thiếu hạn mới."), action=_("Gửi `deadline`."), fields={"deadline": _("Nhập hạn mới.")})
    task = seeing.task_for(scope, number)
    give = extending.extend if scope.allows(policies.DECIDE, task.assigned_by_id) else extending.ask
    give(scope=scope, number=number, to=body.deadline, reason=body.reason, revision=body.revision)


def _change(scope: Scope, number: str, body: api.ActIn) -> None:
    arranging.change(scope=scope, number=number, words=body.words or None, revision=body.revision)


_ACTIONS: dict[str, Callable[[Scope, str, api.ActIn], object]] = {
    "accept": lambda scope, number, body: working.accept(scope=scope, number=number, revision=body.revision),
    "refuse": lambda scope, number, body: working.refuse(
        scope=scope, number=number, reason=body.reason, revision=body.revision
    ),
    "progress": lambda scope, number, body: _report(scope, number, body, done=False),
    "report": lambda scope, number, body: _report(scope, number, body, done=True),
    "approve": lambda scope, number, body: working.approve(
        scope=scope, number=number, words=body.words, revision=body.revision
    ),
    "send_back": lambda scope, number, body: working.send_back(
        scope=scope, number=number, reason=body.reason, revision=body.revision
    ),
    "extend": _extend,
    "transfer": lambda scope, number, body: arranging.transfer(
        scope=scope, number=number, to=_unit(body.to), reason=body.reason, revision=body.revision
    ),
    "pause": lambda scope, number, body: arranging.pause(
        scope=scope, number=number, reason=body.reason, revision=body.revision
    ),
    "resume": lambda scope, number, body: arranging.resume(scope=scope, number=number, revision=body.revision),
    "cancel": lambda scope, number, body: arranging.cancel(
        scope=scope, number=number, reason=body.reason, revision=body.revision
    ),
    "remind": lambda scope, number, body: chasing.remind(scope=scope, numbers=[number], words=body.words),
    "divide": lambda scope, number, body: arranging.divide(
        scope=scope, number=number, parts=[_new(one) for one in body.parts], revision=body.revision
    ),
    "change": _change,
    "note": lambda scope, number, body: working.note(scope=scope, number=number, words=body.words),
}


@router.post(
    "/task-extensions/{extension}",
    response=api.DetailOut,
    operation_id="decide_extension",
    summary="Quyết định gia hạn",
)
def decide_extension(request: HttpRequest, extension: UUID, body: api.DecideIn) -> Any:
    """Grant or refuse a wish for more time."""
    scope = _scope(request)
    found = extending.decide(scope=scope, extension_id=extension, grant=body.grant, words=body.words, to=body.deadline)
    return msgspec.to_builtins(details.detail(scope, found.task.number))


@router.post("/task-bulk", response=api.BulkOut, operation_id="bulk_tasks", summary="Thao tác với nhiều nhiệm vụ")
def bulk_tasks(request: HttpRequest, body: api.BulkIn) -> Any:
    """remind, accept, approve, pause or cancel many tasks; each is answered by itself."""
    return msgspec.to_builtins(bulk.do(scope=_scope(request), action=body.action, numbers=body.tasks, words=body.words))


@router.post("/task-bulk/{bulk_id}/undo", response=api.UndoneOut, operation_id="undo_bulk_tasks", summary="Hoàn tác")
def undo_bulk_tasks(request: HttpRequest, bulk_id: UUID) -> Any:
    """Take a bulk action back within a quarter of an hour."""
    return {"tasks": bulk.undo(scope=_scope(request), bulk_id=bulk_id)}


@router.get("/directives", response=api.DirectivesOut, operation_id="list_directives", summary="Văn bản giao nhiệm vụ")
def list_directives(
    request: HttpRequest, origin: str = "", reference: str = "", document: UUID | None = None, limit: int = 50
) -> Any:
    """What assigned tasks that the caller sees, newest first."""
    found = listing.directives(
        _scope(request), origin=origin, origin_reference=reference, document_id=document, limit=limit
    )
    return {"items": msgspec.to_builtins(found), "next": None}


@router.post("/directives", response={201: api.DirectiveOut}, operation_id="give_tasks", summary="Giao nhiệm vụ")
def give_tasks(request: HttpRequest, body: api.DirectiveIn) -> Status[Any]:
    """Give the tasks of a directive in one transaction; each lead gets one of its own."""
    scope = require(scope_of(request), policies.ASSIGN)
    told = body.dict(exclude={"tasks", "unit", "document", "key"})
    directive = NewDirective(
        **told,
        document_id=body.document,
        unit_id=_unit(body.unit) if body.unit else None,
        key=f"api:{body.key}" if body.key else "",
    )
    made = assigning.add_tasks(scope=scope, directive=directive, tasks=[_new(one) for one in body.tasks])
    return Status(201, msgspec.to_builtins(made))


@router.post("/directive-readings", response=api.ReadingOut, operation_id="read_directive", summary="Đọc văn bản")
def read_directive(request: HttpRequest, body: api.ReadIn) -> Any:
    """The tasks that a text proposes, with the units that its names stand for. Nothing is stored."""
    scope = require(scope_of(request), policies.ASSIGN)
    own = assigning.own_units(scope)
    text = body.text.replace("\r\n", "\n").replace("\x00", "")
    read = Intake(text=text, unit_id=own[0].id if own else organisations.province().id, made_at=clock.now())
    return msgspec.to_builtins(intake.read(read))


@router.get(
    "/directives/{directive}", response=api.TasksOut, operation_id="get_directive", summary="Nhiệm vụ của văn bản"
)
def get_directive(request: HttpRequest, directive: UUID) -> Any:
    """The tasks of a directive that the caller sees, also those that are gone."""
    scope = _scope(request)
    seeing.directive_for(scope, directive)
    return {"items": msgspec.to_builtins(interface.of_directive(scope, directive)), "next": None}


@router.post(
    "/directives/{directive}/take-back",
    response=api.TakenBackOut,
    operation_id="take_back_directive",
    summary="Thu hồi",
)
def take_back_directive(request: HttpRequest, directive: UUID) -> Any:
    """Undo a directive that no unit has begun."""
    return {"tasks": assigning.take_back(scope=_scope(request), directive_id=directive)}


@router.get("/task-reminders", response=api.ChaseOut, operation_id="get_task_reminders", summary="Cách đôn đốc")
def get_task_reminders(request: HttpRequest) -> Any:
    """How units are reminded today."""
    _scope(request)
    return msgspec.to_builtins(chase_plan.plan_on(today()))


@router.post("/task-reminders", response=api.ChaseOut, operation_id="set_task_reminders", summary="Đặt cách đôn đốc")
def set_task_reminders(request: HttpRequest, body: api.ChaseIn) -> Any:
    """How units are reminded from a day on."""
    plan = chase_plan.ChasePlan(
        tuple(chase_plan.ChaseStep(one.working_days, one.to) for one in body.steps), body.repeat_working_days, body.hour
    )
    chase_plan.set_plan(scope=_scope(request), plan=plan, valid_from=body.valid_from, source=body.source)
    return msgspec.to_builtins(plan)
