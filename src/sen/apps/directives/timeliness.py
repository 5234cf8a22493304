"""Whether a task is on time: one rule as a function and the same rule in SQL, so that lists and counts agree with the page.

The clock stops on the day on which the unit reports completion or the task is paused (`judged_on`); where completion is sent back,
it runs on from the deadline as if it had never stopped.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Case, CharField, F, Q, QuerySet, Value, When

from sen.apps.directives.choices import GONE, Timeliness, Workflow
from sen.apps.directives.models import Task
from sen.apps.organisations import interface as organisations
from sen.kernel import clock

DUE_SOON_WORKING_DAYS = 5
_UNCERTAIN = ""
"""Tasks that were transferred, refused or cancelled have no timeliness."""


def today() -> date:
    """The day in Vietnam."""
    return clock.local(clock.now()).date()


def soon_until(day: date) -> date:
    """The last deadline that is near on `day`: five working days of the province ahead, with the rest days that follow."""
    calendar = organisations.working_calendar_of(None)
    limit = calendar.add_days(day, DUE_SOON_WORKING_DAYS)
    while not calendar.is_working_day(next_day := limit + timedelta(days=1)):
        limit = next_day
    return limit


def timeliness_of(workflow: str, deadline: date | None, judged_on: date | None, day: date, soon: date) -> str:
    """The timeliness on `day`, with the last deadline that is near; "" for what was transferred, refused or cancelled. Done without a deadline is done on time."""
    if workflow in GONE:
        return _UNCERTAIN
    if workflow == Workflow.COMPLETED:
        late = deadline is not None and judged_on is not None and judged_on > deadline
        return Timeliness.DONE_LATE if late else Timeliness.DONE_ON_TIME
    if deadline is None:
        return Timeliness.NO_DEADLINE
    if (judged_on or day) > deadline:
        return Timeliness.OVERDUE
    return Timeliness.DUE_SOON if judged_on is None and deadline <= soon else Timeliness.NOT_DUE


def with_timeliness(found: QuerySet[Task], day: date) -> QuerySet[Any]:
    """The tasks with `timeliness` as `timeliness_of` computes it, by one expression of SQL."""
    open_late = Q(judged_on__gt=F("deadline")) | Q(judged_on__isnull=True, deadline__lt=day)
    words = Case(
        When(workflow__in=GONE, then=Value(_UNCERTAIN)),
        When(
            workflow=Workflow.COMPLETED, deadline__isnull=False, judged_on__gt=F("deadline"),
            then=Value(Timeliness.DONE_LATE.value),
        ),
        When(workflow=Workflow.COMPLETED, then=Value(Timeliness.DONE_ON_TIME.value)),
        When(deadline__isnull=True, then=Value(Timeliness.NO_DEADLINE.value)),
        When(open_late, then=Value(Timeliness.OVERDUE.value)),
        When(judged_on__isnull=True, deadline__lte=soon_until(day), then=Value(Timeliness.DUE_SOON.value)),
        default=Value(Timeliness.NOT_DUE.value),
        output_field=CharField(),
    )  # fmt: skip
    return found.annotate(timeliness=words)


def days_late(deadline: date | None, judged_on: date | None, day: date) -> int:
    """Calendar days past the deadline; 0 where it is not."""
    return max(0, ((judged_on or day) - deadline).days) if deadline else 0
