"""How well sources keep their promise: states and their transitions, completeness, heartbeat bars."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import F, Q

from sen.apps.assets import interface as assets
from sen.apps.sources.bus import announce, publish_live_state
from sen.apps.sources.models import Source, SourceHealth, State, StateChange
from sen.apps.sources.queries import present_state
from sen.apps.sources.telemetry import store
from sen.kernel import clock
from sen.telemetry.flags import Flag

log = structlog.get_logger(__name__)

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK = timedelta(days=7)
BARS = 24
MEASURE_EVERY = timedelta(minutes=5)
MEASURED_AT_ONCE = 1000
# Under this share of the promised values an hour counts as failed (the 75 % rule for hourly means, docs/connectors/station_files.md).
ENOUGH = 0.75


@dataclass
class _Hour:
    got: int = 0
    valid: int = 0
    late: bool = False


@dataclass
class Completeness:
    """Shares 0…1 of the promised values that arrived; None where nothing was promised yet. `bars` are the last 24
    hours, oldest first, the running one included."""

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


def refresh_completeness(sources: list[Source] | None = None) -> int:
    """Recompute completeness and bars from the hourly roll-ups and keep them, of `sources` or of those that are due; returns how many."""
    chosen = _due() if sources is None else sources
    for start in range(0, len(chosen), 200):
        part = chosen[start : start + 200]
        for source, found in zip(part, completeness(part), strict=True):
            SourceHealth.objects.filter(pk=source.pk).update(
                completeness_24h=found.day, completeness_7d=found.week, bars=found.bars, measured_at=clock.now()
            )
    return len(chosen)


def _due() -> list[Source]:
    """New sources first, then those measured longest ago; a bounded number, so that a large estate is measured in turn."""
    old = Q(health__measured_at=None) | Q(health__measured_at__lt=clock.now() - MEASURE_EVERY)
    found = Source.objects.select_related("health").filter(old)
    return list(found.order_by(F("health__measured_at").asc(nulls_first=True))[:MEASURED_AT_ONCE])


def completeness(sources: list[Source], now: datetime | None = None) -> list[Completeness]:
    """Completeness of each source over the last 24 hours and 7 days: stored values against interval and number of series."""
    now = now or clock.now()
    this_hour = now.replace(minute=0, second=0, microsecond=0)
    series = assets.series_of_sources([source.number for source in sources])
    owner = {entry.number: source for source, entries in series.items() for entry in entries}
    promised = {source.number: max(1, round(3600 / source.interval_s)) for source in sources}
    hours: dict[int, dict[datetime, _Hour]] = defaultdict(lambda: defaultdict(_Hour))
    if owner:
        table = (
            store().hourly(sorted(owner), this_hour - WEEK, now).select(["series", "time", "count", "valid", "flags"])
        )
        for number, hour, count, valid, flags in zip(*(column.to_pylist() for column in table.columns), strict=True):
            source_number = owner[number]
            cell = hours[source_number][hour]
            cell.got += min(count, promised[source_number])
            cell.valid += min(valid, promised[source_number])
            cell.late = cell.late or bool(flags & Flag.LATE)
    return [_of_source(source, hours[source.number], len(series.get(source.number, [])), now) for source in sources]


def _of_source(source: Source, hours: dict[datetime, _Hour], series: int, now: datetime) -> Completeness:
    this_hour = now.replace(minute=0, second=0, microsecond=0)
    # History that was loaded counts from its first hour on, a new connection from its first message on.
    began = min([source.health.first_seen or now, *hours])

    def promised(since: datetime, until: datetime) -> float:
        return series * max(0.0, (until - max(since, began)).total_seconds()) / source.interval_s

    def share(window: timedelta) -> float | None:
        since = this_hour - window
        expected = promised(since, now)
        got = sum(cell.got for hour, cell in hours.items() if hour >= since)
        return round(min(1.0, got / expected), 4) if expected >= 1 else None

    bars = [
        _bar(hour, hours.get(hour), promised(hour, min(hour + HOUR, now)))
        for hour in (this_hour - back * HOUR for back in range(BARS - 1, -1, -1))
    ]
    return Completeness(share(DAY), share(WEEK), bars)


def _bar(hour: datetime, cell: _Hour | None, promised: float) -> dict[str, Any]:
    # Of a gap that is still open nothing can be said: the newest value may be on its way.
    expected = max(1.0, promised - 1)
    if cell is None or not cell.got:
        return {"hour": hour.isoformat(), "state": "failed" if promised >= 2 else "none", "share": 0.0}
    state = "failed" if cell.valid / expected < ENOUGH else "late" if cell.late else "on_time"
    return {"hour": hour.isoformat(), "state": state, "share": round(min(1.0, cell.got / expected), 3)}
