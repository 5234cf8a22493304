"""What other apps may call of shifts: who is on duty, escalation chains, sections of the hand-over."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise as Lazy

from sen.apps.shifts import escalation
from sen.apps.shifts import on_duty as _on_duty
from sen.apps.shifts.handover import sections as _sections
from sen.apps.shifts.handover.sections import Line, Read
from sen.apps.shifts.refs import ChainState, LevelState, PersonRef, ShiftNow
from sen.kernel import clock
from sen.kernel.scopes import Scope

__all__ = [
    "ChainState",
    "LevelState",
    "Line",
    "PersonRef",
    "Read",
    "ShiftNow",
    "chain_of",
    "current",
    "muted",
    "on_duty",
    "register_section",
    "run_due",
    "start_chain",
    "stop_chain",
]


def on_duty(unit_id: UUID, role: str, at: datetime) -> list[PersonRef]:
    """Who is at the desk of a unit in a role at a moment, shift lead included; people on call are not."""
    return _on_duty.on_duty(unit_id, role, at)


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
