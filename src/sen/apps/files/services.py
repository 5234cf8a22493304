"""Every write to files: keep one, remove one, clean what nothing names any more."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope
from sen.apps.audit import interface as audit
from sen.apps.files import store
from sen.apps.files.media_types import recognise, safe_name
from sen.apps.files.models import StoredFile
from sen.kernel import clock
from sen.kernel.configuration import settings
from sen.kernel.errors import InvalidInput, NotFound

ORPHAN_AFTER_S = 24 * 3600
"""A content without a row is left for a day: its row may be in a transaction that is not committed yet."""


@transaction.atomic
def keep(*, scope: Scope, content: bytes, name: str, unit_id: UUID, about: str, personal: bool = False) -> StoredFile:
    """Keep a file of a unit. Whether the caller may attach it is for the app of `about` to require before.

    Raises NotFound for a unit that the caller does not see, InvalidInput for empty, too large and unaccepted contents.
    """
    if not scope.sees(unit_id):
        raise NotFound(_("Không tìm thấy đơn vị."))
    media_type = checked(content)
    made = StoredFile.objects.create(
        sha256=store.put(content), size=len(content), name=safe_name(name, media_type), media_type=media_type,
        unit_id=unit_id, about=about, personal=personal, kept_at=clock.now(), kept_by=scope.username,
    )  # fmt: skip
    detail = {"name": made.name, "sha256": made.sha256, "size": made.size, "about": about}
    audit.record(
        scope=scope, action="files.keep", object_type="file", object_id=str(made.pk), unit_id=unit_id, detail=detail
    )
    return made


def checked(content: bytes) -> str:
    """The media type of a content that may be kept. Raises InvalidInput."""
    most = settings().file_megabytes
    if not content:
        raise InvalidInput(_("Tệp rỗng."), action=_("Chọn tệp khác."), fields={"file": _("Tệp rỗng.")})
    if len(content) > most * 1024 * 1024:
        raise InvalidInput(
            _("Tệp lớn hơn {n} MB.").format(n=most), action=_("Nén hoặc chia tệp rồi gửi lại."), code="file_too_large",
            fields={"file": _("Tệp lớn hơn {n} MB.").format(n=most)},
        )  # fmt: skip
    media_type = recognise(content)
    if not media_type:
        raise InvalidInput(
            _("Loại tệp này không được nhận."),
            action=_("Gửi ảnh (JPEG, PNG, WebP), PDF, Word, Excel, PowerPoint không có macro, MP4, MP3 hoặc văn bản UTF-8."),
            code="file_type_refused", fields={"file": _("Loại tệp này không được nhận.")},
        )  # fmt: skip
    return media_type


@transaction.atomic
def remove(*, scope: Scope, file_id: UUID, reason: str) -> None:
    """Take a file away from readers; its content goes with the next cleaning. Raises NotFound."""
    found = StoredFile.objects.select_for_update().filter(pk=file_id, removed_at=None).first()
    if found is None or not scope.sees(found.unit_id):
        raise NotFound(_("Không tìm thấy tệp."))
    found.removed_at, found.removed_by = clock.now(), scope.username
    found.save(update_fields=["removed_at", "removed_by"])
    detail = {"name": found.name, "sha256": found.sha256, "reason": reason, "about": found.about}
    audit.record(
        scope=scope,
        action="files.remove",
        object_type="file",
        object_id=str(file_id),
        unit_id=found.unit_id,
        detail=detail,
    )


def clean() -> int:
    """Delete the contents that no row names; how many. Contents of removed files go, their rows stay."""
    named = set(StoredFile.objects.filter(removed_at=None).values_list("sha256", flat=True).distinct())
    return store.clean(named, ORPHAN_AFTER_S)
