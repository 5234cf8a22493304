"""What the plain ASGI applications of one web process share: the bus, and the directory kept in step with the database."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

import structlog

from sen.apps.assets import interface as assets
from sen.eventbus import Bus, connect
from sen.ingest import directory as directories
from sen.ingest.desk import Desk, in_database
from sen.ingest.directory import Directory
from sen.kernel.configuration import settings
from sen.kernel.errors import Unavailable

log = structlog.get_logger(__name__)

POLL_S = 1.0


class Centre:
    """One per process and event loop. Starts at first use; `close` ends it."""

    def __init__(self) -> None:
        self._bus: Bus | None = None
        self._directory: Directory | None = None
        self._lock = asyncio.Lock()
        self._follower: asyncio.Task[None] | None = None
        self.changed: list[Callable[[Directory], Any]] = []
        """Called with each new version of the directory."""

    async def bus(self) -> Bus:
        """The connection to NATS. Raises Unavailable when there is none within a moment."""
        if self._bus is None:
            async with self._lock:
                if self._bus is None:
                    try:
                        made = await asyncio.wait_for(connect(settings().nats_url, "sen-web"), 3)
                        await made.ensure_streams()
                    except TimeoutError as error:
                        raise Unavailable("NATS không trả lời.", action="Thử lại sau ít giây.") from error
                    self._bus = made
        return self._bus

    async def desk(self) -> Desk:
        """The way to the connection desk."""
        return Desk(await self.bus())

    async def directory(self) -> Directory:
        """The present directory, at most about a second old. Raises whatever the database says when it never answered."""
        if self._directory is None:
            async with self._lock:
                if self._directory is None:
                    self._directory = await in_database(directories.load)
                    self._follower = asyncio.create_task(self._follow())
        return self._directory

    async def newest_directory(self) -> Directory:
        """The directory as of this moment: for whoever is about to say that something does not exist."""
        known = await self.directory()
        await self._look()
        return self._directory or known

    async def close(self) -> None:
        """Disconnect and stop following."""
        if self._follower is not None:
            self._follower.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._follower
        if self._bus is not None:
            await self._bus.close()

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(POLL_S)
            try:
                await self._look()
            except Exception as error:
                log.warning("directory_not_read", error=repr(error))

    async def _look(self) -> None:
        version = await in_database(assets.directory_version)
        if self._directory is None or version == self._directory.version:
            return
        async with self._lock:
            if version != self._directory.version:
                self._directory = await in_database(directories.load)
                for tell in self.changed:
                    tell(self._directory)


_centres: dict[asyncio.AbstractEventLoop, Centre] = {}


def centre() -> Centre:
    """The centre of the running event loop."""
    loop = asyncio.get_running_loop()
    found = _centres.get(loop)
    if found is None:
        for old in [known for known in _centres if known.is_closed()]:
            del _centres[old]
        found = _centres[loop] = Centre()
    return found


async def shutdown() -> None:
    """Close the centre of this loop."""
    found = _centres.pop(asyncio.get_running_loop(), None)
    if found is not None:
        await found.close()
