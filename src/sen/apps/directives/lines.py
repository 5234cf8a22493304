"""Tasks as rows of a list: a fixed number of statements whatever the number of rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from django.db.models import Count
from django.utils.translation import gettext as _

from sen.apps.directives.assigning import ref_of
from sen.apps.directives.choices import GONE, ExtensionState, Timeliness
from sen.apps.directives.models import Extension, Task
from sen.apps.directives.timeliness import days_late, soon_until, timeliness_of, today
from sen.apps.directives.values import OverdueLine, TaskLine, UnitName
from sen.apps.organisations import interface as organisations


def lines_of(tasks: Sequence[Task]) -> list[TaskLine]:
    """The rows of tasks that the caller sees; lead, assigner, directive and parent must have been selected with them."""
    ids = [one.pk for one in tasks]
    beside: dict[UUID, list[UUID]] = defaultdict(list)
    for task_id, unit_id in Task.cooperating.through.objects.filter(task_id__in=ids).values_list("task_id", "unit_id"):
        beside[task_id].append(unit_id)
    wanted = {unit for units in beside.values() for unit in units}
    units = organisations.units_by_id(wanted) if wanted else {}
    asked = set(Extension.objects.filter(task__in=ids, state=ExtensionState.ASKED).values_list("task_id", flat=True))
    parts = dict(
        Task.objects.filter(parent__in=ids).exclude(workflow__in=GONE).order_by().values_list("parent").annotate(Count("pk"))
    )  # fmt: skip
    day = today()
    soon = soon_until(day)
    return [
        TaskLine(
            id=one.pk, number=one.number, words=one.words, lead=unit_name(one.lead), assigned_by=unit_name(one.assigned_by),
            cooperating=tuple(sorted((unit_name(units[unit]) for unit in beside[one.pk]), key=lambda unit: unit.code)),
            cooperating_words=one.cooperating_words, directive=ref_of(one.directive, ()), deadline=one.deadline,
            first_deadline=one.first_deadline, deadline_words=one.deadline_words, workflow=one.workflow,
            timeliness=(timely := timeliness_of(one.workflow, one.deadline, one.judged_on, day, soon)),
            days_late=days_late(one.deadline, one.judged_on, day) if timely in (Timeliness.OVERDUE, Timeliness.DONE_LATE) else 0,
            percent=one.percent, last_progress=one.last_progress, last_progress_at=one.last_progress_at,
            extension_asked=one.pk in asked, reminded=one.reminded, reminded_at=one.reminded_at, completed_at=one.completed_at,
            judged_on=one.judged_on, parent=one.parent.number if one.parent else "", sub_tasks=parts.get(one.pk, 0),
            group=one.group, reason=one.reason, simulated=one.simulated, made_at=one.made_at, updated_at=one.updated_at,
            revision=one.revision,
        )
        for one in tasks
    ]  # fmt: skip


def unit_name(unit: object) -> UnitName:
    """A unit as it is shown."""
    return UnitName(unit.pk if hasattr(unit, "pk") else unit.id, unit.code, unit.name)  # type: ignore[attr-defined]


def overdue_line(row: TaskLine, why: str) -> OverdueLine:
    """A late task with what was said last. Where nobody gave a reason, what is known instead."""
    known = why or row.reason
    if not known and row.workflow == "assigned":
        known = _("Đơn vị chưa tiếp nhận.")
    elif not known and row.extension_asked:
        known = _("Đang chờ quyết định gia hạn.")
    elif not known and not row.last_progress:
        known = _("Đơn vị chưa báo cáo tiến độ.")
    return OverdueLine(task=row, days_late=row.days_late, last_progress=row.last_progress, why=known)
