"""Rules outside the database: a rule in force, an activation, a test over past data. Nothing here needs Django's models."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from sen.apps.alerts.evaluation.values import RuleInForce

__all__ = ["Activation", "Firing", "RuleInForce", "RuleTest", "TestState"]

TestState = Literal["waiting", "running", "done", "cancelled", "failed"]


class Activation(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a unit has switched a rule on, who answers for it there, and what of it is in force.

    `waiting` says why a rule that is switched on is not in force now, for example because its procedure is gone.
    """

    template_id: UUID
    unit_id: UUID
    on: bool
    owner_role: str
    owner_user_id: UUID | None
    owner_name: str
    revision: int
    switched_at: datetime | None
    switched_by: str
    untested_reason: str
    waiting: str
    in_force_id: UUID | None


class Firing(msgspec.Struct, frozen=True, kw_only=True):
    """Where a rule would have fired: the subject, from when to when (None = still so at the end), ms since the epoch, its worst value."""

    subject: str
    name: str
    onset: int
    raised: int
    cleared: int | None
    peak: float | None
    limit: float | None
    series: int | None = None
    facts: dict[str, Any] = {}


class RuleTest(msgspec.Struct, frozen=True, kw_only=True):
    """A rule tried on past data. `progress` runs from 0 to 1; `count` are all firings, `firings` the first of them.

    `chattering`: subjects that fired again within ten minutes. `assets`: how many assets the rule watches.
    """

    id: UUID
    template_id: UUID | None
    unit_id: UUID
    version: int | None
    digest: str
    state: TestState
    progress: float
    since: datetime
    until: datetime
    asked_at: datetime
    asked_by: str
    rows_read: int
    count: int
    subjects: int
    assets: int
    chattering: tuple[str, ...]
    firings: tuple[Firing, ...]
    error: str
