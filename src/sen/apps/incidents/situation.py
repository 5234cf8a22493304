"""The situation of an incident in one look, for leaders: what is written, who works on it, what comes next, who is affected."""

from __future__ import annotations

from uuid import UUID

from sen.apps.access.interface import Scope, require
from sen.apps.emergency import interface as emergency
from sen.apps.incidents import details, policies, seeing
from sen.apps.incidents.choices import DispatchState, MessageState, StepState
from sen.apps.incidents.summaries import summaries_of
from sen.apps.incidents.values import LeaderStatus, Situation

KM = 2.0
MOST_NAMED = 12


def situation(scope: Scope | None, number: str | UUID, *, km: float = KM) -> Situation:
    """The situation as the caller may see it, with who and what lies within `km` of the place. NotFound, InvalidInput."""
    scope = require(scope, policies.VIEW)
    incident = seeing.incident_for(scope, number)
    [summary] = summaries_of([incident])
    orders = details.dispatches_of(scope, incident)
    working = (DispatchState.ACKNOWLEDGED, DispatchState.ARRIVED)
    following = incident.steps.filter(state__in=(StepState.ACTIVE, StepState.LATE)).order_by("due_at").first()
    area = None
    if incident.lon is not None and incident.lat is not None:
        area = emergency.affected(scope, emergency.Circle(incident.lon, incident.lat, km))
    named = (
        [f"{one.name}: {one.quantity:g} {one.measure}" if one.quantity else one.name for one in area.resources]
        if area
        else []
    )
    return Situation(
        incident=summary, status=LeaderStatus(incident.status_words, incident.status_next, incident.status_at, incident.status_by),
        since=incident.detected_at or incident.opened_at,
        at_work=tuple(dict.fromkeys(one.to for one in orders if one.state in working)),
        unanswered=tuple(dict.fromkeys(one.to for one in orders if one.state == DispatchState.SENT)),
        next_step=following.words if following else "", km=km, affected_households=area.households if area else None,
        affected_people=area.people if area else None, as_of=area.oldest if area else None, sources=tuple(area.sources) if area else (),
        resources=tuple(named[:MOST_NAMED]), public=incident.messages.filter(state=MessageState.PUBLISHED).count(),
    )  # fmt: skip
