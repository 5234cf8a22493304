"""The one place that says what state a source is in, from its promise and what was seen of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sen.apps.sources.models import State
from sen.kernel import clock

# A source that is silent for this many allowed gaps is lost: 15 minutes late and 60 minutes lost with the usual promise.
LOST_AFTER_GAPS = 4


@dataclass(frozen=True)
class Promise:
    """What the owner promised; seconds."""

    interval_s: int
    allowed_delay_s: int
    plan_date: date | None = None

    @property
    def allowed_gap(self) -> timedelta:
        """How old the newest message and the newest measurement may be."""
        return timedelta(seconds=self.interval_s + self.allowed_delay_s)


def state_of(
    promise: Promise, *, stopped: bool, last_seen: datetime | None, last_measured: datetime | None, now: datetime
) -> State:
    """The state at `now`.

    A source that sends, but sends old measurements (a backlog, a clock that runs behind), is late and not lost.
    """
    if stopped:
        return State.STOPPED
    if last_seen is None:
        return State.PLANNED
    silence = now - last_seen
    if silence > LOST_AFTER_GAPS * promise.allowed_gap:
        return State.LOST
    if silence > promise.allowed_gap:
        return State.LATE
    if last_measured is not None and now - last_measured > promise.allowed_gap:
        return State.LATE
    return State.CONNECTED


def plan_is_overdue(promise: Promise, last_seen: datetime | None, now: datetime) -> bool:
    """Whether the source should have connected by now and never did."""
    return last_seen is None and promise.plan_date is not None and promise.plan_date < clock.local(now).date()
