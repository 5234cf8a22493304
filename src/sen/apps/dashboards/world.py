"""What the tiles of one board look at: the viewing unit and its ground, one moment of all series, and what was asked once for all.

A tile first says what it needs (`Need`), then shows it from `Facts`. What could not be read is raised where a tile asks for
it, so that the tiles that do without are shown all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

import msgspec
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope
from sen.apps.alerts import interface as alerts
from sen.apps.assets import interface as assets
from sen.apps.indicators import interface as indicators
from sen.apps.organisations import interface as organisations
from sen.apps.packs import interface as packs
from sen.apps.sources import interface as sources
from sen.kernel.errors import SenError

SEVERITY_ORDER = ("info", "notice", "warning", "serious")
IndicatorFigure = indicators.IndicatorFigure
Group = tuple[tuple[int, ...], int]
"""Series numbers that are put together, and how many hours of them."""


@dataclass(frozen=True)
class World:
    """The viewing unit at a moment. `units` is what its selections are relative to, None for the whole province."""

    scope: Scope
    unit: organisations.UnitRef
    units: frozenset[UUID] | None
    now: datetime
    hours: int | None = None
    """The time range that the page chose; None leaves each tile its own."""

    @cached_property
    def present(self) -> assets.Present:
        """All visible series at this moment; asked once, when the first tile wants it."""
        return assets.present(self.scope)


@dataclass
class Need:
    """What one tile wants to be read; everything is optional."""

    apart: dict[int, int] = field(default_factory=dict)
    together: list[Group] = field(default_factory=list)
    units: set[UUID] = field(default_factory=set)
    late_sources: int = 0
    proposals: int = 0
    alerts: int = 0
    templates: bool = False
    ground: bool = False
    indicators: set[tuple[str, str]] = field(default_factory=set)

    def series(self, number: int, hours: int) -> None:
        """Ask for the last `hours` of a series."""
        self.apart[number] = max(hours, self.apart.get(number, 0))


@dataclass(frozen=True)
class Hours:
    """The hours that all tiles asked for."""

    apart: dict[int, list[assets.HourOf]]
    together: dict[Group, list[assets.HourTogether]]


class Facts:
    """What was read for all tiles of a board, in a number of statements that does not depend on how many tiles there are."""

    def __init__(self, world: World, needs: Sequence[Need]) -> None:
        self._world = world
        self._needs = needs
        self._read: dict[str, Any] = {}
        wanted = {
            "hours": any(need.apart or need.together for need in needs),
            "units": any(need.units for need in needs),
            "late_sources": any(need.late_sources for need in needs),
            "proposals": any(need.proposals for need in needs),
            "alerts": any(need.alerts for need in needs),
            "templates": any(need.templates for need in needs),
            "ground": any(need.ground for need in needs),
            "indicators": any(need.indicators for need in needs),
        }
        for name, asked in wanted.items():
            if asked:
                try:
                    self._read[name] = getattr(self, f"_{name}")()
                except SenError as error:
                    self._read[name] = error

    @property
    def hours(self) -> Hours:
        """Raises SenError where telemetry did not answer."""
        found: Hours = self._got("hours", Hours({}, {}))
        return found

    @property
    def units(self) -> dict[UUID, organisations.UnitRef]:
        """Owners by id."""
        found: dict[UUID, organisations.UnitRef] = self._got("units", {})
        return found

    @property
    def late_sources(self) -> list[sources.LateSource]:
        """Late and lost sources of the unit."""
        found: list[sources.LateSource] = self._got("late_sources", [])
        return found

    @property
    def proposals(self) -> list[sources.OpenProposal]:
        """Devices that wait for a decision of the unit."""
        found: list[sources.OpenProposal] = self._got("proposals", [])
        return found

    @property
    def open_alerts(self) -> list[alerts.AlertSummary]:
        """Open alerts of the unit, the gravest first."""
        found: list[alerts.AlertSummary] = self._got("alerts", [])
        return found

    @property
    def templates(self) -> list[Any]:
        """Inherited templates of the unit with a version to decide on, and offers."""
        found: list[Any] = self._got("templates", [])
        return found

    @property
    def ground(self) -> tuple[float, float, float, float] | None:
        """West, south, east, north of the unit's territory; None where it is not known."""
        found: tuple[float, float, float, float] | None = self._got("ground", None)
        return found

    @property
    def indicators(self) -> dict[tuple[str, str], Any]:
        """Figures of the unit by indicator and tree; a SenError where one could not be read."""
        found: dict[tuple[str, str], Any] = self._got("indicators", {})
        return found

    def _got(self, name: str, nothing: Any) -> Any:
        found = self._read.get(name, nothing)
        if isinstance(found, SenError):
            raise found
        return found

    def _hours(self) -> Hours:
        apart: dict[int, int] = {}
        for need in self._needs:
            for number, length in need.apart.items():
                apart[number] = max(length, apart.get(number, 0))
        groups = list(dict.fromkeys(group for need in self._needs for group in need.together))
        read = assets.hours_of(apart, groups)
        return Hours(dict(read.apart), dict(zip(groups, read.together, strict=True)))

    def _units(self) -> dict[UUID, organisations.UnitRef]:
        return organisations.units_by_id({unit for need in self._needs for unit in need.units})

    def _late_sources(self) -> list[sources.LateSource]:
        limit = max(need.late_sources for need in self._needs)
        return sources.late_sources(self._world.scope, units=self._world.units, limit=limit)

    def _proposals(self) -> list[sources.OpenProposal]:
        limit = max(need.proposals for need in self._needs)
        return sources.open_proposals(self._world.scope, units=self._world.units, limit=limit)

    def _alerts(self) -> list[alerts.AlertSummary]:
        page = alerts.queue(self._world.scope, alerts.QueueFilter(unit_ids=self._world.units, drill=False))
        return sorted(page.items, key=lambda one: (-SEVERITY_ORDER.index(one.severity), -one.raised_at.timestamp()))

    def _templates(self) -> list[Any]:
        standing = packs.effective(self._world.scope, self._world.unit.id)
        return [one for one in standing if one.pending is not None]

    def _ground(self) -> tuple[float, float, float, float] | None:
        feature = organisations.territory(self._world.unit.id)
        if feature is None:
            return None
        points = list(_points(feature["geometry"]["coordinates"]))
        lons, lats = [lon for lon, _lat in points], [lat for _lon, lat in points]
        return min(lons), min(lats), max(lons), max(lats)

    def _indicators(self) -> dict[tuple[str, str], Any]:
        found: dict[tuple[str, str], Any] = {}
        for code, tree in sorted({one for need in self._needs for one in need.indicators}):
            try:
                found[code, tree] = self._indicator(code, tree)
            except SenError as error:
                found[code, tree] = error
        return found

    def _indicator(self, code: str, tree: str) -> IndicatorFigure | None:
        """The newest figure; with `as_was` the one that the unit itself had in that period."""
        world = self._world
        newest = indicators.figure(world.scope, code, world.unit.id)
        if newest is None or tree == "today":
            return newest
        rows = indicators.by_unit(world.scope, code, newest.period, "as_was")
        own = next((row for row in rows if row.unit.id == world.unit.id), None)
        value, reason = (own.value, own.reason) if own else (None, _("Đơn vị chưa có trong kỳ này."))
        return msgspec.structs.replace(newest, value=value, reason=reason, before=None)


def _points(coordinates: Any) -> Any:
    if coordinates and isinstance(coordinates[0], int | float):
        yield float(coordinates[0]), float(coordinates[1])
    else:
        for part in coordinates:
            yield from _points(part)
