"""What a pack may contain: the types of its rows. A pack is data; nothing here reads a file."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

Averaging = Literal["instant", "1h", "8h", "24h", "year"]
Severity = Literal["info", "notice", "warning", "serious"]

UNITS = frozenset(
    [
        "ug/m3",
        "mg/m3",
        "mg/L",
        "ug/L",
        "%",
        "Cel",
        "hPa",
        "m/s",
        "deg",
        "W/m2",
        "dB[SPL]",
        "V",
        "mV",
        "[pH]",
        "{MPN}/dL",
        "{NTU}",
        "uS/cm",
        "{PtCo}",
        "m3/h",
        "m3/s",
        "m",
        "mm",
        "[ppth]",
        "1",
        "km/h",
        "cm",
        "{vehicles}",
        "{vehicles}/h",
        "{persons}/h",
        "{spaces}",
        "{insects}/d",
        "{lamps}",
        "kW",
        "kW.h",
        "kvar",
        "A",
        "Hz",
    ]
)
"""The UCUM codes that packs may use (ucum.org); a new one is added here with the first property that needs it."""


class Property(msgspec.Struct, frozen=True, kw_only=True):
    """A measured property. `spike_step` is the largest believable change per hour, `stuck_hours` the longest believable standstill."""

    code: str
    name: str
    name_en: str
    unit: str
    unit_label: str
    decimals: int
    minimum: float
    maximum: float
    spike_step: float | None = None
    stuck_hours: float | None = None
    default_interval_s: int = 300
    aliases: list[str] = []


class AssetKind(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of asset. `smart_data_model` is its NGSI-LD entity type; `index` is computed from its hourly means."""

    code: str
    name: str
    name_en: str
    symbol: str
    smart_data_model: str
    properties: list[str]
    index: Literal["VN_AQI", "VN_WQI"] | None = None


class Limit(msgspec.Struct, frozen=True, kw_only=True):
    """A limit that holds on days `valid_from` <= day < `valid_to`; outside [minimum, maximum] is an exceedance.

    `verified` is false where no retrieved original backs the figure ("chưa kiểm chứng"). `station` is the code of the one
    asset that the row is for, None for every asset. `water_class` is the level of QCVN 08:2023, Bảng 2.
    """

    standard: str
    property: str
    averaging: Averaging
    minimum: float | None
    maximum: float | None
    unit: str
    water_class: str | None
    station: str | None
    severity: Severity
    valid_from: date
    valid_to: date | None
    verified: bool
    label: str
    source: str

    def holds_on(self, day: date) -> bool:
        """Whether the row is in force on `day`."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


class Category(msgspec.Struct, frozen=True, kw_only=True):
    """One class of an index: whole values `minimum`..`maximum`, its official colour and what it means for people."""

    code: str
    name: str
    name_en: str
    colour: str
    rgb: tuple[int, int, int]
    minimum: int
    maximum: int
    effect: str
    advice: str = ""
    advice_sensitive: str = ""


class IndexTable(msgspec.Struct, frozen=True, kw_only=True):
    """Tables of an index: `index` holds the sub-index at each column of `breakpoints`; the formulas live in sen.analytics.indices."""

    code: str
    name: str
    name_en: str
    source: str
    valid_from: date
    verified: bool
    index: list[int]
    breakpoints: dict[str, list[float]]
    categories: list[Category]
    groups: dict[str, list[str]] = {}
    limits: dict[str, float] = {}
    curves: dict[str, list[tuple[float, float]]] = {}
    minimum_groups: int = 0
    minimum_core_parameters: int = 0

    def category(self, value: float) -> Category | None:
        """The class of an index value; None for no value (negative)."""
        return next((c for c in self.categories if c.minimum <= value <= c.maximum), None)


class Problem(msgspec.Struct, frozen=True):
    """Why a file of a pack cannot be used: file (relative to the packs folder), line (0 = the whole file) and the reason."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}" if self.line else f"{self.file}: {self.reason}"
