"""Who sees which programme, meeting and inspection, and the one door to each; also how a change is written down."""

from __future__ import annotations

from typing import Any, TypeVar
from uuid import UUID

import msgspec
import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from sen.apps.access import interface as access
from sen.apps.access.interface import Scope, require
from sen.apps.audit import interface as audit
from sen.apps.programme import policies
from sen.apps.programme.models import AgendaItem, Attendance, Inspection, Meeting, Programme, ProgrammeItem
from sen.eventbus import LogRefused, cloud_event
from sen.eventbus.process_bus import process_bus
from sen.kernel.errors import Conflict, InvalidInput, NotFound
from sen.kernel.text import normal

log = structlog.get_logger(__name__)

Kept = TypeVar("Kept", Programme, Meeting, Inspection)


def programmes(scope: Scope) -> QuerySet[Programme]:
    """Those of the caller's units, and those in which one of them leads something."""
    found = Programme.objects.select_related("unit")
    if scope.everything:
        return found
    leads = ProgrammeItem.objects.filter(programme=OuterRef("pk"), lead_id__in=scope.unit_ids)
    return found.filter(Q(unit_id__in=scope.unit_ids) | Exists(leads))


def meetings(scope: Scope) -> QuerySet[Meeting]:
    """Those of the caller's units, and those to which one of them is asked."""
    found = Meeting.objects.select_related("unit", "item")
    if scope.everything:
        return found
    asked = Attendance.objects.filter(meeting=OuterRef("pk"), unit_id__in=scope.unit_ids)
    presents = AgendaItem.objects.filter(meeting=OuterRef("pk"), presenter_id__in=scope.unit_ids)
    return found.filter(Q(unit_id__in=scope.unit_ids) | Exists(asked) | Exists(presents))


def inspections(scope: Scope) -> QuerySet[Inspection]:
    """Those that the caller's units carry out or that look at one of them."""
    found = Inspection.objects.select_related("unit", "inspected", "item")
    if scope.everything:
        return found
    return found.filter(Q(unit_id__in=scope.unit_ids) | Q(inspected_id__in=scope.unit_ids))


def programme_for(scope: Scope | None, number: str, *, keep: bool = False) -> Programme:
    """The programme of a number; NotFound. `keep`: locked, for somebody who may change it (Forbidden)."""
    scope = require(scope, policies.VIEW)
    missing = NotFound(_("Không tìm thấy chương trình."), action=_("Kiểm tra số chương trình."))
    return _one(scope, programmes(scope), number, missing, keep=keep)


def meeting_for(scope: Scope | None, number: str, *, keep: bool = False) -> Meeting:
    """The meeting of a number; NotFound. `keep`: locked, for somebody who may change it (Forbidden)."""
    scope = require(scope, policies.VIEW)
    missing = NotFound(_("Không tìm thấy cuộc họp."), action=_("Kiểm tra số cuộc họp."))
    return _one(scope, meetings(scope), number, missing, keep=keep)


def inspection_for(scope: Scope | None, number: str, *, keep: bool = False) -> Inspection:
    """The inspection of a number; NotFound. `keep`: locked, for somebody who may change it (Forbidden)."""
    scope = require(scope, policies.VIEW)
    missing = NotFound(_("Không tìm thấy cuộc kiểm tra."), action=_("Kiểm tra số cuộc kiểm tra."))
    return _one(scope, inspections(scope), number, missing, keep=keep)


def _one(scope: Scope, seen: QuerySet[Kept], number: str, missing: NotFound, *, keep: bool) -> Kept:
    """The row of a number among those that the caller sees, else `missing`. The lock takes the row alone, not what is joined to it."""
    found = seen.filter(number=number[:20]).first()
    if found is None:
        raise missing
    if keep:
        require(scope, policies.KEEP, found.unit_id)
        seen.model._default_manager.select_for_update().only("pk").get(pk=found.pk)
        found.refresh_from_db()
    return found


def must_be_as_seen(found: Programme | Meeting | Inspection | ProgrammeItem, revision: int | None) -> None:
    """Conflict where `revision` is given and older than what is stored."""
    if revision is not None and revision != found.revision:
        raise Conflict(_("Người khác vừa thay đổi mục này."), action=_("Tải lại rồi làm lại."), code="stale")


def written(text: str, field: str, *, least: int = 1, longest: int = 300) -> str:
    """Text as it is stored. InvalidInput naming `field` where it is too short or too long."""
    words = normal(text)
    if not least <= len(words) <= longest:
        told = _("Cần từ {least} đến {longest} ký tự.").format(least=least, longest=longest)
        raise InvalidInput(_("Nội dung chưa hợp lệ."), action=_("Sửa mục được nêu."), fields={field: told})
    return words


def person(scope: Scope) -> str:
    """The name under which the caller acts; empty for the system itself."""
    if scope.user_id is None:
        return ""
    return access.people_by_id([scope.user_id]).get(scope.user_id, scope.username)


def record(scope: Scope, action: str, kind: str, number: str, unit_id: UUID, **detail: Any) -> None:
    """Audit a change in the caller's transaction and tell others after the commit. A lost event is harmless: pages read the database."""
    audit.record(
        scope=scope, action=f"programme.{action}", object_type=kind, object_id=number, unit_id=unit_id, detail=detail
    )
    transaction.on_commit(lambda: _announce(action, kind, number), robust=True)


def _announce(action: str, kind: str, number: str) -> None:
    data = {"kind": kind, "number": number, "change": action}
    event = cloud_event(type="programme.changed", source="sen/programme", subject=number, data=data)
    _publish("events.programme.changed", event)
    if kind == "meeting" and (found := Meeting.objects.filter(number=number).first()):
        told = {"id": number, "number": number, "state": found.state, "revision": found.revision, "change": action}
        _publish("live.meetings", msgspec.json.encode({"units": _involved(found), "meeting": told, "change": action}))


def _involved(found: Meeting) -> list[str]:
    """The units whose people see a meeting: its own, those asked, those that present a point."""
    asked = found.attendance.exclude(unit=None).values_list("unit_id", flat=True)
    presenting = found.agenda.exclude(presenter=None).values_list("presenter_id", flat=True)
    return sorted({str(one) for one in (found.unit_id, *asked, *presenting)})


def _publish(subject: str, payload: bytes) -> None:
    try:
        process_bus().publish(subject, payload, timeout=2.0)
    except LogRefused as error:
        log.warning("event_not_published", subject=subject, error=str(error))
