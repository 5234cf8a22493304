"""What other apps may call of incidents: open and read them, answer orders, the clocks, the public's messages, figures."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sen.apps.access.interface import Scope
from sen.apps.incidents import (
    adding_alerts,
    demonstration,
    details,
    dispatches,
    drills,
    due,
    from_alerts,
    listing,
    opening,
    summaries,
)
from sen.apps.incidents import figures as _figures
from sen.apps.incidents import lesson_tasks as _lesson_tasks
from sen.apps.incidents import lessons as _lessons
from sen.apps.incidents import situation as _situation
from sen.apps.incidents.lesson_tasks import LessonTask, NewLessonTask
from sen.apps.incidents.opening import Told
from sen.apps.incidents.procedures.interface import ProcedureInForce, procedure, procedures
from sen.apps.incidents.values import (
    Allowed,
    AnswerChoice,
    AttachmentRef,
    Circle,
    Counts,
    Delay,
    Delivery,
    DispatchNow,
    Figures,
    IncidentDetail,
    IncidentFilter,
    IncidentPage,
    IncidentRef,
    IncidentSummary,
    KindFigures,
    LeaderStatus,
    LessonRef,
    LogLine,
    MyDispatch,
    PublicMessage,
    Reporter,
    ReviewFigures,
    ReviewNow,
    Similar,
    Situation,
    StepCount,
    StepNow,
    StepTime,
    UnitName,
)

__all__ = [
    "LessonTask",
    "NewLessonTask",
    "register_lesson_tasks",
    "settle_lesson",
    "add_alerts",
    "Allowed",
    "AnswerChoice",
    "AttachmentRef",
    "Circle",
    "Counts",
    "Delay",
    "Delivery",
    "DispatchNow",
    "Figures",
    "IncidentDetail",
    "IncidentFilter",
    "IncidentPage",
    "IncidentRef",
    "IncidentSummary",
    "KindFigures",
    "LeaderStatus",
    "LessonRef",
    "LogLine",
    "MyDispatch",
    "ProcedureInForce",
    "PublicMessage",
    "Reporter",
    "ReviewFigures",
    "ReviewNow",
    "Similar",
    "Situation",
    "StepCount",
    "StepNow",
    "StepTime",
    "Told",
    "UnitName",
    "acknowledge_dispatch",
    "arrive",
    "counts",
    "create_demonstration",
    "figures",
    "finish_dispatch",
    "incident",
    "incidents",
    "lessons",
    "message",
    "my_dispatches",
    "open_incident",
    "open_of_alert",
    "procedure",
    "procedures",
    "published_message",
    "published_messages",
    "run_due",
    "similar",
    "situation",
    "situation_log",
    "start_drill",
]


def open_incident(
    *,
    scope: Scope,
    told: Told,
    alert_ids: Collection[UUID] = (),
    drill: bool = False,
    simulated: bool = False,
    key: str = "",
) -> IncidentRef:
    """Open an incident and begin its procedure; what `told` leaves out comes from the alerts, the place, or the caller's unit.

    The same `key` gives the incident that it opened before. Raises InvalidInput, NotFound, Forbidden; Conflict for an alert of another.
    """
    made = opening.open_incident(scope=scope, told=told, alert_ids=alert_ids, drill=drill, simulated=simulated, key=key)
    return summaries.ref_of(made)


def add_alerts(*, scope: Scope, number: str | UUID, alert_ids: Collection[UUID]) -> IncidentRef:
    """Put alerts to a running incident; all or none. Raises NotFound, Forbidden, Conflict for an alert of another incident."""
    return summaries.ref_of(adding_alerts.add_alerts(scope=scope, number=number, alert_ids=alert_ids))


def start_drill(*, scope: Scope, procedure_code: str, unit_id: UUID, title: str = "", key: str = "") -> IncidentRef:
    """Practise a procedure of a unit without an alert. NotFound where it does not hold there, Forbidden."""
    made = drills.start(scope=scope, procedure_code=procedure_code, unit_id=unit_id, title=title, key=key)
    return summaries.ref_of(made)


def run_due(now: datetime) -> int:
    """Do what the clocks ask for at `now`: late steps, unanswered orders, late lessons; how much. Idempotent, safe against a kill."""
    return due.run_due(now)


def incidents(
    scope: Scope | None, wanted: IncidentFilter | None = None, cursor: str | None = None, limit: int = 50
) -> IncidentPage:
    """A page of the incidents that the caller sees, newest first; without a filter the running ones."""
    return listing.incidents(scope, wanted, cursor, limit)


def incident(scope: Scope | None, number: str | UUID) -> IncidentDetail:
    """One incident with everything that belongs to it, for the caller. NotFound."""
    return details.detail(scope, number)


def situation_log(scope: Scope | None, number: str | UUID) -> list[LogLine]:
    """The log of an incident, newest first. NotFound."""
    return details.situation_log(scope, number)


def situation(scope: Scope | None, number: str | UUID, *, km: float = 2.0) -> Situation:
    """What a leader reads of an incident, with who and what lies within `km` of its place. NotFound."""
    return _situation.situation(scope, number, km=km)


def open_of_alert(alert_id: UUID) -> IncidentRef | None:
    """The incident that an alert belongs to, running or not; None without one. For callers that made sure who asks."""
    found = from_alerts.incident_of(alert_id)
    return summaries.ref_of(found) if found else None


def similar(
    scope: Scope, *, kind: str, lon: float | None = None, lat: float | None = None, territory_id: UUID | None = None
) -> list[Similar]:
    """Running incidents near by in place and time, before another one is opened."""
    return opening.similar(scope, kind=kind, lon=lon, lat=lat, territory_id=territory_id)


def counts(scope: Scope | None) -> Counts:
    """Running incidents that the caller sees, and what waits for them."""
    return listing.counts(scope)


def my_dispatches(scope: Scope | None, *, open_only: bool = True) -> list[MyDispatch]:
    """Orders to the caller's units or person, with their incidents."""
    return listing.my_dispatches(scope, open_only=open_only)


def acknowledge_dispatch(*, scope: Scope, dispatch_id: UUID) -> None:
    """The caller's unit has the order; a second time changes nothing. NotFound, Forbidden, Conflict where it was recalled."""
    dispatches.acknowledge(scope=scope, dispatch_id=dispatch_id)


def arrive(*, scope: Scope, dispatch_id: UUID) -> None:
    """The caller's people are at the place."""
    dispatches.arrive(scope=scope, dispatch_id=dispatch_id)


def finish_dispatch(*, scope: Scope, dispatch_id: UUID, result: str) -> None:
    """The caller's people have done what was asked."""
    dispatches.finish(scope=scope, dispatch_id=dispatch_id, result=result)


def register_lesson_tasks(make: _lesson_tasks.Make, states: _lesson_tasks.States) -> None:
    """Let `make` turn lessons of work into tasks in the lesson's transaction, and `states` say how they stand; from AppConfig.ready."""
    _lesson_tasks.register(make, states)


def settle_lesson(*, scope: Scope, lesson_id: UUID, state: str, result: str) -> None:
    """The task of a lesson is over: the lesson is `done` or `dropped` too, unless it was before. In the caller's transaction."""
    _lessons.settle(scope=scope, lesson_id=lesson_id, state=state, result=result)


def lessons(scope: Scope | None) -> list[LessonRef]:
    """Open lessons that the caller sees, by their day."""
    return listing.lesson_list(scope)


def message(scope: Scope | None, message_id: UUID) -> PublicMessage:
    """A public message of an incident that the caller sees, in any state. NotFound."""
    return details.public_message(scope, message_id)


def published_messages() -> list[PublicMessage]:
    """What the public got, newest first, replaced and ended ones included; never a drill. For everybody."""
    return details.published()


def published_message(identifier: str) -> PublicMessage | None:
    """One message that the public got, by its CAP identifier. For everybody."""
    return next(iter(details.published(identifier)), None)


def figures(scope: Scope | None, since: datetime, until: datetime) -> Figures:
    """How many incidents, how fast and how much on time, by kind and unit; drills apart."""
    return _figures.figures(scope, since, until)


def create_demonstration() -> None:
    """The demonstration's drill and its running incident, all simulated; nothing changes where they are there."""
    demonstration.create()
