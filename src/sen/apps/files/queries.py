"""Reads files. The app that a file is about says who may; unknown and forbidden ones look the same."""

from __future__ import annotations

from collections.abc import Callable, Collection
from uuid import UUID

from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.audit import interface as audit
from sen.apps.files import policies, store
from sen.apps.files.models import StoredFile
from sen.kernel.errors import NotFound

Reader = Callable[[Scope, str], bool]

_readers: dict[str, Reader] = {}


def register_reader(prefix: str, may_read: Reader) -> None:
    """Let `may_read(scope, about)` decide over files whose `about` begins with `<prefix>:`. One per prefix (ValueError)."""
    if _readers.setdefault(prefix, may_read) is not may_read:
        raise ValueError(f"Files about {prefix} have a reader already.")


def file_for(scope: Scope | None, file_id: UUID) -> StoredFile:
    """A file that the caller may read; NotFound."""
    caller = require(scope, policies.READ)
    found = StoredFile.objects.filter(pk=file_id, removed_at=None).first()
    may_read = _readers.get(found.about.partition(":")[0]) if found else None
    if found is None or may_read is None or not may_read(caller, found.about):
        raise NotFound(_("Không tìm thấy tệp."), action=_("Tệp có thể đã bị gỡ, hoặc bạn không có quyền xem."))
    return found


def content_for(scope: Scope | None, file_id: UUID) -> tuple[StoredFile, bytes]:
    """A file with its content, for a caller who may read it; reading a personal one is recorded. NotFound, Unavailable."""
    found = file_for(scope, file_id)
    content = store.get(found.sha256)
    if found.personal:
        detail = {"name": found.name, "about": found.about}
        audit.record(
            scope=scope, action="files.read", object_type="file", object_id=str(file_id), unit_id=found.unit_id, detail=detail
        )  # fmt: skip
    return found, content


def files_about(abouts: Collection[str]) -> list[StoredFile]:
    """The files about these things, oldest first; for apps that show them to who may see the thing."""
    return list(StoredFile.objects.filter(about__in=abouts, removed_at=None))
