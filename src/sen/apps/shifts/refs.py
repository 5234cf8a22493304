"""The values in which other apps see shifts: a person on duty, the shift of now, how far a chain is."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec


class PersonRef(msgspec.Struct, frozen=True):
    """A person with the post that they hold at the moment of the question; `kind`: duty, lead, on_call or empty."""

    id: UUID
    name: str
    post: str = ""
    kind: str = ""


class ShiftNow(msgspec.Struct, frozen=True):
    """The shift that is on in a unit. `name`: of its turn. `mine`: the caller is on it; `taken_up`: and has signed in to it.

    `muted_until`: the caller has switched their sound off. `handover` is the address where the shift is handed over.
    """

    unit_id: UUID
    name: str
    starts_at: datetime
    ends_at: datetime
    people: tuple[PersonRef, ...]
    lead: PersonRef | None = None
    on_call: tuple[PersonRef, ...] = ()
    mine: bool = False
    taken_up: bool = False
    muted_until: datetime | None = None


class LevelState(msgspec.Struct, frozen=True):
    """One level of a running chain. `at` is when it was reached, else when it will be; `problem` says why nobody could be told.

    `names` are those who were told; of a level to come those who would be told as the roster stands now.
    """

    number: int
    to: str
    words: str
    at: datetime
    reached: bool
    names: tuple[str, ...] = ()
    problem: str = ""


class ChainState(msgspec.Struct, frozen=True):
    """How far the chain of a key is. `state`: running, stopped (somebody acknowledged) or ended (all levels were told)."""

    key: str
    state: str
    started_at: datetime
    levels: tuple[LevelState, ...]
    stopped_at: datetime | None = None
    stop_reason: str = ""

    @property
    def next(self) -> LevelState | None:
        """The level that comes next while the chain runs."""
        return next((one for one in self.levels if not one.reached), None) if self.state == "running" else None
