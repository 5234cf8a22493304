"""What happened to a task: lines are added, never changed. Also who acts, and how a change is kept, audited and announced."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from sen.apps.access import interface as access
from sen.apps.access.interface import Scope
from sen.apps.audit import interface as audit
from sen.apps.directives.announcing import announce_after_commit
from sen.apps.directives.models import Task, TaskEvent
from sen.kernel import clock
from sen.kernel.errors import InvalidInput
from sen.kernel.text import normal

LONGEST = 2000


def person(scope: Scope) -> str:
    """The name under which the caller acts; empty for the system itself."""
    if scope.user_id is None:
        return ""
    return access.people_by_id([scope.user_id]).get(scope.user_id, scope.username)


def line(
    task: Task, kind: str, *, scope: Scope | None, words: str = "", by: str | None = None, **facts: Any
) -> TaskEvent:
    """A line of the history, not yet stored; `facts` complete the sentence of `kind` (phrases.py)."""
    name = by if by is not None else (person(scope) if scope else "")
    return TaskEvent(
        task=task, at=clock.now(), kind=kind, words=words, facts=facts, by=name, by_id=scope.user_id if scope else None
    )


def add(task: Task, kind: str, *, scope: Scope | None = None, words: str = "", **facts: Any) -> TaskEvent:
    """Append a line in the caller's transaction."""
    made = line(task, kind, scope=scope, words=words, **facts)
    made.save(force_insert=True)
    return made


def keep(scope: Scope, task: Task, action: str, words: str = "", **facts: Any) -> None:
    """Store a changed task with its line, its audit and the notice after the commit; called last."""
    task.revision += 1
    task.updated_at = clock.now()
    task.save()
    add(task, action, scope=scope, words=words, **facts)
    announce_after_commit([task.pk], action)
    audit.record(
        scope=scope, action=f"directives.{action}", object_type="task", object_id=task.number, unit_id=task.lead_id,
        detail={"workflow": task.workflow, **facts},
    )  # fmt: skip


def store_lines(lines: Iterable[TaskEvent]) -> None:
    """Many lines in one statement."""
    TaskEvent.objects.bulk_create(lines)


def written(text: str, field: str, *, least: int = 1, longest: int = LONGEST) -> str:
    """Text as it is stored. InvalidInput naming `field` where it is too short or too long."""
    words = normal(text)
    if not least <= len(words) <= longest:
        told = _("Cần từ {least} đến {longest} ký tự.").format(least=least, longest=longest)
        raise InvalidInput(_("Nội dung chưa hợp lệ."), action=_("Sửa mục được nêu."), fields={field: told})
    return words
