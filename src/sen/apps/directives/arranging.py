"""What is done with a task beside the work itself: transfer, pause, cancel, divide into parts, put its words right."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.directives import assigning, clocks, history, lesson_tasks, policies, seeing, telling
from sen.apps.directives.announcing import announce_after_commit
from sen.apps.directives.choices import AT_WORK, GONE, OPEN, Workflow
from sen.apps.directives.models import Task
from sen.apps.directives.numbering import next_numbers
from sen.apps.directives.timeliness import today
from sen.apps.directives.values import NewTask
from sen.apps.directives.working import of_assigner, of_lead
from sen.apps.organisations import interface as organisations
from sen.kernel import clock
from sen.kernel.errors import Conflict, InvalidInput
from sen.kernel.text import folded


@transaction.atomic
def transfer(*, scope: Scope, number: str | UUID, to: UUID, reason: str, revision: int | None = None) -> Task:
    """Hand a task over to another unit, which has to accept it; by whoever assigned it, or by its lead. The new task.

    Deadline and first deadline go with it; where the new unit refuses, it is the earlier unit's again. Raises NotFound, Forbidden,
    Conflict, InvalidInput.
    """
    task = seeing.task_for(scope, number, lock=True)
    if not scope.allows(policies.DECIDE, task.assigned_by_id):
        require(scope, policies.WORK, task.lead_id)
    seeing.must_be_open(task)
    seeing.must_be_as_seen(task, revision)
    if task.workflow not in AT_WORK or task.sub_tasks.exclude(workflow__in=(*GONE, Workflow.COMPLETED)).exists():
        raise Conflict(
            _("Chỉ chuyển được nhiệm vụ đang thực hiện và không còn phần việc đang mở."),
            action=_("Kết thúc hoặc hủy các phần việc trước."), code="wrong_state",
        )  # fmt: skip
    unit = organisations.unit_by_id(to)
    if unit.id == task.lead_id or (unit.valid_to is not None and unit.valid_to <= today()):
        raise InvalidInput(
            _("Không chuyển được cho đơn vị này."), action=_("Chọn một đơn vị khác đang hoạt động."), fields={"to": _("Chọn đơn vị khác.")}
        )  # fmt: skip
    said = history.written(reason, "reason", least=5)
    made = _copy(task, unit.id)
    task.before_pause, task.workflow, task.chase_at, task.reason = task.workflow, Workflow.TRANSFERRED, None, said
    history.keep(scope, task, "transferred", words=said, unit=unit.name, to=made.number)
    history.add(made, "received_transfer", scope=scope, words=said, unit=task.lead.name, number=task.number)
    telling.about(
        made, "assigned", telling.of_unit(unit.id), _("nhiệm vụ được chuyển đến, đề nghị tiếp nhận"), f"{made.words}\n{said}",
        severity="notice",
    )  # fmt: skip
    announce_after_commit([made.pk], "received_transfer")
    return made


def _copy(task: Task, unit_id: UUID) -> Task:
    now = clock.now()
    made = Task(
        number=next_numbers(now, 1)[0], directive=task.directive, group=task.group, position=task.position, words=task.words,
        folded=task.folded, lead_id=unit_id, cooperating_words=task.cooperating_words, assigned_by_id=task.assigned_by_id,
        deadline=task.deadline, first_deadline=task.first_deadline, deadline_words=task.deadline_words,
        evidence_start=task.evidence_start, evidence_end=task.evidence_end, parent=task.parent, transferred_from=task,
        simulated=task.simulated, made_at=now, updated_at=now,
    )  # fmt: skip
    clocks.start(made)
    made.save(force_insert=True)
    _set_cooperating(made, [unit for unit in task.cooperating.values_list("pk", flat=True) if unit != unit_id])
    return made


@transaction.atomic
def pause(*, scope: Scope, number: str | UUID, reason: str, revision: int | None = None) -> Task:
    """Stop the clock of a task for a reason; by whoever assigned it. The deadline stays as it is."""
    task = of_assigner(scope, number, AT_WORK, revision)
    task.before_pause, task.workflow = task.workflow, Workflow.PAUSED
    task.judged_on, task.chase_at = today(), None
    task.reason = history.written(reason, "reason", least=5)
    history.keep(scope, task, "paused", words=task.reason)
    telling.about(task, f"paused:{task.revision}", telling.of_unit(task.lead_id), _("tạm dừng"), task.reason)
    return task


@transaction.atomic
def resume(*, scope: Scope, number: str | UUID, revision: int | None = None) -> Task:
    """Let a paused task go on where it was."""
    task = of_assigner(scope, number, (Workflow.PAUSED,), revision)
    task.workflow, task.before_pause = task.before_pause or Workflow.ACCEPTED, ""
    task.judged_on, task.reason = None, ""
    clocks.start(task)
    history.keep(scope, task, "resumed")
    telling.about(task, f"resumed:{task.revision}", telling.of_unit(task.lead_id), _("tiếp tục thực hiện"), task.words)
    return task


@transaction.atomic
def cancel(*, scope: Scope, number: str | UUID, reason: str, revision: int | None = None) -> Task:
    """End a task without its being done, for a reason, with all its open parts; by whoever assigned it."""
    task = of_assigner(scope, number, OPEN, revision)
    said = history.written(reason, "reason", least=5)
    for one in (task, *task.sub_tasks.select_for_update().filter(workflow__in=OPEN)):
        one.before_pause, one.workflow, one.chase_at, one.reason = one.workflow, Workflow.CANCELLED, None, said
        history.keep(scope, one, "cancelled", words=said)
        lesson_tasks.settle(scope, one, done=False, words=said)
        telling.about(one, f"cancelled:{one.revision}", telling.of_unit(one.lead_id), _("đã hủy"), said)
    return task


@transaction.atomic
def divide(*, scope: Scope, number: str | UUID, parts: Sequence[NewTask], revision: int | None = None) -> list[Task]:
    """Divide a task into parts for units below the lead, for units that cooperate, or for itself; the lead assigns them.

    No part may end after the whole. Raises NotFound, Forbidden, Conflict, InvalidInput with `fields`.
    """
    task = of_lead(scope, number, AT_WORK, revision)
    if task.parent_id is not None:
        raise Conflict(_("Một phần việc không chia nhỏ thêm."), action=_("Chia từ nhiệm vụ gốc."))
    near = organisations.standing_ids(task.lead_id) | set(task.cooperating.values_list("pk", flat=True))
    for index, part in enumerate(parts):
        if not set(part.leads) <= near:
            raise InvalidInput(
                _("Chỉ giao phần việc cho đơn vị trực thuộc hoặc đơn vị phối hợp."), action=_("Chọn lại đơn vị."),
                fields={f"tasks.{index}.leads": _("Chọn đơn vị trực thuộc hoặc phối hợp.")},
            )  # fmt: skip
        if task.deadline is not None and (part.deadline is None or part.deadline > task.deadline):
            raise InvalidInput(
                _("Phần việc phải có hạn, không muộn hơn hạn chung {day}.").format(day=f"{task.deadline:%d/%m/%Y}"),
                action=_("Sửa hạn của phần việc."), fields={f"tasks.{index}.deadline": _("Sửa hạn.")},
            )  # fmt: skip
    made = assigning.store_parts(scope, task, parts)
    if task.workflow == Workflow.ASSIGNED:
        task.workflow = Workflow.ACCEPTED
    history.keep(scope, task, "divided", parts=[one.number for one in made])
    return made


@transaction.atomic
def change(
    *,
    scope: Scope,
    number: str | UUID,
    words: str | None = None,
    cooperating: Collection[UUID] | None = None,
    revision: int | None = None,
) -> Task:
    """Put the words or the cooperating units of a task right; by whoever assigned it. Deadlines move by extending only."""
    task = of_assigner(scope, number, OPEN, revision)
    facts = {}
    if words is not None and (said := history.written(words, "words", least=5)) != task.words:
        facts["before"] = task.words
        task.words, task.folded = said, folded(said)
    if cooperating is not None:
        found = organisations.units_by_id(set(cooperating) - {task.lead_id})
        _set_cooperating(task, found)
        facts["cooperating"] = ", ".join(sorted(one.name for one in found.values()))
    history.keep(scope, task, "changed", **facts)
    return task


def _set_cooperating(task: Task, unit_ids: Collection[UUID]) -> None:
    through = Task.cooperating.through
    through.objects.filter(task_id=task.pk).delete()
    through.objects.bulk_create([through(task_id=task.pk, unit_id=unit) for unit in unit_ids])
