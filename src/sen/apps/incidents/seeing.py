"""Who sees which incident: the leading unit, the unit of the ground, units and people who were called. The one door to an incident."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.incidents import policies
from sen.apps.incidents.models import Dispatch, Incident, Lesson, StepRun
from sen.kernel.errors import Conflict, NotFound


def visible(scope: Scope) -> QuerySet[Incident]:
    """The incidents that a caller sees. Who was called to one that was merged also sees where it went on."""
    found = Incident.objects.select_related("lead_unit", "territory", "merged_into", "split_from")
    if scope.everything:
        return found
    own = Q(lead_unit_id__in=scope.unit_ids) | Q(territory_id__in=scope.unit_ids)
    called = Dispatch.objects.filter(called_upon(scope)).values("incident_id")
    at_work = StepRun.objects.filter(unit_id__in=scope.unit_ids).values("incident_id")
    went_on = Incident.objects.filter(Q(pk__in=called) | Q(pk__in=at_work), merged_into__isnull=False)
    return found.filter(own | Q(pk__in=called) | Q(pk__in=at_work) | Q(pk__in=went_on.values("merged_into_id")))


def called_upon(scope: Scope) -> Q:
    """Dispatches to the caller's units or person."""
    mine = Q(unit_id__in=scope.unit_ids)
    return mine | Q(user_id=scope.user_id) if scope.user_id else mine


def incident_for(scope: Scope | None, number: str | UUID, *, lock: bool = False) -> Incident:
    """The incident of a number or id; NotFound where there is none for the caller. `lock` holds it until the transaction ends."""
    scope = require(scope, policies.VIEW)
    which = Q(pk=number) if isinstance(number, UUID) else Q(number=number)
    found = visible(scope).filter(which).first()
    if found is None:
        raise NotFound(_("Không tìm thấy sự cố."), action=_("Kiểm tra số sự cố."))
    if lock:
        Incident.objects.select_for_update().only("pk").get(pk=found.pk)
        found.refresh_from_db()
    return found


def running_for(scope: Scope | None, number: str | UUID, action: str, *, revision: int | None = None) -> Incident:
    """The incident, locked, to be worked on by who leads. NotFound, Forbidden; Conflict where it is over or newer than seen."""
    found = incident_for(scope, number, lock=True)
    require(scope, action, found.lead_unit_id)
    must_run(found)
    must_be_as_seen(found, revision)
    return found


def must_run(incident: Incident) -> None:
    """Conflict where the incident is over."""
    if not incident.running:
        raise Conflict(
            _("Sự cố {number} đã kết thúc ({state}).").format(
                number=incident.number, state=incident.get_state_display()
            ),
            action=_("Tải lại trang để xem trạng thái mới."),
            code="incident_over",
        )


def must_be_as_seen(row: Incident | Dispatch | Lesson, revision: int | None) -> None:
    """Conflict where `revision` is given and older than the row's."""
    if revision is not None and revision != row.revision:
        raise stale(revision=row.revision)


def stale(**now: Any) -> Conflict:
    """What is said to somebody who acts on what is no longer so; `now` is how it stands."""
    return Conflict(_("Người khác vừa thay đổi nội dung này."), action=_("Tải lại rồi làm lại."), code="stale", **now)


def acts_in_any(scope: Scope, action: str, unit_ids: list[UUID | None]) -> bool:
    """Whether the caller may do `action` in one of these units."""
    return any(unit_id is not None and scope.allows(action, unit_id) for unit_id in unit_ids)
