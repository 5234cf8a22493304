"""One task with everything that belongs to it, and what the caller may do to it now."""

from __future__ import annotations

from uuid import UUID

from sen.apps.access.interface import Scope, require
from sen.apps.directives import chase_plan, policies, seeing
from sen.apps.directives.choices import AT_WORK, ExtensionState, Workflow
from sen.apps.directives.evidence_files import about_task
from sen.apps.directives.lines import lines_of
from sen.apps.directives.models import Extension, Task
from sen.apps.directives.phrases import sentence
from sen.apps.directives.timeliness import today
from sen.apps.directives.values import (
    Allowed,
    EventLine,
    EvidenceFile,
    ExtensionLine,
    Passage,
    ProgressLine,
    TaskDetail,
)
from sen.apps.files import interface as files
from sen.apps.organisations import interface as organisations

AROUND = 220
"""Characters shown on either side of the evidence."""


def detail(scope: Scope | None, number: str | UUID) -> TaskDetail:
    """The task of a number. Raises NotFound."""
    scope = require(scope, policies.VIEW)
    task = seeing.task_for(scope, number)
    seen = seeing.visible(scope).filter(directive__undone_at=None)
    others = (
        seen.filter(group=task.group, parent=task.parent).exclude(pk=task.pk).exclude(workflow=Workflow.TRANSFERRED)
    )
    waits = [one for one in task.extensions.all() if one.state == ExtensionState.ASKED]
    plan = chase_plan.plan_on(today())
    return TaskDetail(
        line=lines_of([task])[0], passage=passage_of(task),
        events=[
            EventLine(one.at, one.kind, sentence(one.kind, one.facts), one.words, one.by) for one in task.events.order_by("-at", "-id")
        ],
        extensions=[extension_line(one) for one in task.extensions.all()], progress=_progress(task),
        sub_tasks=lines_of(list(seen.filter(parent=task).order_by("number"))), others=lines_of(list(others.order_by("number"))),
        transferred_from=task.transferred_from.number if task.transferred_from else "",
        transferred_to=next(iter(Task.objects.filter(transferred_from=task).values_list("number", flat=True)), ""),
        may=_may(scope, task, bool(waits)), next_reminder_at=task.chase_at,
        next_reminder_to=chase_plan.to_of(plan, task.chase_step) if task.chase_at else "",
    )  # fmt: skip


def passage_of(task: Task) -> Passage | None:
    """The evidence in its surroundings, cut at a word; None where the task did not come from a text."""
    start, end, text = task.evidence_start, task.evidence_end, task.directive.text
    if start is None or end is None or not text:
        return None
    before, after = text[max(0, start - AROUND) : start], text[end : end + AROUND]
    if start > AROUND:
        before = "…" + before[before.find(" ") + 1 :]
    if end + AROUND < len(text):
        after = after[: after.rfind(" ")] + "…"
    return Passage(before, text[start:end], after, start, end)


def extension_line(one: Extension) -> ExtensionLine:
    """A wish for more time as others see it."""
    return ExtensionLine(
        one.pk, one.from_deadline, one.to_deadline, one.reason, one.state, one.asked_at, one.asked_by, one.decided_at,
        one.decided_by, one.decision,
    )  # fmt: skip


def _progress(task: Task) -> list[ProgressLine]:
    kept = {
        one.id: EvidenceFile(one.id, one.name, one.size, one.address) for one in files.files_about(about_task(task))
    }
    return [
        ProgressLine(
            one.pk, one.at, one.percent, one.words, one.completes, one.by, tuple(kept[file] for file in one.files if file in kept)
        )
        for one in task.progress.order_by("-at", "-id")
    ]  # fmt: skip


def _may(scope: Scope, task: Task, waits: bool) -> Allowed:
    works, decides = scope.allows(policies.WORK, task.lead_id), scope.allows(policies.DECIDE, task.assigned_by_id)
    at_work = task.workflow in AT_WORK
    awaiting = task.workflow == Workflow.AWAITING_APPROVAL
    above = organisations.lineages([task.lead_id]).get(task.lead_id)
    reminds = scope.allows(policies.REMIND, task.assigned_by_id) or (
        above is not None and any(scope.allows(policies.REMIND, unit) for unit in above.above)
    )
    return Allowed(
        accept=works and task.workflow == Workflow.ASSIGNED,
        refuse=works and task.workflow in (Workflow.ASSIGNED, Workflow.ACCEPTED), progress=works and at_work, report=works and at_work,
        approve=decides and awaiting and (task.reported_by_id is None or task.reported_by_id != scope.user_id),
        send_back=decides and awaiting, extend=(works or decides) and at_work and task.deadline is not None and not (waits and not decides),
        decide_extension=decides and waits, transfer=(works or decides) and at_work, pause=decides and at_work,
        resume=decides and task.workflow == Workflow.PAUSED, cancel=decides and (at_work or awaiting or task.workflow == Workflow.PAUSED),
        remind=reminds and at_work, divide=works and at_work and task.parent_id is None, change=decides and (at_work or awaiting),
    )  # fmt: skip
