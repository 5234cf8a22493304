"""What others see of documents, and what they hand in; trusted values without a database."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

import msgspec

from sen.apps.files.interface import FileRef
from sen.apps.organisations.interface import UnitRef

Timeliness = Literal["no_deadline", "not_due", "due_soon", "overdue", "done_on_time", "done_late"]


class Agent(msgspec.Struct, frozen=True):
    """An agency as a message names it; `code` is canonical, or "" where it has none."""

    code: str
    name: str


class DocumentFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which documents a list shows. `unit_id`: the register of this unit and those below; `own_only` leaves those below out.

    `q` searches with and without accents: a word typed with accents matches only so. `state`: unread, open, due_soon, late, handled.
    """

    direction: str = ""
    unit_id: UUID | None = None
    own_only: bool = False
    state: str = ""
    q: str = ""
    kind: str = ""
    urgency: str = ""
    signature: str = ""
    standing: str = ""
    electronic: bool | None = None
    since: date | None = None
    until: date | None = None
    simulated: bool | None = None


class DocumentLine(msgspec.Struct, frozen=True, kw_only=True):
    """A document as lists show it. `score` is the rank of a search, 0 without one."""

    id: UUID
    direction: str
    unit: UnitRef
    reference: str
    issuer: str
    receivers: tuple[Agent, ...]
    issued_on: date | None
    registered_at: datetime
    abstract: str
    kind: str
    urgency: str
    signature: str
    electronic: bool
    standing: str
    status: str
    due_on: date | None
    timeliness: Timeliness
    days_late: int
    read_at: datetime | None
    handled_at: datetime | None
    handler_unit: UnitRef | None
    simulated: bool
    score: float = 0.0

    @property
    def unread(self) -> bool:
        """Whether nobody of the receiving unit has opened it."""
        return self.direction == "in" and self.read_at is None

    @property
    def address(self) -> str:
        """Where people read it."""
        return f"/documents/{self.id}/"


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One step of the exchange; `words` are those of the status code, `note` what the agency wrote."""

    at: datetime
    code: str
    words: str
    note: str
    agency: str
    agency_code: str
    by: str
    outgoing: bool
    id: int = 0


class LinkedDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A document that this one answers or replaces, or that answers or replaces it (`incoming`); `id` None where we do not have it."""

    kind: str
    incoming: bool
    reference: str
    exchange_id: str
    id: UUID | None = None
    abstract: str = ""
    registered_at: datetime | None = None


class LinkedThing(msgspec.Struct, frozen=True, kw_only=True):
    """Something of another app that belongs to a document, such as a task: words, where it is, its state and a tone (ok, warn, bad, "")."""

    name: str
    address: str
    state: str = ""
    tone: str = ""
    unit: str = ""
    due: date | None = None


class Attached(msgspec.Struct, frozen=True, kw_only=True):
    """A file of the message. `file` is its id where it was kept, else `problem` says why not; `signature` what kind was detected."""

    name: str
    media_type: str
    size: int
    sha256: str
    file: UUID | None = None
    problem: str = ""
    signature: str = ""

    @property
    def address(self) -> str:
        """Where people read it; "" where it was not kept."""
        return f"/files/{self.file}/" if self.file else ""


class DocumentDetail(msgspec.Struct, frozen=True, kw_only=True):
    """Everything of one document. `content` is what can be read of it, "" where its files hold no text."""

    line: DocumentLine
    exchange_id: str
    number: str
    symbol: str
    issuer_code: str
    issuer_unit: UnitRef | None
    field: str
    signer: str
    signer_position: str
    pages: int | None
    content: str
    signature_words: str
    read_by: str
    handled_by: str
    handled_words: str
    reminded_at: datetime | None
    origin: str
    source: str
    updated_at: datetime
    revision: int
    files: tuple[FileRef, ...]
    attachments: tuple[Attached, ...]
    steps: tuple[Step, ...]
    links: tuple[LinkedDocument, ...]


class DocumentPage(msgspec.Struct, frozen=True):
    """A piece of a list, the cursor of the next one, and how many there are in all (None where that was not asked)."""

    items: tuple[DocumentLine, ...]
    next: str | None
    total: int | None = None


class DocumentCounts(msgspec.Struct, frozen=True, kw_only=True):
    """Documents of some registers in a span of days. `late`: handled after their day or not handled past it.

    Shares are None where there is nothing to divide by; `signed_of` are the documents whose files could be looked at.
    `mean_hours` is from arrival to handling in hours of the clock, over the documents handled. `simulated` of them are made up.
    """

    incoming: int = 0
    outgoing: int = 0
    unread: int = 0
    open: int = 0
    due_soon: int = 0
    overdue: int = 0
    done_on_time: int = 0
    done_late: int = 0
    signed: int = 0
    signed_of: int = 0
    electronic: int = 0
    mean_hours: float | None = None
    simulated: int = 0
    newest: datetime | None = None

    @property
    def total(self) -> int:
        """In and out."""
        return self.incoming + self.outgoing

    @property
    def late(self) -> int:
        """Late in handling, finished or not."""
        return self.overdue + self.done_late

    @property
    def signed_share(self) -> float | None:
        """Share of the documents with files in which a digital signature was detected, 0 to 1."""
        return self.signed / self.signed_of if self.signed_of else None

    @property
    def electronic_share(self) -> float | None:
        """Share exchanged without paper, 0 to 1."""
        return self.electronic / self.total if self.total else None

    @property
    def shares(self) -> list[tuple[str, float | None]]:
        """The three shares by the names of their figures, in the order of the table."""
        return [("on_time", self.on_time_share), ("signed", self.signed_share), ("electronic", self.electronic_share)]

    @property
    def on_time_share(self) -> float | None:
        """Share handled within the deadline, of those that are handled or past it, 0 to 1."""
        judged = self.done_on_time + self.late
        return self.done_on_time / judged if judged else None


class UnitLine(msgspec.Struct, frozen=True):
    """A unit's register in a comparison."""

    unit: UnitRef
    counts: DocumentCounts
