"""The sources of units, for screens about a unit: what it owns or what feeds the stations on its ground. One statement each."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import msgspec
from django.db.models import Count, Q

from sen.apps.access.interface import Scope
from sen.apps.sources import queries
from sen.apps.sources.desk import row_of
from sen.apps.sources.models import Reminder, State
from sen.kernel import clock


class UnitSource(msgspec.Struct, frozen=True):
    """A source with its state and its trouble in plain words; `severity` is empty where nothing is wrong."""

    code: str
    name: str
    owner_name: str
    own: bool
    connector: str
    state: str
    severity: str
    cause: str
    action: str
    seen: datetime | None
    due_s: int
    lost_s: int


class SourceCounts(msgspec.Struct, frozen=True):
    """How many sources a unit owns, and how many of them are in time, late or lost."""

    all: int
    connected: int
    late: int
    lost: int


class UnitReminder(msgspec.Struct, frozen=True):
    """A reminder about a source that its owner unit has not read."""

    source_code: str
    source_name: str
    sent_by: str
    sent_at: datetime


def sources_of(scope: Scope, units: Collection[UUID], numbers: Collection[int] = ()) -> list[UnitSource]:
    """Visible sources owned by `units` or with one of the telemetry `numbers`, what is wrong first."""
    found = queries.visible(scope).filter(Q(owner_id__in=list(units)) | Q(number__in=list(numbers)))
    now = clock.now()
    rows = [row_of(source, now=now) for source in found.order_by("code")[: queries.MAX_PAGE]]
    order = {State.LOST: 0, State.LATE: 1, State.PLANNED: 2, State.CONNECTED: 3, State.STOPPED: 4}
    rows.sort(key=lambda row: (order[row.state], row.source.name))
    return [
        UnitSource(
            row.source.code, row.source.name, row.source.owner.name, row.source.owner_id in units, row.connector, str(row.state),
            row.severity, row.cause, row.action, row.seen, row.due_s, row.lost_s,
        )
        for row in rows
    ]  # fmt: skip


def counts(scope: Scope) -> dict[UUID, SourceCounts]:
    """Owner unit → counts of its visible sources, from the state that the watch noted last."""
    found: dict[UUID, dict[str, int]] = {}
    rows = queries.visible(scope).order_by().values_list("owner_id", "health__state").annotate(n=Count("id"))
    for owner, state, n in rows:
        found.setdefault(owner, {})[state] = n
    return {
        owner: SourceCounts(sum(one.values()), one.get("connected", 0), one.get("late", 0), one.get("lost", 0))
        for owner, one in found.items()
    }


def unread_reminders(scope: Scope, units: Collection[UUID], limit: int) -> list[UnitReminder]:
    """Reminders to `units` that nobody there has read, newest first."""
    found = Reminder.objects.filter(
        undone_at=None, read_at=None, source__in=queries.visible(scope), owner_id__in=list(units)
    )
    rows = found.select_related("source")[:limit]
    return [UnitReminder(row.source.code, row.source.name, row.sent_by, row.sent_at) for row in rows]
