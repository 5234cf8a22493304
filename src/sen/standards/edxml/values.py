"""A message of the exchange after it was read: trusted values, nothing of its XML left."""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from sen.standards.edxml.vocabulary import Business


class Party(msgspec.Struct, frozen=True):
    """An agency; `code` is canonical (kernel.agency_codes), or as written where it is none of the two renderings."""

    code: str
    name: str = ""
    address: str = ""
    email: str = ""
    telephone: str = ""


class Reference(msgspec.Struct, frozen=True):
    """Another document that a message names; `document_id` canonical, `number` as people read it."""

    document_id: str
    number: str = ""
    organ: str = ""
    promulgated: date | None = None


class Attachment(msgspec.Struct, frozen=True):
    """A file; `content` is None where it could not be taken, and `problem` says why."""

    name: str
    content_type: str = ""
    description: str = ""
    content: bytes | None = None
    problem: str = ""


class DocumentMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A document on its way, in one of the four kinds of business. `remarks` name what was left out as unusable."""

    document_id: str
    sender: Party
    receivers: tuple[Party, ...]
    subject: str
    number: str = ""
    notation: str = ""
    place: str = ""
    promulgated: date | None = None
    type_name: str = ""
    content: str = ""
    signer: str = ""
    signer_position: str = ""
    signer_competence: str = ""
    due: date | None = None
    to_places: tuple[str, ...] = ()
    urgency: str = "normal"
    field: str = ""
    pages: int | None = None
    appendixes: tuple[str, ...] = ()
    response_for: tuple[Reference, ...] = ()
    business: Business = "new"
    business_id: str = ""
    reason: str = ""
    paper: bool = False
    staff: str = ""
    replaces: tuple[Reference, ...] = ()
    traced: tuple[tuple[str, datetime | None], ...] = ()
    sent: datetime | None = None
    signed: bool = False
    attachments: tuple[Attachment, ...] = ()
    remarks: tuple[str, ...] = ()


class StatusMessage(msgspec.Struct, frozen=True, kw_only=True):
    """What an agency says of a document that it was sent. `code` as it came: the list of codes is unverified."""

    about: Reference
    sender: Party
    code: str
    description: str = ""
    at: datetime | None = None
    staff: str = ""
