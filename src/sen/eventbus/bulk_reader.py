"""A pull consumer that reads tens of thousands of JetStream messages a second: its own NATS connection, frames split in bulk.

nats-py costs about 30 µs a message (one object, one queue and one callback each); here a read from the socket is split in one
loop into columns. Works on consumers with AckPolicy.ALL: one acknowledgement settles everything before it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import ssl
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import unquote, urlsplit

from sen.eventbus.frames import Columns, FrameSplitter, ProtocolError

PING_EVERY = 5.0
"""Seconds without a byte after which the server is asked whether it lives; a second silence is a lost connection."""


class ReaderLost(ConnectionError):
    """The connection or the order of deliveries is gone: open a new reader, which starts again after the last acknowledgement."""


@dataclass
class LogBatch:
    """Messages in log order, as columns of equal length."""

    subjects: list[bytes] = field(default_factory=list)
    payloads: list[bytes] = field(default_factory=list)
    headers: list[bytes] = field(default_factory=list)
    stamps: list[int] = field(default_factory=list)
    """Nanoseconds since the epoch at which the log stored each message; the same at every delivery."""
    sequences: list[int] = field(default_factory=list)
    """Sequences in the stream; they start at 1 again when the stream is made anew."""
    last_reply: bytes = b""

    def __len__(self) -> int:
        return len(self.payloads)

    def after(self, count: int) -> LogBatch:
        """Without the first `count` messages."""
        return self.between(count, len(self)) if count else self

    def between(self, low: int, high: int) -> LogBatch:
        """Messages low ≤ i < high, for work on parts; the acknowledgement stays that of the whole."""
        return LogBatch(
            self.subjects[low:high],
            self.payloads[low:high],
            self.headers[low:high],
            self.stamps[low:high],
            self.sequences[low:high],
            self.last_reply,
        )


class BulkReader(asyncio.Protocol):
    """One durable pull consumer. `open`, then alternate `fetch` and `acknowledge`; raises ReaderLost when it must be reopened."""

    def __init__(self, stream: str, consumer: str, batch: int, max_bytes: int) -> None:
        self._stream = stream
        self._consumer = consumer
        self._batch = batch
        self._max_bytes = max_bytes
        self._splitter = FrameSplitter()
        self._transport: asyncio.WriteTransport | None = None
        self._inbox = f"_INBOX.{secrets.token_hex(11)}"
        self._wake = asyncio.Event()
        self._lost: BaseException | None = None
        self._requested = 0
        self._requested_bytes = 0
        self._delivered = 0
        self._silent_pings = 0

    @classmethod
    async def open(
        cls, url: str, stream: str, consumer: str, *, batch: int = 10_000, max_bytes: int = 24 * 1024 * 1024
    ) -> BulkReader:
        """Connect and set the consumer back to its acknowledgement floor, so that what an earlier reader left comes first.

        `batch` messages or `max_bytes` (more than the server's max_payload) are read ahead at most.
        Raises ReaderLost when the server cannot be reached or refuses.
        """
        reader = cls(stream, consumer, batch, max_bytes)
        parts = urlsplit(url)
        context = ssl.create_default_context() if parts.scheme == "tls" else None
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(5):
                await loop.create_connection(lambda: reader, parts.hostname or "127.0.0.1", parts.port or 4222)
                await reader._handshake(unquote(parts.username or ""), unquote(parts.password or ""), context)
                await reader._reset()
        except (OSError, TimeoutError) as error:
            reader.close()
            raise error if isinstance(error, ReaderLost) else ReaderLost(str(error) or "timeout") from error
        return reader

    async def fetch(self, linger: float, idle: float = 1.0) -> LogBatch:
        """The next messages: waits up to `idle` seconds for the first, then `linger` seconds for more. May be empty.

        Raises ReaderLost; what was fetched and not acknowledged then comes again from the next reader.
        """
        self._request()
        if not self._splitter.columns.payloads:
            await self._wait(idle)
        if self._splitter.columns.payloads and not self._full():
            deadline = asyncio.get_running_loop().time() + linger
            while not self._full() and (rest := deadline - asyncio.get_running_loop().time()) > 0:
                await self._wait(rest)
        if self._lost is not None:
            raise ReaderLost(str(self._lost)) from self._lost
        batch = self._take(self._splitter.take())
        self._request()
        return batch

    def acknowledge(self, batch: LogBatch) -> None:
        """Tell the log that everything up to the end of `batch` is safe elsewhere."""
        if batch.last_reply:
            self._write(b"PUB %s 4\r\n+ACK\r\n" % batch.last_reply)

    def close(self) -> None:
        """Disconnect; unacknowledged messages stay in the log."""
        if self._transport is not None:
            self._transport.close()

    def _full(self) -> bool:
        return self._requested <= len(self._splitter.columns.payloads) or self._splitter.ended or self._lost is not None

    def _request(self) -> None:
        """Keep one pull request open; it ends by count, by bytes or by its expiry (the server says so with a status)."""
        if self._requested > 0 and not self._splitter.ended:
            return
        self._splitter.ended = False
        self._requested = self._batch
        body = json.dumps({"batch": self._batch, "max_bytes": self._max_bytes, "expires": 20_000_000_000}).encode()
        subject = f"$JS.API.CONSUMER.MSG.NEXT.{self._stream}.{self._consumer} {self._inbox}.m".encode()
        self._write(b"PUB %s %d\r\n%s\r\n" % (subject, len(body), body))

    def _take(self, columns: Columns) -> LogBatch:
        batch = LogBatch(columns.subjects, columns.payloads, columns.headers)
        for reply in columns.replies:
            tokens = reply.split(b".")
            # $JS.ACK.<stream>.<consumer>.<count>.<sseq>.<dseq>.<time>.<pending>, with <domain>.<account> in between in version 2
            first = 4 if len(tokens) == 9 else 6
            self._delivered += 1
            if int(tokens[first + 2]) != self._delivered:
                self._lose(ReaderLost(f"delivery {int(tokens[first + 2])} where {self._delivered} was next"))
                raise ReaderLost("a delivery went to a connection that is gone")
            batch.stamps.append(int(tokens[first + 3]))
            batch.sequences.append(int(tokens[first + 1]))
        if columns.replies:
            batch.last_reply = columns.replies[-1]
        self._requested -= len(columns.replies)
        return batch

    async def _handshake(self, user: str, password: str, context: ssl.SSLContext | None) -> None:
        while self._splitter.info is None:
            await self._wait(5, ping=False)
        if context is not None:
            loop = asyncio.get_running_loop()
            self._transport = await loop.start_tls(cast("asyncio.Transport", self._transport), self, context)
        options = {
            "verbose": False,
            "pedantic": False,
            "headers": True,
            "no_responders": True,
            "lang": "python",
            "version": "1",
            "protocol": 1,
            "name": f"sen-bulk-{self._consumer}",
        }
        if user:
            options |= {"user": user, "pass": password}
        self._write(b"CONNECT %s\r\nSUB %s.* 1\r\nPING\r\n" % (json.dumps(options).encode(), self._inbox.encode()))
        while not self._splitter.pongs:
            await self._wait(5, ping=False)

    async def _reset(self) -> None:
        """CONSUMER.RESET (NATS 2.14): forget what was delivered and not acknowledged, and deliver it again in order."""
        subject = f"$JS.API.CONSUMER.RESET.{self._stream}.{self._consumer} {self._inbox}.r".encode()
        self._write(b"PUB %s 0\r\n\r\n" % subject)
        while not self._splitter.answers and not self._splitter.ended:
            await self._wait(5, ping=False)
        if not self._splitter.answers:
            raise ReaderLost(f"{self._stream} has no consumer {self._consumer}, or NATS is older than 2.14")
        answer = json.loads(self._splitter.answers.pop())
        if "error" in answer:
            raise ReaderLost(f"{self._stream}: {answer['error'].get('description')}")

    async def _wait(self, seconds: float, ping: bool = True) -> None:
        """Until bytes come or the time is over; raises nothing, sets `_lost` when the server is silent."""
        if self._lost is not None:
            if not ping:
                raise ReaderLost(str(self._lost))
            return
        self._wake.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(min(seconds, PING_EVERY)):
                await self._wake.wait()
                self._silent_pings = 0
                return
        if ping and seconds >= 0.5:
            self._silent_pings += 1
            if self._silent_pings * seconds > 2 * PING_EVERY:
                self._lose(ReaderLost("NATS is silent"))
            else:
                self._write(b"PING\r\n")

    def _write(self, data: bytes) -> None:
        if self._transport is None or self._lost is not None:
            raise ReaderLost(str(self._lost or "not connected"))
        self._transport.write(data)

    def _lose(self, error: BaseException) -> None:
        self._lost = self._lost or error
        self._wake.set()
        self.close()

    # asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The socket is open."""
        # uvloop's transports do not derive from asyncio's classes, so this cannot be an isinstance.
        self._transport = cast("asyncio.WriteTransport", transport)

    def data_received(self, data: bytes) -> None:
        """Split what came; answer the server's pings at once."""
        try:
            self._splitter.feed(data)
        except ProtocolError as error:
            self._lose(error)
            return
        if self._splitter.pings and self._transport is not None:
            self._transport.write(b"PONG\r\n" * self._splitter.pings)
            self._splitter.pings = 0
        self._wake.set()

    def connection_lost(self, exc: Exception | None) -> None:
        """The socket is closed; whoever waits finds out."""
        self._lose(exc or ReaderLost("NATS closed the connection"))
