"""Giving work: a directive with its tasks in one transaction, once per key; taken back as a whole while nobody has begun."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.audit import interface as audit
from sen.apps.directives import chase_plan, clocks, history, policies, seeing, telling
from sen.apps.directives.announcing import announce_after_commit
from sen.apps.directives.choices import Origin, Workflow
from sen.apps.directives.models import Directive, Task
from sen.apps.directives.numbering import next_numbers
from sen.apps.directives.values import DirectiveRef, NewDirective, NewTask
from sen.apps.organisations import interface as organisations
from sen.kernel import clock
from sen.kernel.errors import Conflict, InvalidInput, NotFound
from sen.kernel.identifiers import uuid7
from sen.kernel.text import folded, normal

MOST_TASKS = 300
EARLIEST = date(2000, 1, 1)
LATEST = date(2100, 12, 31)


class _Kept(NamedTuple):
    """A task and the units beside it, before they are stored."""

    task: Task
    cooperating: tuple[UUID, ...]


@transaction.atomic
def add_tasks(*, scope: Scope, directive: NewDirective, tasks: Sequence[NewTask]) -> DirectiveRef:
    """Give the tasks of a directive; each lead gets one of its own. The same `key` again gives what it gave before.

    Raises InvalidInput with `fields` named `tasks.<index>.<field>` or `directive.<field>`, NotFound for units, Forbidden.
    """
    if directive.key and (known := Directive.objects.filter(key=directive.key).first()):
        return ref_of(known)
    unit_id = directive.unit_id or _own_unit(scope)
    require(scope, policies.ASSIGN, unit_id)
    _check(directive, tasks)
    _units(tasks)
    _within(scope, unit_id, tasks)
    now = clock.now()
    names = [lead for one in tasks for lead in one.leads]
    numbers = next_numbers(now, len(names))
    # Whoever came with the same key at the same moment waited for the numbers, and finds what was made meanwhile.
    if directive.key and (known := Directive.objects.filter(key=directive.key).first()):
        return ref_of(known)
    made = _directive(scope, directive, unit_id, now)
    kept = _tasks(made, tasks, numbers, now)
    _store(scope, kept)
    telling.assigned([one.task for one in kept])
    announce_after_commit([one.task.pk for one in kept], "assigned")
    audit.record(
        scope=scope, action="directives.assign", object_type="directive", object_id=str(made.pk), unit_id=unit_id,
        detail={"number": made.number, "tasks": [one.task.number for one in kept]},
    )  # fmt: skip
    return ref_of(made)


def own_units(scope: Scope) -> list[organisations.UnitRef]:
    """The units of which the caller is a member and in whose name it may give tasks."""
    held = organisations.memberships(scope.user_id) if scope.user_id else []
    return [one.unit for one in held if scope.allows(policies.ASSIGN, one.unit.id)]


def _own_unit(scope: Scope) -> UUID:
    own = own_units(scope)
    return own[0].id if own else organisations.province().id


def _check(directive: NewDirective, tasks: Sequence[NewTask]) -> None:
    faults = {}
    if not 3 <= len(normal(directive.title)) <= 500:
        faults["directive.title"] = _("Trích yếu cần từ 3 đến 500 ký tự.")
    if directive.origin not in Origin.values:
        faults["directive.origin"] = _("Nguồn giao không hợp lệ.")
    for name, longest in (("number", 100), ("issuer", 200), ("signer", 150), ("origin_reference", 100)):
        if len(getattr(directive, name)) > longest:
            faults[f"directive.{name}"] = _("Dài quá {n} ký tự.").format(n=longest)
    if not 1 <= len(tasks) <= MOST_TASKS:
        faults["tasks"] = _("Cần từ 1 đến {n} nhiệm vụ.").format(n=MOST_TASKS)
    for index, one in enumerate(tasks):
        faults |= {f"tasks.{index}.{name}": words for name, words in _faults(one, len(directive.text)).items()}
    if faults:
        raise InvalidInput(
            _("Chưa giao được: thông tin chưa đủ."), action=_("Sửa các mục được nêu rồi giao lại."), fields=faults
        )


def _faults(one: NewTask, length: int) -> dict[str, str]:
    faults = {}
    if not 5 <= len(normal(one.words)) <= 2000:
        faults["words"] = _("Nội dung nhiệm vụ cần từ 5 đến 2000 ký tự.")
    if not one.leads:
        faults["leads"] = _("Chọn đơn vị chủ trì.")
    elif len(set(one.leads)) != len(one.leads):
        faults["leads"] = _("Một đơn vị được chọn hai lần.")
    if one.deadline is not None and not EARLIEST <= one.deadline <= LATEST:
        faults["deadline"] = _("Hạn không hợp lệ.")
    if len(one.deadline_words) > 500 or len(one.cooperating_words) > 1000:
        faults["words"] = _("Lời dẫn của thời hạn hoặc đơn vị phối hợp quá dài.")
    if one.evidence is not None and not 0 <= one.evidence[0] < one.evidence[1] <= length:
        faults["evidence"] = _("Đoạn trích nằm ngoài văn bản.")
    return faults


def _units(tasks: Sequence[NewTask]) -> dict[UUID, organisations.UnitRef]:
    """Every unit that is named. A unit that has ended can be given nothing."""
    wanted = {unit for one in tasks for unit in (*one.leads, *one.cooperating)}
    found = organisations.units_by_id(wanted)
    if wanted - found.keys():
        raise NotFound(_("Có đơn vị không tồn tại."), action=_("Chọn lại đơn vị."))
    day = clock.local(clock.now()).date()
    ended = [one.name for one in found.values() if one.valid_to is not None and one.valid_to <= day]
    if ended:
        raise InvalidInput(
            _("{names} đã kết thúc hoạt động.").format(names=", ".join(sorted(ended))),
            action=_("Giao cho đơn vị kế thừa."),
        )
    return found


def _within(scope: Scope, unit_id: UUID, tasks: Sequence[NewTask]) -> None:
    """A unit gives work to itself and to those below it; what other apps give by themselves is not held to that."""
    if scope.is_system:
        return
    below = organisations.standing_ids(unit_id)
    faults = {
        f"tasks.{n}.leads": _("Chỉ giao cho đơn vị mình hoặc đơn vị trực thuộc.")
        for n, one in enumerate(tasks)
        if not set(one.leads) <= below
    }
    if faults:
        raise InvalidInput(
            _("Có đơn vị chủ trì không trực thuộc đơn vị giao."), action=_("Chọn lại đơn vị chủ trì."), fields=faults
        )


def _directive(scope: Scope, new: NewDirective, unit_id: UUID, now: datetime) -> Directive:
    return Directive.objects.create(
        key=new.key or None, number=normal(new.number), title=normal(new.title), issuer=normal(new.issuer),
        issued=new.issued, received=new.received, signer=normal(new.signer), origin=new.origin,
        origin_reference=new.origin_reference, document_id=new.document_id, file_id=new.file_id, text=new.text, unit_id=unit_id,
        simulated=new.simulated, made_at=now, made_by=history.person(scope), made_by_id=scope.user_id,
    )  # fmt: skip


def _tasks(
    directive: Directive, tasks: Sequence[NewTask], numbers: Sequence[str], now: datetime, parent: Task | None = None
) -> list[_Kept]:
    plan = chase_plan.plan_on(clock.local(now).date())
    calendars = organisations.working_calendars_of({lead for one in tasks for lead in one.leads})
    given = iter(numbers)
    kept = []
    for position, one in enumerate(tasks):
        group = uuid7()
        start, end = one.evidence or (None, None)
        for lead in one.leads:
            task = Task(
                number=next(given), directive=directive, group=group, position=position, words=normal(one.words), lead_id=lead,
                folded=folded(one.words), cooperating_words=normal(one.cooperating_words), parent=parent,
                assigned_by_id=parent.lead_id if parent else directive.unit_id,
                deadline=one.deadline, first_deadline=one.deadline, deadline_words=normal(one.deadline_words),
                evidence_start=start, evidence_end=end, simulated=directive.simulated, made_at=now, updated_at=now,
            )  # fmt: skip
            clocks.set_next(task, plan, calendars[lead])
            kept.append(_Kept(task, tuple(unit for unit in dict.fromkeys(one.cooperating) if unit != lead)))
    return kept


def _store(scope: Scope, kept: Sequence[_Kept]) -> None:
    Task.objects.bulk_create([one.task for one in kept])
    through = Task.cooperating.through
    through.objects.bulk_create(
        [through(task_id=one.task.pk, unit_id=unit) for one in kept for unit in one.cooperating]
    )
    by = history.person(scope)
    history.store_lines(
        [
            history.line(
                one.task, "assigned", scope=scope, by=by,
                deadline=one.task.deadline.isoformat() if one.task.deadline else "",
            )
            for one in kept
        ]
    )  # fmt: skip


def store_parts(scope: Scope, task: Task, parts: Sequence[NewTask]) -> list[Task]:
    """Make the parts of a task in the caller's transaction; who may is arranging's to know. Raises InvalidInput, NotFound."""
    faults = {f"tasks.{n}.{name}": words for n, one in enumerate(parts) for name, words in _faults(one, 0).items()}
    if faults or not parts:
        raise InvalidInput(
            _("Chưa chia được: thông tin chưa đủ."), action=_("Sửa các mục được nêu."),
            fields=faults or {"tasks": _("Thêm ít nhất một phần việc.")},
        )  # fmt: skip
    _units(parts)
    now = clock.now()
    kept = _tasks(task.directive, parts, next_numbers(now, sum(len(one.leads) for one in parts)), now, task)
    _store(scope, kept)
    made = [one.task for one in kept]
    for one in made:
        telling.about(
            one,
            "assigned",
            telling.of_unit(one.lead_id),
            _("phần việc mới của {number}").format(number=task.number),
            one.words,
            severity="notice",
        )
    announce_after_commit([one.pk for one in made], "assigned")
    return made


@transaction.atomic
def take_back(*, scope: Scope, directive_id: UUID) -> int:
    """Undo a directive whose tasks nobody has accepted yet; how many tasks it was. Its numbers are not given again.

    Raises NotFound, Forbidden, Conflict where a unit has begun.
    """
    found = seeing.directive_for(scope, directive_id, lock=True)
    require(scope, policies.ASSIGN, found.unit_id)
    tasks = list(Task.objects.select_for_update().filter(directive=found))
    begun = [one.number for one in tasks if one.workflow != Workflow.ASSIGNED or one.percent]
    if begun:
        raise Conflict(
            _("Không thể thu hồi: {numbers} đã được tiếp nhận.").format(numbers=", ".join(begun[:5])),
            action=_("Hủy từng nhiệm vụ còn lại và nêu lý do."),
            code="already_begun",
        )
    now = clock.now()
    found.undone_at, found.key = now, None
    found.save(update_fields=["undone_at", "key"])
    for one in tasks:
        one.workflow, one.chase_at, one.updated_at, one.reason = (
            Workflow.CANCELLED,
            None,
            now,
            str(_("Thu hồi ngay sau khi giao")),
        )
        one.revision += 1
    Task.objects.bulk_update(tasks, ["workflow", "chase_at", "updated_at", "reason", "revision"])
    by = history.person(scope)
    history.store_lines([history.line(one, "taken_back", scope=scope, by=by) for one in tasks])
    telling.taken_back(found, tasks)
    announce_after_commit([one.pk for one in tasks], "taken_back")
    audit.record(
        scope=scope, action="directives.take_back", object_type="directive", object_id=str(found.pk),
        unit_id=found.unit_id, detail={"tasks": [one.number for one in tasks]},
    )  # fmt: skip
    return len(tasks)


def ref_of(directive: Directive, numbers: Sequence[str] | None = None) -> DirectiveRef:
    """A directive as others name it; with `numbers` none are asked for."""
    if numbers is None:
        numbers = list(directive.tasks.order_by("position", "number").values_list("number", flat=True))
    return DirectiveRef(
        directive.pk, directive.number, directive.title, directive.issuer, directive.issued, directive.origin,
        directive.origin_reference, tuple(numbers), directive.document_id,
    )  # fmt: skip
