"""The values that tasks are spoken of in, outside the database. Days are local days, times aware UTC."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import msgspec


class UnitName(msgspec.Struct, frozen=True):
    """A unit as it is shown."""

    id: UUID
    code: str
    name: str


class NewDirective(msgspec.Struct, frozen=True, kw_only=True):
    """What assigns tasks. `unit_id`: in whose name (None: the caller's own); `key`: the same key never assigns twice.

    `origin`: document, meeting, incident, inspection, programme, hand; `origin_reference` is that thing's number and `number` the
    number and symbol of the document.
    """

    title: str
    number: str = ""
    issuer: str = ""
    issued: date | None = None
    received: date | None = None
    signer: str = ""
    origin: str = "hand"
    origin_reference: str = ""
    document_id: UUID | None = None
    file_id: UUID | None = None
    text: str = ""
    unit_id: UUID | None = None
    key: str = ""
    simulated: bool = False


class NewTask(msgspec.Struct, frozen=True, kw_only=True):
    """Work for one unit or several: each lead gets a task of its own, all with one group. `evidence`: start and end in the text."""

    words: str
    leads: tuple[UUID, ...]
    cooperating: tuple[UUID, ...] = ()
    cooperating_words: str = ""
    deadline: date | None = None
    deadline_words: str = ""
    evidence: tuple[int, int] | None = None


class DirectiveRef(msgspec.Struct, frozen=True):
    """A directive and the numbers of its tasks, in their order."""

    id: UUID
    number: str
    title: str
    issuer: str
    issued: date | None
    origin: str
    origin_reference: str
    tasks: tuple[str, ...] = ()
    document_id: UUID | None = None

    @property
    def url(self) -> str:
        """Its page."""
        return f"/tasks/directives/{self.id}/"


class TaskLine(msgspec.Struct, frozen=True, kw_only=True):
    """A row of a list. `days_late`: calendar days past the deadline in force, 0 where it is not; `extended`: the deadline moved."""

    id: UUID
    number: str
    words: str
    lead: UnitName
    assigned_by: UnitName
    cooperating: tuple[UnitName, ...]
    cooperating_words: str
    directive: DirectiveRef
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

    @property
    def url(self) -> str:
        """Its page."""
        return f"/tasks/{self.number}/"

    @property
    def extended(self) -> bool:
        """Whether the deadline in force is another than the first one."""
        return self.deadline != self.first_deadline


class TaskFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which tasks; empty fields do not narrow. `unit_id` counts as lead, with everything below it; `mine`: led by the caller's units.

    `role`: lead, cooperating or assigned (which of the three the unit is), "" for lead.
    """

    q: str = ""
    unit_id: UUID | None = None
    role: str = ""
    directive_id: UUID | None = None
    document_id: UUID | None = None
    issuer: str = ""
    origin: str = ""
    origin_reference: str = ""
    workflow: tuple[str, ...] = ()
    timeliness: tuple[str, ...] = ()
    due_from: date | None = None
    due_until: date | None = None
    parent: str = ""
    extension_asked: bool = False
    with_gone: bool = False


class Page(msgspec.Struct, frozen=True):
    """Some rows and the cursor of the next page."""

    items: list[TaskLine]
    next: str | None


class TaskCounts(msgspec.Struct, frozen=True):
    """Tasks by timeliness; `total` is their sum. Parts that a unit gave to itself are counted with their whole."""

    total: int = 0
    no_deadline: int = 0
    not_due: int = 0
    due_soon: int = 0
    overdue: int = 0
    done_on_time: int = 0
    done_late: int = 0

    @property
    def on_time_rate(self) -> float | None:
        """Done on time among those whose time is over (done, or overdue), 0 to 1; None where there are none."""
        over = self.done_on_time + self.done_late + self.overdue
        return self.done_on_time / over if over else None


class UnitLine(msgspec.Struct, frozen=True, kw_only=True):
    """A unit in the ranking. `rank` is None where nothing was due; `mean_days_late` over late ones, done or not."""

    rank: int | None
    unit: UnitName
    counts: TaskCounts
    on_time_rate: float | None
    mean_days_late: float | None
    extended: int
    longest_late: int


class OverdueLine(msgspec.Struct, frozen=True, kw_only=True):
    """A task that is late: whose, how long, what was said last, and why, as far as somebody said so."""

    task: TaskLine
    days_late: int
    last_progress: str
    why: str


class EventLine(msgspec.Struct, frozen=True):
    """A line of a task's history, its sentence made."""

    at: datetime
    kind: str
    sentence: str
    words: str
    by: str


class ExtensionLine(msgspec.Struct, frozen=True):
    """A wish for more time and its fate."""

    id: UUID
    from_deadline: date
    to_deadline: date
    reason: str
    state: str
    asked_at: datetime
    asked_by: str
    decided_at: datetime | None
    decided_by: str
    decision: str


class EvidenceFile(msgspec.Struct, frozen=True):
    """A file that shows the work."""

    id: UUID
    name: str
    size: int
    address: str


class ProgressLine(msgspec.Struct, frozen=True):
    """What a unit said of its work."""

    id: UUID
    at: datetime
    percent: int
    words: str
    completes: bool
    by: str
    files: tuple[EvidenceFile, ...]


class Passage(msgspec.Struct, frozen=True):
    """The evidence in its surroundings: what stands before, the passage, what stands behind; positions in the whole text."""

    before: str
    passage: str
    after: str
    start: int
    end: int


class Allowed(msgspec.Struct, frozen=True):
    """What this caller may do to this task now; each name is an action of the REST API."""

    accept: bool = False
    refuse: bool = False
    progress: bool = False
    report: bool = False
    approve: bool = False
    send_back: bool = False
    extend: bool = False
    decide_extension: bool = False
    transfer: bool = False
    pause: bool = False
    resume: bool = False
    cancel: bool = False
    remind: bool = False
    divide: bool = False
    change: bool = False


class TaskDetail(msgspec.Struct, frozen=True, kw_only=True):
    """A task with everything that belongs to it; `others`: the other leads of the same passage."""

    line: TaskLine
    passage: Passage | None
    events: list[EventLine]
    extensions: list[ExtensionLine]
    progress: list[ProgressLine]
    sub_tasks: list[TaskLine]
    others: list[TaskLine]
    transferred_from: str
    transferred_to: str
    may: Allowed
    next_reminder_at: datetime | None
    next_reminder_to: str


class TaskNotice(msgspec.Struct, frozen=True):
    """What the live topic `tasks` says of a task that moved; `id` is its number."""

    id: str
    workflow: str
    timeliness: str
    lead: str
    change: str


class DemoLetter(msgspec.Struct, frozen=True):
    """A made-up letter of a demonstration: what it is known by, its text, and when it was read."""

    key: str
    text: str
    at: datetime
