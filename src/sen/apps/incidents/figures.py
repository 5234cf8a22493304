"""Figures of incidents in a period: how many, how fast, how much on time; by kind and by leading unit, drills apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.incidents import lessons, policies, seeing
from sen.apps.incidents.choices import RUNNING, Kind, State, StepState
from sen.apps.incidents.models import StepRun
from sen.apps.incidents.summaries import unit_names
from sen.apps.incidents.values import Figures, KindFigures
from sen.kernel import clock


@dataclass(slots=True)
class _Row:
    kind: str
    unit: UUID
    drill: bool
    state: str
    acknowledged: float | None
    contained: float | None
    closed: float | None
    steps: int
    on_time: int


def figures(scope: Scope | None, since: datetime, until: datetime) -> Figures:
    """Incidents opened from `since` up to before `until` that the caller sees; four statements.

    To acknowledge (MTTA): from detection to the first acknowledgement of an alert or to the opening; to contain and to close (MTTR):
    from detection, else opening. Cancelled ones count as opened only by those they went over into, that is not at all.
    """
    scope = require(scope, policies.VIEW)
    rows = _rows(scope, since, until)
    real = [row for row in rows if not row.drill]
    kinds = {row.kind for row in real}
    units = unit_names({row.unit for row in real})
    open_lessons = lessons.visible(scope).filter(state__in=lessons.OPEN, incident__drill=False)
    late = open_lessons.filter(due_on__lt=clock.local(clock.now()).date())
    return Figures(
        since=since, until=until, total=_sum("", str(_("Tất cả")), real),
        by_kind=[_sum(kind, str(Kind(kind).label), [row for row in real if row.kind == kind]) for kind in Kind.values if kind in kinds],
        by_unit=[
            _sum(unit.code, unit.name, [row for row in real if row.unit == unit.id])
            for unit in sorted(units.values(), key=lambda one: one.code)
        ],
        drills=_sum("drill", str(_("Diễn tập")), [row for row in rows if row.drill]),
        lessons_open=open_lessons.count(), lessons_late=late.count(),
    )  # fmt: skip


def _rows(scope: Scope, since: datetime, until: datetime) -> list[_Row]:
    found = seeing.visible(scope).filter(opened_at__gte=since, opened_at__lt=until).exclude(state=State.CANCELLED)
    done = Q(state=StepState.DONE)
    steps = {
        row["incident_id"]: row
        for row in StepRun.objects.filter(incident__in=found.values("pk"), by_branch=False)
        .order_by()
        .values("incident_id")
        .annotate(done=Count("pk", filter=done), on_time=Count("pk", filter=done & Q(done_at__lte=F("due_at"))))
    }
    rows = []
    counted: Mapping[str, Any]
    for one in found:
        begun = one.detected_at or one.opened_at
        known = one.alert_acknowledged_at or one.opened_at
        counted = steps.get(one.pk, {})
        rows.append(
            _Row(
                one.kind, one.lead_unit_id, one.drill, one.state, _length(begun, known), _length(begun, one.contained_at),
                _length(begun, one.closed_at), counted.get("done", 0), counted.get("on_time", 0),
            )
        )  # fmt: skip
    return rows


def _sum(code: str, name: str, rows: Sequence[_Row]) -> KindFigures:
    return KindFigures(
        code=code, name=name, opened=len(rows), closed=sum(row.state == State.CLOSED for row in rows),
        running=sum(row.state in RUNNING for row in rows), to_acknowledge=_mean([row.acknowledged for row in rows]),
        to_contain=_mean([row.contained for row in rows]), to_close=_mean([row.closed for row in rows]),
        steps_counted=sum(row.steps for row in rows), steps_on_time=sum(row.on_time for row in rows),
    )  # fmt: skip


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _length(since: datetime | None, until: datetime | None) -> float | None:
    return max(0.0, (until - since).total_seconds()) if since and until else None
