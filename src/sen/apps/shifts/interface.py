"""What other apps may call of shifts: who is on duty, escalation chains, sections of the hand-over."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, time
from uuid import UUID

from django.utils.functional import Promise as Lazy

from sen.apps.shifts import chains, escalation, patterns, roster, roster_view
from sen.apps.shifts import on_duty as _on_duty
from sen.apps.shifts.chains import Level
from sen.apps.shifts.handover import sections as _sections
from sen.apps.shifts.handover import services as _handover
from sen.apps.shifts.handover import simulated as _simulated
from sen.apps.shifts.handover.sections import Line, Read
from sen.apps.shifts.patterns import Turn
from sen.apps.shifts.refs import ChainState, LevelState, PersonRef, ShiftNow
from sen.apps.shifts.roster import Placing
from sen.kernel import clock
from sen.kernel.scopes import Scope

__all__ = [
    "ChainState",
    "Level",
    "LevelState",
    "Line",
    "PersonRef",
    "Placing",
    "Read",
    "ShiftNow",
    "Turn",
    "chain_of",
    "create_post",
    "current",
    "has_posts",
    "muted",
    "officer_hours",
    "on_duty",
    "place",
    "promise",
    "register_section",
    "run_due",
    "set_chain",
    "simulate_handover",
    "start_chain",
    "stop_chain",
    "turns_of",
]


def on_duty(unit_id: UUID, role: str, at: datetime) -> list[PersonRef]:
    """Who is at the desk of a unit in a role at a moment, shift lead included; people on call are not."""
    return _on_duty.on_duty(unit_id, role, at)


def officer_hours(unit_ids: Collection[UUID], since: datetime, until: datetime) -> float:
    """Hours that people were at the desks of units between two moments, by the roster; 0 where there is none."""
    return _on_duty.officer_hours(unit_ids, since, until)


def current(scope: Scope, unit_id: UUID | None = None) -> ShiftNow | None:
    """The shift of now in a unit that the caller sees (without one: their own); None where nobody is at the desk."""
    return _on_duty.current(scope, unit_id)


def muted(scope: Scope) -> datetime | None:
    """Until when the caller has switched the sound of their console off; None where it is on."""
    return _on_duty.muted(scope.user_id, clock.now()) if scope.user_id else None


def start_chain(
    *,
    key: str,
    unit_id: UUID,
    role: str,
    severity: str,
    clock_minutes: float,
    about: str,
    title: str,
    body: str,
    url: str,
    at: datetime,
    drill: bool = False,
    simulated: bool = False,
    quiet: bool = False,
) -> bool:
    """Begin to tell people in the caller's transaction, the first level at once; False where `key` has begun before.

    The levels are those in force for the unit and severity at `at` (docs/shifts.md). `quiet`: the first level is not told by itself,
    because one notice about a flood covers it; later levels are.
    """
    return escalation.start_chain(
        key=key, unit_id=unit_id, role=role, severity=severity, clock_minutes=clock_minutes, about=about, title=title,
        body=body, url=url, at=at, drill=drill, simulated=simulated, quiet=quiet,
    )  # fmt: skip


def stop_chain(*, key: str, reason: str) -> bool:
    """Tell nobody further, in the caller's transaction; False where the chain does not run (any more)."""
    return escalation.stop_chain(key=key, reason=reason)


def run_due(now: datetime) -> int:
    """Tell every level whose time has come; how many chains went on. Safe to call from several processes and after a kill."""
    return escalation.run_due(now)


def chain_of(key: str) -> ChainState | None:
    """Who was told when, and who comes next as the roster stands now; None where the key never began."""
    return escalation.chain_of(key)


def register_section(code: str, title: str | Lazy, read: Read, *, order: int = 50) -> None:
    """Add a section to every hand-over; called by ready() of the app that owns the data.

    `read(scope, unit_id, since)` answers what is to be handed over now; `since` is the beginning of the shift. Smaller `order` stands
    further up (incidents 10, alerts 20, sources 40, promises 60).
    """
    _sections.register_section(code, title, read, order=order)


# -- what makes a roster, for the demonstration and for imports


def has_posts(unit_id: UUID) -> bool:
    """Whether a unit has a post at all."""
    return bool(roster_view.posts_of(unit_id))


def create_post(
    *, scope: Scope, unit_id: UUID, name: str, role: str, kind: str, pattern: str, starts: time, needed: int = 1
) -> UUID:
    """A new post of a unit; its id. `kind`: duty, lead, on_call; `pattern`: 3x8, 2x12, office, nights, day. See roster.create_post."""
    made = roster.create_post(
        scope=scope, unit_id=unit_id, name=name, role=role, kind=kind, pattern=pattern, starts=starts, needed=needed
    )
    return made.pk


def turns_of(pattern: str, first: time, day: date) -> list[Turn]:
    """The turns of a day (in Vietnam) for a pattern whose day begins at `first`."""
    return patterns.turns(pattern, first, day)


def place(
    *, scope: Scope, unit_id: UUID, placings: Sequence[Placing], words: str = "", simulated: bool = False
) -> UUID:
    """Put people on posts of one unit; the edit's id, which takes it back. Raises NotFound, Forbidden, InvalidInput."""
    return roster.place(scope=scope, unit_id=unit_id, placings=placings, words=words, simulated=simulated).pk


def set_chain(*, scope: Scope, unit_id: UUID, severity: str, levels: Sequence[Level]) -> None:
    """Put levels in force now for a unit and severity ("" for all others). Raises NotFound, Forbidden, InvalidInput."""
    chains.set_chain(scope=scope, unit_id=unit_id, severity=severity, levels=levels)


def promise(*, scope: Scope, unit_id: UUID, words: str) -> None:
    """Write down what was promised to somebody; every hand-over has it until it is kept."""
    _handover.promise(scope=scope, unit_id=unit_id, words=words)


def simulate_handover(*, outgoing: Scope, incoming: Scope, unit_id: UUID, notes: Sequence[str], remark: str) -> None:
    """A finished hand-over for the demonstration, marked simulated."""
    _simulated.make(outgoing=outgoing, incoming=incoming, unit_id=unit_id, notes=notes, remark=remark)
