"""The values that incidents are spoken of in, outside the database. Times are aware UTC; lengths of time are seconds."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from sen.apps.incidents.values_afterwards import (
    Circle,
    Delay,
    Figures,
    KindFigures,
    LessonRef,
    PublicMessage,
    ReviewFigures,
    ReviewNow,
    StepTime,
    UnitName,
)

__all__ = [
    "Allowed", "AnswerChoice", "AttachmentRef", "Circle", "Counts", "Delay", "Delivery", "DispatchNow", "Figures", "IncidentDetail",
    "IncidentFilter", "IncidentPage", "IncidentRef", "IncidentSummary", "KindFigures", "LeaderStatus", "LessonRef", "LogLine", "MyDispatch",
    "PublicMessage", "Reporter", "ReviewFigures", "ReviewNow", "Similar", "Situation", "StepCount", "StepNow", "StepTime", "UnitName",
]  # fmt: skip


class IncidentRef(msgspec.Struct, frozen=True):
    """An incident as others name it."""

    id: UUID
    number: str
    title: str
    kind: str
    severity: str
    state: str
    drill: bool

    @property
    def url(self) -> str:
        """Its page."""
        return f"/incidents/{self.number}/"


class StepCount(msgspec.Struct, frozen=True):
    """Steps of an incident: all that count (steps of branches not taken do not), done or skipped, late now, done too late."""

    total: int = 0
    settled: int = 0
    late: int = 0
    done_late: int = 0


class IncidentSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A row of a list, and the message of the live topic. `next_due_at`: the earliest clock that runs now."""

    id: UUID
    number: str
    title: str
    kind: str
    severity: str
    state: str
    review_state: str
    drill: bool
    simulated: bool
    lead_unit: UnitName
    territory: UnitName | None
    place: str
    lon: float | None
    lat: float | None
    origin: str
    opened_at: datetime
    contained_at: datetime | None
    closed_at: datetime | None
    steps: StepCount
    dispatches: int
    unanswered: int
    next_due_at: datetime | None
    procedure: str
    merged_into: str
    updated_at: datetime
    revision: int

    @property
    def url(self) -> str:
        """Its page."""
        return f"/incidents/{self.number}/"


class IncidentPage(msgspec.Struct, frozen=True):
    """A page of a list and the cursor of the next."""

    items: list[IncidentSummary]
    next: str | None


class IncidentFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What to list. `states` empty = running ones; `drill` None = both; `dispatched` only those to which the caller is called."""

    states: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    severities: tuple[str, ...] = ()
    unit_id: UUID | None = None
    drill: bool | None = None
    review: str = ""
    dispatched: bool = False
    q: str = ""
    since: datetime | None = None
    until: datetime | None = None


class AnswerChoice(msgspec.Struct, frozen=True):
    """One answer of a step's question."""

    code: str
    words: str
    words_en: str = ""


class StepNow(msgspec.Struct, frozen=True, kw_only=True):
    """A step at work. `form` holds its fields (label, type, required, choices) where it has one; `may_tick` is for the caller."""

    id: UUID
    code: str
    position: int
    words: str
    words_en: str
    role: str
    unit: UnitName
    minutes: int
    working_time: bool
    after: tuple[str, ...]
    when_step: str
    when_answer: str
    optional: bool
    added: bool
    state: str
    started_at: datetime | None
    due_at: datetime | None
    done_at: datetime | None
    done_by: str
    undo_until: datetime | None
    question: str
    question_en: str
    answers: tuple[AnswerChoice, ...]
    answer: str
    form_code: str
    form: tuple[dict[str, Any], ...]
    form_data: dict[str, Any]
    message: str
    dispatch_to: str
    dispatched: bool
    note: str
    skip_reason: str
    by_branch: bool
    escalation: int
    may_tick: bool

    @property
    def settled(self) -> bool:
        """Done or left out."""
        return self.state in {"done", "skipped"}

    @property
    def done_late(self) -> bool:
        """Done, but after its clock ran out."""
        return self.done_at is not None and self.due_at is not None and self.done_at > self.due_at


class Delivery(msgspec.Struct, frozen=True):
    """What became of the notifications of a dispatch."""

    sent: int = 0
    delivered: int = 0
    failed: int = 0
    undeliverable: tuple[str, ...] = ()


class DispatchNow(msgspec.Struct, frozen=True, kw_only=True):
    """A unit or person called upon. `overdue`: not acknowledged in time; `incident` names where it was written (after a merge another)."""

    id: UUID
    incident: str
    unit: UnitName | None
    person: str
    user_id: UUID | None
    step: str
    words: str
    state: str
    sent_at: datetime
    sent_by: str
    attempt: int
    ack_due_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: str
    arrived_at: datetime | None
    done_at: datetime | None
    result: str
    recalled_at: datetime | None
    recall_reason: str
    escalation: int
    overdue: bool
    delivery: Delivery
    may_answer: bool
    revision: int

    @property
    def to(self) -> str:
        """Who was called, in words."""
        return self.person or (self.unit.name if self.unit else "")


class MyDispatch(msgspec.Struct, frozen=True):
    """A dispatch with the incident it is about, for the list of those who were called."""

    dispatch: DispatchNow
    incident: IncidentSummary


class LogLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the situation log in the reader's language. `incident`: in whose log it was written."""

    id: UUID
    incident: str
    at: datetime
    kind: str
    text: str
    words: str
    by: str
    corrects: UUID | None
    corrected_by: UUID | None
    facts: dict[str, Any]


class AttachmentRef(msgspec.Struct, frozen=True, kw_only=True):
    """A file of an incident; `url` serves it to who may see the incident."""

    id: UUID
    file_id: UUID
    name: str
    media_type: str
    size: int
    note: str
    at: datetime
    by: str
    withdrawn_at: datetime | None
    withdrawn_reason: str

    @property
    def url(self) -> str:
        """Where the file is served."""
        return f"/files/{self.file_id}/"


class Reporter(msgspec.Struct, frozen=True):
    """Who reported it. Masked values end in dots until somebody unmasks them with a reason."""

    name: str
    phone: str
    masked: bool


class LeaderStatus(msgspec.Struct, frozen=True):
    """What a leader reads first: one paragraph and the decision that is needed, with who wrote it when."""

    words: str
    next: str
    at: datetime | None
    by: str


class Allowed(msgspec.Struct, frozen=True, kw_only=True):
    """What the caller may do with an incident as it stands."""

    run: bool = False
    note: bool = False
    close: bool = False
    review: bool = False
    draft_message: bool = False
    approve_message: bool = False
    unmask: bool = False


class IncidentDetail(msgspec.Struct, frozen=True, kw_only=True):
    """Everything of one incident, for the caller."""

    summary: IncidentSummary
    description: str
    origin_reference: str
    reporter: Reporter | None
    facts: dict[str, Any]
    procedure_code: str
    procedure_label: str
    procedure_template: UUID | None
    steps: list[StepNow]
    dispatches: list[DispatchNow]
    attachments: list[AttachmentRef]
    messages: list[PublicMessage]
    review: ReviewNow | None
    lessons: list[LessonRef]
    status: LeaderStatus
    opened_by: str
    closed_by: str
    closing_words: str
    detected_at: datetime | None
    merged: tuple[str, ...]
    split_from: str
    split_off: tuple[str, ...]
    undoable: UUID | None
    may: Allowed
    hinders_closing: tuple[str, ...]


class Similar(msgspec.Struct, frozen=True):
    """A running incident near by in place and time, suggested before another is opened."""

    incident: IncidentSummary
    km: float | None
    hours: float
    same_kind: bool


class Counts(msgspec.Struct, frozen=True):
    """Running incidents that a caller sees, and what waits for them."""

    running: int
    serious: int
    drills: int
    late_steps: int
    unanswered: int
    to_answer: int
    to_review: int


class Situation(msgspec.Struct, frozen=True, kw_only=True):
    """What a leader reads of a running incident: the paragraph, who is on it, how far the work is, who is affected near by.

    `affected_*` count what lies within `km` of the place, as far as the caller sees it; None where there is no place. `as_of` is the day
    of the oldest of those figures, `sources` where they are from.
    """

    incident: IncidentSummary
    status: LeaderStatus
    since: datetime
    at_work: tuple[str, ...]
    unanswered: tuple[str, ...]
    next_step: str
    km: float
    affected_households: int | None
    affected_people: int | None
    as_of: date | None
    sources: tuple[str, ...]
    resources: tuple[str, ...]
    public: int
