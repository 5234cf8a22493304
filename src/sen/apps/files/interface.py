"""What other apps may call of files: keep one, read one, list those about a thing, say who may read."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from sen.apps.access.interface import Scope
from sen.apps.files import queries, services, store
from sen.apps.files.models import StoredFile
from sen.apps.files.queries import Reader
from sen.kernel.errors import NotFound

__all__ = ["FileRef", "Reader", "files_about", "keep", "read", "register_reader", "remove"]


class FileRef(msgspec.Struct, frozen=True):
    """A kept file. Its address is `/files/<id>/`; `media_type` was recognised by its content."""

    id: UUID
    name: str
    size: int
    sha256: str
    media_type: str = ""
    about: str = ""
    kept_at: datetime | None = None
    kept_by: str = ""

    @property
    def address(self) -> str:
        """Where people read it."""
        return f"/files/{self.id}/"


def keep(
    *, scope: Scope, content: bytes, name: str, unit_id: UUID, about: str, media_type: str = "", personal: bool = False
) -> FileRef:
    """Keep a file in the caller's transaction; its bytes are on the disk when this returns.

    `about` is `<prefix>:<id>`; the app that registered a reader for the prefix decides who may read. The declared `media_type` is
    not believed: the content decides. `personal`: each reading is recorded. Raises NotFound, InvalidInput.
    """
    return _ref(services.keep(scope=scope, content=content, name=name, unit_id=unit_id, about=about, personal=personal))


def read(file_id: UUID) -> bytes:
    """The content of a file, for code that has made sure who asks. Raises NotFound, Unavailable."""
    found = StoredFile.objects.filter(pk=file_id, removed_at=None).first()
    if found is None:
        raise NotFound("Không tìm thấy tệp.")
    return store.get(found.sha256)


def files_about(*abouts: str) -> list[FileRef]:
    """The files about these things, oldest first; for apps that show them to who may see the thing."""
    return [_ref(one) for one in queries.files_about(abouts)]


def remove(*, scope: Scope, file_id: UUID, reason: str) -> None:
    """Take a file away from readers. Whether the caller may is for the app of `about` to require before. Raises NotFound."""
    services.remove(scope=scope, file_id=file_id, reason=reason)


def register_reader(prefix: str, may_read: Reader) -> None:
    """Let `may_read(scope, about)` decide over files whose `about` begins with `<prefix>:`; called by ready() of the app."""
    queries.register_reader(prefix, may_read)


def _ref(found: StoredFile) -> FileRef:
    return FileRef(
        found.pk, found.name, found.size, found.sha256, found.media_type, found.about, found.kept_at, found.kept_by
    )
