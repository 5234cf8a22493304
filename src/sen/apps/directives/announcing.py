"""Tells other processes and open consoles that tasks moved, after the commit. A lost notice is harmless: pages read the database."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import msgspec
import structlog
from django.db import transaction

from sen.apps.directives.models import Task
from sen.apps.directives.timeliness import soon_until, timeliness_of, today
from sen.apps.directives.values import TaskNotice
from sen.eventbus import LogRefused, cloud_event
from sen.eventbus.process_bus import process_bus

log = structlog.get_logger(__name__)


def announce_after_commit(task_ids: Sequence[UUID], change: str) -> None:
    """Say on `events.directives.changed` and `live.tasks` what these tasks are now."""
    transaction.on_commit(lambda: _announce(task_ids, change), robust=True)


def _announce(task_ids: Sequence[UUID], change: str) -> None:
    found = Task.objects.filter(pk__in=task_ids).select_related("lead", "directive").prefetch_related("cooperating")
    day = today()
    soon = soon_until(day)
    for task in found:
        notice = TaskNotice(
            task.number, task.workflow, timeliness_of(task.workflow, task.deadline, task.judged_on, day, soon),
            task.lead.code, change,
        )  # fmt: skip
        data = {"number": notice.id, "workflow": notice.workflow, "timeliness": notice.timeliness, "change": change}
        event = cloud_event(type="directives.changed", source="sen/directives", subject=task.number, data=data)
        _publish("events.directives.changed", event)
        units = {task.lead_id, task.assigned_by_id, *(one.pk for one in task.cooperating.all())}
        message = {"units": sorted(str(one) for one in units), "task": notice}
        _publish("live.tasks", msgspec.json.encode(message))


def _publish(subject: str, payload: bytes) -> None:
    try:
        process_bus().publish(subject, payload, timeout=2.0)
    except LogRefused as error:
        log.warning("event_not_published", subject=subject, error=str(error))
