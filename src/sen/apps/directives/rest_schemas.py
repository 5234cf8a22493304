"""What the REST API of tasks takes and gives. The values are those of values.py, written out as JSON; units go in by their codes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field

Words = Annotated[str, Field(max_length=2000)]
Code = Annotated[str, Field(max_length=64)]
Number = Annotated[str, Field(max_length=20)]


class ListQuery(Schema):
    """Which tasks; what is left out does not narrow. `unit`: the leading unit with all below it, unless `role` says otherwise."""

    q: Annotated[str, Field(max_length=200)] = ""
    unit: Code = ""
    role: Literal["", "lead", "cooperating", "assigned"] = ""
    directive: UUID | None = None
    document: UUID | None = None
    origin: str = ""
    reference: Annotated[str, Field(max_length=100)] = ""
    issuer: Annotated[str, Field(max_length=200)] = ""
    workflow: list[str] = []
    timeliness: list[str] = []
    due_from: date | None = None
    due_until: date | None = None
    parent: Number = ""
    with_gone: bool = False
    cursor: str | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class TaskIn(Schema):
    """Work for one unit or several; `evidence`: first and last position in the directive's text."""

    words: Words
    leads: Annotated[list[Code], Field(min_length=1, max_length=300)]
    cooperating: Annotated[list[Code], Field(max_length=300)] = []
    cooperating_words: Annotated[str, Field(max_length=1000)] = ""
    deadline: date | None = None
    deadline_words: Annotated[str, Field(max_length=500)] = ""
    evidence: tuple[int, int] | None = None


class DirectiveIn(Schema):
    """What assigns tasks. The same `key` again gives what it gave before."""

    title: Annotated[str, Field(max_length=500)]
    number: Annotated[str, Field(max_length=100)] = ""
    issuer: Annotated[str, Field(max_length=200)] = ""
    issued: date | None = None
    received: date | None = None
    signer: Annotated[str, Field(max_length=150)] = ""
    origin: str = "document"
    origin_reference: Annotated[str, Field(max_length=100)] = ""
    document: UUID | None = None
    text: Annotated[str, Field(max_length=400_000)] = ""
    unit: Code = ""
    key: Annotated[str, Field(max_length=100)] = ""
    tasks: Annotated[list[TaskIn], Field(min_length=1, max_length=300)]


class ReadIn(Schema):
    """A text to be read; nothing is stored."""

    text: Annotated[str, Field(min_length=20, max_length=400_000)]


class ActIn(Schema):
    """What an action needs: `reason` or `words`, `percent`, `to` (a unit's code), `deadline` (the new one), parts of the work."""

    reason: Words = ""
    words: Words = ""
    percent: Annotated[int, Field(ge=0, le=100)] | None = None
    to: Code = ""
    deadline: date | None = None
    parts: Annotated[list[TaskIn], Field(max_length=50)] = []
    revision: int | None = None


class DecideIn(Schema):
    """Grant (with another `deadline` where it differs) or refuse with `words`."""

    grant: bool
    words: Words = ""
    deadline: date | None = None


class BulkIn(Schema):
    action: str
    tasks: Annotated[list[Number], Field(min_length=1, max_length=200)]
    words: Annotated[str, Field(max_length=500)] = ""


class ChaseStepIn(Schema):
    working_days: Annotated[int, Field(ge=-60, le=60)]
    to: Literal["unit", "unit_leader", "province_leader"]


class ChaseIn(Schema):
    steps: Annotated[list[ChaseStepIn], Field(min_length=1, max_length=12)]
    repeat_working_days: Annotated[int, Field(ge=0, le=60)] = 5
    hour: Annotated[int, Field(ge=0, le=23)] = 8
    valid_from: date
    source: Annotated[str, Field(min_length=3, max_length=500)]


class UnitOut(Schema):
    id: UUID
    code: str
    name: str


class DirectiveOut(Schema):
    id: UUID
    number: str
    title: str
    issuer: str
    issued: date | None
    origin: str
    origin_reference: str
    tasks: list[str]


class TaskOut(Schema):
    """A task. `timeliness` is computed when it is read; `first_deadline` never changes."""

    id: UUID
    number: str
    words: str
    lead: UnitOut
    assigned_by: UnitOut
    cooperating: list[UnitOut]
    cooperating_words: str
    directive: DirectiveOut
    deadline: date | None
    first_deadline: date | None
    deadline_words: str
    workflow: str
    timeliness: str
    days_late: int
    percent: int
    last_progress: str
    last_progress_at: datetime | None
    extension_asked: bool
    reminded: int
    reminded_at: datetime | None
    completed_at: datetime | None
    judged_on: date | None
    parent: str
    sub_tasks: int
    group: UUID
    reason: str
    simulated: bool
    made_at: datetime
    updated_at: datetime
    revision: int


class TasksOut(Schema):
    items: list[TaskOut]
    next: str | None


class DirectivesOut(Schema):
    items: list[DirectiveOut]
    next: str | None = None


class DetailOut(Schema):
    """A task with everything that belongs to it; `may` names the actions that the caller can do now."""

    line: TaskOut
    passage: dict[str, Any] | None
    events: list[dict[str, Any]]
    extensions: list[dict[str, Any]]
    progress: list[dict[str, Any]]
    sub_tasks: list[TaskOut]
    others: list[TaskOut]
    transferred_from: str
    transferred_to: str
    may: dict[str, bool]
    next_reminder_at: datetime | None
    next_reminder_to: str


class CountsOut(Schema):
    total: int
    no_deadline: int
    not_due: int
    due_soon: int
    overdue: int
    done_on_time: int
    done_late: int
    on_time_rate: float | None
    as_of: datetime


class RankOut(Schema):
    rank: int | None
    unit: UnitOut
    counts: dict[str, int]
    on_time_rate: float | None
    mean_days_late: float | None
    extended: int
    longest_late: int


class RankingOut(Schema):
    items: list[RankOut]
    next: str | None = None


class OverdueOut(Schema):
    task: TaskOut
    days_late: int
    last_progress: str
    why: str


class OverduesOut(Schema):
    items: list[OverdueOut]
    next: str | None = None


class ProposalOut(Schema):
    """A proposed task. `leads` and `cooperating` are names with the units that they stand for; nothing is given before a person confirms."""

    words: str
    leads: list[dict[str, Any]]
    cooperating: list[dict[str, Any]]
    deadline: date | None
    deadline_words: str
    evidence: tuple[int, int]
    deadline_at: tuple[int, int] | None
    warnings: list[str]


class ReadingOut(Schema):
    number: str
    issuer: str
    issued: date | None
    title: str
    proposals: list[ProposalOut]


class BulkOut(Schema):
    """`id` takes it back within a quarter of an hour, null where that cannot be."""

    id: UUID | None
    done: list[str]
    refused: dict[str, str]


class UndoneOut(Schema):
    tasks: list[str]


class TakenBackOut(Schema):
    tasks: int


class ChaseOut(Schema):
    steps: list[ChaseStepIn]
    repeat_working_days: int
    hour: int
