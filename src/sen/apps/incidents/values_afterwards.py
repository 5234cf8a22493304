"""The values of what comes out of an incident: messages to the public, reviews, lessons, figures. Lengths of time are seconds."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

import msgspec

from sen.apps.incidents.lesson_tasks import LessonTask


class UnitName(msgspec.Struct, frozen=True):
    """A unit as it is shown."""

    id: UUID
    code: str
    name: str


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
    task: LessonTask | None = None
    """The task that a lesson of work became."""


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
