"""The one synchronous bus of this process, for services and jobs; it connects at first use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache

from sen.eventbus.sync_bus import SyncBus
from sen.kernel.configuration import settings

_NOTICES = ("events.", "live.")


class ProcessBus(SyncBus):
    """A SyncBus that can be told that nobody listens to notices."""

    unheard = False

    def publish(
        self, subject: str, data: bytes, *, headers: Mapping[str, str] | None = None, timeout: float = 5.0
    ) -> int:
        """See SyncBus; 0 for a notice that nobody would hear."""
        if self.unheard and subject.startswith(_NOTICES):
            return 0
        return super().publish(subject, data, headers=headers, timeout=timeout)


@lru_cache(maxsize=1)
def process_bus() -> ProcessBus:
    """The bus to the NATS server of the settings."""
    return ProcessBus(settings().nats_url)


@contextmanager
def nobody_listens() -> Iterator[None]:
    """Send no notices (`events.`, `live.`) inside the block: an installation that is being filled has nobody yet who would hear them."""
    bus = process_bus()
    bus.unheard = True
    try:
        yield
    finally:
        bus.unheard = False
