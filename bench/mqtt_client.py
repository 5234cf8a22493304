"""A lean MQTT 3.1.1 publisher that counts acknowledgements itself; used by benchmarks and chaos tests, never by the product.

paho spends more on a message than the whole path under test; here packets are joined and acknowledgements are counted by bytes
(the gateway acknowledges in order, four bytes each).
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Sequence


def remaining_length(size: int) -> bytes:
    """MQTT 3.1.1 section 2.2.3: seven bits a byte, lowest first."""
    out = bytearray()
    while True:
        size, digit = divmod(size, 128)
        out.append(digit | (128 if size else 0))
        if not size:
            return bytes(out)


def text(value: str) -> bytes:
    """A UTF-8 string with its length."""
    raw = value.encode()
    return struct.pack("!H", len(raw)) + raw


def connect_packet(client: str, user: str, password: str) -> bytes:
    """CONNECT with a clean session, user and password."""
    body = text("MQTT") + bytes([4, 0b11000010]) + struct.pack("!H", 120) + text(client) + text(user) + text(password)
    return b"\x10" + remaining_length(len(body)) + body


class Refused(ConnectionError):
    """CONNACK with a code that is not 0."""


class MqttPublisher:
    """One connection, QoS 1. `sent` and `acknowledged` count this connection's messages."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, window: int) -> None:
        self._reader, self._writer, self._window = reader, writer, window
        self.sent = 0
        self.acknowledged = 0
        self._moved = asyncio.Event()
        self._lost: Exception | None = None
        self._task = asyncio.create_task(self._count())

    @classmethod
    async def connect(
        cls, host: str, port: int, client: str, user: str, password: str, window: int = 5000
    ) -> MqttPublisher:
        """Open and sign in. Raises Refused or OSError."""
        reader, writer = await asyncio.wait_for(asyncio.open_connection(host, port), 5)
        writer.write(connect_packet(client, user, password))
        try:
            answer = await asyncio.wait_for(reader.readexactly(4), 5)
        except asyncio.IncompleteReadError as error:
            writer.close()
            raise Refused("closed without CONNACK") from error
        if answer[3] != 0:
            writer.close()
            raise Refused(f"CONNACK {answer[3]}")
        return cls(reader, writer, window)

    async def publish(self, topic: str, payloads: Sequence[bytes]) -> None:
        """Send all; waits only while more than the window is unacknowledged. Raises ConnectionError when the gateway is gone."""
        name = text(topic)
        await self._until(lambda: self.sent - self.acknowledged + len(payloads) <= self._window)
        out = bytearray()
        number = self.sent
        for payload in payloads:
            out += b"\x32"
            out += remaining_length(len(name) + 2 + len(payload))
            out += name
            out += struct.pack("!H", number % 65535 + 1)
            out += payload
            number += 1
        self.sent = number
        self._writer.write(out)
        await self._writer.drain()

    async def settle(self, seconds: float = 30.0) -> None:
        """Wait until everything that was sent is acknowledged. Raises ConnectionError or TimeoutError."""
        await asyncio.wait_for(self._until(lambda: self.acknowledged >= self.sent), seconds)

    async def close(self) -> None:
        """Disconnect."""
        self._task.cancel()
        self._writer.close()

    async def _until(self, condition) -> None:  # type: ignore[no-untyped-def]
        while not condition():
            if self._lost is not None:
                raise ConnectionError(str(self._lost)) from self._lost
            self._moved.clear()
            await self._moved.wait()
        if self._lost is not None:
            raise ConnectionError(str(self._lost)) from self._lost

    async def _count(self) -> None:
        rest = 0
        try:
            while data := await self._reader.read(262_144):
                whole, rest = divmod(rest + len(data), 4)
                self.acknowledged += whole
                self._moved.set()
            self._lost = ConnectionError("closed by the gateway")
        except OSError as error:
            self._lost = error
        self._moved.set()
