"""A tile as it is shown: its state, what its template draws, where it leads, and the figures behind it with their provenance."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec

from sen.apps.assets import interface as assets
from sen.apps.organisations import interface as organisations

State = Literal["ok", "stale", "empty", "unavailable", "broken"]


class Link(msgspec.Struct, frozen=True):
    """Where a tile leads: words of the action and the address."""

    words: str
    address: str


class Shown(msgspec.Struct, kw_only=True):
    """What a kind makes of its settings. `cause` and `advice` say why there is nothing to show, and what to do."""

    title: str
    template: str = ""
    state: State = "ok"
    severity: str = "normal"
    data: dict[str, Any] = {}
    link: Link | None = None
    cause: str = ""
    advice: str = ""
    series: list[assets.SeriesNow] = []
    value: float | None = None
    unit_label: str = ""
    at: datetime | None = None


class TileView(msgspec.Struct, frozen=True, kw_only=True):
    """One tile of a board at its place, ready for `dashboards/grid.html`."""

    code: str
    kind: str
    x: int
    y: int
    w: int
    h: int
    shown: Shown
    digest: str


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """A dashboard as one unit sees it at one moment; `topics` are the live feed's that renew it."""

    unit: organisations.UnitRef
    tiles: tuple[TileView, ...]
    at: datetime
    rows: int
    topics: str
