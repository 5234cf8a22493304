"""Keeps hourly and daily roll-ups and the indices near the present, and never takes more than a tenth of the time for it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import structlog

from sen.eventbus import Bus
from sen.ingest.desk import in_database
from sen.ingest.directory import Directory
from sen.ingest.indices import IndexKeeper
from sen.ingest.metrics import Metrics
from sen.ingest.pipeline import Pipeline
from sen.kernel.errors import SenError, Unavailable
from sen.telemetry.store import TelemetryStore

log = structlog.get_logger(__name__)

MIN_REST_S = 2.0
REST_PER_COST = 10.0


class RollupKeeper:
    """Roll-ups first, then the indices of the touched hours; one per ingest process."""

    def __init__(self, store: TelemetryStore) -> None:
        self._store = store
        self._changes: list[dict[str, Any]] = []
        self._indices = IndexKeeper(store, self._changes.append)
        self._directory: Directory | None = None

    def refresh(self, directory: Directory) -> list[dict[str, Any]]:
        """Recompute what was touched; returns the indices that changed, for the live feed. Raises Unavailable."""
        if directory is not self._directory:
            self._indices.set_directory(directory.entries.values())
            if self._directory is None:
                self._indices.catch_up()
            self._directory = directory
        result = self._store.refresh_rollups()
        if result.hours:
            self._indices.refresh(result.touched)
        changes = self._changes[:]
        self._changes.clear()
        return changes


async def run(
    store: TelemetryStore, pipeline: Pipeline, bus: Bus, metrics: Metrics, refreshed: Callable[[], Awaitable[None]]
) -> None:
    """Refresh for ever, and call `refreshed` each time; rests ten times as long as the last refresh took, at least two seconds."""
    keeper = RollupKeeper(store)
    while True:
        began = time.monotonic()
        try:
            for change in await in_database(lambda: keeper.refresh(pipeline.directory)):
                await bus.publish("live.index", msgspec.json.encode(change))
            await refreshed()
        except Unavailable as error:
            log.warning("rollups_not_refreshed", error=str(error))
        except SenError:
            log.exception("rollups_refused")
        except Exception:
            log.exception("rollups_failed")
        metrics.rollup_seconds = time.monotonic() - began
        metrics.rollup_at = time.time()
        await asyncio.sleep(max(MIN_REST_S, REST_PER_COST * metrics.rollup_seconds))
