"""The bus for code that is not asynchronous (Django services, jobs, commands): one thread with a loop and a connection."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Mapping
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import Any, TypeVar

from sen.eventbus.bus import Bus, LogRefused, connect

_T = TypeVar("_T")


class SyncBus:
    """Thread safe. Connects at first use, reconnects by itself; make one per process, after forking."""

    def __init__(self, url: str, name: str = "sen-sync") -> None:
        self._url = url
        self._name = name
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._bus: Bus | None = None

    def publish(
        self, subject: str, data: bytes, *, headers: Mapping[str, str] | None = None, timeout: float = 5.0
    ) -> int:
        """Store one message and return its sequence. Raises LogRefused when the log does not acknowledge it in time."""
        return self._run(self._publish(subject, data, headers, timeout), timeout)

    def request(self, subject: str, data: bytes = b"", timeout: float = 5.0) -> bytes:
        """Ask whoever answers on `subject`. Raises LogRefused (an Unavailable) when nobody does in time."""
        return self._run(self._request(subject, data, timeout), timeout)

    def close(self) -> None:
        """Disconnect and end the thread; the next call would start them again."""
        with self._lock:
            loop, bus, self._loop, self._bus = self._loop, self._bus, None, None
        if loop is not None:
            if bus is not None:
                asyncio.run_coroutine_threadsafe(bus.close(), loop).result(5)
            loop.call_soon_threadsafe(loop.stop)

    async def _connected(self) -> Bus:
        if self._bus is None:
            self._bus = await connect(self._url, self._name)
        return self._bus

    async def _publish(self, subject: str, data: bytes, headers: Mapping[str, str] | None, timeout: float) -> int:  # noqa: ASYNC109
        return await (await self._connected()).publish(subject, data, headers=headers, timeout=timeout)

    async def _request(self, subject: str, data: bytes, timeout: float) -> bytes:  # noqa: ASYNC109
        return await (await self._connected()).request(subject, data, timeout)

    def _run(self, work: Coroutine[Any, Any, _T], timeout: float) -> _T:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=_serve, args=(self._loop,), name="sync-bus", daemon=True).start()
            loop = self._loop
        future = asyncio.run_coroutine_threadsafe(work, loop)
        try:
            return future.result(timeout + 1.0)
        except (TimeoutError, FutureTimeoutError) as error:
            future.cancel()
            raise LogRefused("no connection to NATS") from error


def _serve(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    loop.run_forever()
    loop.close()
