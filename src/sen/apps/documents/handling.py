"""What people do with a document: receive, give to a unit, finish, answer a recall, remind. Each step is on record and told to the sender."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.audit import interface as audit
from sen.apps.documents import policies, seeing, timeliness
from sen.apps.documents.announcing import announce_after_commit
from sen.apps.documents.choices import (
    ASSIGNED,
    COMPLETED,
    RECALL_AGREED,
    RECALL_REFUSED,
    RECEIVED,
    Direction,
    Origin,
    Standing,
)
from sen.apps.documents.models import Agency, Document, ExchangeStep
from sen.apps.notifications import interface as notifications
from sen.apps.notifications.interface import Recipients
from sen.apps.organisations import interface as organisations
from sen.kernel import clock
from sen.kernel.errors import Conflict, InvalidInput, NotFound
from sen.kernel.scopes import Role
from sen.kernel.text import normal

MOST_AT_ONCE = 200
_TOLD = (Role.LEADER, Role.DUTY_OFFICER, Role.DEPARTMENT_OFFICER, Role.COMMUNE_OFFICER)


@transaction.atomic
def receive(*, scope: Scope, document_ids: Sequence[UUID]) -> datetime:
    """Somebody of the unit has read these documents; those read before stay as they are. The moment names the batch for `undo_receive`.

    Raises NotFound, Forbidden, InvalidInput for none or more than 200.
    """
    now = clock.now()
    for found in _chosen(scope, document_ids, policies.HANDLE):
        if found.direction != Direction.IN or found.read_at is not None:
            continue
        found.read_at, found.read_by = now, scope.username
        _saved(scope, found, "documents.receive_by_hand", {})
        _tell_sender(scope, found, RECEIVED)
    return now


@transaction.atomic
def undo_receive(*, scope: Scope, batch: datetime) -> int:
    """Take back what the caller received at this moment; how many. Raises NotFound where there is nothing. What the sender was told stays."""
    own = Document.objects.filter(read_at=batch, read_by=scope.username, handled_at=None)
    ids = list(own.values_list("pk", flat=True))
    if not ids:
        raise NotFound(_("Không có lần tiếp nhận nào để hoàn tác."))
    for found in _chosen(scope, ids, policies.HANDLE):
        found.read_at, found.read_by = None, ""
        _saved(scope, found, "documents.undo_receive", {})
    return len(ids)


@transaction.atomic
def assign(*, scope: Scope, document_id: UUID, unit: str, revision: int | None = None) -> Document:
    """Give a document to a unit to handle (""= back to the unit of the register) and tell that unit. Raises NotFound, Forbidden, Conflict."""
    found = _open(scope, document_id, revision)
    chosen = organisations.unit(unit) if unit else None
    found.handler_unit_id = chosen.id if chosen and chosen.id != found.unit_id else None
    _saved(scope, found, "documents.assign", {"unit": unit})
    if chosen is not None:
        _tell_sender(scope, found, ASSIGNED, _("Giao {unit} xử lý.").format(unit=chosen.name))
        title = _("Văn bản giao xử lý: {reference}").format(reference=found.reference)
        _notify(found, f"assign:{found.revision}", title, found.abstract)
    return found


@transaction.atomic
def finish(*, scope: Scope, document_id: UUID, words: str, revision: int | None = None) -> Document:
    """Handling is done, with its result in words. Raises NotFound, Forbidden, Conflict, InvalidInput without words."""
    found = _open(scope, document_id, revision)
    words = normal(words)
    if not words:
        missing = _("Ghi kết quả xử lý.")
        raise InvalidInput(missing, action=_("Ví dụ: đã trả lời bằng văn bản số …"), fields={"words": missing})
    now = clock.now()
    found.handled_at, found.handled_on = now, clock.local(now).date()
    found.handled_by, found.handled_words = scope.username, words[:1000]
    if found.read_at is None:
        found.read_at, found.read_by = now, scope.username
    _saved(scope, found, "documents.finish", {"words": words[:200]})
    _tell_sender(scope, found, COMPLETED, words)
    return found


@transaction.atomic
def reopen(*, scope: Scope, document_id: UUID, revision: int | None = None) -> Document:
    """Take the end of handling back. Raises NotFound, Forbidden, Conflict where it is not finished."""
    found = _locked(scope, document_id, revision)
    if found.handled_at is None:
        raise Conflict(_("Văn bản chưa hoàn thành xử lý."), action=_("Tải lại trang."))
    was = found.handled_words
    found.handled_at = found.handled_on = None
    found.handled_by = found.handled_words = ""
    _saved(scope, found, "documents.reopen", {"words": was[:200]})
    return found


@transaction.atomic
def answer_recall(
    *, scope: Scope, document_id: UUID, agree: bool, reason: str = "", revision: int | None = None
) -> Document:
    """Agree to the sender's recall or refuse it with a reason. Raises NotFound, Forbidden, Conflict where none is asked, InvalidInput."""
    found = _locked(scope, document_id, revision)
    if found.standing != Standing.RECALL_ASKED:
        raise Conflict(_("Bên gửi không xin lấy lại văn bản này."), action=_("Tải lại trang."))
    reason = normal(reason)[:1000]
    if not agree and not reason:
        missing = _("Ghi lý do từ chối.")
        raise InvalidInput(missing, action=_("Bên gửi sẽ đọc lý do này."), fields={"reason": missing})
    found.standing = Standing.RECALLED if agree else Standing.IN_FORCE
    _saved(scope, found, "documents.answer_recall", {"agree": agree, "reason": reason[:200]})
    _tell_sender(scope, found, RECALL_AGREED if agree else RECALL_REFUSED, reason)
    return found


@transaction.atomic
def remind(*, scope: Scope, document_ids: Sequence[UUID], note: str = "") -> int:
    """Remind the handling units of unread and unfinished documents, each at most once a day; how many units' people were told.

    Raises NotFound, Forbidden, InvalidInput. A reminder that went out cannot be taken back.
    """
    now = clock.now()
    day = clock.local(now).date()
    told = 0
    for found in _chosen(scope, document_ids, policies.REMIND):
        if found.direction != Direction.IN or found.handled_at is not None or found.standing in timeliness.OVER:
            continue
        state, late = timeliness.judged(found, day)
        words = [_("Quá hạn {n} ngày.").format(n=late)] if state == "overdue" else []
        words += [_("Chưa ai đọc.")] if found.read_at is None else []
        body = " ".join(filter(None, [found.abstract, *words, normal(note)]))[:1000]
        severity = "warning" if state == "overdue" else "notice"
        title = _("Đôn đốc xử lý văn bản {reference}").format(reference=found.reference)
        if not _notify(found, f"remind:{day}", title, body, severity):
            continue
        found.reminded_at = now
        _saved(scope, found, "documents.remind", {"unit": str(seeing.handling_unit(found)), "note": note[:200]})
        told += 1
    return told


# -- pieces


def _chosen(scope: Scope, document_ids: Sequence[UUID], action: str) -> list[Document]:
    wanted = list(dict.fromkeys(document_ids))
    if not 1 <= len(wanted) <= MOST_AT_ONCE:
        raise InvalidInput(_("Chọn từ 1 đến {n} văn bản.").format(n=MOST_AT_ONCE), code="too_many")
    visible = seeing.visible(scope).filter(pk__in=wanted).values_list("pk", flat=True)
    if set(visible) != set(wanted):
        raise NotFound(_("Không tìm thấy văn bản."))
    found = list(Document.objects.select_for_update().filter(pk__in=wanted).order_by("pk"))
    for one in found:
        require(scope, action, seeing.handling_unit(one))
    return found


def _locked(scope: Scope, document_id: UUID, revision: int | None) -> Document:
    found = seeing.document_for(scope, document_id, lock=True)
    if not scope.allows(policies.HANDLE, found.unit_id):
        require(scope, policies.HANDLE, seeing.handling_unit(found))
    if found.direction != Direction.IN:
        raise Conflict(_("Văn bản đi không có bước xử lý này."), action=_("Chọn một văn bản đến."))
    seeing.must_be_as_seen(found, revision)
    return found


def _open(scope: Scope, document_id: UUID, revision: int | None) -> Document:
    found = _locked(scope, document_id, revision)
    if found.handled_at is not None:
        raise Conflict(_("Văn bản đã hoàn thành xử lý."), action=_("Mở lại văn bản nếu cần xử lý tiếp."))
    if found.standing in timeliness.OVER:
        raise Conflict(_("Văn bản đã được lấy lại hoặc thay thế."), action=_("Xem văn bản thay thế."))
    return found


def _saved(scope: Scope, found: Document, action: str, detail: dict[str, object]) -> None:
    found.revision += 1
    found.updated_at = clock.now()
    found.save()
    audit.record(
        scope=scope, action=action, object_type="document", object_id=str(found.pk), unit_id=found.unit_id,
        detail={"reference": found.reference, **detail},
    )  # fmt: skip
    announce_after_commit(found, action.rpartition(".")[2])


def _tell_sender(scope: Scope, found: Document, code: str, words: str = "") -> None:
    """A status of ours in the course of the document, for the sender to fetch; a sender of this centre has it at once."""
    if found.origin != Origin.EXCHANGE:
        return
    own = Agency.objects.filter(unit_id=found.unit_id).first()
    line = {
        "at": clock.now(), "code": code, "agency_code": own.code if own else "", "words": words[:1000], "by": scope.username,
        "agency": own.name if own else organisations.name_today(found.unit_id),
    }  # fmt: skip
    ExchangeStep.objects.create(document=found, outgoing=True, **line)
    Document.objects.filter(pk=found.pk).update(status=code)
    found.status = code
    for sent in Document.objects.filter(exchange_id=found.exchange_id, direction=Direction.OUT):
        ExchangeStep.objects.create(document=sent, outgoing=False, **line)
        Document.objects.filter(pk=sent.pk).update(status=code, updated_at=clock.now())


def _notify(found: Document, key: str, title: str, body: str, severity: str = "info") -> bool:
    """Tell those who work in the handling unit, once for `key`; where nobody does, its leader's role, so that it shows as undeliverable."""
    unit_id = seeing.handling_unit(found)
    held = {role for roles in organisations.members_by_unit([unit_id]).get(unit_id, {}).values() for role in roles}
    wanted = [role for role in _TOLD if role in held] or [Role.LEADER]
    told = notifications.notify(
        key=f"document:{found.pk}:{key}", to=Recipients(unit_roles=tuple((unit_id, str(role)) for role in wanted)),
        title=title[:200], body=body, url=f"/documents/{found.pk}/", severity=severity, about=f"document:{found.pk}",
    )  # fmt: skip
    return told is not None
