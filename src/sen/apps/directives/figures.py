"""How many tasks are on time, whose are late, and how units compare; every count by the same rule as the lists."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery

from sen.apps.access.interface import Scope, require
from sen.apps.directives import policies, seeing
from sen.apps.directives.choices import COUNTED, OPEN, Timeliness
from sen.apps.directives.lines import lines_of, overdue_line
from sen.apps.directives.models import Extension, Task
from sen.apps.directives.timeliness import days_late, today, with_timeliness
from sen.apps.directives.values import OverdueLine, TaskCounts, UnitLine, UnitName
from sen.apps.organisations import interface as organisations


def counted(scope: Scope) -> QuerySet[Task]:
    """What is counted: all that is not gone, without the parts that a unit gave to itself."""
    found = seeing.visible(scope).filter(workflow__in=COUNTED, directive__undone_at=None)
    return found.exclude(parent__isnull=False, parent__lead_id=F("lead_id"))


def counts(scope: Scope | None, unit_id: UUID | None = None) -> TaskCounts:
    """Tasks by timeliness today: of everything that the caller sees, or of those that a unit and all below it lead. Two statements."""
    scope = require(scope, policies.VIEW)
    found = counted(scope)
    if unit_id is not None:
        found = found.filter(lead_id__in=organisations.subtree_ids(unit_id))
    rows = with_timeliness(found, today()).order_by().values_list("timeliness").annotate(Count("pk"))
    return _counts(rows)


def counts_by_unit(scope: Scope | None) -> dict[UUID, TaskCounts]:
    """The same of each unit alone, of those that lead anything; one statement."""
    scope = require(scope, policies.VIEW)
    found = with_timeliness(counted(scope), today()).order_by().values_list("lead_id", "timeliness")
    by_unit: dict[UUID, list[tuple[str, int]]] = defaultdict(list)
    for unit, timely, number in found.annotate(Count("pk")):
        by_unit[unit].append((timely, number))
    return {unit: _counts(rows) for unit, rows in by_unit.items()}


def _counts(rows: Iterable[tuple[str, int]]) -> TaskCounts:
    number = dict(rows)
    return TaskCounts(
        sum(number.values()), *(number.get(one, 0) for one in (
            Timeliness.NO_DEADLINE, Timeliness.NOT_DUE, Timeliness.DUE_SOON, Timeliness.OVERDUE, Timeliness.DONE_ON_TIME,
            Timeliness.DONE_LATE,
        )),
    )  # fmt: skip


def overdue(scope: Scope | None, limit: int = 10, unit_id: UUID | None = None) -> list[OverdueLine]:
    """The tasks that are late, the longest first, each with what its unit said last and why."""
    scope = require(scope, policies.VIEW)
    found = with_timeliness(counted(scope).filter(workflow__in=OPEN), today()).filter(timeliness=Timeliness.OVERDUE)
    if unit_id is not None:
        found = found.filter(lead_id__in=organisations.subtree_ids(unit_id))
    reasons = Extension.objects.filter(task=OuterRef("pk")).order_by("-asked_at").values("reason")[:1]
    rows = list(found.annotate(why=Subquery(reasons)).order_by("deadline", "number")[: max(1, min(limit, 200))])
    return [overdue_line(line, getattr(row, "why", None) or "") for line, row in zip(lines_of(rows), rows, strict=True)]


def ranking(scope: Scope | None, since: date | None = None, until: date | None = None) -> list[UnitLine]:
    """Units by their share done on time, of tasks whose deadline in force lies from `since` to `until` (all without them).

    On time counts what is done on time against all whose time is over: done or overdue. Units of equal share stand by what they have
    done; those with nothing due come last without a rank. Three statements.
    """
    scope = require(scope, policies.VIEW)
    found = counted(scope)
    if since is not None:
        found = found.filter(deadline__gte=since)
    if until is not None:
        found = found.filter(deadline__lte=until)
    fields = ("lead_id", "lead__code", "lead__name", "timeliness", "deadline", "first_deadline", "judged_on")
    by_unit: dict[UnitName, list[dict[str, Any]]] = defaultdict(list)
    for row in with_timeliness(found, today()).order_by().values(*fields):
        by_unit[UnitName(row["lead_id"], row["lead__code"], row["lead__name"])].append(row)
    lines = [_line(unit, rows) for unit, rows in by_unit.items()]
    lines.sort(
        key=lambda one: (one.on_time_rate is None, -(one.on_time_rate or 0), -one.counts.done_on_time, one.unit.code)
    )
    return _ranked(lines)


def _line(unit: UnitName, rows: list[dict[str, Any]]) -> UnitLine:
    day = today()
    number: dict[str, int] = defaultdict(int)
    for row in rows:
        number[row["timeliness"]] += 1
    late = [
        days_late(row["deadline"], row["judged_on"], day)
        for row in rows
        if row["timeliness"] in (Timeliness.OVERDUE, Timeliness.DONE_LATE)
    ]
    found = _counts(number.items())
    return UnitLine(
        rank=None, unit=unit, counts=found, on_time_rate=found.on_time_rate, longest_late=max(late, default=0),
        mean_days_late=sum(late) / len(late) if late else None,
        extended=sum(row["deadline"] != row["first_deadline"] for row in rows),
    )  # fmt: skip


def _ranked(lines: list[UnitLine]) -> list[UnitLine]:
    """Equal shares share a rank."""
    ranked: list[UnitLine] = []
    for place, one in enumerate(lines, 1):
        rank: int | None = place
        if one.on_time_rate is None:
            rank = None
        elif ranked and ranked[-1].on_time_rate == one.on_time_rate:
            rank = ranked[-1].rank
        ranked.append(
            UnitLine(
                rank=rank, unit=one.unit, counts=one.counts, on_time_rate=one.on_time_rate, mean_days_late=one.mean_days_late,
                extended=one.extended, longest_late=one.longest_late,
            )
        )  # fmt: skip
    return ranked


def waiting(scope: Scope | None) -> dict[str, int]:
    """What waits for a decision of the caller's: completions to approve, extensions to decide; and what it has not accepted yet."""
    scope = require(scope, policies.VIEW)
    seen = seeing.visible(scope).filter(directive__undone_at=None)
    decides = Q() if scope.everything else Q(assigned_by_id__in=scope.unit_ids)
    leads = Q() if scope.everything else Q(lead_id__in=scope.unit_ids)
    return {
        "approvals": seen.filter(decides, workflow="awaiting_approval").count(),
        "extensions": Extension.objects.filter(state="asked", task__in=seen.filter(decides).order_by().values("pk")).count(),
        "unaccepted": seen.filter(leads, workflow="assigned").count(),
    }  # fmt: skip
