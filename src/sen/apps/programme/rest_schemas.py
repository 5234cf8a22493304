"""What the REST API of programmes, meetings, inspections and digests takes and answers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import AwareDatetime, ConfigDict, Field

from sen.apps.programme import concluding, inspecting, meeting

Code = Annotated[str, Field(max_length=64)]
Words = Annotated[str, Field(min_length=1, max_length=2000)]


class ProgrammeOut(Schema):
    number: str
    year: int
    title: str
    unit: str
    symbol: str
    issued: date | None
    simulated: bool
    revision: int


class ItemOut(Schema):
    """An item; `state` follows from its tasks, else from what was said by hand or from its day."""

    number: str
    month: int
    words: str
    lead: str | None
    lead_words: str
    cooperating: str
    product: str
    due: date | None
    state: str
    percent: int
    tasks: list[str]
    revision: int


class ProgrammeDetailOut(ProgrammeOut):
    items: list[ItemOut]


class ProgrammesOut(Schema):
    items: list[ProgrammeOut]
    next: str | None


class ItemIn(Schema):
    """An item; `lead` is the code of a unit."""

    model_config = ConfigDict(extra="forbid")
    month: Annotated[int, Field(ge=1, le=12)]
    words: Words
    lead: Code | None = None
    cooperating: Annotated[str, Field(max_length=1000)] = ""
    product: Annotated[str, Field(max_length=500)] = ""
    due: date | None = None


class GiveIn(Schema):
    model_config = ConfigDict(extra="forbid")
    items: Annotated[list[Annotated[str, Field(max_length=30)]], Field(min_length=1, max_length=300)]


class TasksOut(Schema):
    """The numbers of the tasks that were given, or had been given before."""

    tasks: list[str]


class AgendaOut(Schema):
    position: int
    words: str
    presenter: str | None
    minutes: int
    tasks: list[str]
    figures: list[str]
    done: bool


class DecisionOut(Schema):
    """What was decided on the spot; `task` is its number where it was given to a unit."""

    id: UUID
    words: str
    position: int | None
    lead: str | None
    due: date | None
    task: str
    made_at: datetime


class MeetingOut(Schema):
    number: str
    title: str
    unit: str
    chair: str
    place: str
    starts_at: datetime
    state: str
    simulated: bool
    revision: int


class MeetingDetailOut(MeetingOut):
    agenda: list[AgendaOut]
    decisions: list[DecisionOut]
    conclusion: str


class MeetingsOut(Schema):
    items: list[MeetingOut]
    next: str | None


class MeetingIn(Schema):
    model_config = ConfigDict(extra="forbid")
    unit: Code
    title: Words
    starts_at: AwareDatetime
    chair: Annotated[str, Field(max_length=200)] = ""
    place: Annotated[str, Field(max_length=200)] = ""
    agenda: Annotated[list[Words], Field(max_length=meeting.MOST_AGENDA)] = []
    asked: Annotated[list[Code], Field(max_length=meeting.MOST_ASKED)] = []


class DecisionIn(Schema):
    """`key`: the same key is noted once."""

    model_config = ConfigDict(extra="forbid")
    words: Words
    position: int | None = None
    lead: Code | None = None
    due: date | None = None
    key: Annotated[str, Field(max_length=60)] = ""


class ConclusionIn(Schema):
    model_config = ConfigDict(extra="forbid")
    text: Annotated[str, Field(min_length=20, max_length=concluding.LONGEST)]
    number: Annotated[str, Field(max_length=100)] = ""
    on: date | None = None


class ProposedOut(Schema):
    """A task as the text says it; `unknown`: names of leads for which there is no unit."""

    words: str
    leads: list[str]
    unknown: list[str]
    cooperating_words: str
    deadline: date | None
    deadline_words: str
    evidence: str
    warnings: list[str]


class ProposalsOut(Schema):
    items: list[ProposedOut]


class ConfirmedIn(Schema):
    """A task that a person confirmed."""

    words: Words
    leads: Annotated[list[Code], Field(min_length=1, max_length=400)]
    deadline: date | None = None
    evidence: tuple[int, int] | None = None


class ConfirmIn(Schema):
    model_config = ConfigDict(extra="forbid")
    tasks: Annotated[list[ConfirmedIn], Field(min_length=1, max_length=100)]
    revision: int | None = None


class FindingOut(Schema):
    id: UUID
    severity: str
    words: str
    basis: str
    remedy: str
    due: date | None


class InspectionOut(Schema):
    number: str
    title: str
    unit: str
    inspected: str
    starts_on: date
    ends_on: date
    state: str
    simulated: bool
    revision: int


class InspectionDetailOut(InspectionOut):
    findings: list[FindingOut]
    conclusion: str


class InspectionsOut(Schema):
    items: list[InspectionOut]
    next: str | None


class InspectionIn(Schema):
    model_config = ConfigDict(extra="forbid")
    unit: Code
    inspected: Code
    title: Words
    starts_on: date
    ends_on: date
    checklist: Annotated[list[Words], Field(max_length=inspecting.MOST_LINES)] = []
    form: Annotated[str, Field(max_length=64)] = ""


class FindingIn(Schema):
    model_config = ConfigDict(extra="forbid")
    severity: Annotated[str, Field(max_length=10)]
    words: Words
    basis: Annotated[str, Field(max_length=500)] = ""
    remedy: Annotated[str, Field(max_length=1000)] = ""
    due: date | None = None


class DigestOut(Schema):
    """A weekly digest; its Word file is at `/files/<file_id>/`. `week` is the Monday."""

    id: UUID
    unit: str
    week: date
    scheduled: bool
    file_id: UUID
    totals: dict[str, int]
    made_at: datetime


class DigestsOut(Schema):
    items: list[DigestOut]
    next: str | None


class DigestIn(Schema):
    model_config = ConfigDict(extra="forbid")
    unit: Code
    week: date | None = None
