"""What the clocks of an incident say: the stretches from detection to closing, and each step against its own clock."""

from __future__ import annotations

from datetime import datetime

from sen.apps.incidents.choices import DispatchState, StepState
from sen.apps.incidents.models import Incident
from sen.apps.incidents.values import Delay, ReviewFigures, StepTime

# Code of a stretch: the moments between which it lies, by field.
STRETCHES = {
    "detect_to_acknowledge": ("detected_at", "alert_acknowledged_at"),
    "detect_to_open": ("detected_at", "opened_at"),
    "open_to_dispatch": ("opened_at", "dispatched_at"),
    "dispatch_to_answer": ("dispatched_at", "answered_at"),
    "open_to_contain": ("opened_at", "contained_at"),
    "open_to_close": ("opened_at", "closed_at"),
}


def figures_of(incident: Incident) -> ReviewFigures:
    """The figures as they are now, in seconds; two statements. Steps of branches not taken and skipped ones do not count."""
    rows = [row for row in incident.steps.all() if not row.by_branch]
    done = [row for row in rows if row.state == StepState.DONE]
    calls = [one for one in incident.dispatches.all() if one.state != DispatchState.RECALLED]
    return ReviewFigures(
        delays=[
            _delay(code, getattr(incident, since), getattr(incident, until))
            for code, (since, until) in STRETCHES.items()
        ],
        steps=[
            StepTime(
                row.code, row.words, row.state, _seconds(row.started_at, row.done_at), _seconds(row.started_at, row.due_at),
                max(0.0, _seconds(row.due_at, row.done_at) or 0.0),
            )
            for row in rows
        ],
        steps_on_time=sum(1 for row in done if row.due_at is None or (row.done_at or row.due_at) <= row.due_at),
        steps_counted=len(done),
        dispatches=len(calls),
        dispatches_in_time=sum(1 for one in calls if one.acknowledged_at and one.acknowledged_at <= one.ack_due_at),
    )  # fmt: skip


def _delay(code: str, since: datetime | None, until: datetime | None) -> Delay:
    return Delay(code, since, until, _seconds(since, until))


def _seconds(since: datetime | None, until: datetime | None) -> float | None:
    return (until - since).total_seconds() if since and until else None
