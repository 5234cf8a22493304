"""The league table: how the owner units keep the promises of their sources, against the week before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sen.apps.access.interface import Scope
from sen.apps.sources.models import Source, State, StateChange
from sen.apps.sources.queries import present_state, visible
from sen.kernel import clock

WEEK = timedelta(days=7)


@dataclass
class Row:
    """One unit. `on_time` and `on_time_before` are shares 0…1 of the time in which its sources kept their promise; None: no source ran."""

    unit_code: str
    unit_name: str
    total: int = 0
    planned: int = 0
    connected: int = 0
    late: int = 0
    lost: int = 0
    stopped: int = 0
    on_time: float | None = None
    on_time_before: float | None = None

    @property
    def change(self) -> float | None:
        """On-time share against the week before."""
        return (
            None
            if self.on_time is None or self.on_time_before is None
            else round(self.on_time - self.on_time_before, 4)
        )


def league_table(scope: Scope) -> list[Row]:
    """Units of visible sources, best on-time share first; units whose sources never ran come last."""
    now = clock.now()
    sources = list(visible(scope))
    changes: dict[UUID, list[StateChange]] = {}
    for change in StateChange.objects.filter(source__in=sources, at__gte=now - 2 * WEEK).order_by("at", "id"):
        changes.setdefault(change.source_id, []).append(change)
    rows: dict[str, Row] = {}
    kept: dict[str, list[tuple[float, float, float, float]]] = {}
    for source in sources:
        row = rows.setdefault(source.owner.code, Row(source.owner.code, source.owner.name))
        state = present_state(source, now)
        row.total += 1
        setattr(row, state, getattr(row, state) + 1)
        history = changes.get(source.pk, [])
        kept.setdefault(source.owner.code, []).append(
            _kept(source, state, history, now - WEEK, now) + _kept(source, state, history, now - 2 * WEEK, now - WEEK)
        )
    for code, row in rows.items():
        good, ran, good_before, ran_before = (sum(column) for column in zip(*kept[code], strict=True))
        row.on_time = round(good / ran, 4) if ran else None
        row.on_time_before = round(good_before / ran_before, 4) if ran_before else None
    return sorted(rows.values(), key=lambda row: (row.on_time is None, -(row.on_time or 0), row.unit_code))


def _kept(
    source: Source, state: State, history: list[StateChange], start: datetime, end: datetime
) -> tuple[float, float]:
    """Seconds connected, and seconds connected, late or lost, between two moments."""
    start = max(start, source.created_at)
    spans: list[tuple[datetime, State]] = []
    before = State(history[0].before) if history else state
    spans.append((start, before))
    for change in history:
        if change.at >= end:
            break
        if change.at <= start:
            spans = [(start, State(change.after))]
        else:
            spans.append((change.at, State(change.after)))
    good = ran = 0.0
    for (since, present), until in zip(spans, [moment for moment, _ in spans[1:]] + [end], strict=True):
        seconds = max(0.0, (until - since).total_seconds())
        ran += seconds if present in (State.CONNECTED, State.LATE, State.LOST) else 0.0
        good += seconds if present == State.CONNECTED else 0.0
    return good, ran
