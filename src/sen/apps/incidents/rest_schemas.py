"""What the REST API of incidents takes. What it answers are the values of values.py, written out as JSON."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from ninja import Schema
from pydantic import Field

Text = Annotated[str, Field(max_length=4000)]
Short = Annotated[str, Field(max_length=300)]


class OpenIn(Schema):
    """An incident to open; what is left out comes from the alerts, the place, or the caller's unit.

    `lead_unit`, `territory`, `owner` (of what is affected): codes of units. `facts` fill the texts of the procedure: value, unit, limit.
    """

    title: Short = ""
    kind: Short = ""
    severity: Short = ""
    description: Text = ""
    lead_unit: str | None = None
    territory: str | None = None
    lon: float | None = None
    lat: float | None = None
    place: Short = ""
    origin: Short = ""
    origin_reference: Short = ""
    reporter_name: Short = ""
    reporter_phone: Short = ""
    procedure: str | None = None
    alerts: Annotated[list[UUID], Field(max_length=200)] = []
    owner: str | None = None
    facts: dict[Annotated[str, Field(max_length=40)], Short] = {}
    key: Annotated[str, Field(max_length=100)] = ""


class DrillIn(Schema):
    procedure: str
    unit: str
    title: Short = ""
    description: Text = ""
    key: Annotated[str, Field(max_length=100)] = ""


class ChangeIn(Schema):
    """What is left out stays as it is."""

    revision: int | None = None
    title: Short | None = None
    kind: Short | None = None
    severity: Short | None = None
    description: Text | None = None
    place: Short | None = None
    lon: float | None = None
    lat: float | None = None
    territory: str | None = None
    lead_unit: str | None = None


class StateIn(Schema):
    """`responding`, `contained`, `closed` (with `words`), `cancelled` (with `words`), or `reopened` (with `words`)."""

    state: Short
    words: Text = ""
    revision: int | None = None


class StatusIn(Schema):
    words: Text
    next: Text = ""


class NoteIn(Schema):
    words: Text
    corrects: UUID | None = None


class StepIn(Schema):
    words: Text
    role: Short
    minutes: int
    unit: str | None = None


class TickIn(Schema):
    """`action`: done, skip (with `reason`), undo."""

    action: Short = "done"
    answer: Short = ""
    form: dict[str, Any] = {}
    note: Text = ""
    reason: Text = ""


class DispatchIn(Schema):
    """`to`: codes of units, or owner, territory, neighbours. `message`: a message of the procedure instead of `words`."""

    to: Annotated[list[str], Field(max_length=60)] = []
    people: Annotated[list[UUID], Field(max_length=60)] = []
    words: Text = ""
    message: Short = ""
    step: Short = ""
    ack_minutes: int = 15


class AnswerIn(Schema):
    """`action`: acknowledge, arrive, finish (with `words`), recall (with `words`), again."""

    action: Short
    words: Text = ""


class MergeIn(Schema):
    into: Short
    reason: Text = ""


class SplitIn(Schema):
    title: Short
    alerts: Annotated[list[UUID], Field(max_length=200)] = []
    dispatches: Annotated[list[UUID], Field(max_length=200)] = []
    reason: Text = ""


class UnmaskIn(Schema):
    reason: Text


class MessageIn(Schema):
    """Fields of a public message; `polygon`: ring of [lon, lat]; `circle`: {lon, lat, radius_km}; `geocodes`: codes of units."""

    content: dict[str, Any] = {}
    revision: int | None = None


class MessageActionIn(Schema):
    """`action`: submit, approve, return (with `reason`), publish, update, cancel (both begin a new message), withdraw."""

    action: Short
    reason: Text = ""
    content: dict[str, Any] = {}
    revision: int | None = None


class ReviewIn(Schema):
    """What is left out stays; `done` finishes the review."""

    what_happened: Annotated[str, Field(max_length=8000)] | None = None
    causes: list[str] | None = None
    cause_words: Text | None = None
    went_well: Text | None = None
    to_improve: Text | None = None
    done: bool = False
    revision: int | None = None


class LessonIn(Schema):
    """`minutes`: step → minutes, written into the draft of the procedure of a lesson of kind `template`."""

    words: Text
    kind: Short = "task"
    owner: str | None = None
    due_on: date | None = None
    template: UUID | None = None
    minutes: dict[str, int] = {}


class LessonChangeIn(Schema):
    state: Short = ""
    result: Text = ""
    due_on: date | None = None
    revision: int | None = None


class ListQuery(Schema):
    """What to list. `state` empty = running; `dispatched`: only those to which the caller is called. Several values are repeated."""

    state: list[str] = []
    kind: list[str] = []
    severity: list[str] = []
    unit: str = ""
    drill: bool | None = None
    dispatched: bool = False
    q: Short = ""
    since: datetime | None = None
    until: datetime | None = None
    cursor: str | None = None
    limit: int = 50


class LessonQuery(Schema):
    """Lessons that are not done unless `state` names others."""

    state: list[str] = []
