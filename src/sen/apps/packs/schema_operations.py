"""What a pack brings for the people who work with the data: module, indicators, dashboards. Types only."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

Direction = Literal["up", "down", "none"]
"""Which way is better."""


class Measure(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """By what a module's success is measured, and `how` a baseline is found before it is switched on."""

    name: str
    name_en: str
    unit: str
    direction: Direction
    how: str


class Module(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[module]` of pack.toml: what a unit switches on, and what has to be true before it does.

    `asset_kinds`: of at least one of them the unit needs assets. `fresh_share` (0 to 1): share of its series that must be fresh.
    A module without asset kinds lives on the pack's entry sheets: `on_time_share` (0 to 1) of those due must have come in time.
    `upkeep`: what somebody has to keep up, one line each. `procedure`: the question that a response procedure must answer;
    `sops`: the codes of the pack's own procedures, as a beginning.
    """

    name: str
    name_en: str
    purpose: str
    purpose_en: str
    asset_kinds: list[str] = []
    fresh_share: float = 0.0
    on_time_share: float = 0.0
    measure: Measure
    upkeep: list[str]
    procedure: str
    sops: list[str] = []

    @property
    def by_sheets(self) -> bool:
        """Whether readiness is measured by sheets handed in on time, not by devices."""
        return not self.asset_kinds


class IndicatorDefinition(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An indicator as a pack defines it.

    `across_units`: how figures of units that merged become one. `weight`: code of the indicator that weights a weighted mean.
    `formula` (sen.kernel.formula) names other indicators by code; empty where the figure is entered. `due_day`: the day
    after the period's end, counted from 1, by which the figure is due.
    """

    code: str
    name: str
    name_en: str
    unit_label: str
    decimals: int
    direction: Direction
    period: Literal["month", "quarter", "half_year", "year"]
    cumulative: bool = False
    across_units: Literal["sum", "mean", "weighted_mean", "none"] = "none"
    weight: str = ""
    formula: str = ""
    source_agency: str = ""
    due_day: int = 15
    source: str = ""
    pack: str = ""


class Tile(msgspec.Struct, frozen=True, kw_only=True):
    """What every tile of a dashboard has: its place on 12 columns. The settings belong to its kind."""

    code: str
    kind: Literal["number", "chart", "index", "list", "map", "indicator", "note", "clock"]
    title: str = ""
    title_en: str = ""
    x: int
    y: int
    w: int
    h: int
    settings: dict[str, Any] = {}

    def overlaps(self, other: Tile) -> bool:
        """Whether the two cover a common cell."""
        return (
            self.x < other.x + other.w
            and other.x < self.x + self.w
            and self.y < other.y + other.h
            and other.y < self.y + self.h
        )


class DashboardFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`dashboards/*.toml`: `content` is the content of the template that it becomes.

    `audience`: kinds of unit that it is published to (empty = all below the owner). `open_fields`: what they may change.
    `home`: good as the first page of a unit.
    """

    code: str
    name: str
    name_en: str
    description: str
    description_en: str = ""
    audience: list[str] = []
    open_fields: list[str] = []
    home: bool = False
    tiles: list[dict[str, Any]]
    pack: str = ""

    @property
    def content(self) -> dict[str, Any]:
        """What the template holds."""
        return {"tiles": self.tiles}


class Demo(msgspec.Struct, frozen=True, kw_only=True):
    """`demo.toml`: parameters of the simulator's models by name; the stations lie in demo/*.csv beside it."""

    models: dict[str, dict[str, Any]] = {}


class LimitSetFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`limit_sets/*.toml`: a unit's own limits, exported by a province; it becomes a template of kind `limit_set`."""

    code: str
    name: str
    name_en: str = ""
    description: str = ""
    audience: list[str] = []
    open_fields: list[str] = []
    rows: list[dict[str, Any]]
    pack: str = ""

    @property
    def content(self) -> dict[str, Any]:
        """What the template holds."""
        return {"rows": self.rows}
