"""The situation log: lines are added, never changed. Also who acts, and telling open consoles that an incident moved."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sen.apps.access import interface as access
from sen.apps.access.interface import Scope, require
from sen.apps.audit import interface as audit
from sen.apps.incidents import policies, seeing
from sen.apps.incidents.announcing import announce_after_commit
from sen.apps.incidents.models import Dispatch, Incident, LogEntry
from sen.kernel import clock
from sen.kernel.errors import Forbidden, InvalidInput, NotFound
from sen.kernel.text import normal

LONGEST = 4000


def person(scope: Scope) -> str:
    """The name under which the caller acts; empty for the system itself."""
    if scope.user_id is None:
        return ""
    return access.people_by_id([scope.user_id]).get(scope.user_id, scope.username)


def add(
    incident: Incident,
    kind: str,
    *,
    scope: Scope | None = None,
    words: str = "",
    corrects: LogEntry | None = None,
    **facts: Any,
) -> LogEntry:
    """Append a line in the caller's transaction; `facts` complete the sentence of `kind` (phrases.py)."""
    return LogEntry.objects.create(
        incident=incident, at=clock.now(), kind=kind, words=words, facts=facts, corrects=corrects,
        by=person(scope) if scope else "", by_id=scope.user_id if scope else None,
    )  # fmt: skip


def record(scope: Scope, action: str, incident: Incident, **detail: Any) -> None:
    """The audit's line of a write, and the notice to consoles after the commit; called last."""
    announce_after_commit(incident, action)
    audit.record(
        scope=scope, action=f"incidents.{action}", object_type="incident", object_id=incident.number,
        unit_id=incident.lead_unit_id, detail=detail,
    )  # fmt: skip


def moved(incident: Incident) -> None:
    """Note that the incident changed: a new revision and time."""
    incident.revision += 1
    incident.updated_at = clock.now()
    incident.save()


def written(text: str, field: str, *, least: int = 1, longest: int = LONGEST) -> str:
    """Text as it is stored. InvalidInput naming `field` where it is too short or too long."""
    words = normal(text)
    if not least <= len(words) <= longest:
        told = _("Cần từ {least} đến {longest} ký tự.").format(least=least, longest=longest)
        raise InvalidInput(_("Nội dung chưa hợp lệ."), action=_("Sửa mục được nêu."), fields={field: told})
    return words


@transaction.atomic
def write(*, scope: Scope, number: str | UUID, words: str, corrects: UUID | None = None) -> LogEntry:
    """A person's line in the log of an incident, running or not; with `corrects` it puts an earlier line right.

    Those in the lead, on whose ground it is and those called may write. Raises NotFound, Forbidden, InvalidInput.
    """
    incident = seeing.incident_for(scope, number, lock=True)
    may_write(scope, incident)
    text = "\n".join(filter(None, (normal(line) for line in words.splitlines())))
    text = text if text and len(text) <= LONGEST else written(words, "words")
    earlier = None
    if corrects is not None:
        earlier = LogEntry.objects.filter(pk=corrects, incident=incident).first()
        if earlier is None:
            raise NotFound(_("Không tìm thấy dòng ghi cần đính chính."), action=_("Tải lại nhật ký."))
    made = add(incident, "correction" if earlier else "note", scope=scope, words=text, corrects=earlier)
    moved(incident)
    record(scope, "note", incident, entry=str(made.pk), corrects=str(corrects) if corrects else None)
    return made


def may_write(scope: Scope, incident: Incident) -> None:
    """Forbidden where the caller neither leads, nor is on the ground, nor was called."""
    called = list(Dispatch.objects.filter(incident=incident).values_list("unit_id", "user_id"))
    units = [incident.lead_unit_id, incident.territory_id, *(unit for unit, _user in called)]
    if seeing.acts_in_any(scope, policies.NOTE, units):
        return
    if scope.user_id and any(user == scope.user_id for _unit, user in called) and scope.allows(policies.NOTE):
        return
    require(scope, policies.NOTE, incident.lead_unit_id)
    raise Forbidden(_("Bạn không tham gia sự cố này."), action=_("Đề nghị đơn vị chủ trì điều động."))
