"""What one group of browsers with the same rights and topics sees: the newest event per series or record, shared by all of them.

Each browser only remembers up to which sequence it has read. A slow one therefore costs no memory: it finds the newest values.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sen.apps.access.interface import Scope
from sen.ingest.directory import Directory

RESET = b"event: reset\ndata: {}\n\n"
MOST_RECORDS = 2_000
"""Records kept for browsers that read slowly; farther back they are told to reload."""
PERSONAL = frozenset({"incident", "notification"})
"""Kinds of record that may be for a person, whatever unit they are of."""


@dataclass(frozen=True)
class Wish:
    """What a browser asked for, after its right to see it was checked. Equal wishes see the same."""

    unit_ids: frozenset[UUID]
    everything: bool
    assets: frozenset[str]
    units: tuple[frozenset[UUID], ...]
    sources: bool
    records: frozenset[str] = frozenset()
    """Kinds of record that are followed whole: alert, incident, notification."""
    user_id: UUID | None = None

    @classmethod
    def of(
        cls,
        scope: Scope,
        assets: set[str],
        units: list[frozenset[UUID]],
        sources: bool,
        records: frozenset[str] = frozenset(),
    ) -> Wish:
        """The wish of a caller with `scope`. Who it is matters only where records are for one person."""
        personal = scope.user_id if records & PERSONAL else None
        return cls(
            frozenset(scope.unit_ids), scope.everything, frozenset(assets), tuple(units), sources, records, personal
        )

    def hears(self, kind: str, units: Collection[UUID], users: Collection[UUID]) -> bool:
        """Whether a record of one of `units`, or for one of `users`, is followed and visible."""
        if kind not in self.records:
            return False
        for_me = self.user_id is not None and self.user_id in users
        if kind == "notification":
            return for_me
        return for_me or self.everything or not self.unit_ids.isdisjoint(units)

    def sees(self, unit_id: UUID | None) -> bool:
        """Whether things of a unit are visible."""
        return self.everything or (unit_id is not None and unit_id in self.unit_ids)

    def wants(self, asset: str, owner: UUID, territory: UUID | None) -> bool:
        """Whether an asset is asked for and visible."""
        if not (self.sees(owner) or self.sees(territory)):
            return False
        return asset in self.assets or any(owner in unit or territory in unit for unit in self.units)


class Audience:
    """The newest events of one wish in order of arrival."""

    def __init__(self, wish: Wish, directory: Directory) -> None:
        self.wish = wish
        self.listeners = 0
        self.series: frozenset[int] = frozenset()
        self.assets: frozenset[str] = frozenset()
        self.source_codes: frozenset[str] = frozenset()
        self._events: OrderedDict[Any, tuple[int, bytes]] = OrderedDict()
        self._records: OrderedDict[Any, None] = OrderedDict()
        self._forgotten = -1
        """Sequence of the newest record that was dropped to bound memory: who has not read as far reads everything anew."""
        self._piece: tuple[int, int, bytes] = (-1, -1, b"")
        self.sequence = 0
        self.changed = asyncio.Event()
        self.use(directory)

    def use(self, directory: Directory) -> None:
        """See what a version of the directory holds of the wish; events of what vanished are dropped."""
        wish = self.wish
        entries = [
            entry
            for entry in directory.entries.values()
            if wish.wants(entry.asset_code, entry.owner_unit_id, entry.territory_unit_id)
        ]
        self.series = frozenset(entry.number for entry in entries)
        self.assets = frozenset(entry.asset_code for entry in entries)
        origins = directory.by_number.values() if wish.sources else ()
        self.source_codes = frozenset(origin.code for origin in origins if wish.sees(origin.owner_unit_id))
        for key in [key for key in self._events if isinstance(key, int) and key not in self.series]:
            del self._events[key]

    def put(self, key: Any, event: bytes, sequence: int) -> None:
        """The newest event of `key`; it replaces an older one."""
        self._events.pop(key, None)
        self._events[key] = (sequence, event)
        self.sequence = sequence

    def put_record(self, key: Any, event: bytes, sequence: int) -> None:
        """The newest event of a record. Records come without end, unlike series, so that only the last ones are kept."""
        self.put(key, event, sequence)
        self._records[key] = None
        self._records.move_to_end(key)
        if len(self._records) > MOST_RECORDS:
            oldest, _ = self._records.popitem(last=False)
            self._forgotten = max(self._forgotten, self._events.pop(oldest)[0])

    def announce(self) -> None:
        """Wake who waits."""
        woken, self.changed = self.changed, asyncio.Event()
        woken.set()

    def since(self, cursor: int) -> bytes:
        """The events after sequence `cursor` as one piece of a stream whose id is the last sequence; empty when there are none."""
        if cursor >= self.sequence:
            return b""
        if self._piece[:2] == (cursor, self.sequence):
            return self._piece[2]
        if cursor < self._forgotten:
            return b"id: %d\n" % self.sequence + RESET
        found: list[bytes] = []
        for sequence, event in reversed(self._events.values()):
            if sequence <= cursor:
                break
            found.append(event)
        found.reverse()
        piece = b"id: %d\n" % self.sequence + b"".join(found) if found else b""
        self._piece = (cursor, self.sequence, piece)
        return piece
