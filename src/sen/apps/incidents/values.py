"""The values that incidents are spoken of in, outside the database. Times are aware UTC; lengths of time are seconds."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

import msgspec


class UnitName(msgspec.Struct, frozen=True):
    """A unit as it is shown."""

    id: UUID
    code: str
    name: str


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


class Circle(msgspec.Struct, frozen=True):
    """An area around a point."""

    lon: float
    lat: float
    radius_km: float


class PublicMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A message to the public in the fields of CAP 1.2, with Vietnamese and English words.

    `status`: Actual, Exercise in drills, Test for a simulated incident. `message_type`: Alert, Update, Cancel. `references`: the earlier published messages that an
    Update or Cancel is about, as (identifier, sent). `sent` is the moment of publication, None before. `polygon`: ring of (lon, lat).
    """

    id: UUID
    incident: str
    identifier: str
    state: str
    status: Literal["Actual", "Exercise", "Test"]
    message_type: str
    sent: datetime | None
    references: tuple[tuple[str, datetime], ...]
    category: str
    event: str
    event_en: str
    response_type: str
    urgency: str
    severity: str
    certainty: str
    headline: str
    headline_en: str
    description: str
    description_en: str
    instruction: str
    instruction_en: str
    area: str
    area_en: str
    polygon: tuple[tuple[float, float], ...]
    circle: Circle | None
    geocodes: tuple[str, ...]
    effective_at: datetime
    onset_at: datetime | None
    expires_at: datetime
    sender: UnitName
    drafted_at: datetime
    drafted_by: str
    approved_at: datetime | None
    approved_by: str
    returned_words: str
    published_at: datetime | None
    published_by: str
    revision: int
    simulated: bool = False


class Delay(msgspec.Struct, frozen=True):
    """One stretch between two clocks of an incident; `seconds` None where one of them never struck."""

    code: str
    since: datetime | None
    until: datetime | None
    seconds: float | None


class StepTime(msgspec.Struct, frozen=True):
    """How long a step took against its clock, in seconds; None where it was not done or has no clock yet."""

    code: str
    words: str
    state: str
    taken: float | None
    allowed: float | None
    late_by: float


class ReviewFigures(msgspec.Struct, frozen=True):
    """What the clocks say about an incident."""

    delays: list[Delay]
    steps: list[StepTime]
    steps_on_time: int
    steps_counted: int
    dispatches: int
    dispatches_in_time: int


class LessonRef(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that has to change. `overdue`: open after its day. `template_url`: where the change is being written."""

    id: UUID
    incident: str
    incident_title: str
    drill: bool
    words: str
    kind: str
    owner_unit: UnitName
    due_on: date
    state: str
    overdue: bool
    template_id: UUID | None
    template_name: str
    template_url: str
    made_at: datetime
    made_by: str
    ended_at: datetime | None
    ended_by: str
    result: str
    chased: int
    revision: int


class ReviewNow(msgspec.Struct, frozen=True, kw_only=True):
    """The closing review; `figures` are computed from the clocks, and kept when the review is finished."""

    incident: str
    what_happened: str
    causes: tuple[str, ...]
    cause_words: str
    went_well: str
    to_improve: str
    figures: ReviewFigures
    begun_at: datetime
    begun_by: str
    done_at: datetime | None
    done_by: str
    revision: int


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


class KindFigures(msgspec.Struct, frozen=True):
    """Figures of a kind of incident or a unit; means in seconds, None where nothing was measured."""

    code: str
    name: str
    opened: int
    closed: int
    running: int
    to_acknowledge: float | None
    to_contain: float | None
    to_close: float | None
    steps_counted: int
    steps_on_time: int

    @property
    def on_time_share(self) -> float | None:
        """Share of steps done within their clock, 0 to 1."""
        return self.steps_on_time / self.steps_counted if self.steps_counted else None


class Figures(msgspec.Struct, frozen=True):
    """Incidents opened in a period: in all, by kind and by leading unit. Drills are in `drills` alone."""

    since: datetime
    until: datetime
    total: KindFigures
    by_kind: list[KindFigures]
    by_unit: list[KindFigures]
    drills: KindFigures
    lessons_open: int
    lessons_late: int


class Counts(msgspec.Struct, frozen=True):
    """Running incidents that a caller sees, and what waits for them."""

    running: int
    serious: int
    drills: int
    late_steps: int
    unanswered: int
    to_answer: int
    to_review: int
