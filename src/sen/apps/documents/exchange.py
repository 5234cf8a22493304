"""Messages of the exchange: kept as they came before anything else, then worked on once; what is refused waits for a person.

The parser stands above the apps (`sen.standards.edxml`); it hands in trusted values. Each message is worked on in one transaction with
its row locked, so that a kill between keeping and working on it loses and doubles nothing.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from uuid import UUID

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from sen.apps.audit import interface as audit
from sen.apps.documents import registering
from sen.apps.documents.announcing import announce_after_commit
from sen.apps.documents.choices import (
    ARRIVED,
    RECALL_ASKED,
    Direction,
    MessageKind,
    MessageState,
    Standing,
)
from sen.apps.documents.incoming import Entry, ExchangeMessageIn, MessageFault, StatusIn
from sen.apps.documents.models import Agency, Document, ExchangeMessage, ExchangeStep
from sen.apps.organisations import interface as organisations
from sen.kernel import clock
from sen.kernel.errors import NotFound

MOST_TRIES = 20


class MessageRef(msgspec.Struct, frozen=True, kw_only=True):
    """A kept message. `repeated`: these very bytes came before and this is their receipt."""

    id: UUID
    state: str
    kind: str
    exchange_id: str
    received_at: datetime
    fault: MessageFault | None = None
    documents: tuple[UUID, ...] = ()
    repeated: bool = False


class WaitingMessage(msgspec.Struct, frozen=True):
    """A message to be read: its bytes and how they were declared."""

    id: UUID
    payload: bytes
    content_type: str


@transaction.atomic
def keep(
    *, payload: bytes, content_type: str, unit_id: UUID, source_number: int | None, source_code: str, simulated: bool
) -> MessageRef:
    """Keep the bytes of a message; durable when this returns. The same bytes from the same source again give the first receipt.

    What was refused before is tried again: a person may have named the missing agency meanwhile.
    """
    digest = hashlib.sha256(payload).hexdigest()
    known = (
        ExchangeMessage.objects.select_for_update()
        .filter(sha256=digest, source_number=source_number)
        .exclude(state__in=[MessageState.CORRECTED])
        .first()
    )
    if known is not None:
        known.repeats += 1
        if known.state == MessageState.REFUSED:
            known.state, known.tries = MessageState.STORED, 0
        known.save(update_fields=["repeats", "state", "tries"])
        return ref(known, repeated=True)
    made = ExchangeMessage.objects.create(
        received_at=clock.now(), source_number=source_number, source_code=source_code, unit_id=unit_id, payload=payload,
        content_type=content_type[:200], sha256=digest, size=len(payload), simulated=simulated,
    )  # fmt: skip
    return ref(made)


def waiting(limit: int = 20) -> list[UUID]:
    """Messages that nobody has worked on yet, oldest first: those of a process that was killed, and those that a person sent again."""
    found = ExchangeMessage.objects.filter(state=MessageState.STORED, tries__lt=MOST_TRIES).order_by(
        "received_at", "id"
    )
    return list(found.values_list("pk", flat=True)[:limit])


def begin(message_id: UUID) -> WaitingMessage | None:
    """The bytes of a waiting message, counted as one try; None where it was worked on meanwhile."""
    with transaction.atomic():
        found = ExchangeMessage.objects.select_for_update().filter(pk=message_id, state=MessageState.STORED).first()
        if found is None:
            return None
        found.tries += 1
        found.save(update_fields=["tries"])
        return WaitingMessage(found.pk, bytes(found.payload), found.content_type)


def may_try_again(message_id: UUID) -> bool:
    """Whether a message that failed for a reason of ours is tried again; after 20 tries a person decides."""
    return ExchangeMessage.objects.filter(pk=message_id, tries__lt=MOST_TRIES).exists()


def of_source(source_number: int, message_id: UUID) -> MessageRef:
    """A message of a source. NotFound."""
    found = ExchangeMessage.objects.filter(pk=message_id, source_number=source_number).first()
    if found is None:
        raise NotFound(_("Không tìm thấy gói tin."))
    return ref(found)


@transaction.atomic
def refuse(message_id: UUID, fault: MessageFault) -> MessageRef:
    """A message that cannot be used: kept with what is wrong."""
    found = _locked(message_id)
    if found.state == MessageState.STORED:
        _refuse(found, fault)
    return ref(found)


@transaction.atomic
def take_document(message_id: UUID, message: ExchangeMessageIn) -> MessageRef:
    """Do what a document message says: register, recall, update or replace. What cannot be done is refused with the reason."""
    found = _locked(message_id)
    if found.state != MessageState.STORED:
        return ref(found)
    # What a simulated source delivers is marked, whatever it says.
    marked = msgspec.structs.replace(message.document, simulated=message.document.simulated or found.simulated)
    message = msgspec.structs.replace(message, document=marked)
    found.kind, found.exchange_id = message.business, message.document.exchange_id
    found.from_code, found.subject = message.sender.code, message.document.abstract[:500]
    work = {
        MessageKind.NEW: _register, MessageKind.REPLACE: _register, MessageKind.UPDATE: _update, MessageKind.RECALL: _recall,
    }[MessageKind(message.business)]  # fmt: skip
    outcome = work(found, message)
    return _settled(found, outcome)


@transaction.atomic
def take_status(message_id: UUID, status: StatusIn) -> MessageRef:
    """Note what an agency says of a document that one of our units sent."""
    found = _locked(message_id)
    if found.state != MessageState.STORED:
        return ref(found)
    found.kind, found.exchange_id, found.from_code = MessageKind.STATUS, status.exchange_id, status.agency.code
    about = Document.objects.filter(
        exchange_id=status.exchange_id, direction=Direction.OUT, unit_id__in=_reach(found)
    ).select_for_update()
    told = list(about)
    if not told:
        return _settled(found, _unknown(status.exchange_id))
    for document in told:
        at = status.at or found.received_at
        ExchangeStep.objects.create(
            document=document, at=at, code=status.code, agency_code=status.agency.code, agency=status.agency.name,
            words=status.words, by=status.by, message=found,
        )  # fmt: skip
        document.status, document.updated_at = status.code, clock.now()
        document.save(update_fields=["status", "updated_at"])
        announce_after_commit(document, "status")
    return _settled(found, [one.pk for one in told])


def ref(found: ExchangeMessage, *, repeated: bool = False) -> MessageRef:
    """The value of a kept message."""
    fault = MessageFault(found.fault_code, found.fault, found.fault_place) if found.fault_code else None
    documents = Document.objects.filter(steps__message=found).distinct().values_list("pk", flat=True)
    return MessageRef(
        id=found.pk, state=found.state, kind=found.kind, exchange_id=found.exchange_id, received_at=found.received_at,
        fault=fault, documents=tuple(documents), repeated=repeated,
    )  # fmt: skip


# -- the four kinds of business

_Outcome = list[UUID] | MessageFault


def _register(found: ExchangeMessage, message: ExchangeMessageIn) -> _Outcome:
    new = message.document
    ours = registering.units_of_agencies([one.code for one in new.receivers])
    reach = _reach(found)
    targets = [(unit_id, Direction.IN) for unit_id in dict.fromkeys(ours.values()) if unit_id in reach]
    sender = registering.units_of_agencies([message.sender.code]).get(message.sender.code)
    if sender is not None and sender in reach:
        targets.append((sender, Direction.OUT))
    if not targets:
        return MessageFault(
            "unknown_receiver",
            _("Không đơn vị nào của nguồn này có mã định danh nơi nhận: {codes}.").format(
                codes=", ".join(one.code for one in new.receivers)[:500]
            ),
            "To",
            _("Khai báo mã định danh của đơn vị rồi chạy lại, hoặc kiểm tra địa chỉ nhận ở bên gửi."),
        )
    if (reused := _reused(message, targets)) is not None:
        return reused
    at = message.sent_at if message.sent_at and message.sent_at <= found.received_at else found.received_at
    entered = []
    for unit_id, direction in targets:
        moment = at if direction == Direction.OUT else found.received_at
        document, is_new = registering.enter(new, Entry(unit_id=unit_id, direction=direction, registered_at=moment))
        if not is_new:
            continue
        _enter_course(document, found, message)
        registering.mark_replaced([one.exchange_id for one in new.replaces], unit_id)
        entered.append(document.pk)
    if not entered:
        found.state = MessageState.DUPLICATE
    return entered


def _reused(message: ExchangeMessageIn, targets: list[tuple[UUID, Direction]]) -> MessageFault | None:
    """The same DocumentId for another document: neither is thrown away, a person decides."""
    new = message.document
    for known in Document.objects.filter(exchange_id=new.exchange_id, unit_id__in=[unit for unit, _way in targets]):
        if known.abstract != new.abstract or known.issuer_code != new.issuer.code:
            return MessageFault(
                "document_id_reused",
                _("Mã {id} đã dùng cho văn bản “{abstract}”.").format(
                    id=new.exchange_id, abstract=known.abstract[:200]
                ),
                "DocumentId",
                _("Bên gửi dùng BussinessDocType 2 (cập nhật), hoặc đặt mã khác cho văn bản này."),
            )
    return None


def _enter_course(document: Document, found: ExchangeMessage, message: ExchangeMessageIn) -> None:
    """The first step: arrived with us, or sent by us; with what of the message could not be used."""
    incoming = document.direction == Direction.IN
    note = " ".join(message.remarks)[:1000]
    own = Agency.objects.filter(unit_id=document.unit_id).first() if incoming else None
    ExchangeStep.objects.create(
        document=document, at=document.registered_at, code=ARRIVED if incoming else "", outgoing=incoming, words=note,
        agency_code=own.code if own else message.sender.code, agency=own.name if own else message.sender.name,
        by="" if incoming else message.staff, message=found,
    )  # fmt: skip
    if incoming:
        document.status = ARRIVED
        document.save(update_fields=["status"])
    audit.record(
        scope=None, actor=f"source {found.source_code}", action="documents.receive", object_type="document",
        object_id=str(document.pk), unit_id=document.unit_id, detail={"reference": document.reference, "message": str(found.pk)},
    )  # fmt: skip
    announce_after_commit(document, "registered")


def _update(found: ExchangeMessage, message: ExchangeMessageIn) -> _Outcome:
    about = _about(found, message)
    if isinstance(about, MessageFault):
        return about
    for document in about:
        changed = registering.change(document, message.document)
        note = _("Bên gửi cập nhật: {reason}").format(reason=message.reason or _("không nêu lý do"))
        _note(document, found, message, "", f"{note} ({', '.join(changed)})" if changed else note)
    return [one.pk for one in about]


def _recall(found: ExchangeMessage, message: ExchangeMessageIn) -> _Outcome:
    about = _about(found, message)
    if isinstance(about, MessageFault):
        return about
    open_ones = [one for one in about if one.standing == Standing.IN_FORCE]
    if not open_ones:
        found.state = MessageState.DUPLICATE
        return []
    for document in open_ones:
        document.standing = Standing.RECALL_ASKED
        document.revision += 1
        _note(document, found, message, RECALL_ASKED, message.reason or _("Bên gửi không nêu lý do."))
    return [one.pk for one in open_ones]


def _about(found: ExchangeMessage, message: ExchangeMessageIn) -> list[Document] | MessageFault:
    """The registered documents that a recall or update means; only their own sender may ask."""
    wanted = message.business_id or message.document.exchange_id
    known = list(
        Document.objects.select_for_update().filter(
            exchange_id__in={wanted, message.document.exchange_id}, unit_id__in=_reach(found), direction=Direction.IN
        )
    )
    if not known:
        return _unknown(wanted)
    if any(one.issuer_code != message.sender.code for one in known):
        return MessageFault(
            "not_the_sender",
            _("Văn bản {id} do {issuer} gửi, không phải {sender}.").format(
                id=wanted, issuer=known[0].issuer_code, sender=message.sender.code
            ),
            "From",
            _("Chỉ cơ quan gửi văn bản được xin lấy lại hoặc cập nhật."),
        )
    return known


def _note(document: Document, found: ExchangeMessage, message: ExchangeMessageIn, code: str, words: str) -> None:
    document.updated_at = clock.now()
    if code:
        document.status = code
    document.save(update_fields=["standing", "status", "updated_at", "revision"])
    ExchangeStep.objects.create(
        document=document, at=found.received_at, code=code, agency_code=message.sender.code, agency=message.sender.name,
        words=words[:1000], by=message.staff, message=found,
    )  # fmt: skip
    announce_after_commit(document, message.business)


def _unknown(exchange_id: str) -> MessageFault:
    return MessageFault(
        "unknown_document",
        _("Không có văn bản {id} trong sổ của các đơn vị.").format(id=exchange_id),
        "DocumentId",
        _("Chờ văn bản gốc đến rồi chạy lại, hoặc kiểm tra mã văn bản ở bên gửi."),
    )


# -- rows


def _locked(message_id: UUID) -> ExchangeMessage:
    return ExchangeMessage.objects.select_for_update().get(pk=message_id)


def _reach(found: ExchangeMessage) -> frozenset[UUID]:
    """A source delivers to its owner and the units below, to nobody else."""
    return organisations.subtree_ids(found.unit_id)


def _settled(found: ExchangeMessage, outcome: _Outcome) -> MessageRef:
    if isinstance(outcome, MessageFault):
        _refuse(found, outcome)
    else:
        if found.state == MessageState.STORED:
            found.state = MessageState.DONE
        found.fault_code = found.fault = found.fault_place = ""
        found.settled_at = clock.now()
        found.save()
    return ref(found)


def _refuse(found: ExchangeMessage, fault: MessageFault) -> None:
    found.state = MessageState.REFUSED
    found.fault_code, found.fault_place = fault.code[:40], fault.place[:200]
    found.fault = f"{fault.message} {fault.action}".strip()[:1000]
    found.save()
