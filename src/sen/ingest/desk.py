"""What people must hear of: dead letters, proposals, errors, receipts. Goes through a stream of its own to the connection desk.

The database may be away while readings arrive; the stream DESK keeps what the desk must learn, and this module's worker tells it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec
import numpy as np
import structlog

from sen.apps.sources import interface as sources
from sen.eventbus import DESK, Bus
from sen.ingest.resolve import Letter, Unknown
from sen.ingest.rows import Rows
from sen.kernel import clock
from sen.kernel.errors import Unavailable
from sen.telemetry.flags import Flag

log = structlog.get_logger(__name__)

LETTERS_SUBJECT = "desk.letters"
UNKNOWN_SUBJECT = "desk.unknown"
KEPT_PAYLOAD = 1_048_576
"""Bytes of a dead letter that are kept, as in apps.sources."""
_CHUNK = 3_000_000
_letters = msgspec.msgpack.Decoder(list[Letter])
_unknown = msgspec.msgpack.Decoder(list[Unknown])


class Seen:
    """What came from one source since the desk was last told."""

    __slots__ = ("future", "late", "measured", "messages", "received", "values")

    def __init__(self) -> None:
        self.messages = self.values = self.late = self.future = self.received = self.measured = 0


class Desk:
    """Collects per batch, delivers letters at once and durably, proposals and receipts every few seconds."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._seen: dict[int, Seen] = {}
        self._proposed: dict[tuple[int, str], Unknown] = {}
        self._told: set[tuple[int, str]] = set()

    def propose(self, found: list[Unknown]) -> None:
        """Remember unknown devices of a batch until `tell`."""
        for row in found:
            known = self._proposed.get((row.source, row.device))
            if known is None:
                if len(self._proposed) < 10_000:
                    self._proposed[row.source, row.device] = row
                continue
            known.messages += row.messages
            known.last_seen = max(known.last_seen, row.last_seen)
            known.properties = sorted({*known.properties, *row.properties})[:1000]

    def saw(self, messages: dict[int, int], rows: Rows) -> None:
        """Count receipts per source."""
        for number, count in messages.items():
            self._seen.setdefault(number, Seen()).messages += count
        if not len(rows):
            return
        sources_of, inverse = np.unique(rows.source, return_inverse=True)
        values = np.bincount(inverse)
        late = np.bincount(inverse, (rows.flags & np.uint32(Flag.LATE)) != 0)
        future = np.bincount(inverse, (rows.flags & np.uint32(Flag.FUTURE)) != 0)
        received = np.zeros(len(sources_of), np.int64)
        measured = np.zeros(len(sources_of), np.int64)
        np.maximum.at(received, inverse, rows.received)
        np.maximum.at(measured, inverse, np.minimum(rows.time, rows.received))
        for index, number in enumerate(sources_of.tolist()):
            if number:
                seen = self._seen.setdefault(number, Seen())
                seen.values += int(values[index])
                seen.late += int(late[index])
                seen.future += int(future[index])
                seen.received = max(seen.received, int(received[index]))
                seen.measured = max(seen.measured, int(measured[index]))

    async def deliver(self, letters: list[Letter]) -> None:
        """Put letters into the DESK stream; returns when they are there."""
        chunk: list[Letter] = []
        size = 0
        for letter in letters:
            kept = (
                letter
                if len(letter.payload) <= KEPT_PAYLOAD
                else msgspec.structs.replace(letter, payload=letter.payload[:KEPT_PAYLOAD])
            )
            if chunk and size + len(kept.payload) > _CHUNK:
                await self._publish(LETTERS_SUBJECT, msgspec.msgpack.encode(chunk))
                chunk, size = [], 0
            chunk.append(kept)
            size += len(kept.payload) + 500
        if chunk:
            await self._publish(LETTERS_SUBJECT, msgspec.msgpack.encode(chunk))

    async def introduce(self) -> None:
        """Propose at once what this process has never proposed: before their messages are acknowledged."""
        new = [key for key in self._proposed if key not in self._told]
        if new:
            await self._publish(UNKNOWN_SUBJECT, msgspec.msgpack.encode([self._proposed.pop(key) for key in new]))
            self._told.update(new if len(self._told) < 100_000 else [])

    async def tell(self) -> None:
        """Pass on what was collected: proposals through the stream, receipts straight to the desk. Called every few seconds."""
        proposed, self._proposed = list(self._proposed.values()), {}
        for start in range(0, len(proposed), 200):
            await self._publish(UNKNOWN_SUBJECT, msgspec.msgpack.encode(proposed[start : start + 200]))
        seen, self._seen = self._seen, {}
        rows = {
            number: sources.SeenAt(
                clock.from_ms(row.received or clock.now_ms()),
                clock.from_ms(row.measured) if row.measured else None,
                row.messages,
                row.values,
                row.late,
            )
            for number, row in seen.items()
        }
        if rows:
            await in_database(lambda: sources.mark_seen(rows))
        for number, row in seen.items():
            if row.future:
                text = f"{row.future} giá trị có thời gian đo ở tương lai: đồng hồ thiết bị chạy sai."
                await in_database(partial(sources.report_error, number, "future_time", text, clock.now(), row.future))

    async def _publish(self, subject: str, data: bytes) -> None:
        pause = 0.1
        while True:
            try:
                await self._bus.publish(subject, data)
            except Unavailable as error:
                log.warning("desk_not_reached", error=str(error))
                await asyncio.sleep(pause)
                pause = min(pause * 2, 3.0)
            else:
                return


async def serve(bus: Bus) -> None:
    """Hand what lies in the DESK stream to the connection desk, for ever; what the database cannot take now comes again."""
    while True:
        try:
            message = await bus.next(DESK, "desk", 5.0)
        except Unavailable:
            await asyncio.sleep(0.5)
            continue
        if message is None:
            continue
        try:
            if message.subject == LETTERS_SUBJECT:
                letters = [_letter_row(row) for row in _letters.decode(message.data)]
                await in_database(partial(sources.add_dead_letters, letters))
            elif message.subject == UNKNOWN_SUBJECT:
                devices = [_device_row(row) for row in _unknown.decode(message.data)]
                await in_database(partial(sources.propose_devices, devices))
            await message.ack()
        except msgspec.DecodeError:
            log.exception("desk_message_unreadable", subject=message.subject)
            await message.term()
        except Exception:
            log.exception("desk_not_told", subject=message.subject)
            await message.nak(delay=2.0)


async def in_database(work: Callable[[], Any]) -> Any:
    """Run Django code in a thread, with connections that are not stale."""

    def run() -> Any:
        from django.db import close_old_connections

        close_old_connections()
        try:
            return work()
        finally:
            close_old_connections()

    return await asyncio.to_thread(run)


def _letter_row(row: Letter) -> sources.DeadLetterRow:
    return sources.DeadLetterRow(
        row.source, clock.from_ms(row.received), row.channel, row.subject, row.payload, row.code, row.message, row.seq
    )


def _device_row(row: Unknown) -> sources.ProposedDevice:
    return sources.ProposedDevice(
        row.source,
        row.device,
        row.properties,
        clock.from_ms(row.first_seen),
        clock.from_ms(row.last_seen),
        row.messages,
        row.sample,
    )
