"""The unit's own work on a task: accept, refuse, say how far it is, report it done; and the decision over that report."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.directives import clocks, history, lesson_tasks, policies, seeing, telling
from sen.apps.directives.choices import AT_WORK, GONE, Workflow
from sen.apps.directives.evidence_files import MAX_BYTES, MOST_FILES, about_task
from sen.apps.directives.models import Progress, Task
from sen.apps.directives.timeliness import today
from sen.apps.files import interface as files
from sen.kernel import clock
from sen.kernel.errors import Conflict, Forbidden, InvalidInput

Attached = tuple[str, bytes]
"""Name and content of a file."""


@transaction.atomic
def accept(*, scope: Scope, number: str | UUID, revision: int | None = None) -> Task:
    """The unit takes the task on. Raises NotFound, Forbidden, Conflict."""
    task = of_lead(scope, number, (Workflow.ASSIGNED,), revision)
    task.workflow = Workflow.ACCEPTED
    history.keep(scope, task, "accepted")
    if task.transferred_from is not None:
        before = task.transferred_from
        telling.about(
            before, "taken_over", telling.of_unit(before.lead_id), _("{unit} đã nhận chuyển giao").format(unit=task.lead.name),
            task.words,
        )  # fmt: skip
    return task


@transaction.atomic
def refuse(*, scope: Scope, number: str | UUID, reason: str, revision: int | None = None) -> Task:
    """The unit does not take the task on, with a reason; whoever assigned it hears at once. A transfer goes back to where it came from."""
    task = of_lead(scope, number, (Workflow.ASSIGNED, Workflow.ACCEPTED), revision)
    task.reason = history.written(reason, "reason", least=5)
    task.workflow, task.chase_at = Workflow.REFUSED, None
    history.keep(scope, task, "refused", words=task.reason)
    telling.about(
        task, f"refused:{task.revision}", telling.of_unit(task.assigned_by_id),
        _("{unit} từ chối nhiệm vụ").format(unit=task.lead.name), f"{task.words}\n{task.reason}", severity="warning",
    )  # fmt: skip
    if task.transferred_from is not None:
        _give_back(scope, task.transferred_from, task)
    return task


def _give_back(scope: Scope, before: Task, refused: Task) -> None:
    """A refused transfer is the earlier unit's work again."""
    before.workflow = before.before_pause or Workflow.ACCEPTED
    before.before_pause = ""
    # The refused copy keeps its line; only a later transfer of the same task needs the link free.
    refused.transferred_from = None
    refused.save(update_fields=["transferred_from"])
    clocks.start(before)
    history.keep(scope, before, "came_back", words=refused.reason, unit=refused.lead.name)
    telling.about(
        before, f"came_back:{before.revision}", telling.of_unit(before.lead_id), _("nhiệm vụ trở lại đơn vị"),
        f"{before.words}\n{refused.reason}", severity="notice",
    )  # fmt: skip


@transaction.atomic
def report(
    *,
    scope: Scope,
    number: str | UUID,
    percent: int,
    words: str,
    attached: Sequence[Attached] = (),
    done: bool = False,
    revision: int | None = None,
) -> Progress:
    """Say how far the work is, with files as evidence; `done` asks whoever assigned it to approve completion.

    A task that the unit gave to itself is completed at once. Reporting also accepts. Raises NotFound, Forbidden, Conflict, InvalidInput.
    """
    task = of_lead(scope, number, AT_WORK, revision)
    percent = 100 if done else percent
    if not 0 <= percent <= 100:
        raise InvalidInput(
            _("Tiến độ phải từ 0 đến 100 %."), action=_("Sửa tiến độ."), fields={"percent": _("Từ 0 đến 100.")}
        )
    said = history.written(words, "words", least=5)
    if done:
        _no_open_parts(task)
    made = Progress.objects.create(
        task=task, at=clock.now(), percent=percent, words=said, completes=done, by=history.person(scope),
        by_id=scope.user_id, files=_keep_files(scope, task, attached),
    )  # fmt: skip
    task.percent, task.last_progress, task.last_progress_at = percent, said, made.at
    task.workflow = Workflow.IN_PROGRESS
    if done:
        _reported_done(scope, task)
    action = "reported_done" if done else "progress"
    history.keep(scope, task, action, words=said, percent=percent, files=len(made.files))
    if task.workflow == Workflow.COMPLETED:
        lesson_tasks.settle(scope, task, done=True, words=said)
    if done and task.workflow == Workflow.AWAITING_APPROVAL:
        telling.about(
            task, f"to_approve:{task.revision}", telling.of_unit(task.assigned_by_id),
            _("{unit} báo cáo hoàn thành, chờ duyệt").format(unit=task.lead.name), f"{task.words}\n{said}", severity="notice",
        )  # fmt: skip
    return made


def _reported_done(scope: Scope, task: Task) -> None:
    task.judged_on, task.reported_by_id, task.chase_at = today(), scope.user_id, None
    if task.assigned_by_id == task.lead_id:
        task.workflow, task.completed_at = Workflow.COMPLETED, clock.now()
    else:
        task.workflow = Workflow.AWAITING_APPROVAL


def _no_open_parts(task: Task) -> None:
    open_parts = list(
        task.sub_tasks.exclude(workflow__in=(*GONE, Workflow.COMPLETED)).values_list("number", flat=True)[:5]
    )
    if open_parts:
        raise Conflict(
            _("Còn phần việc chưa xong: {numbers}.").format(numbers=", ".join(open_parts)),
            action=_("Kết thúc các phần việc rồi báo cáo hoàn thành."),
            code="parts_open",
        )


def _keep_files(scope: Scope, task: Task, attached: Sequence[Attached]) -> list[UUID]:
    if len(attached) > MOST_FILES:
        raise InvalidInput(
            _("Quá {n} tệp trong một lần.").format(n=MOST_FILES), action=_("Gửi làm nhiều lần."), fields={"files": ""}
        )
    for name, content in attached:
        if len(content) > MAX_BYTES:
            raise InvalidInput(
                _("Tệp {name} lớn hơn 20 MB.").format(name=name[:100]), action=_("Nén hoặc chia nhỏ tệp."), fields={"files": ""}
            )  # fmt: skip
    return [
        files.keep(scope=scope, content=content, name=name, unit_id=task.lead_id, about=about_task(task)).id
        for name, content in attached
    ]


@transaction.atomic
def approve(*, scope: Scope, number: str | UUID, words: str = "", revision: int | None = None) -> Task:
    """Accept that the work is done, as of the day on which the unit reported it. Not by the person who reported it."""
    task = of_assigner(scope, number, (Workflow.AWAITING_APPROVAL,), revision)
    if scope.user_id is not None and task.reported_by_id == scope.user_id:
        raise Forbidden(
            _("Người báo cáo hoàn thành không tự duyệt."), action=_("Đề nghị người khác của đơn vị giao duyệt.")
        )
    task.workflow, task.completed_at = Workflow.COMPLETED, clock.now()
    said = history.written(words, "words") if words.strip() else ""
    history.keep(scope, task, "approved", words=said)
    lesson_tasks.settle(scope, task, done=True, words=said)
    telling.about(
        task, f"approved:{task.revision}", telling.of_unit(task.lead_id), _("đã duyệt hoàn thành"), said or task.words
    )
    return task


@transaction.atomic
def send_back(*, scope: Scope, number: str | UUID, reason: str, revision: int | None = None) -> Task:
    """The work is not done yet: back to the unit, with the reason. Its clock runs on as if it had not stopped."""
    task = of_assigner(scope, number, (Workflow.AWAITING_APPROVAL,), revision)
    said = history.written(reason, "reason", least=5)
    task.workflow, task.judged_on, task.percent = Workflow.IN_PROGRESS, None, min(task.percent, 90)
    clocks.start(task)
    history.keep(scope, task, "sent_back", words=said)
    telling.about(
        task, f"sent_back:{task.revision}", telling.of_unit(task.lead_id), _("chưa được duyệt, làm lại"), said,
        severity="warning",
    )  # fmt: skip
    return task


@transaction.atomic
def note(*, scope: Scope, number: str | UUID, words: str) -> Task:
    """A line in the history by somebody of the lead, a cooperating unit or the assigner."""
    task = seeing.task_for(scope, number, lock=True)
    units = [task.lead_id, task.assigned_by_id, *task.cooperating.values_list("pk", flat=True)]
    if not any(scope.allows(policies.WORK, unit) for unit in units):
        require(scope, policies.WORK, task.lead_id)
    history.keep(scope, task, "note", words=history.written(words, "words"))
    return task


def of_lead(scope: Scope, number: str | UUID, states: Sequence[str], revision: int | None) -> Task:
    """A task locked for its leading unit, in one of `states`. NotFound, Forbidden, Conflict."""
    task = seeing.task_for(scope, number, lock=True)
    require(scope, policies.WORK, task.lead_id)
    return _in_state(task, states, revision)


def of_assigner(scope: Scope, number: str | UUID, states: Sequence[str], revision: int | None) -> Task:
    """A task locked for the unit that assigned it, in one of `states`. NotFound, Forbidden, Conflict."""
    task = seeing.task_for(scope, number, lock=True)
    require(scope, policies.DECIDE, task.assigned_by_id)
    return _in_state(task, states, revision)


def _in_state(task: Task, states: Sequence[str], revision: int | None) -> Task:
    seeing.must_be_as_seen(task, revision)
    if task.workflow not in states:
        raise Conflict(
            _("Nhiệm vụ đang ở trạng thái “{state}”, không làm được việc này.").format(state=task.get_workflow_display()),
            action=_("Tải lại trang để xem trạng thái mới."), code="wrong_state",
        )  # fmt: skip
    return task
