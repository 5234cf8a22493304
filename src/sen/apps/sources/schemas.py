"""What the REST of sources takes and answers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field


class Strict(Schema):
    """Input in which a misspelled field is an error."""

    model_config = ConfigDict(extra="forbid")


class SourceIn(Strict):
    """A new source."""

    code: str = Field(max_length=64)
    name: str = Field(max_length=200)
    connector: str = Field(max_length=64)
    owner: str = Field(max_length=64)
    settings: dict[str, Any] = {}
    interval_s: int = Field(300, ge=1, le=31_622_400)
    allowed_delay_s: int = Field(600, ge=0, le=31_622_400)
    expected_properties: list[str] = Field([], max_length=200)
    plan_date: date | None = None
    simulated: bool = False
    contact_name: str = Field("", max_length=120)
    contact_phone: str = Field("", max_length=32)


class SourceChange(Strict):
    """What changes; `version` (from a GET) makes the change fail with 412 when somebody else was faster."""

    name: str | None = Field(None, max_length=200)
    owner: str | None = Field(None, max_length=64)
    settings: dict[str, Any] | None = None
    interval_s: int | None = Field(None, ge=1, le=31_622_400)
    allowed_delay_s: int | None = Field(None, ge=0, le=31_622_400)
    expected_properties: list[str] | None = Field(None, max_length=200)
    plan_date: date | None = None
    simulated: bool | None = None
    contact_name: str | None = Field(None, max_length=120)
    contact_phone: str | None = Field(None, max_length=32)
    version: int | None = Field(None, ge=1, le=2_147_483_647)


class LastError(Schema):
    """The newest error in plain words."""

    code: str
    message: str
    cause: str
    action: str
    at: datetime | None
    count: int


class Contact(Schema):
    """Personal data; only for those who may see it."""

    name: str
    phone: str


class SourceOut(Schema):
    """A source with its state. `completeness` and `completeness_7d` are shares 0…1 of the promised values."""

    code: str
    name: str
    number: int
    connector: str
    key: str
    owner: str
    owner_name: str
    settings: dict[str, Any]
    simulated: bool
    interval_s: int
    allowed_delay_s: int
    expected_properties: list[str]
    plan_date: date | None
    plan_overdue: bool
    state: Literal["planned", "connected", "late", "lost", "stopped"]
    state_since: datetime | None
    last_seen: datetime | None
    last_measured: datetime | None
    last_error: LastError | None
    completeness: float | None
    completeness_7d: float | None
    bars: list[dict[str, Any]]
    messages: int
    values: int
    late_values: int
    rejected: int
    stopped_reason: str
    stopped_at: datetime | None
    contact: Contact | None
    version: int
    created_at: datetime
    updated_at: datetime


class SourceIssued(SourceOut):
    """A source with its new secret, shown this once. `gateway`: whether the device servers know it already (`ready`, `pending`, or empty)."""

    secret: str
    gateway: str


class Sources(Schema):
    """One page of sources."""

    items: list[SourceOut]
    next: str | None


class Rotation(Strict):
    """How long old secrets go on; 0 ends them at once."""

    overlap_hours: float = Field(0, ge=0, le=720)


class Reason(Strict):
    """Why a person does it."""

    reason: str = Field(min_length=1, max_length=300)


class Note(Strict):
    """Words added to a reminder."""

    note: str = Field("", max_length=1000)


class BulkReminder(Strict):
    """Sources to be reminded of."""

    codes: list[str] = Field(min_length=1, max_length=500)
    note: str = Field("", max_length=1000)


class ReminderOut(Schema):
    """A reminder; `batch` is what `undo` takes."""

    id: UUID
    batch: UUID
    source: str
    owner: str
    text: str
    sent_at: datetime
    sent_by: str
    read_at: datetime | None


class Reminders(Schema):
    """Reminders, newest first."""

    items: list[ReminderOut]
    next: str | None = None


class Count(Schema):
    """How many were touched."""

    count: int


class Gateway(Schema):
    """Whether the device servers know it already."""

    gateway: str


class StateChangeOut(Schema):
    """A transition of a source's state."""

    before: str
    after: str
    at: datetime


class StateChanges(Schema):
    """Transitions, newest first."""

    items: list[StateChangeOut]
    next: str | None = None


class LeagueRow(Schema):
    """A unit in the league table; shares 0…1."""

    unit_code: str
    unit_name: str
    total: int
    planned: int
    connected: int
    late: int
    lost: int
    stopped: int
    on_time: float | None
    on_time_before: float | None
    change: float | None


class League(Schema):
    """All units with sources, best first."""

    items: list[LeagueRow]
    next: str | None = None


class Summary(Schema):
    """Sources per state."""

    planned: int
    connected: int
    late: int
    lost: int
    stopped: int


class ProposalOut(Schema):
    """An unknown device."""

    id: UUID
    source: str
    device: str
    properties: list[str]
    sample: Any
    first_seen: datetime
    last_seen: datetime
    messages: int
    state: Literal["open", "accepted", "rejected"]
    reason: str
    decided_at: datetime | None
    decided_by: str
    asset: str
    replayed: int


class Proposals(Schema):
    """One page of proposals."""

    items: list[ProposalOut]
    next: str | None


class Point(Strict):
    """GeoJSON point, WGS 84."""

    type: Literal["Point"]
    coordinates: list[float] = Field(min_length=2, max_length=3)


class NewAsset(Strict):
    """The asset that an accepted device becomes."""

    code: str = Field(max_length=64)
    name: str = Field(max_length=200)
    kind: str = Field(max_length=64)
    owner: str | None = Field(None, max_length=64)
    location: Point | None = None


class Acceptance(Strict):
    """Link to the asset `asset`, or make `new_asset`; `properties` narrows what is taken."""

    asset: str = Field("", max_length=64)
    new_asset: NewAsset | None = None
    properties: list[str] | None = Field(None, max_length=200)


class Shown(Schema):
    """Bytes for a person: text where they are text, a hex dump of the start."""

    text: str | None
    hex: str
    size: int
    complete: bool


class DeadLetterOut(Schema):
    """A message that could not be used."""

    id: UUID
    source: str | None
    received: datetime
    channel: str
    subject: str
    size: int
    code: str
    message: str
    cause: str
    action: str
    seq: int | None
    repeats: int
    state: Literal["open", "replayed", "discarded"]
    decided_at: datetime | None
    decided_by: str
    reason: str


class DeadLetterDetail(DeadLetterOut):
    """A dead letter with its bytes."""

    payload: Shown


class DeadLetters(Schema):
    """One page of dead letters."""

    items: list[DeadLetterOut]
    next: str | None


class Correction(Strict):
    """A corrected payload (None: as it is); `file_name` for station files whose name was wrong."""

    payload: str | None = Field(None, max_length=2_000_000)
    file_name: str | None = Field(None, max_length=200)


class BulkReplay(Strict):
    """The next open letters of a source and error; repeat with `after` = `cursor` of the answer."""

    source: str = Field("", max_length=64)
    code: str = Field("", max_length=64)
    after: UUID | None = None
    limit: int = Field(100, ge=1, le=1000)


class BulkReplayed(Schema):
    """Progress of a bulk replay."""

    replayed: int
    failed: list[dict[str, str]]
    remaining: int
    cursor: str


class UploadAnswer(Schema):
    """What became of a table. `rejected` holds a row number (as seen in the file), column, code and message per problem."""

    upload: str | None
    layout: str
    columns: list[str]
    rows: int
    accepted: int
    rejected: list[dict[str, Any]]
    rejected_total: int
    preview: list[dict[str, Any]]


class ConnectorOut(Schema):
    """A kind of connection and the JSON Schema of its settings."""

    code: str
    name: str
    name_en: str
    summary: str
    protocols: list[str]
    direction: str
    settings_schema: dict[str, Any]


class Connectors(Schema):
    """All connectors; never more than one page."""

    items: list[ConnectorOut]
    next: str | None = None
