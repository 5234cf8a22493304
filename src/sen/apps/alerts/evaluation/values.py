"""What goes into the evaluator and what comes out of it; and how transitions travel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from sen.apps.packs.interface import Averaging, Rule, Severity
from sen.kernel.office_calendar import NATIONAL, OfficeCalendar

Change = Literal["raised", "worse", "better", "cleared"]
SEVERITIES: tuple[Severity, ...] = ("info", "notice", "warning", "serious")
"""From mild to severe; a level is an index into it plus one, 0 = nothing."""


class LimitLine(msgspec.Struct, frozen=True, gc=False):
    """A limit of one series: outside [minimum, maximum] it is exceeded. Figures in the property's unit."""

    averaging: Averaging
    minimum: float | None
    maximum: float | None
    severity: Severity
    label: str
    standard: str = ""
    verified: bool = False


class WatchedSeries(msgspec.Struct, frozen=True, gc=False):
    """A series as rules see it. lon/lat in WGS 84 degrees; `allowed_silence_s`: interval plus allowed delay of its source, 0 = unknown.

    `calendar`: the office days and hours of the owner, by which rules that watch in office hours go.
    """

    number: int
    asset_number: int
    asset_code: str
    asset_kind: str
    property: str
    owner_unit_id: UUID
    territory_unit_id: UUID | None
    territory_code: str
    lon: float | None
    lat: float | None
    allowed_silence_s: int
    limits: tuple[LimitLine, ...] = ()
    simulated: bool = False
    calendar: OfficeCalendar = NATIONAL


class RuleInForce(msgspec.Struct, frozen=True, kw_only=True):
    """A rule as it is judged from `watch_from` on. Immutable: what changes becomes another one with another id.

    `family` ("<template>:<unit>") stays over versions. `version` is the template's version, `label` how people call it.
    `unit_ids`: assets that one of these units owns are watched. `simulated_only`: only simulated assets are.
    `owner_role` or `owner_user_id` of `unit_id` answers for it.
    """

    id: UUID
    family: str
    template_id: UUID
    unit_id: UUID
    code: str
    name: str
    version: int
    content: Rule
    unit_ids: frozenset[UUID]
    watch_from: datetime
    until: datetime | None = None
    label: str = ""
    name_en: str = ""
    owner_role: str = ""
    owner_user_id: UUID | None = None
    simulated_only: bool = False


class Transition(msgspec.Struct, frozen=True):
    """An alert begins, gets worse or better, or is over. Times are ms since the epoch, of the measurement.

    `family` and `subject` ("asset:<code>", "unit:<code>" of a territory, "record:<kind>:<key>") and `onset` name the occurrence:
    the same three are the same occurrence, however often they come. `onset` is the first observation of the run in which the
    condition held, `at` the one that decided this change.

    `facts` are for the sentence: `kind` of the condition, `severity`, `property`, `direction` ("above" | "below" | "rise" | "fall"),
    `label`, `standard`, `verified`, `averaging`, `duration_s`, `held_s`, `peak`, `silent_since`, `over_minutes`, `members`
    (conditions or asset codes), `category`, `index`, `text`, `forecast_at`, `simulated`, `reason` of a clearing that no measurement
    brought ("rule_off", "not_watched").
    """

    change: Change
    rule: UUID
    family: str
    subject: str
    onset: int
    at: int
    series: int | None = None
    value: float | None = None
    limit: float | None = None
    facts: dict[str, Any] = {}

    @property
    def occurrence(self) -> tuple[str, str, int]:
        """What is raised once only."""
        return self.family, self.subject, self.onset


_decoder = msgspec.msgpack.Decoder(list[Transition])


def encode(transitions: Sequence[Transition]) -> bytes:
    """As they travel in the stream ALERTS."""
    return msgspec.msgpack.encode(transitions)


def decode(data: bytes) -> list[Transition]:
    """The reverse of `encode`. Raises msgspec.DecodeError."""
    return _decoder.decode(data)
