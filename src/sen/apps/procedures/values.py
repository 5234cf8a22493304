"""What a dossier is and what is answered about dossiers, as values without a database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import IntEnum, StrEnum
from uuid import UUID

import msgspec

from sen.apps.organisations.interface import UnitRef


class State(IntEnum):
    """The ten states of the national code list."""

    SUBMITTED = 1
    RECEIVED = 2
    REJECTED = 3
    IN_PROGRESS = 4
    SUPPLEMENT_REQUESTED = 5
    PAYMENT_REQUESTED = 6
    WITHDRAWAL_REQUESTED = 7
    STOPPED = 8
    COMPLETED = 9
    RETURNED = 10


class Channel(IntEnum):
    """How a dossier was handed in (KenhThucHien); a source that does not say means DIRECT."""

    DIRECT = 1
    ONLINE = 2
    POSTAL = 3


class Bucket(StrEnum):
    """Where a dossier stands at a moment, as provinces count them. `without_due`: neither a promise nor a known statutory limit."""

    IN_TIME = "in_time"
    OVERDUE = "overdue"
    DONE_ON_TIME = "done_on_time"
    DONE_LATE = "done_late"
    WAITING_SUPPLEMENT = "waiting_supplement"
    WITHDRAWN = "withdrawn"
    WITHOUT_DUE = "without_due"


class LimitUnit(StrEnum):
    """What a statutory limit is counted in."""

    HOUR = "hour"
    DAY = "day"
    WORKING_DAY = "working_day"
    MONTH = "month"


class Supplement(msgspec.Struct, frozen=True):
    """One request for more papers; `completed` is None while the applicant has not come back."""

    requested: datetime
    completed: datetime | None = None


class Step(msgspec.Struct, frozen=True):
    """One stage of handling: who by role (never by name), from when to when."""

    unit: str
    role: str
    start: datetime
    end: datetime | None = None


class Personal(msgspec.Struct, frozen=True):
    """The applicant. `name`, `phone`, `address` are basic personal data, `identity` (CCCD, tax number) is sensitive; Law 91/2025/QH15."""

    name: str = ""
    identity: str = ""
    phone: str = ""
    address: str = ""


class Dossier(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a dossier as its source tells it. Times are aware; `ended_at` is that of states 3, 7 and 8 only.

    `agency` is the source's agency code in either rendering; `updated_at` orders versions: a version never goes back.
    """

    code: str
    procedure: str
    procedure_name: str = ""
    field: str = ""
    level: str = ""
    agency: str
    state: State
    channel: Channel = Channel.DIRECT
    submitted_at: datetime | None = None
    received_at: datetime | None = None
    promised_at: datetime | None = None
    completed_at: datetime | None = None
    returned_at: datetime | None = None
    ended_at: datetime | None = None
    supplements: Sequence[Supplement] = ()
    applicant_kind: str = "citizen"
    personal: Personal = Personal()
    fee: int = 0
    paid_online: bool = False
    has_component_files: bool = False
    has_digital_result: bool = False
    returns_paper: bool = True
    reused_parts: int = 0
    shared: bool = False
    population_data: bool = False
    synchronised: bool = False
    complaint: bool = False
    dislike: bool = False
    steps: Sequence[Step] = ()
    updated_at: datetime
    simulated: bool = False


class BadDossier(msgspec.Struct, frozen=True):
    """A dossier that cannot be used: which field of which row, why, and what to do about it. `row` counts as people see it."""

    row: int
    code: str
    field: str
    cause: str
    action: str

    def __str__(self) -> str:
        named = f" ({self.code})" if self.code else ""
        return f"Dòng {self.row}{named}, cột “{self.field}”: {self.cause} {self.action}".strip()


class Stored(msgspec.Struct, frozen=True):
    """What became of a batch: versions taken, versions that were there already or older than what is there."""

    stored: int
    unchanged: int
    refused: list[BadDossier] = []


class Overview(msgspec.Struct, frozen=True):
    """A unit and all below it over a period, judged at `judged_at`: now, or the end of a period that is over.

    `buckets` has every Bucket; `on_time_rate` is a percentage, `mean_hours` the mean calendar time of finished dossiers without
    the applicants' own; both None with nothing to divide by. `funnel`: how many of those received in the period have which state
    today. `as_of`: when the figures were last brought up to date; `source` names the sources.
    """

    buckets: dict[Bucket, int]
    received: int
    on_time: int
    judged: int
    on_time_rate: float | None
    mean_hours: float | None
    funnel: list[tuple[State, int]]
    judged_at: datetime
    as_of: datetime | None
    source: str
    simulated: bool


class UnitLine(msgspec.Struct, frozen=True):
    """One unit of a ranking: its dossiers of the period. `rank` counts units with a rate from 1; None without a rate."""

    unit: UnitRef
    rank: int | None
    received: int
    finished: int
    on_time: int
    judged: int
    overdue: int
    on_time_rate: float | None
    mean_hours: float | None
    online_rate: float | None


class ProcedureLine(msgspec.Struct, frozen=True):
    """One procedure of a period. `mean_in_unit` is in the procedure's own unit of time."""

    code: str
    name: str
    field: str
    limit: float | None
    limit_unit: str
    received: int
    on_time: int
    judged: int
    overdue: int
    on_time_rate: float | None
    mean_hours: float | None
    mean_in_unit: float | None


class Component(msgspec.Struct, frozen=True):
    """One component of the QĐ 766 index. `value` is a percentage (2.2: hours). Without data value and points are None and
    `reason` says why. `threshold`: at and above it full points. `verified` is false for weights and thresholds not seen in the Decision.
    """

    code: str
    name: str
    numerator: float | None
    denominator: float | None
    value: float | None
    unit: str
    threshold: float
    points: float | None
    max: float
    as_of: datetime | None
    source: str
    verified: bool
    reason: str = ""


class Group(msgspec.Struct, frozen=True):
    """One of the five groups; `points` is None where no component has data."""

    code: str
    name: str
    points: float | None
    max: float
    components: list[Component]


class ServiceQuality(msgspec.Struct, frozen=True):
    """The index of a unit over a period. `max_with_data` is what could have been reached by the components that have data."""

    unit: UnitRef
    total: float
    max: float
    max_with_data: float
    groups: list[Group]
    judged_at: datetime
    as_of: datetime | None
    source: str
    simulated: bool


class DossierFilter(msgspec.Struct, frozen=True):
    """What to list. Days are local; `bucket` is judged now; `q` is the beginning of a dossier's code."""

    unit_id: UUID | None = None
    procedure: str = ""
    states: tuple[int, ...] = ()
    channel: int | None = None
    bucket: Bucket | None = None
    received_from: datetime | None = None
    received_until: datetime | None = None
    open: bool | None = None
    q: str = ""


class DossierLine(msgspec.Struct, frozen=True):
    """A dossier in a list: no personal data, whoever asks. `days_late` is positive when late, negative with time left."""

    code: str
    procedure: str
    procedure_name: str
    unit: UnitRef | None
    agency: str
    state: State
    channel: Channel
    received_at: datetime | None
    due_at: datetime | None
    finished_at: datetime | None
    bucket: Bucket
    days_late: float | None
    waiting_since: datetime | None
    updated_at: datetime
    simulated: bool


class Page(msgspec.Struct, frozen=True):
    """Lines and the cursor of the next page, None on the last."""

    lines: list[DossierLine]
    cursor: str | None


class StateChange(msgspec.Struct, frozen=True):
    """A state that a source told, and when it told it."""

    state: State
    at: datetime


class DossierDetail(msgspec.Struct, frozen=True):
    """Everything about one dossier. `personal` is masked unless it was unmasked; `due_from`: promise, statute, or none."""

    line: DossierLine
    field: str
    level: str
    applicant_kind: str
    personal: Personal
    due_from: str
    why: str
    submitted_at: datetime | None
    promised_at: datetime | None
    completed_at: datetime | None
    returned_at: datetime | None
    ended_at: datetime | None
    supplements: list[Supplement]
    steps: list[Step]
    history: list[StateChange]
    fee: int
    paid_online: bool
    has_component_files: bool
    has_digital_result: bool
    returns_paper: bool
    reused_parts: int
    shared: bool
    population_data: bool
    synchronised: bool
    complaint: bool
    dislike: bool
    source: str
    may_unmask: bool


class LateRisk(msgspec.Struct, frozen=True):
    """An open dossier that will probably be late. `cases`: how many of the same procedure had been as old and in time, of which late ones
    and the unit's own together make `late_share` (0 to 1). `basis`: unit_procedure where the unit has own ones, else procedure. `why` says it."""

    line: DossierLine
    late_share: float
    cases: int
    basis: str
    hours_left: float
    why: str
