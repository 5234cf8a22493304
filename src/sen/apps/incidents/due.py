"""The clocks of incidents: late steps, orders nobody acknowledged, late lessons.

Each item is a transaction of its own, locked and looked at again, and every notification has a key: a process that is killed in
between, or two processes at once, neither forget nor repeat anything.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from sen.apps.incidents import dispatches, lessons, log, steps, telling
from sen.apps.incidents.announcing import announce_after_commit
from sen.apps.incidents.choices import RUNNING, DispatchState, StepState
from sen.apps.incidents.models import Dispatch, Incident, Lesson, StepRun
from sen.kernel import clock

AT_ONCE = 500


def run_due(now: datetime) -> int:
    """Do everything whose time has come at `now`; how much it was. Idempotent."""
    with clock.frozen(now), translation.override("vi"):
        return (
            _each(StepRun.objects.filter(escalate_at__lte=now), _step, "escalate_at")
            + _each(Dispatch.objects.filter(escalate_at__lte=now), _dispatch, "escalate_at")
            + _each(Lesson.objects.filter(chase_at__lte=now), _lesson, "chase_at")
        )


def _each(due: Any, do: Callable[[Any, datetime], None], order: str) -> int:
    """Items one after the other, the longest overdue first; what another process holds is left to it."""
    done = 0
    now = clock.now()
    for pk in list(due.order_by(order).values_list("pk", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            # The incident first, as people's actions do, so that nobody waits for each other in a circle.
            holder = Incident.objects.filter(
                **{f"{due.model._meta.get_field('incident').related_query_name()}__pk": pk}
            )
            if not list(holder.select_for_update(skip_locked=True, of=("self",)).values_list("pk")):
                continue
            row = due.select_for_update(skip_locked=True, of=("self",)).select_related("incident").filter(pk=pk).first()
            if row is not None:
                do(row, now)
                done += 1
    return done


def _step(row: StepRun, now: datetime) -> None:
    """The clock of a step ran out, or it is still not done: first its people, then their leaders, then those above."""
    incident = row.incident
    if not incident.running or row.state not in steps.AT_WORK:
        row.escalate_at = None
        row.save(update_fields=["escalate_at"])
        return
    due = steps.at_clock(row.due_at)
    title = _("{number}: quá hạn bước “{step}”").format(number=incident.number, step=row.words)
    body = _("{title}. Hạn {due}, chưa xong.").format(title=incident.title, due=due)
    to = (
        lambda: telling.of_role(row.unit_id, row.role, now, incident.lead_unit_id),
        lambda: telling.leaders(row.unit_id),
        lambda: telling.parent_leaders(row.unit_id, incident.lead_unit_id),
    )[min(row.escalation, 2)]()
    # The start of the clock is part of the key: a step that began anew after an undo is late anew.
    started = clock.to_ms(row.started_at) if row.started_at else 0
    telling.tell(incident, f"step:{row.code}:{started}:late:{row.escalation}", to, title, body)
    if row.escalation == 0:
        row.state = StepState.LATE
        log.add(incident, "step_late", step=row.words, code=row.code, due=due)
    else:
        log.add(incident, "step_escalated", step=row.words, code=row.code, due=due, level=row.escalation)
    row.escalation += 1
    row.escalate_at = steps.next_escalation(row)
    row.save(update_fields=["state", "escalation", "escalate_at"])
    _touched(incident, "step_late")


def _dispatch(one: Dispatch, now: datetime) -> None:
    """Nobody acknowledged an order: its unit's leaders and the unit again, then those above and those who lead."""
    incident = one.incident
    open_still = incident.state in RUNNING or (incident.merged_into and incident.merged_into.state in RUNNING)
    if one.state != DispatchState.SENT or not open_still:
        one.escalate_at = None
        one.save(update_fields=["escalate_at"])
        return
    due, name = steps.at_clock(one.ack_due_at), dispatches.name_of(one)
    title = _("{number}: {to} chưa nhận lệnh").format(number=incident.number, to=name)
    unit_id = one.unit_id or incident.lead_unit_id
    if one.escalation == 0:
        to = telling.together((dispatches.receivers_of(one), telling.leaders(unit_id)))
        kind = "dispatch_unanswered"
    else:
        to = telling.parent_leaders(unit_id, incident.lead_unit_id)
        kind = "dispatch_escalated"
    key = f"dispatch:{one.pk}:{one.attempt}:unanswered:{one.escalation}"
    telling.tell(incident, key, to, title, one.words, about_part=dispatches.about_of(one))
    log.add(incident, kind, to=name, due=due, dispatch=str(one.pk))
    one.escalation += 1
    one.escalate_at = dispatches.next_escalation(one)
    one.save(update_fields=["escalation", "escalate_at"])
    _touched(incident, kind)


def _lesson(one: Lesson, now: datetime) -> None:
    """A lesson comes near its day, or is past it: its unit, from the second time on its leaders; once a week."""
    if one.state not in lessons.OPEN:
        one.chase_at = None
        one.save(update_fields=["chase_at"])
        return
    late = clock.local(now).date() > one.due_on
    title = _("Bài học quá hạn: {words}") if late else _("Bài học sắp đến hạn: {words}")
    body = _("{number} {title}. Hạn {due}.").format(
        number=one.incident.number, title=one.incident.title, due=f"{one.due_on:%d/%m/%Y}"
    )
    to = telling.of_unit(one.owner_unit_id) if one.chased < 2 else telling.leaders(one.owner_unit_id)
    telling.tell(
        one.incident, f"lesson:{one.pk}:{one.chased}", to, title.format(words=one.words), body, severity="notice"
    )
    one.chased += 1
    one.chase_at = (
        max(now + timedelta(days=7), lessons.morning_after(one.due_on)) if late else lessons.morning_after(one.due_on)
    )
    one.save(update_fields=["chased", "chase_at"])


def _touched(incident: Incident, change: str) -> None:
    """The row moved, but nobody's revision did: what a clock does is no reason to refuse what a person is doing."""
    Incident.objects.filter(pk=incident.pk).update(updated_at=clock.now())
    announce_after_commit(incident, change)


def stop_clocks(incident: Incident) -> None:
    """An incident is over: nobody is told any more about what is not done."""
    StepRun.objects.filter(incident=incident).update(escalate_at=None)
    Dispatch.objects.filter(incident=incident).update(escalate_at=None)


def start_clocks(incident: Incident) -> None:
    """An incident goes on: clocks go on from their stored deadlines."""
    for row in incident.steps.filter(state__in=steps.AT_WORK):
        row.escalate_at = steps.next_escalation(row)
        row.save(update_fields=["escalate_at"])
    for one in incident.dispatches.filter(state=DispatchState.SENT):
        one.escalate_at = dispatches.next_escalation(one)
        one.save(update_fields=["escalate_at"])
