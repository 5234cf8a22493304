"""How well sources keep their promise: states and their transitions, completeness, heartbeat bars."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction

from sen.apps.assets import interface as assets
from sen.apps.sources.bus import announce, publish_live_state
from sen.apps.sources.models import Source, SourceHealth, State, StateChange
from sen.apps.sources.queries import present_state
from sen.apps.sources.telemetry import store
from sen.kernel import clock
from sen.telemetry.flags import Flag

log = structlog.get_logger(__name__)

HOUR = timedelta(hours=1)
BARS = 24
WEEK_HOURS = 168
# Under this share of the promised values an hour counts as failed (the 75 % rule for hourly means, docs/connectors/station_files.md).
ENOUGH = 0.75


@dataclass
class _Hour:
    got: int = 0
    valid: int = 0
    late: bool = False


@dataclass
class Completeness:
    """Shares 0…1 of the promised values that arrived; None where nothing was promised yet. `bars` are the last 24 hours, oldest first."""

    day: float | None
    week: float | None
    bars: list[dict[str, Any]] = field(default_factory=list)


def refresh_states() -> int:
    """Record every transition since the last call, tell open consoles and other processes. Returns how many."""
    now = clock.now()
    changed: list[tuple[Source, State, State]] = []
    for source in Source.objects.select_related("health").iterator(chunk_size=2000):
        before, after = State(source.health.state), present_state(source, now)
        if before != after and _write(source, before, after, now):
            changed.append((source, before, after))
    for source, before, after in changed:
        publish_live_state(source.code, after)
        announce("sources.state_changed", source.code, {"source": source.code, "before": before, "after": after})
    return len(changed)


def _write(source: Source, before: State, after: State, now: datetime) -> bool:
    with transaction.atomic():
        # Two workers may look at the same moment: only the one that still finds the old state records the transition.
        moved = SourceHealth.objects.filter(pk=source.pk, state=before).update(state=after, state_since=now)
        if moved:
            StateChange.objects.create(source=source, before=before, after=after, at=now)
    return bool(moved)


def refresh_completeness(sources: list[Source] | None = None) -> None:
    """Recompute completeness and bars of `sources` (all without it) from the hourly roll-ups and keep them."""
    chosen = list(Source.objects.select_related("health")) if sources is None else sources
    for start in range(0, len(chosen), 200):
        part = chosen[start : start + 200]
        for source, found in zip(part, completeness(part), strict=True):
            SourceHealth.objects.filter(pk=source.pk).update(
                completeness_24h=found.day, completeness_7d=found.week, bars=found.bars, measured_at=clock.now()
            )


def completeness(sources: list[Source], now: datetime | None = None) -> list[Completeness]:
    """Completeness of each source over the last 24 and 168 full hours: stored values against interval and number of series."""
    end = (now or clock.now()).replace(minute=0, second=0, microsecond=0)
    start = end - WEEK_HOURS * HOUR
    series = assets.series_of_sources([source.number for source in sources])
    owner = {entry.number: source for source, entries in series.items() for entry in entries}
    promised = {source.number: max(1, round(3600 / source.interval_s)) for source in sources}
    hours: dict[int, dict[datetime, _Hour]] = defaultdict(lambda: defaultdict(_Hour))
    if owner:
        table = store().hourly(sorted(owner), start, end).select(["series", "time", "count", "valid", "flags"])
        for number, hour, count, valid, flags in zip(*(column.to_pylist() for column in table.columns), strict=True):
            source_number = owner[number]
            cell = hours[source_number][hour]
            cell.got += min(count, promised[source_number])
            cell.valid += min(valid, promised[source_number])
            cell.late = cell.late or bool(flags & Flag.LATE)
    return [
        _of_source(source, hours[source.number], promised[source.number] * len(series.get(source.number, [])), end)
        for source in sources
    ]


def _of_source(source: Source, hours: dict[datetime, _Hour], per_hour: int, end: datetime) -> Completeness:
    first = min((h for h in hours), default=None)
    began = source.health.first_seen or source.created_at
    if first is not None:
        began = min(began, first)
    began = began.replace(minute=0, second=0, microsecond=0)

    def share(window: int) -> float | None:
        since = max(end - window * HOUR, began)
        expected = per_hour * round((end - since) / HOUR)
        return (
            round(sum(cell.got for hour, cell in hours.items() if hour >= since) / expected, 4)
            if expected > 0
            else None
        )

    moments = [end - (BARS - i) * HOUR for i in range(BARS)]
    return Completeness(share(24), share(WEEK_HOURS), [_bar(hour, hours.get(hour), per_hour) for hour in moments])


def _bar(hour: datetime, cell: _Hour | None, per_hour: int) -> dict[str, Any]:
    if cell is None or not cell.got or not per_hour:
        return {"hour": hour.isoformat(), "state": "none", "share": 0.0}
    good = cell.valid / per_hour
    state = "failed" if good < ENOUGH else "late" if cell.late else "on_time"
    return {"hour": hour.isoformat(), "state": state, "share": round(min(1.0, cell.got / per_hour), 3)}
