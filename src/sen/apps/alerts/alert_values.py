"""Alerts outside the database: what lists, pages, the live feed and other apps see of them. Nothing here needs Django's models."""

from __future__ import annotations

import builtins
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from sen.apps.alerts.rules.values import RuleInForce
from sen.apps.organisations.interface import UnitRef

Tab = Literal["all", "unseen", "mine", "seen", "shelved", "closed"]
StateForPeople = Literal["unseen", "seen", "acknowledged", "assigned", "shelved", "joined", "closed"]


class AlertRef(msgspec.Struct, frozen=True, kw_only=True):
    """An alert as other objects name it."""

    id: UUID
    number: str
    title: str
    severity: str
    state: str
    asset_code: str
    asset_name: str
    onset_at: datetime
    cleared_at: datetime | None
    drill: bool
    simulated: bool


class AlertSummary(msgspec.Struct, frozen=True, kw_only=True):
    """An alert in lists and in live messages. Times are aware UTC.

    `severity` is the gravest of its group; `merged` counts the other alerts under this head, `repeats` how often its own
    subject fired. `state` of a live message knows no person: a new alert is `unseen` for everybody. `unit_codes`: owner, ground
    and desk. `loud`: somebody should hear it, because it is of the highest level and nobody has taken it.
    """

    id: UUID
    number: str
    revision: int
    title: str
    why: str
    unverified: bool
    severity: str
    state: StateForPeople
    asset_code: str
    asset_name: str
    asset_kind: str
    property: str
    lon: float | None
    lat: float | None
    place: str
    theme: str
    theme_name: str
    unit: UnitRef
    territory: UnitRef | None
    unit_codes: tuple[str, ...]
    desk_id: UUID
    onset_at: datetime
    raised_at: datetime
    arrived_at: datetime
    cleared_at: datetime | None
    last_value: float | None
    peak_value: float | None
    limit: float | None
    unit_label: str
    repeats: int
    merged: int
    head_id: UUID | None
    due_at: datetime | None
    overdue: bool
    acknowledged_by: str
    acknowledged_at: datetime | None
    assigned_to_id: str
    assigned_to: str
    shelved_until: datetime | None
    shelved_reason: str
    incident_id: UUID | None
    incident_number: str
    closed_at: datetime | None
    outcome: str
    silent: bool
    drill: bool
    simulated: bool
    seen_by_me: bool = False

    @builtins.property
    def loud(self) -> bool:
        """Whether it waits at the highest level."""
        return self.severity == "serious" and self.state in {"unseen", "seen"} and not self.silent


class EventLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of an alert's history: what the data did, or what somebody did."""

    at: datetime
    kind: str
    words: str
    by: str = ""
    note: str = ""


class EarlierAlert(msgspec.Struct, frozen=True, kw_only=True):
    """An earlier occurrence of the same rule at the same subject, and who did what about it."""

    number: str
    raised_at: datetime
    cleared_at: datetime | None
    closed_at: datetime | None
    peak_value: float | None
    outcome: str
    acknowledged_by: str
    acknowledged_at: datetime | None
    closed_by: str
    incident_number: str
    note: str


class AlertDetail(AlertSummary, frozen=True, kw_only=True):
    """An alert with everything that its page shows. `facts` are the transition's."""

    rule: RuleInForce
    facts: Mapping[str, Any]
    peak_severity: str
    shelved_by: str = ""
    closed_by: str = ""
    outcome_note: str = ""
    events: tuple[EventLine, ...] = ()
    members: tuple[AlertSummary, ...] = ()
    earlier: tuple[EarlierAlert, ...] = ()


class QueueFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which alerts a list shows. `unit_ids`: owned by, on the ground of, or handled by one of these. `rule`: a family."""

    tab: Tab = "all"
    severity: str = ""
    theme: str = ""
    unit_ids: frozenset[UUID] | None = None
    rule: str = ""
    asset: str = ""
    q: str = ""
    drill: bool | None = None
    since: datetime | None = None
    until: datetime | None = None
    with_members: bool = False


class Page(msgspec.Struct, frozen=True):
    """A piece of a list and the cursor of the next one."""

    items: tuple[AlertSummary, ...]
    next: str | None


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """Open heads that the caller sees, by severity; drills and what is shelved or closed are left out.

    `unseen`: not looked at by the caller; `mine`: assigned to the caller; `loud`: of the highest level and taken by nobody.
    """

    serious: int = 0
    warning: int = 0
    notice: int = 0
    info: int = 0
    unseen: int = 0
    mine: int = 0
    shelved: int = 0
    loud: int = 0

    @property
    def total(self) -> int:
        """All open ones."""
        return self.serious + self.warning + self.notice + self.info


class ConflictLine(msgspec.Struct, frozen=True, kw_only=True):
    """Why one alert of a bulk action was left as it is: who did what meanwhile."""

    id: UUID
    number: str
    message: str
    revision: int


class Bulk(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of an action. `undo`: what takes it back, until `undo_until`; None where there is nothing to take back."""

    changed: tuple[AlertSummary, ...]
    conflicts: tuple[ConflictLine, ...] = ()
    undo: UUID | None = None
    undo_until: datetime | None = None


class Applied(msgspec.Struct, frozen=True, kw_only=True):
    """What a batch of transitions did; those that were known already are in neither number."""

    raised: int = 0
    changed: int = 0
    alert_ids: tuple[UUID, ...] = ()
