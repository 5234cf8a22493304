"""Who sees which document: the unit of the register and the unit that handles it. The one door to a document."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.documents import policies
from sen.apps.documents.models import Document
from sen.kernel.errors import Conflict, NotFound


def visible(scope: Scope) -> QuerySet[Document]:
    """The documents in the registers that a caller sees, and those given to units of his to handle."""
    found = Document.objects.select_related("unit", "handler_unit")
    if scope.everything:
        return found
    return found.filter(Q(unit_id__in=scope.unit_ids) | Q(handler_unit_id__in=scope.unit_ids))


def document_for(scope: Scope | None, document_id: UUID, *, lock: bool = False) -> Document:
    """The document of an id; NotFound where there is none for the caller. `lock` holds it until the transaction ends."""
    scope = require(scope, policies.VIEW)
    found = visible(scope).filter(pk=document_id).first()
    if found is None:
        raise NotFound(_("Không tìm thấy văn bản."), action=_("Kiểm tra đường dẫn, hoặc tìm trong danh sách văn bản."))
    if lock:
        Document.objects.select_for_update().only("pk").get(pk=found.pk)
        found.refresh_from_db()
    return found


def must_be_as_seen(document: Document, revision: int | None) -> None:
    """Conflict where the document has moved on since the caller looked at it."""
    if revision is not None and document.revision != revision:
        raise Conflict(
            _("Văn bản đã được người khác cập nhật."), action=_("Tải lại trang rồi làm lại."), code="changed_meanwhile"
        )


def handling_unit(document: Document) -> UUID:
    """The unit whose people handle the document."""
    return document.handler_unit_id or document.unit_id
