"""What enters a register: trusted values that the exchange, an import or the demonstration hand in."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import msgspec

from sen.apps.documents.values import Agent


class IncomingFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a document; `content` None where it could not be taken and `problem` says why. `text` is what could be read of it."""

    name: str
    media_type: str = ""
    content: bytes | None = None
    problem: str = ""
    text: str = ""


class Named(msgspec.Struct, frozen=True):
    """Another document by its exchange id and what people call it."""

    exchange_id: str
    reference: str = ""


class NewDocument(msgspec.Struct, frozen=True, kw_only=True):
    """The facts of a document, the same in every register that it enters. `signed` by the message itself, beside its files.

    `due_on`, `answers` and `replaces` are the sender's. `files_looked_at` False: nothing is known about signatures.
    """

    exchange_id: str
    reference: str
    issuer: Agent
    abstract: str
    number: str = ""
    symbol: str = ""
    receivers: tuple[Agent, ...] = ()
    issued_on: date | None = None
    content: str = ""
    kind: str = ""
    urgency: str = "normal"
    field: str = ""
    signer: str = ""
    signer_position: str = ""
    pages: int | None = None
    signed: bool | None = None
    signature_words: str = ""
    electronic: bool = False
    due_on: date | None = None
    answers: tuple[Named, ...] = ()
    replaces: tuple[Named, ...] = ()
    files: tuple[IncomingFile, ...] = ()
    origin: str = "exchange"
    source: str = ""
    simulated: bool = False


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """Where and when a document enters a register, and what is already known of its handling there."""

    unit_id: UUID
    direction: str
    registered_at: datetime
    read_at: datetime | None = None
    handled_at: datetime | None = None
    handled_words: str = ""
    due_on: date | None = None


class ExchangeMessageIn(msgspec.Struct, frozen=True, kw_only=True):
    """A document message as the exchange app takes it: the document, what the sender wants done with it, and his words."""

    document: NewDocument
    business: str
    sender: Agent
    business_id: str = ""
    reason: str = ""
    staff: str = ""
    sent_at: datetime | None = None
    remarks: tuple[str, ...] = ()


class StatusIn(msgspec.Struct, frozen=True, kw_only=True):
    """What an agency says became of a document."""

    exchange_id: str
    code: str
    agency: Agent
    words: str = ""
    by: str = ""
    at: datetime | None = None


class MessageFault(msgspec.Struct, frozen=True):
    """Why a message is refused: stable code, words, place in the message."""

    code: str
    message: str
    place: str = ""
    action: str = ""
