"""This app's door to telemetry: one store with one connection pool per process."""

from __future__ import annotations

from functools import lru_cache

from sen.kernel.configuration import settings
from sen.telemetry.store import TelemetryStore


@lru_cache(maxsize=1)
def store() -> TelemetryStore:
    """The telemetry store of this process."""
    return TelemetryStore(settings().clickhouse_url)
