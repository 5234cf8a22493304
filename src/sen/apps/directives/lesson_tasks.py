"""Lessons of incidents' reviews as tasks of the unit that has to change something, and back: a task that is over settles its lesson."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sen.apps.access.interface import SYSTEM, Scope
from sen.apps.directives import assigning
from sen.apps.directives.choices import Timeliness, Workflow
from sen.apps.directives.models import Task
from sen.apps.directives.timeliness import soon_until, timeliness_of, today
from sen.apps.directives.values import NewDirective, NewTask
from sen.apps.incidents import interface as incidents

_KEY = "lesson:"


def register() -> None:
    """Offer tasks to lessons; called once from AppConfig.ready."""
    incidents.register_lesson_tasks(_make, _states)


def _make(scope: Scope, new: incidents.NewLessonTask) -> None:
    """Who may write a lesson was asked by incidents: the unit that led an incident asks other units, also those not below it."""
    directive = NewDirective(
        title=f"{new.incident} {new.incident_title}", origin="incident", origin_reference=new.incident, unit_id=new.unit_id,
        key=f"{_KEY}{new.lesson_id}", simulated=new.drill,
    )  # fmt: skip
    assigning.add_tasks(
        scope=SYSTEM,
        directive=directive,
        tasks=[NewTask(words=new.words, leads=(new.owner_unit_id,), deadline=new.due_on)],
    )


def _states(lesson_ids: Collection[UUID]) -> dict[UUID, incidents.LessonTask]:
    keys = {f"{_KEY}{one}": one for one in lesson_ids}
    day = today()
    soon = soon_until(day)
    found = Task.objects.filter(directive__key__in=keys, parent=None).select_related("directive").order_by("number")
    states = {}
    for one in found:  # of a task that was transferred the later one counts
        timely = timeliness_of(one.workflow, one.deadline, one.judged_on, day, soon)
        states[keys[one.directive.key or ""]] = incidents.LessonTask(
            one.number,
            f"/tasks/{one.number}/",
            str(Workflow(one.workflow).label),
            str(Timeliness(timely).label) if timely else "",
        )
    return states


def settle(scope: Scope, task: Task, *, done: bool, words: str) -> None:
    """Tell incidents that the task of a lesson is over; of other tasks nothing."""
    key = task.directive.key or ""
    if key.startswith(_KEY) and task.parent_id is None:
        lesson_id = UUID(key.removeprefix(_KEY))
        incidents.settle_lesson(
            scope=scope,
            lesson_id=lesson_id,
            state="done" if done else "dropped",
            result=words or task.last_progress or task.words,
        )
