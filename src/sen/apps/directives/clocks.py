"""Starts the reminders of tasks whose clock begins or goes on."""

from __future__ import annotations

from sen.apps.directives import chase_plan
from sen.apps.directives.models import Task
from sen.apps.directives.timeliness import today
from sen.apps.organisations import interface as organisations
from sen.kernel import clock


def start(task: Task) -> None:
    """Set when the unit of one task is reminded next; not stored yet."""
    set_next(task, chase_plan.plan_on(today()), organisations.working_calendar_of(task.lead_id))


def set_next(task: Task, plan: chase_plan.ChasePlan, calendar: organisations.WorkingCalendar) -> None:
    """The same with settings and calendar at hand. Reminders whose time is past are not sent any more."""
    if task.deadline is None:
        task.chase_at, task.chase_step = None, 0
        return
    task.chase_step, task.chase_at = chase_plan.next_after(plan, task.deadline, clock.now(), calendar)
