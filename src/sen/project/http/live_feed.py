"""Follows the LIVE stream once per web process and gives each update to the audiences that may see it."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import secrets
from collections.abc import Iterable
from typing import Any
from uuid import UUID

import msgspec
import structlog

from sen.eventbus import LIVE, Bus, live_position
from sen.ingest.directory import Directory
from sen.kernel.errors import Unavailable
from sen.project.http.audience import RESET, Audience, Wish
from sen.telemetry import flags as flag_names

log = structlog.get_logger(__name__)

MAX_REPLAY = 2_000
"""Messages of the stream replayed to a browser that was away; farther back it is told to reload."""


class Update(msgspec.Struct):
    """`live.observations`: the newest row (series, time ms, value, flags) per series of one ingest batch."""

    t: int
    u: list[tuple[int, int, float | None, int]]


class Item(msgspec.Struct):
    """One record that moved: the units that it is of, the people that it is for, and itself as it is shown."""

    unit: UUID | None = None
    territory: UUID | None = None
    desk: UUID | None = None
    units: list[UUID] = []
    users: list[UUID] = []
    change: str = ""
    by: dict[str, str] | None = None
    alert: msgspec.Raw = msgspec.Raw()
    incident: msgspec.Raw = msgspec.Raw()
    sheet: msgspec.Raw = msgspec.Raw()
    task: msgspec.Raw = msgspec.Raw()
    meeting: msgspec.Raw = msgspec.Raw()
    notification: msgspec.Raw = msgspec.Raw()

    def involved(self) -> list[UUID]:
        """All units that it is of."""
        return [*self.units, *(one for one in (self.unit, self.territory, self.desk) if one is not None)]


class Items(Item):
    """`live.alerts`, `live.incidents`, `live.notifications`: one record, or several in `items`."""

    items: list[Item] = []


class _Named(msgspec.Struct):
    """What tells one record from another."""

    id: str


_update = msgspec.json.Decoder(Update)
_items = msgspec.json.Decoder(Items)
RECORDS = {
    "live.alerts": "alert",
    "live.incidents": "incident",
    "live.tasks": "task",
    "live.sheets": "sheet",
    "live.meetings": "meeting",
    "live.notifications": "notification",
}
"""Subject → kind of record."""


class LiveFeed:
    """All audiences of one process; `run` follows the stream until cancelled."""

    def __init__(self, bus: Bus, directory: Directory) -> None:
        self._bus = bus
        self._directory = directory
        self._audiences: dict[Wish, Audience] = {}
        self._by_series: dict[int, list[Audience]] = {}
        self.sequence = 0
        """Sequence of the last message given out."""
        self.follows = asyncio.Event()
        """Set once the stream is followed; from then on nothing that is published is missed."""

    @property
    def listeners(self) -> int:
        """Open streams."""
        return sum(audience.listeners for audience in self._audiences.values())

    def join(self, wish: Wish) -> Audience:
        """The audience of a wish, with one listener more."""
        audience = self._audiences.get(wish)
        if audience is None:
            audience = self._audiences[wish] = Audience(wish, self._directory)
            for number in audience.series:
                self._by_series.setdefault(number, []).append(audience)
        audience.listeners += 1
        return audience

    def leave(self, audience: Audience) -> None:
        """One listener less; an audience without any is dropped."""
        audience.listeners -= 1
        if not audience.listeners:
            self._audiences.pop(audience.wish, None)
            for number in audience.series:
                if audience in self._by_series.get(number, ()):
                    self._by_series[number].remove(audience)

    def use(self, directory: Directory) -> None:
        """Follow a new version of the directory: series appear and vanish in open streams."""
        self._directory = directory
        self._by_series = {}
        for audience in self._audiences.values():
            audience.use(directory)
            for number in audience.series:
                self._by_series.setdefault(number, []).append(audience)

    def dispatch(self, subject: str, data: bytes, sequence: int, only: Audience | None = None) -> None:
        """Give one message of the stream to the audiences, or when replaying to `only` one."""
        try:
            if subject == "live.observations":
                self._observations(_update.decode(data), sequence, only)
            elif subject == "live.index":
                body = msgspec.json.decode(data)
                key = ("index", body["asset"], body.get("name"))
                self._to_all(key, b"event: index\ndata: %s\n\n" % data, sequence, only, "assets", body["asset"])
            elif subject == "live.source":
                code = msgspec.json.decode(data)["source"]
                self._to_all(
                    ("source", code), b"event: source\ndata: %s\n\n" % data, sequence, only, "source_codes", code
                )
            elif subject in RECORDS:
                message = _items.decode(data)
                for item in message.items or [message]:
                    self._record(RECORDS[subject], item, sequence, only)
        except (msgspec.DecodeError, KeyError, TypeError) as error:  # ValidationError is a DecodeError
            log.warning("live_message_unreadable", subject=subject, error=str(error))
        if only is None:
            self.sequence = sequence
            live_position.reached(sequence)
            for audience in self._audiences.values():
                if audience.sequence == sequence:
                    audience.announce()

    def _observations(self, update: Update, sequence: int, only: Audience | None) -> None:
        by_series, entries = self._by_series, self._directory.entries
        for number, time, value, bits in update.u:
            audiences: Iterable[Audience] | None
            audiences = by_series.get(number) if only is None else ([only] if number in only.series else None)
            entry = entries.get(number)
            if not audiences or entry is None:
                continue
            body = {
                "asset": entry.asset_code,
                "property": entry.property,
                "time": time,
                "value": value,
                "flags": flag_names.names(bits),
            }
            event = b"event: observation\ndata: %s\n\n" % msgspec.json.encode(body)
            for audience in audiences:
                audience.put(number, event, sequence)

    def _record(self, kind: str, item: Item, sequence: int, only: Audience | None) -> None:
        """Give a record to those who follow its kind and may see it. What a person did stands beside what the data did."""
        raw: msgspec.Raw = getattr(item, kind)
        body: dict[str, Any] = {kind: raw, "change": item.change} | ({"by": item.by} if item.by else {})
        units, event = item.involved(), b""
        key = (kind, msgspec.json.decode(raw, type=_Named).id, "by" if item.by else "")
        for audience in self._audiences.values() if only is None else (only,):
            if audience.wish.hears(kind, units, item.users):
                event = event or b"event: %s\ndata: %s\n\n" % (kind.encode(), msgspec.json.encode(body))
                audience.put_record(key, event, sequence)

    def _to_all(self, key: Any, event: bytes, sequence: int, only: Audience | None, known: str, code: str) -> None:  # noqa: PLR0917
        for audience in self._audiences.values() if only is None else (only,):
            if code in getattr(audience, known):
                audience.put(key, event, sequence)

    async def replay(self, wish: Wish, after: int) -> tuple[bytes, int]:
        """What a stream with Last-Event-ID `after` missed, as one piece, and the sequence to go on from. Raises Unavailable.

        The piece is a reset where the stream no longer has it all: the page then reads its values anew.
        """
        state = (await self._bus.api(f"STREAM.INFO.{LIVE}"))["state"]
        first, last = int(state["first_seq"]), int(state["last_seq"])
        if after > last or after + 1 < first or last - after > MAX_REPLAY:
            return b"id: %d\n" % last + RESET, last
        missed = Audience(wish, self._directory)
        for sequence in range(after + 1, last + 1):
            answer = await self._bus.api(f"STREAM.MSG.GET.{LIVE}", {"seq": sequence})
            if "message" in answer:
                message = answer["message"]
                self.dispatch(message["subject"], base64.b64decode(message.get("data", "")), sequence, missed)
        return missed.since(after), last

    async def run(self) -> None:
        """Follow the stream for ever; after a reconnection it goes on behind the last message given out."""
        while True:
            try:
                name = await self._open()
                while True:
                    message = await self._bus.next(LIVE, name, 5.0)
                    if message is not None:
                        self.dispatch(message.subject, message.data, _sequence(message.reply))
                    elif await self._gone(name):
                        break
            except Unavailable as error:
                log.debug("live_feed_waits", error=str(error))
                await asyncio.sleep(0.3)
            except Exception:
                log.exception("live_feed_broke")
                await asyncio.sleep(1.0)

    async def _open(self) -> str:
        """An ephemeral consumer that starts behind the last message given out, or at the end of the stream."""
        state = (await self._bus.api(f"STREAM.INFO.{LIVE}"))["state"]
        last = int(state["last_seq"])
        if self.sequence > last:
            self.sequence = 0
        start = self.sequence + 1 if self.sequence else last + 1
        self.sequence = start - 1
        name = f"web-{secrets.token_hex(6)}"
        configuration = {
            "name": name,
            "ack_policy": "none",
            "deliver_policy": "by_start_sequence",
            "opt_start_seq": start,
            "inactive_threshold": 60_000_000_000,
            "mem_storage": True,
            "num_replicas": 1,
        }
        answer = await self._bus.api(f"CONSUMER.CREATE.{LIVE}.{name}", {"stream_name": LIVE, "config": configuration})
        if "error" in answer:
            raise Unavailable(str(answer["error"].get("description")))
        self.follows.set()
        return name

    async def _gone(self, name: str) -> bool:
        with contextlib.suppress(Unavailable):
            return "error" in await self._bus.api(f"CONSUMER.INFO.{LIVE}.{name}")
        return True


def _sequence(reply: str) -> int:
    """The stream sequence in a delivery's reply subject, version 1 (9 tokens) or 2."""
    tokens = reply.split(".")
    return int(tokens[5] if len(tokens) == 9 else tokens[7])
