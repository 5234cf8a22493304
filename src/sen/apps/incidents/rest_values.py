"""The answers of the REST API: shapes for its description, and the app's values written out as JSON."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from ninja import Schema


class UnitOut(Schema):
    id: UUID
    code: str
    name: str


class StepCountOut(Schema):
    """Steps in all, done or skipped, late now, done too late."""

    total: int
    settled: int
    late: int
    done_late: int


class IncidentOut(Schema):
    """A row of the list of incidents. `unanswered`: orders that nobody acknowledged; `next_due_at`: the next clock to run out."""

    id: UUID
    number: str
    title: str
    kind: str
    severity: str
    state: str
    review_state: str
    drill: bool
    simulated: bool
    lead_unit: UnitOut
    territory: UnitOut | None
    place: str
    lon: float | None
    lat: float | None
    origin: str
    opened_at: datetime
    contained_at: datetime | None
    closed_at: datetime | None
    steps: StepCountOut
    dispatches: int
    unanswered: int
    next_due_at: datetime | None
    procedure: str
    merged_into: str
    updated_at: datetime
    revision: int


class IncidentsOut(Schema):
    items: list[IncidentOut]
    next: str | None


class StepOut(Schema):
    """A step at work: its clock, its question with answers, its form with what was filled in (personal data masked)."""

    code: str
    position: int
    words: str
    words_en: str
    role: str
    unit: UnitOut
    minutes: int
    working_time: bool
    after: list[str]
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
    answers: list[dict[str, str]]
    answer: str
    form_code: str
    form: list[dict[str, Any]]
    form_data: dict[str, Any]
    message: str
    dispatch_to: str
    dispatched: bool
    note: str
    skip_reason: str
    by_branch: bool
    escalation: int
    may_tick: bool


class DispatchOut(Schema):
    """A unit or person called upon, and what became of the notifications."""

    id: UUID
    incident: str
    unit: UnitOut | None
    person: str
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
    delivery: dict[str, Any]
    may_answer: bool
    revision: int


class MyDispatchOut(Schema):
    dispatch: DispatchOut
    incident: IncidentOut


class MyDispatchesOut(Schema):
    items: list[MyDispatchOut]
    next: str | None = None


class LogLineOut(Schema):
    id: UUID
    incident: str
    at: datetime
    kind: str
    text: str
    words: str
    by: str
    corrects: UUID | None
    corrected_by: UUID | None


class LogOut(Schema):
    items: list[LogLineOut]
    next: str | None = None


class MessageOut(Schema):
    """A public message in the fields of CAP 1.2."""

    id: UUID
    incident: str
    identifier: str
    state: str
    status: str
    message_type: str
    sent: datetime | None
    references: list[tuple[str, datetime]]
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
    polygon: list[tuple[float, float]]
    circle: dict[str, float] | None
    geocodes: list[str]
    effective_at: datetime
    onset_at: datetime | None
    expires_at: datetime
    drafted_by: str
    approved_at: datetime | None
    approved_by: str
    returned_words: str
    published_at: datetime | None
    published_by: str
    revision: int


class LessonTaskOut(Schema):
    """The task that a lesson became."""

    number: str
    url: str
    state: str
    timeliness: str


class LessonOut(Schema):
    id: UUID
    incident: str
    incident_title: str
    drill: bool
    words: str
    kind: str
    owner_unit: UnitOut
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
    revision: int
    task: LessonTaskOut | None = None


class LessonsOut(Schema):
    items: list[LessonOut]
    next: str | None = None


class ReviewOut(Schema):
    """The closing review; `figures`: delays and step times in seconds, computed from the clocks."""

    incident: str
    what_happened: str
    causes: list[str]
    cause_words: str
    went_well: str
    to_improve: str
    figures: dict[str, Any]
    begun_at: datetime
    begun_by: str
    done_at: datetime | None
    done_by: str
    revision: int


class DetailOut(Schema):
    """One incident with everything that belongs to it, for the caller."""

    summary: IncidentOut
    description: str
    origin_reference: str
    reporter: dict[str, Any] | None
    procedure_code: str
    procedure_label: str
    procedure_template: UUID | None
    steps: list[StepOut]
    dispatches: list[DispatchOut]
    attachments: list[dict[str, Any]]
    messages: list[MessageOut]
    review: ReviewOut | None
    lessons: list[LessonOut]
    status: dict[str, Any]
    opened_by: str
    closed_by: str
    closing_words: str
    detected_at: datetime | None
    merged: list[str]
    split_from: str
    split_off: list[str]
    undoable: UUID | None
    may: dict[str, bool]
    hinders_closing: list[str]


class SimilarOut(Schema):
    incident: IncidentOut
    km: float | None
    hours: float
    same_kind: bool


class RearrangementOut(Schema):
    """A merge or split; `id` takes it back."""

    id: UUID
    kind: str
    source: str
    target: str


class SituationOut(Schema):
    """The situation in one look; `affected_*` within `km` of the place, null where there is none."""

    incident: IncidentOut
    status: dict[str, Any]
    since: datetime
    at_work: list[str]
    unanswered: list[str]
    next_step: str
    km: float
    affected_households: int | None
    affected_people: int | None
    as_of: date | None
    sources: list[str]
    resources: list[str]
    public: int


class FiguresOut(Schema):
    since: datetime
    until: datetime
    total: dict[str, Any]
    by_kind: list[dict[str, Any]]
    by_unit: list[dict[str, Any]]
    drills: dict[str, Any]
    lessons_open: int
    lessons_late: int


def out(value: Any) -> Any:
    """A value of the app as plain JSON data; what a list of values becomes is a list."""
    found = msgspec.to_builtins(value)
    if isinstance(value, list):
        return [_with_links(one, each) for one, each in zip(value, found, strict=True)]
    return _with_links(value, found)


def _with_links(value: Any, found: Any) -> Any:
    """Addresses are properties of the values, which msgspec leaves out."""
    if isinstance(found, dict) and "attachments" in found:
        for row, each in zip(value.attachments, found["attachments"], strict=True):
            each["url"] = row.url
    return found
