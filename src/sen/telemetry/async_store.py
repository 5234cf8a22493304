"""The asynchronous door to telemetry, for the web's reads: the same questions over one keep-alive pool of its own event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from weakref import WeakKeyDictionary

import aiohttp
import pyarrow as pa

from sen.kernel import clock
from sen.telemetry import reading, steps
from sen.telemetry.address import error_of, parse, unreachable
from sen.telemetry.reading import DAY_MS, HOUR_MS, LOCAL_MS, Question, ceil_ms, floor_ms
from sen.telemetry.steps import Function, Step
from sen.telemetry.store import LATEST_INDEX_WITHIN, decoded

_TIMEOUT = aiohttp.ClientTimeout(total=60, connect=5)
_CONNECTIONS = 16


class AsyncTelemetryStore:
    """Reads of telemetry at `url`; answers and errors are those of TelemetryStore. One object serves any number of loops."""

    def __init__(self, url: str) -> None:
        self._address = parse(url)
        self._sessions: WeakKeyDictionary[asyncio.AbstractEventLoop, aiohttp.ClientSession] = WeakKeyDictionary()
        self._settings = {
            "database": self._address.database,
            "default_format": "ArrowStream",
            **{name: str(value) for name, value in reading.READ_SETTINGS.items()},
        }

    async def latest(self, series: Sequence[int] | None = None) -> pa.Table:
        """The newest row (by time, then seq) of each series."""
        return await self.ask(reading.latest(series))

    async def observations(
        self, series: int, start: datetime, end: datetime, limit: int = 100_000, descending: bool = False
    ) -> pa.Table:
        """Stored rows of one series in [start, end), each time once."""
        return await self.ask(reading.observations(series, start, end, limit, descending))

    async def hourly(self, series: Sequence[int], start: datetime, end: datetime) -> pa.Table:
        """Whole hours that overlap [start, end) (schema BUCKETS), never stale."""
        low, high = floor_ms(start, HOUR_MS), ceil_ms(end, HOUR_MS)
        return await self.ask(reading.hourly(series, low, high, await self.ask(reading.dirty(series, low, high))))

    async def daily(self, series: Sequence[int], start: datetime, end: datetime) -> pa.Table:
        """Whole local days that overlap [start, end) (schema BUCKETS), never stale."""
        low, high = floor_ms(start, DAY_MS, LOCAL_MS), ceil_ms(end, DAY_MS, LOCAL_MS)
        return await self.ask(reading.daily(series, low, high, await self.ask(reading.dirty(series, low, high))))

    async def aggregate(
        self, series: int, start: datetime, end: datetime, step: Step, fn: Function = "mean"
    ) -> pa.Table:
        """One value per step (schema AGGREGATED) over the valid values of [start, end) widened to whole steps."""
        steps.check_function(fn)
        low, high = steps.bounds(start, end, step)
        if step in steps.SHORT_MS:
            return steps.aggregated(
                await self.ask(reading.stepped([series], low, high, steps.SHORT_MS[step], steps.figures(fn))), fn
            )
        changed = await self.ask(reading.dirty([series], low, high))
        if step == "hour":
            return steps.aggregated(await self.ask(reading.hourly([series], low, high, changed, steps.figures(fn))), fn)
        if step == "day":
            return steps.aggregated(await self.ask(reading.daily([series], low, high, changed, steps.figures(fn))), fn)
        return steps.aggregated(steps.months(await self.ask(reading.daily([series], low, high, changed))), fn)

    async def trailing(self, at: datetime) -> pa.Table:
        """Means of every series that end with the hour of `at` (schema TRAILING), as the last refresh left them."""
        return await self.ask(reading.trailing(floor_ms(at, HOUR_MS)))

    async def index(self, asset: int, name: str, start: datetime, end: datetime, period: str = "") -> pa.Table:
        """Index values of one asset in [start, end), oldest first."""
        return await self.ask(reading.index_history(asset, name, start, end, period))

    async def latest_index(self, assets: Sequence[int] | None = None) -> pa.Table:
        """The newest hour and day of each index of each asset, of the last three days."""
        return await self.ask(reading.latest_index(assets, clock.now() - LATEST_INDEX_WITHIN))

    async def ask(self, question: Question) -> pa.Table:
        """The answer to a question, cast to its schema."""
        parameters = {**self._settings, **{f"param_{name}": value for name, value in question.parameters.items()}}
        try:
            async with self._session().post(
                self._address.origin, params=parameters, data=question.sql.encode()
            ) as response:
                body = await response.read()
                if response.status != 200:
                    raise error_of(body.decode(errors="replace"))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise unreachable(error) from error
        return decoded(body, question.schema)

    async def close(self) -> None:
        """Close the connections of the running loop."""
        session = self._sessions.pop(asyncio.get_running_loop(), None)
        if session is not None:
            await session.close()

    def _session(self) -> aiohttp.ClientSession:
        loop = asyncio.get_running_loop()
        session = self._sessions.get(loop)
        if session is None or session.closed:
            session = aiohttp.ClientSession(
                auth=aiohttp.BasicAuth(self._address.user, self._address.password),
                connector=aiohttp.TCPConnector(limit=_CONNECTIONS, keepalive_timeout=60),
                timeout=_TIMEOUT,
                auto_decompress=True,
            )
            self._sessions[loop] = session
        return session
