"""Files that belong to tasks and directives: kept by files, readable by whoever sees the task or a task of the directive."""

from __future__ import annotations

from uuid import UUID

from sen.apps.access.interface import Scope
from sen.apps.directives import policies, seeing
from sen.apps.directives.models import Intake, Task
from sen.apps.files import interface as files

MOST_FILES = 10
MAX_BYTES = 20 * 1024 * 1024


def about_task(task: Task) -> str:
    """Under what files of a task are kept."""
    return f"task:{task.pk}"


def about_directive(directive_id: UUID) -> str:
    """Under what the document itself is kept."""
    return f"directive:{directive_id}"


def register() -> None:
    """Let `files` ask who may read; called once from AppConfig.ready."""
    files.register_reader("task", _may_read_task)
    files.register_reader("directive", _may_read_directive)
    files.register_reader("intake", _may_read_intake)


def _may_read_task(scope: Scope, about: str) -> bool:
    task_id = _id(about)
    return task_id is not None and seeing.visible(scope).filter(pk=task_id).exists()


def _may_read_directive(scope: Scope, about: str) -> bool:
    directive_id = _id(about)
    return directive_id is not None and seeing.directives(scope).filter(pk=directive_id).exists()


def _may_read_intake(scope: Scope, about: str) -> bool:
    intake_id = _id(about)
    found = Intake.objects.filter(pk=intake_id).first() if intake_id else None
    return found is not None and scope.allows(policies.ASSIGN, found.unit_id)


def _id(about: str) -> UUID | None:
    try:
        return UUID(about.partition(":")[2])
    except ValueError:
        return None
