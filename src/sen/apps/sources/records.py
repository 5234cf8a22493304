"""Sources as records that rules of alerting judge: how long silent, in which state, how complete. One statement for all of them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from sen.apps.sources import queries
from sen.apps.sources.models import Source, State


class SourceRecord(msgspec.Struct, frozen=True):
    """A source that is not stopped, at one moment. Ages in minutes, None where it never sent; completeness from 0 to 1, None where unknown."""

    code: str
    name: str
    owner_id: UUID
    state: str
    seen: datetime | None
    minutes_since_seen: float | None
    minutes_since_measured: float | None
    minutes_allowed: float
    completeness_24h: float | None
    completeness_7d: float | None
    simulated: bool


def source_records(now: datetime) -> list[SourceRecord]:
    """Every source of the centre that somebody expects data from, for callers without a person (the alerts process)."""
    found = Source.objects.filter(stopped_at=None).select_related("health").order_by("code")
    return [_record(source, now) for source in found]


def _record(source: Source, now: datetime) -> SourceRecord:
    health = source.health
    state: State = queries.present_state(source, now)
    return SourceRecord(
        source.code, source.name, source.owner_id, str(state), health.last_seen, _minutes(health.last_seen, now),
        _minutes(health.last_measured, now), queries.promise_of(source).allowed_gap.total_seconds() / 60,
        health.completeness_24h, health.completeness_7d, source.simulated,
    )  # fmt: skip


def _minutes(moment: datetime | None, now: datetime) -> float | None:
    return None if moment is None else max((now - moment).total_seconds() / 60, 0.0)
