"""When a dossier is on time: Quyết định 766/QĐ-TTg as pure functions of one dossier, its statutory limit and a moment.

The same rules as SQL stand in on_time_sql.py; a property test holds both together. All times here are milliseconds since 1970,
0 for none. How the Decision is read where it is silent: docs/dossiers.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from sen.apps.procedures.values import Dossier, LimitUnit, State
from sen.kernel import clock

DAY_MS = 86_400_000
LOCAL_MS = 25_200_000
"""Vietnam is UTC+7 without summer time."""

OPEN, WAITING, DONE, WITHDRAWN = range(4)
ON_TIME, LATE, UNJUDGED = range(3)
STANDINGS = tuple(
    f"{phase}_{verdict}"
    for phase in ("open", "waiting", "done", "withdrawn")
    for verdict in ("on_time", "late", "unjudged")
)
"""Name of standing number 1 + phase * 3 + verdict; 0 is a dossier that does not count (yet)."""

NOT_ENDED, FINISHED, STOPPED, REJECTED, TAKEN_BACK = range(5)
_ENDS = {
    State.COMPLETED: FINISHED, State.RETURNED: FINISHED, State.STOPPED: STOPPED, State.REJECTED: REJECTED,
    State.WITHDRAWAL_REQUESTED: TAKEN_BACK,
}  # fmt: skip
BY_PROMISE, BY_STATUTE, NO_DUE = 1, 2, 0


class Calendar(Protocol):
    """The days on which an office works; `organisations.interface.WorkingCalendar` is one."""

    def add_days(self, day: date, n: int) -> date:
        """The working day `n` working days after `day`."""
        ...

    def days_between(self, a: date, b: date) -> int:
        """Working days after `a` up to and including `b`."""
        ...


@dataclass(frozen=True, slots=True)
class Limit:
    """A statutory limit, for example 15 working days."""

    count: float
    unit: LimitUnit


@dataclass(frozen=True, slots=True)
class Facts:
    """What judging needs of a dossier. `due` is the promise, else the statutory limit; `due_extended` holds once the supplement
    that was asked for at `wait_from` came in at `wait_to`. `second`: when papers were asked for a second time. `handling` is the
    time of a finished dossier without the applicant's own, `handling_units` the same in the unit of the procedure's limit."""

    counted: bool
    start: int
    finish: int
    ended_as: int
    due: int
    due_extended: int
    due_from: int
    wait_from: int
    wait_to: int
    second: int
    handling: int
    handling_units: float


def end_of(dossier: Dossier) -> tuple[datetime | None, int]:
    """When handling ended and how: finished (9 before 10), stopped, refused; taken back counts only if it had been received."""
    ended_as = _ENDS.get(dossier.state, NOT_ENDED)
    if ended_as == FINISHED:
        return dossier.completed_at or dossier.returned_at, FINISHED
    if ended_as == NOT_ENDED or (ended_as == TAKEN_BACK and dossier.received_at is None):
        return None, NOT_ENDED
    return dossier.ended_at, ended_as


def facts_of(dossier: Dossier, limit: Limit | None, calendar: Calendar) -> Facts:
    """The facts of a dossier that decoding has checked. A refused one without a receipt starts when it was handed in."""
    end, ended_as = end_of(dossier)
    start = dossier.received_at or ((dossier.submitted_at or end) if ended_as == REJECTED else None)
    if start is None:
        return Facts(False, 0, 0, NOT_ENDED, 0, 0, NO_DUE, 0, 0, 0, 0, 0.0)
    asked = sorted((s.requested, s.completed) for s in dossier.supplements if end is None or s.requested <= end)
    wait_from = asked[0][0] if asked else None
    wait_to = asked[0][1] if asked else None
    if end is not None and wait_from is not None:
        wait_to = min(wait_to or end, end)
    due = dossier.promised_at
    due_from = BY_PROMISE if due else NO_DUE
    if due is None and limit is not None and dossier.received_at is not None:
        due, due_from = add_limit(start, limit, calendar), BY_STATUTE
    extended = due
    if due is not None and wait_from is not None and wait_to is not None:
        in_days = due_from == BY_STATUTE and limit is not None and limit.unit is LimitUnit.WORKING_DAY
        extended = _later_by(due, wait_from, wait_to, calendar if in_days else None)
    finished = end is not None and ended_as == FINISHED
    own = sum(_ms(min(done or end, end)) - _ms(begun) for begun, done in asked) if finished and end else 0
    handling = max(0, _ms(end) - _ms(start) - own) if finished else 0
    return Facts(
        True, _ms(start), _ms(end), ended_as, _ms(due), _ms(extended), due_from, _ms(wait_from), _ms(wait_to),
        _ms(asked[1][0]) if len(asked) > 1 else 0, handling,
        _in_units((start, end, handling), asked, limit, calendar) if finished and end else 0.0,
    )  # fmt: skip


def add_limit(start: datetime, limit: Limit, calendar: Calendar) -> datetime:
    """The moment at which a limit ends. The day of receipt is not counted; limits in days end with their last day."""
    if limit.unit is LimitUnit.HOUR:
        return start + timedelta(hours=limit.count)
    day = clock.local(start).date()
    whole = int(limit.count)
    if limit.unit is LimitUnit.WORKING_DAY:
        return _end_of_day(calendar.add_days(day, whole))
    if limit.unit is LimitUnit.MONTH:
        return _end_of_day(_months_later(day, whole))
    return _end_of_day(day + timedelta(days=whole))


def standing_at(facts: Facts, at: int) -> int:
    """Number of the standing at a moment (milliseconds), 0 where the dossier does not count yet; see STANDINGS."""
    if not facts.counted or at < facts.start:
        return 0
    ended = facts.finish != 0 and facts.finish <= at
    waiting = (
        not ended and facts.wait_from != 0 and facts.wait_from <= at and (facts.wait_to == 0 or facts.wait_to > at)
    )
    moment = facts.finish if ended else facts.wait_from if waiting else at
    known_until = facts.finish if ended else at
    due = facts.due_extended if facts.wait_to != 0 and facts.wait_to <= moment else facts.due
    if facts.second != 0 and facts.second <= known_until:
        verdict = LATE
    elif due == 0:
        verdict = UNJUDGED
    else:
        verdict = LATE if moment > due else ON_TIME
    phase = (WITHDRAWN if facts.ended_as == TAKEN_BACK else DONE) if ended else WAITING if waiting else OPEN
    return 1 + phase * 3 + verdict


def changes(facts: Facts) -> list[tuple[int, int, int]]:
    """(local day number since 1970, standing before, standing after) of every day at whose end the standing is another one."""
    if not facts.counted:
        return []
    moments = (
        facts.start, facts.wait_from, facts.wait_to, facts.second, facts.finish,
        facts.due + 1 if facts.due else 0, facts.due_extended + 1 if facts.due_extended else 0,
    )  # fmt: skip
    found, before = [], 0
    for day in sorted({day_of(moment) for moment in moments if moment}):
        after = standing_at(facts, end_of_day(day))
        if after != before:
            found.append((day, before, after))
            before = after
    return found


def day_of(ms: int) -> int:
    """Number of the local day of a moment, counted from 1970-01-01."""
    return (ms + LOCAL_MS) // DAY_MS


def end_of_day(day: int) -> int:
    """The last millisecond of a local day."""
    return (day + 1) * DAY_MS - LOCAL_MS - 1


def _in_units(
    taken: tuple[datetime, datetime, int],
    asked: list[tuple[datetime, datetime | None]],
    limit: Limit | None,
    calendar: Calendar,
) -> float:
    start, end, handling = taken
    unit = limit.unit if limit else LimitUnit.WORKING_DAY
    if unit is LimitUnit.WORKING_DAY:
        own = sum(_working_days(begun, min(done or end, end), calendar) for begun, done in asked)
        return float(max(0, _working_days(start, end, calendar) - own))
    return handling / {LimitUnit.HOUR: 3_600_000, LimitUnit.DAY: DAY_MS, LimitUnit.MONTH: DAY_MS * 30}[unit]


def _later_by(due: datetime, begun: datetime, done: datetime, calendar: Calendar | None) -> datetime:
    if calendar is None:
        return due + (done - begun)
    return _end_of_day(calendar.add_days(clock.local(due).date(), _working_days(begun, done, calendar)))


def _working_days(begun: datetime, done: datetime, calendar: Calendar) -> int:
    return calendar.days_between(clock.local(begun).date(), clock.local(done).date())


def _end_of_day(day: date) -> datetime:
    return clock.from_ms(end_of_day((day - date(1970, 1, 1)).days))


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), following - timedelta(days=1))


def _ms(moment: datetime | None) -> int:
    return clock.to_ms(moment) if moment else 0
