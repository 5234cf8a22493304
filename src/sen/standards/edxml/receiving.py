"""From bytes to the register: reads a kept message and hands it to the documents app; again after a kill, until it is settled."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any
from uuid import UUID

import pypdf
import structlog
from django.db import OperationalError
from django.utils.translation import gettext as _

from sen.apps.documents import interface as documents
from sen.apps.documents.interface import (
    Agent,
    ExchangeMessageIn,
    IncomingFile,
    MessageFault,
    MessageRef,
    Named,
    NewDocument,
    StatusIn,
)
from sen.kernel.errors import SenError
from sen.standards.edxml import reading
from sen.standards.edxml.faults import Fault
from sen.standards.edxml.values import Attachment, DocumentMessage, Party, Reference, StatusMessage

log = structlog.get_logger(__name__)

READ_PAGES = 60
READ_BYTES = 12 * 1024 * 1024
READ_TEXT = 300_000


def settle(message_id: UUID) -> MessageRef | None:
    """Work on one kept message; what became of it, None where it waits on (the database went away, or somebody else has it).

    Safe to repeat: the documents app takes each message once.
    """
    waiting = documents.begin_message(message_id)
    if waiting is None:
        return None
    try:
        return _taken(waiting)
    except SenError as error:
        place = error.place if isinstance(error, Fault) else ""
        return documents.refuse_message(message_id, MessageFault(error.code, error.message, place, error.action))
    except OperationalError as error:
        log.warning("message_waits", message=str(message_id), error=str(error)[:200])
    except Exception as error:
        log.exception("message_not_settled", message=str(message_id))
        if not documents.may_try_again(message_id):
            why = MessageFault(
                "internal_error", _("Trung tâm gặp lỗi khi xử lý gói tin: {why}.").format(why=type(error).__name__), "",
                _("Báo quản trị viên; gói tin vẫn được giữ, chạy lại sau khi sửa."),
            )  # fmt: skip
            return documents.refuse_message(message_id, why)
    return None


def _taken(waiting: documents.WaitingMessage) -> MessageRef:
    message = reading.read(waiting.payload, waiting.content_type)
    if isinstance(message, StatusMessage):
        return documents.take_status(waiting.id, _status(message))
    return documents.take_document(waiting.id, _document(message))


def run_due(now: datetime) -> int:
    """Settle what waits: messages of a process that was killed, and those that a person runs again; how many."""
    return sum(settle(one) is not None for one in documents.waiting_messages())


def _document(message: DocumentMessage) -> ExchangeMessageIn:
    number = "/".join(filter(None, (message.number, message.notation)))
    files = tuple(_file(one) for one in message.attachments)
    new = NewDocument(
        exchange_id=message.document_id, reference=number or _last(message.document_id), issuer=_agent(message.sender),
        abstract=message.subject, number=message.number, symbol=message.notation,
        receivers=tuple(_agent(one) for one in message.receivers), issued_on=message.promulgated, content=message.content,
        kind=message.type_name, urgency=message.urgency, field=message.field, signer=message.signer,
        signer_position=" ".join(filter(None, (message.signer_competence, message.signer_position)))[:200], pages=message.pages,
        signed=message.signed or None, signature_words=_("Gói tin edXML") if message.signed else "",
        electronic=not message.paper, due_on=message.due, answers=_named(message.response_for),
        replaces=_named(message.replaces), files=files, origin="exchange", source=_("Trục liên thông văn bản (edXML)"),
    )  # fmt: skip
    return ExchangeMessageIn(
        document=new, business=message.business, sender=_agent(message.sender), business_id=message.business_id,
        reason=message.reason, staff=message.staff, sent_at=message.sent, remarks=message.remarks,
    )  # fmt: skip


def _status(message: StatusMessage) -> StatusIn:
    return StatusIn(
        exchange_id=message.about.document_id, code=message.code, agency=_agent(message.sender), words=message.description,
        by=message.staff, at=message.at,
    )  # fmt: skip


def _agent(party: Party) -> Agent:
    return Agent(party.code, party.name or party.code)


def _named(references: tuple[Reference, ...]) -> tuple[Named, ...]:
    return tuple(Named(one.document_id, one.number) for one in references)


def _last(document_id: str) -> str:
    return document_id.rpartition(",")[2]


def _file(attachment: Attachment) -> IncomingFile:
    return IncomingFile(
        name=attachment.name, media_type=attachment.content_type[:100], content=attachment.content,
        problem=attachment.problem, text=_text(attachment.content or b""),
    )  # fmt: skip


def _text(content: bytes) -> str:
    """What a PDF or text file says, for search only: a file that cannot be read is kept all the same."""
    if content.startswith(b"%PDF-") and len(content) <= READ_BYTES:
        try:
            pages: Any = pypdf.PdfReader(io.BytesIO(content)).pages
            return "\n".join(page.extract_text() for page in pages[:READ_PAGES])[:READ_TEXT].replace("\x00", "")
        except Exception as error:  # the library raises whatever the broken part raised
            log.info("pdf_without_text", error=repr(error)[:200])
            return ""
    try:
        text = content[:READ_TEXT].decode("utf-8-sig")
    except UnicodeDecodeError:
        return ""
    return "" if "\x00" in text else text
