"""A figure as it is shown: value or reason, with all that stands beside a number."""

from __future__ import annotations

from datetime import datetime

import msgspec

from sen.apps.indicators.periods import Period
from sen.apps.organisations.interface import UnitRef


class FigurePart(msgspec.Struct, frozen=True):
    """What one unit (or, for a formula, one indicator named `label`) gave; `share` None where it is not known."""

    label: str
    value: float | None
    share: float | None = 1.0
    unit: UnitRef | None = None


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """An indicator of a unit in a period. Without a value `reason` says why; `known` is what incomplete parts would give.

    `origin`: recorded, carried (over a reorganisation), formula, series, computed (by another app). `status`: estimated, preliminary, official, revised, or
    computed. `days` and `stations` tell how much a measure of series rests on.
    """

    unit: UnitRef
    period: Period
    value: float | None
    reason: str = ""
    known: float | None = None
    origin: str = "recorded"
    status: str = ""
    by_hand: bool | None = None
    simulated: bool = False
    source: str = ""
    note: str = ""
    recorded_by: str = ""
    recorded_at: datetime | None = None
    parts: tuple[FigurePart, ...] = ()
    days: int = 0
    stations: int = 0
