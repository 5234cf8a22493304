"""A test run of a procedure: whose turn it is at a moment, after what the tester did. Pure; nothing is kept and nothing is sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from sen.apps.packs import interface as packs
from sen.apps.packs.interface import Sop, Step
from sen.kernel.office_calendar import NATIONAL, OfficeCalendar


class Act(msgspec.Struct, frozen=True):
    """What the tester did: at which minute, to which step, with which answer; `skip` leaves an optional step out."""

    minute: float
    step: str
    answer: str = ""
    skip: bool = False


class TrialStep(msgspec.Struct, kw_only=True):
    """A step of the test run. `state`: waiting, active, late, done, skipped."""

    step: Step
    state: str = "waiting"
    started: datetime | None = None
    due: datetime | None = None
    done: datetime | None = None
    answer: str = ""
    by_branch: bool = False

    @property
    def overran(self) -> bool:
        """Done, but after its clock ran out."""
        return self.done is not None and self.due is not None and self.done > self.due


class Trial(msgspec.Struct):
    """Where the test run stands; `next_due` is the earliest clock that runs."""

    start: datetime
    now: datetime
    steps: list[TrialStep]
    next_due: datetime | None
    over: bool


def due_at(step: Step, start: datetime, calendar: OfficeCalendar = NATIONAL) -> datetime:
    """When the clock of a step runs out that begins at `start`, by an office's days and hours where it counts those."""
    if step.clock == "working":
        return calendar.add_minutes(start, step.minutes)
    return start + timedelta(minutes=step.minutes)


def run(sop: Sop, start: datetime, acts: Sequence[Act], minute: float, calendar: OfficeCalendar = NATIONAL) -> Trial:
    """The state after `acts`, which happened in order, at `minute` minutes after the start."""
    rows = {step.code: TrialStep(step=step) for step in sop.steps}
    before = packs.step_predecessors(sop.steps)
    _advance(rows, before, start, calendar)
    for act in acts:
        row, at = rows.get(act.step), start + timedelta(minutes=act.minute)
        if row is None or row.state != "active":
            continue
        row.state, row.done, row.answer = ("skipped" if act.skip else "done"), at, act.answer
        _advance(rows, before, at, calendar)
    now = start + timedelta(minutes=minute)
    for row in rows.values():
        if row.state == "active" and row.due is not None and row.due < now:
            row.state = "late"
    running = [row.due for row in rows.values() if row.state == "active" and row.due is not None]
    over = all(row.state in ("done", "skipped") for row in rows.values())
    return Trial(start, now, list(rows.values()), min(running, default=None), over)


def plan(sop: Sop) -> dict[str, float]:
    """For each step the minute at which it is due if every step takes its whole time, running clocks alone; branches all taken."""
    found: dict[str, float] = {}
    before = packs.step_predecessors(sop.steps)
    by_code = {step.code: step for step in sop.steps}
    for code in packs.step_order(sop.steps):
        begins = max((found[one] for one in before[code]), default=0.0)
        found[code] = begins + by_code[code].minutes
    return found


def _advance(
    rows: dict[str, TrialStep], before: dict[str, tuple[str, ...]], at: datetime, calendar: OfficeCalendar
) -> None:
    again = True
    while again:
        again = False
        for code, row in rows.items():
            if row.state != "waiting" or any(rows[one].state not in ("done", "skipped") for one in before[code]):
                continue
            depends = packs.step_condition(row.step)
            asked = rows.get(depends[0]) if depends else None
            if depends and (asked is None or asked.answer != depends[1]):
                row.state, row.by_branch, again = "skipped", True, True
                continue
            row.state, row.started, row.due = "active", at, due_at(row.step, at, calendar)
