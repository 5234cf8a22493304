"""Evidence kept with a sheet: by the files app, readable by who may see the sheet."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.audit import interface as audit
from sen.apps.files import interface as files
from sen.apps.indicators import policies
from sen.apps.indicators.sheets import drafts, lateness, seeing
from sen.kernel.errors import NotFound

PREFIX = "sheet"


def register() -> None:
    """Let the files app ask who may read; called once from AppConfig.ready."""
    files.register_reader(PREFIX, may_read)


def may_read(scope: Scope, about: str) -> bool:
    """Whether a caller may read the files of `sheet:<id>`."""
    try:
        which = UUID(about.partition(":")[2])
    except ValueError:
        return False
    return scope.allows(policies.VIEW) and lateness.visible(scope).filter(pk=which).exists()


@transaction.atomic
def attach(*, scope: Scope, entry_id: UUID | str, content: bytes, name: str) -> files.FileRef:
    """Keep evidence with an open sheet. Raises NotFound, Forbidden, Conflict, InvalidInput where the files app refuses it."""
    entry = seeing.entry_for(scope, entry_id, lock=True)
    require(scope, policies.FILL_IN, entry.unit_id)
    drafts.open_for_changes(entry)
    kept = files.keep(scope=scope, content=content, name=name, unit_id=entry.unit_id, about=f"{PREFIX}:{entry.pk}")
    audit.record(
        scope=scope, action="indicators.attach", object_type="sheet", object_id=str(entry.pk), unit_id=entry.unit_id,
        detail={"file": str(kept.id), "sha256": kept.sha256},
    )  # fmt: skip
    return kept


@transaction.atomic
def detach(*, scope: Scope, entry_id: UUID | str, file_id: UUID) -> None:
    """Take evidence away from an open sheet. Raises NotFound, Forbidden, Conflict."""
    entry = seeing.entry_for(scope, entry_id, lock=True)
    require(scope, policies.FILL_IN, entry.unit_id)
    drafts.open_for_changes(entry)
    if all(one.id != file_id for one in files.files_about(f"{PREFIX}:{entry.pk}")):
        raise NotFound(_("Không tìm thấy tệp."))
    files.remove(scope=scope, file_id=file_id, reason=_("Bỏ khỏi phiếu số liệu"))
