"""The values in which sheets are spoken of outside the database."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

import msgspec

from sen.apps.indicators.periods import Period
from sen.apps.organisations.interface import UnitRef

Timeliness = Literal["not_due", "due_soon", "late", "on_time", "handed_in_late"]


class EntryRef(msgspec.Struct, frozen=True, kw_only=True):
    """One sheet of one unit and period as lists show it. `days_late` counts whole days after `due_on`, also of one handed in late."""

    id: UUID
    sheet: str
    name: str
    unit: UnitRef
    period: Period
    due_on: date
    state: str
    timeliness: Timeliness
    days_late: int
    filled: int
    rows: int
    round: int
    revision: int
    submitted_at: datetime | None = None
    submitted_by: str = ""
    decided_at: datetime | None = None
    decided_by: str = ""
    simulated: bool = False
    may_fill_in: bool = False
    may_approve: bool = False

    @property
    def address(self) -> str:
        return f"/figures/sheets/{self.id}/"
