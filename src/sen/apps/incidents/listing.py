"""Lists of incidents, of orders to the caller, and of lessons; counts for the first page."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.incidents import lessons, policies, presented, seeing
from sen.apps.incidents.choices import (
    RUNNING,
    DispatchState,
    Kind,
    LessonState,
    ReviewState,
    Severity,
    State,
    StepState,
)
from sen.apps.incidents.models import Dispatch, Incident, Lesson, StepRun
from sen.apps.incidents.summaries import summaries_of
from sen.apps.incidents.values import Counts, IncidentFilter, IncidentPage, LessonRef, MyDispatch
from sen.apps.organisations import interface as organisations
from sen.kernel.errors import InvalidInput
from sen.kernel.text import normal

MOST = 200


def incidents(
    scope: Scope | None, wanted: IncidentFilter | None = None, cursor: str | None = None, limit: int = 50
) -> IncidentPage:
    """A page of the incidents that the caller sees, newest first. InvalidInput for a cursor that is none."""
    scope = require(scope, policies.VIEW)
    found = filtered(scope, wanted or IncidentFilter())
    if cursor:
        at, last = _decoded(cursor)
        found = found.filter(Q(opened_at__lt=at) | Q(opened_at=at, pk__lt=last))
    limit = max(1, min(limit, MOST))
    rows = list(found.order_by("-opened_at", "-id")[: limit + 1])
    more = rows[limit - 1] if len(rows) > limit else None
    return IncidentPage(summaries_of(rows[:limit]), _encoded(more.opened_at, more.pk) if more else None)


def filtered(scope: Scope, wanted: IncidentFilter) -> QuerySet[Incident]:
    """The incidents of a filter; unknown words in it give InvalidInput rather than an empty list."""
    _known(wanted)
    found = seeing.visible(scope).filter(state__in=wanted.states or RUNNING)
    if wanted.kinds:
        found = found.filter(kind__in=wanted.kinds)
    if wanted.severities:
        found = found.filter(severity__in=wanted.severities)
    if wanted.unit_id is not None:
        below = organisations.subtree_ids(wanted.unit_id)
        found = found.filter(Q(lead_unit_id__in=below) | Q(territory_id__in=below))
    if wanted.drill is not None:
        found = found.filter(drill=wanted.drill)
    if wanted.review:
        found = found.filter(review_state=wanted.review)
    if wanted.dispatched:
        called = Dispatch.objects.filter(seeing.called_upon(scope)).exclude(state=DispatchState.RECALLED)
        found = found.filter(pk__in=called.values("incident_id"))
    if words := normal(wanted.q):
        found = found.filter(Q(title__icontains=words) | Q(number__icontains=words) | Q(place__icontains=words))
    if wanted.since is not None:
        found = found.filter(opened_at__gte=wanted.since)
    if wanted.until is not None:
        found = found.filter(opened_at__lt=wanted.until)
    return found


def _known(wanted: IncidentFilter) -> None:
    words = {
        "states": (wanted.states, State.values), "kinds": (wanted.kinds, Kind.values),
        "severities": (wanted.severities, Severity.values), "review": ((wanted.review,) if wanted.review else (), ReviewState.values),
    }  # fmt: skip
    faults = {
        name: _("Dùng một trong: {known}.").format(known=", ".join(known))
        for name, (asked, known) in words.items()
        if set(asked) - set(known)
    }
    if faults:
        raise InvalidInput(_("Bộ lọc không hợp lệ."), action=_("Sửa các mục được nêu."), fields=faults)


def _encoded(at: datetime, last: UUID) -> str:
    return base64.urlsafe_b64encode(f"{at.isoformat()}|{last}".encode()).decode()


def _decoded(cursor: str) -> tuple[datetime, UUID]:
    try:
        at, _bar, last = base64.urlsafe_b64decode(cursor.encode()).decode().partition("|")
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None:
            raise ValueError(at)
        return moment, UUID(last)
    except (ValueError, binascii.Error):
        raise InvalidInput(
            _("Con trỏ trang không hợp lệ."), code="invalid_cursor", action=_("Đọc lại từ trang đầu.")
        ) from None


def my_dispatches(scope: Scope | None, *, open_only: bool = True, limit: int = 50) -> list[MyDispatch]:
    """Orders to the caller's units or person with their incidents, the newest first; by default those not finished."""
    scope = require(scope, policies.VIEW)
    found = Dispatch.objects.filter(seeing.called_upon(scope)).select_related(
        "incident__lead_unit", "incident__territory", "incident__merged_into", "unit", "step"
    )
    if open_only:
        found = found.exclude(state__in=(DispatchState.DONE, DispatchState.RECALLED)).filter(
            Q(incident__state__in=RUNNING) | Q(incident__merged_into__state__in=RUNNING)
        )
    rows = list(found.order_by("-sent_at", "-id")[: min(limit, MOST)])
    now_in = [one.incident.merged_into or one.incident for one in rows]
    of_incident = {one.id: one for one in summaries_of(seeing.visible(scope).filter(pk__in={one.pk for one in now_in}))}
    shown = presented.dispatches(scope, rows)
    pairs = zip(shown, now_in, strict=True)
    return [MyDispatch(order, of_incident[one.pk]) for order, one in pairs if one.pk in of_incident]


def lesson_list(
    scope: Scope | None, *, states: tuple[str, ...] = (LessonState.OPEN, LessonState.DOING), limit: int = 100
) -> list[LessonRef]:
    """Lessons of incidents that the caller sees and lessons for the caller's units, by their day."""
    scope = require(scope, policies.VIEW)
    found = lessons.visible(scope).filter(state__in=states).order_by("due_on", "id")
    return presented.lessons(list(found[: min(limit, MOST)]))


def counts(scope: Scope | None) -> Counts:
    """Running incidents that the caller sees and what waits for them; seven statements."""
    scope = require(scope, policies.VIEW)
    running = seeing.visible(scope).filter(state__in=RUNNING)
    real = running.filter(drill=False)
    ids = real.values("pk")
    mine = Dispatch.objects.filter(seeing.called_upon(scope)) if not scope.everything else Dispatch.objects.none()
    return Counts(
        running=real.count(),
        serious=real.filter(severity=Severity.SERIOUS).count(),
        drills=running.filter(drill=True).count(),
        late_steps=StepRun.objects.filter(incident__in=ids, state=StepState.LATE).count(),
        unanswered=Dispatch.objects.filter(incident__in=ids, state=DispatchState.SENT).count(),
        to_answer=mine.filter(state=DispatchState.SENT, incident__state__in=RUNNING).count(),
        to_review=seeing.visible(scope).filter(review_state=ReviewState.DRAFT).count(),
    )


def lessons_of(incident: Incident) -> list[LessonRef]:
    """The lessons of one incident."""
    return presented.lessons(list(Lesson.objects.filter(incident=incident).select_related("incident", "owner_unit")))
