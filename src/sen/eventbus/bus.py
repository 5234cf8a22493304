"""A connection to NATS that survives the server's restarts: publish with acknowledgement, request, subscribe, make the streams."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec
import nats
import nats.errors
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg

from sen.eventbus.streams import consumer_configurations, stream_configurations
from sen.kernel.errors import Unavailable

log = structlog.get_logger(__name__)

Handler = Callable[[Msg], Awaitable[None]]
_IN_USE = 10058
_CONSUMER_EXISTS = 10148
_NOT_FOUND = 10059


class LogRefused(Unavailable):
    """The durable log did not take a message: it is full, slow or gone. Nothing was stored that was acknowledged."""

    code = "log_unavailable"


class Bus:
    """One NATS connection. Make it with `connect`; it reconnects for ever and re-subscribes by itself."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._closing = False

    @property
    def connected(self) -> bool:
        """Whether the server can be reached right now."""
        return self._client.is_connected

    @property
    def max_payload(self) -> int:
        """Largest message in bytes that the server takes."""
        return int(self._client.max_payload)

    async def publish(
        self,
        subject: str,
        data: bytes,
        *,
        headers: Mapping[str, str] | None = None,
        timeout: float = 5.0,  # noqa: ASYNC109
    ) -> int:
        """Store one message in the stream that listens on `subject`; return its sequence once the log has it.

        Raises LogRefused when no acknowledgement comes; the message may or may not be there then, as with every network.
        """
        answer = await self._request(subject, data, timeout, headers)
        try:
            acknowledgement = msgspec.json.decode(answer)
        except msgspec.DecodeError as error:
            raise LogRefused(f"{subject}: the log answered {answer[:80]!r}") from error
        if "error" in acknowledgement or "seq" not in acknowledgement:
            raise LogRefused(f"{subject}: {acknowledgement.get('error', {}).get('description', 'no sequence')}")
        return int(acknowledgement["seq"])

    async def request(self, subject: str, data: bytes = b"", timeout: float = 5.0) -> bytes:  # noqa: ASYNC109
        """Ask whoever answers on `subject`. Raises Unavailable when nobody does in time."""
        return await self._request(subject, data, timeout, None)

    async def next(self, stream: str, consumer: str, wait: float) -> Msg | None:
        """The next message of a durable pull consumer, or None after `wait` seconds. `await message.ack()` settles it.

        Raises LogRefused when the server is away.
        """
        body = msgspec.json.encode({"batch": 1, "expires": int(wait * 1_000_000_000)})
        # A pulled message bears its own subject, by which a shared inbox cannot tell whose answer it is.
        found = await self._ask(
            f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{consumer}", body, wait + 2.0, None, own_inbox=True
        )
        return found if found.reply else None

    async def send(self, subject: str, data: bytes) -> None:
        """Publish without acknowledgement: for signals that may be lost."""
        await self._client.publish(subject, data)

    async def subscribe(self, subject: str, handler: Handler, queue: str = "") -> Callable[[], Awaitable[None]]:
        """Call `handler` with each message; return a coroutine function that ends it. Survives reconnections."""
        subscription = await self._client.subscribe(subject, queue=queue, cb=handler)

        async def end() -> None:
            with contextlib.suppress(nats.errors.Error):
                await subscription.unsubscribe()

        return end

    async def api(self, name: str, body: Any = None, timeout: float = 10.0) -> dict[str, Any]:  # noqa: ASYNC109
        """One call of JetStream's API (`STREAM.INFO.READINGS`). The answer may hold `error`; the caller looks."""
        answer = await self._request(
            f"$JS.API.{name}", msgspec.json.encode(body) if body is not None else b"", timeout, None
        )
        decoded: dict[str, Any] = msgspec.json.decode(answer)
        return decoded

    async def ensure_streams(self, replicas: int = 1) -> None:
        """Make the streams and the durable consumers, or bring them up to date. Safe to call from every process at every start.

        Raises Unavailable when the server refuses a configuration.
        """
        for configuration in stream_configurations(replicas):
            await self._ensure_stream(configuration)
        for stream, configuration in consumer_configurations():
            answer = await self.api(
                f"CONSUMER.DURABLE.CREATE.{stream}.{configuration['name']}",
                {"stream_name": stream, "config": configuration},
            )
            if "error" in answer:
                raise Unavailable(f"JetStream consumer on {stream}: {answer['error'].get('description')}")

    async def _ensure_stream(self, configuration: dict[str, Any]) -> None:
        name = configuration["name"]
        answer = await self.api(f"STREAM.CREATE.{name}", configuration)
        if answer.get("error", {}).get("err_code") == _IN_USE:
            found = await self.api(f"STREAM.INFO.{name}")
            wanted = {**found.get("config", {}), **configuration}
            if wanted == found.get("config"):
                return
            answer = await self.api(f"STREAM.UPDATE.{name}", wanted)
        if "error" in answer:
            raise Unavailable(f"JetStream stream {name}: {answer['error'].get('description')}")

    async def close(self) -> None:
        """Flush and disconnect; a second call does nothing."""
        if not self._closing:
            self._closing = True
            with contextlib.suppress(nats.errors.Error, asyncio.TimeoutError):
                await self._client.close()

    async def _request(self, subject: str, data: bytes, timeout: float, headers: Mapping[str, str] | None) -> bytes:  # noqa: ASYNC109
        return (await self._ask(subject, data, timeout, headers)).data

    async def _ask(
        self,
        subject: str,
        data: bytes,
        timeout: float,  # noqa: ASYNC109
        headers: Mapping[str, str] | None,
        *,
        own_inbox: bool = False,
    ) -> Msg:
        if not self._client.is_connected:
            raise LogRefused(f"{subject}: no connection to NATS")
        try:
            answer = await self._client.request(
                subject, data, timeout=timeout, old_style=own_inbox, headers=dict(headers) if headers else None
            )
        except (TimeoutError, nats.errors.Error, ConnectionError) as error:
            raise LogRefused(f"{subject}: {type(error).__name__}") from error
        return answer


async def connect(url: str, name: str = "sen") -> Bus:
    """Connect to `nats://user:password@host:port`; waits for as long as the server is away."""

    async def complain(error: Exception) -> None:
        log.debug("nats_error", error=repr(error))

    while True:
        try:
            client = await nats.connect(
                url,
                name=name,
                max_reconnect_attempts=-1,
                reconnect_time_wait=0.2,
                connect_timeout=2,
                ping_interval=10,
                max_outstanding_pings=2,
                error_cb=complain,
                pending_size=64 * 1024 * 1024,
            )
        except (TimeoutError, OSError, nats.errors.Error) as error:
            log.warning("nats_unreachable", error=repr(error))
            await asyncio.sleep(0.5)
        else:
            return Bus(client)


async def ensure_streams(url: str) -> None:
    """`Bus.ensure_streams` over a connection of its own; run at start-up before devices may connect."""
    bus = await connect(url, "sen-setup")
    try:
        await bus.ensure_streams()
    finally:
        await bus.close()
