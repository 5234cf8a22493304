"""The one synchronous bus of this process, for services and jobs; it connects at first use."""

from __future__ import annotations

from functools import lru_cache

from sen.eventbus.sync_bus import SyncBus
from sen.kernel.configuration import settings


@lru_cache(maxsize=1)
def process_bus() -> SyncBus:
    """The bus to the NATS server of the settings."""
    return SyncBus(settings().nats_url)
