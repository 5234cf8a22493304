"""What a screen shows at a moment, and what comes next: sent stands above timed, timed above the playlist. Pure; no database.

Among sendings an urgent one (an incident) stands above one sent by hand, then the newest. Among timed scenes one for this very
screen stands above one for all screens of the unit, then the one that began last.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal
from uuid import UUID

from sen.kernel import clock

Why = Literal["sent", "timed", "playlist", "nothing"]
LOOK_AHEAD = timedelta(hours=24)
MAX_STEPS = 500


@dataclass(frozen=True, slots=True)
class Sent:
    """A sending that was not given back; `key` names its picture."""

    id: UUID
    key: str
    start: datetime
    end: datetime
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Timed:
    """A timed scene: 0 is Monday; an `ends` at or before `starts` lies on the next day."""

    id: UUID
    key: str
    weekdays: frozenset[int]
    starts: time
    ends: time
    own: bool = False

    def window(self, day: datetime) -> tuple[datetime, datetime] | None:
        """The window that begins on the local day of `day`; None where that weekday is not chosen."""
        here = clock.local(day)
        if here.weekday() not in self.weekdays:
            return None
        start = datetime.combine(here.date(), self.starts, clock.VIETNAM)
        end = datetime.combine(here.date(), self.ends, clock.VIETNAM)
        return start, end if end > start else end + timedelta(days=1)

    def windows(self, moment: datetime) -> Iterable[tuple[datetime, datetime]]:
        """The windows that may hold or follow `moment`: those of yesterday, today and tomorrow."""
        for days in (-1, 0, 1):
            if found := self.window(moment + timedelta(days=days)):
                yield found


@dataclass(frozen=True, slots=True)
class Round:
    """A playlist: its pictures with their seconds, and when the round began."""

    items: tuple[tuple[str, int], ...]
    started: datetime

    def at(self, moment: datetime) -> tuple[str, datetime]:
        """The picture at `moment`, and when it makes room for the next."""
        tick = timedelta(microseconds=1)  # whole numbers: a border found here is one when it is asked about again
        past = (moment - self.started) // tick % (sum(seconds for _key, seconds in self.items) * 1_000_000)
        for key, seconds in self.items:
            if past < seconds * 1_000_000:
                return key, moment + (seconds * 1_000_000 - past) * tick
            past -= seconds * 1_000_000
        raise AssertionError("the remainder is smaller than the sum")


@dataclass(frozen=True, slots=True)
class Plan:
    """All that decides what one screen shows."""

    sent: Sequence[Sent] = ()
    timed: Sequence[Timed] = ()
    round: Round | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture, why it is there, and until when at least that reason holds; None without an end in sight."""

    key: str
    why: Why
    until: datetime | None
    cause: UUID | None = None


NOTHING = Shown("", "nothing", None)


def shown(plan: Plan, moment: datetime) -> Shown:
    """What the screen shows at `moment`."""
    open_sendings = [one for one in plan.sent if one.start <= moment < one.end]
    if open_sendings:
        top = max(open_sendings, key=lambda one: (one.urgent, one.start, one.id))
        return Shown(top.key, "sent", top.end, top.id)
    running = [
        (one.own, start, one.id.int, one, end)
        for one in plan.timed
        for start, end in one.windows(moment)
        if start <= moment < end
    ]
    if running:
        *_order, chosen, end = max(running, key=lambda row: row[:3])
        return Shown(chosen.key, "timed", end, chosen.id)
    if plan.round and plan.round.items:
        key, until = plan.round.at(moment)
        return Shown(key, "playlist", until if len(plan.round.items) > 1 else None)
    return NOTHING


def following(plan: Plan, moment: datetime) -> tuple[datetime, Shown] | None:
    """When the picture changes next and to what; None where it stays for the next 24 hours."""
    now, at = shown(plan, moment), moment
    for _step in range(MAX_STEPS):
        ahead = _next_border(plan, at)
        if ahead is None or ahead > moment + LOOK_AHEAD:
            return None
        then, at = shown(plan, ahead), ahead
        if then.key != now.key:
            return at, then
    return None


def _next_border(plan: Plan, moment: datetime) -> datetime | None:
    """The next moment at which anything begins or ends."""
    borders = [border for one in plan.sent for border in (one.start, one.end)]
    borders += [border for one in plan.timed for window in one.windows(moment) for border in window]
    if plan.round and len(plan.round.items) > 1:
        borders.append(plan.round.at(moment)[1])
    return min((border for border in borders if border > moment), default=None)
