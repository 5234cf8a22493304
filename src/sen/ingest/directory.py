"""Who sends what, held in memory: source key and device and property → series, with the checks that each series asks for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

import numpy as np
import numpy.typing as npt

from sen.apps.assets import interface as assets
from sen.apps.packs import interface as packs
from sen.apps.sources import interface as sources

MAX_PLANS = 64
"""Different sets of properties remembered per device; a device that sends more kinds of messages is resolved each time."""
NEVER_LATE = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Plan:
    """Where the values of one set of property symbols go: series numbers in the order of the symbols, 0 = nobody's."""

    series: tuple[int, ...]
    complete: bool


@dataclass
class Device:
    """One device of a source: property code → series number."""

    properties: dict[str, int]
    plans: dict[tuple[str, ...], Plan] = field(default_factory=dict)

    def plan(self, symbols: tuple[str, ...]) -> Plan:
        """The series of `symbols` as the device names them; aliases of the packs are known."""
        found = self.plans.get(symbols)
        if found is None:
            series = tuple(self._series(symbol) for symbol in symbols)
            found = Plan(series, all(series))
            if len(self.plans) < MAX_PLANS:
                self.plans[symbols] = found
        return found

    def _series(self, symbol: str) -> int:
        number = self.properties.get(symbol)
        if number is None:
            known = packs.property_for(symbol)
            number = self.properties.get(known.code, 0) if known else 0
        return number


@dataclass
class Origin:
    """A source as ingest knows it."""

    number: int
    code: str
    key: str
    connector: str
    active: bool
    owner_unit_id: UUID
    devices: dict[str, Device] = field(default_factory=dict)


@dataclass(frozen=True)
class Limits:
    """What is checked per series; arrays indexed by series number, so row 0 is nobody's."""

    minimum: npt.NDArray[np.float64]
    maximum: npt.NDArray[np.float64]
    spike_step: npt.NDArray[np.float64]
    """Largest believable change per hour; infinite where there is no such rule."""
    stuck_ms: npt.NDArray[np.int64]
    """Longest believable standstill; NEVER_LATE where there is no such rule."""
    allowed_delay_ms: npt.NDArray[np.int64]
    simulated: npt.NDArray[np.bool_]
    known: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.minimum)

    @classmethod
    def sized(cls, size: int) -> Limits:
        """Limits that find nothing wrong, for series numbers below `size`."""
        return cls(
            np.full(size, -np.inf),
            np.full(size, np.inf),
            np.full(size, np.inf),
            np.full(size, NEVER_LATE, np.int64),
            np.full(size, NEVER_LATE, np.int64),
            np.zeros(size, np.bool_),
            np.zeros(size, np.bool_),
        )


@dataclass(frozen=True)
class Directory:
    """One version of everything that resolving needs. Replaced as a whole when something changes."""

    version: int
    by_key: dict[str, Origin]
    by_number: dict[int, Origin]
    entries: dict[int, assets.SeriesEntry]
    by_code: dict[str, assets.SeriesEntry]
    by_asset: dict[str, assets.SeriesEntry]
    """One entry of each asset, for its owner and territory."""
    limits: Limits


def load() -> Directory:
    """Read the directory from the database; about a second per hundred thousand series."""
    version = assets.directory_version()
    origins: dict[str, Origin] = {}
    by_number: dict[int, Origin] = {}
    for row in sources.credentials():
        if row.key not in origins:
            origins[row.key] = by_number[row.number] = Origin(
                row.number, row.code, row.key, row.connector, row.active, row.owner_unit_id
            )
    entries = assets.directory()
    for entry in entries:
        origin = by_number.get(entry.source_number or 0)
        if origin is not None and entry.device:
            origin.devices.setdefault(entry.device, Device({})).properties[entry.property] = entry.number
    return Directory(
        version,
        origins,
        by_number,
        {entry.number: entry for entry in entries},
        {entry.code: entry for entry in entries},
        {entry.asset_code: entry for entry in entries},
        limits_of(entries),
    )


def limits_of(entries: Iterable[assets.SeriesEntry]) -> Limits:
    """The checks of each series from its property in the packs and its source's promise."""
    rows = list(entries)
    known = packs.properties()
    limits = Limits.sized(max((row.number for row in rows), default=0) + 1)
    for row in rows:
        number = row.number
        limits.known[number] = True
        limits.simulated[number] = row.simulated
        if row.allowed_delay_s > 0:
            limits.allowed_delay_ms[number] = row.allowed_delay_s * 1000
        rule = known.get(row.property)
        if rule is None:
            continue
        limits.minimum[number], limits.maximum[number] = rule.minimum, rule.maximum
        if rule.spike_step is not None:
            limits.spike_step[number] = rule.spike_step
        if rule.stuck_hours is not None:
            limits.stuck_ms[number] = int(rule.stuck_hours * 3_600_000)
    return limits
