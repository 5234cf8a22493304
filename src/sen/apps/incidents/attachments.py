"""Files of an incident: kept by the files app, readable by who may see the incident."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope
from sen.apps.files import interface as files
from sen.apps.incidents import log, policies, seeing
from sen.apps.incidents.models import Attachment
from sen.kernel import clock
from sen.kernel.errors import Conflict, NotFound

PREFIX = "incident"


def register() -> None:
    """Let the files app ask who may read; called once from AppConfig.ready."""
    files.register_reader(PREFIX, may_read)


def may_read(scope: Scope, about: str) -> bool:
    """Whether a caller may read the files of `incident:<id>`."""
    try:
        which = UUID(about.partition(":")[2])
    except ValueError:
        return False
    return scope.allows(policies.VIEW) and seeing.visible(scope).filter(pk=which).exists()


@transaction.atomic
def attach(
    *,
    scope: Scope,
    number: str | UUID,
    content: bytes,
    name: str,
    media_type: str = "",
    note: str = "",
    personal: bool = False,
) -> Attachment:
    """Keep a file with an incident. Raises NotFound, Forbidden, and InvalidInput where the files app refuses size or type."""
    incident = seeing.incident_for(scope, number, lock=True)
    log.may_write(scope, incident)
    kept = files.keep(
        scope=scope, content=content, name=name, unit_id=incident.lead_unit_id, about=f"{PREFIX}:{incident.pk}",
        media_type=media_type, personal=personal,
    )  # fmt: skip
    made = Attachment.objects.create(
        incident=incident, file_id=kept.id, name=kept.name, media_type=kept.media_type or media_type, size=kept.size,
        note=note.strip()[:500], at=clock.now(), by=log.person(scope),
    )  # fmt: skip
    log.add(incident, "file", scope=scope, name=kept.name, file=str(kept.id))
    log.moved(incident)
    log.record(scope, "file", incident, file=str(kept.id), sha256=kept.sha256)
    return made


@transaction.atomic
def withdraw(*, scope: Scope, number: str | UUID, attachment_id: UUID, reason: str) -> Attachment:
    """Take a file from readers, with a reason; its name, who added it and why it went stay."""
    incident = seeing.incident_for(scope, number, lock=True)
    log.may_write(scope, incident)
    row = Attachment.objects.select_for_update().filter(pk=attachment_id, incident=incident).first()
    if row is None:
        raise NotFound(_("Không tìm thấy tệp."), action=_("Tải lại trang."))
    if row.withdrawn_at is not None:
        raise Conflict(_("Tệp này đã được rút."), action=_("Tải lại trang."))
    row.withdrawn_reason = log.written(reason, "reason", least=3, longest=500)
    row.withdrawn_at = clock.now()
    row.save(update_fields=["withdrawn_at", "withdrawn_reason"])
    files.remove(scope=scope, file_id=row.file_id, reason=row.withdrawn_reason)
    log.add(incident, "file_withdrawn", scope=scope, name=row.name, reason=row.withdrawn_reason)
    log.moved(incident)
    log.record(scope, "file_withdrawn", incident, file=str(row.file_id), reason=row.withdrawn_reason)
    return row
