"""One moment of all visible series and assets, for screens that show many figures at once.

Who shows twenty figures takes one `Present`, picks from it without a further question, and asks telemetry for all the hours it
needs in one call (`hours`). The number of statements does not depend on how many figures are shown.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

import msgspec
import numpy as np
from numpy.typing import NDArray

from sen.apps.access.interface import Scope
from sen.apps.assets import board, states
from sen.apps.assets.charts import short_name
from sen.apps.assets.readings import LOST_AFTER_GAPS
from sen.apps.assets.station_view import name_of_kind, name_of_property, quality_words
from sen.apps.packs import interface as packs
from sen.kernel import clock
from sen.kernel.text import folded
from sen.telemetry.flags import INVALID, is_valid

Positions = NDArray[np.int64]


class LimitNow(msgspec.Struct, frozen=True):
    """A limit against the value that it is for: the worst exceeded one, else the nearest. `name` is short, `label` whole."""

    name: str
    label: str
    severity: str
    bound: float
    value: float
    exceeded: bool
    verified: bool
    averaging: str


class SeriesNow(msgspec.Struct, frozen=True):
    """The newest row of a series with what a reader must know; `at` None where nothing ever came. Seconds for `due_s`, `lost_s`."""

    position: int
    number: int
    code: str
    asset: str
    asset_name: str
    kind: str
    property: str
    property_name: str
    unit_label: str
    decimals: int
    owner_id: UUID
    territory_id: UUID | None
    at: datetime | None
    value: float | None
    flags: int
    valid: bool
    quality: str
    freshness: str
    due_s: int
    lost_s: int
    severity: str
    limit: LimitNow | None
    simulated: bool


class IndexNow(msgspec.Struct, frozen=True):
    """The newest hourly index of a station. `rank` counts its categories from the lowest values, 1 is the first."""

    name: str
    value: int
    rank: int
    category: str
    category_name: str
    at: datetime


class AssetNow(msgspec.Struct, frozen=True):
    """An asset with its state; `reason` in one sentence, empty where nothing is wrong."""

    code: str
    name: str
    kind: str
    kind_name: str
    owner_id: UUID
    territory_id: UUID | None
    lon: float | None
    lat: float | None
    state: str
    severity: str
    freshness: str
    at: datetime | None
    due_s: int
    lost_s: int
    reason: str
    index: IndexNow | None
    simulated: bool


class LimitLine(msgspec.Struct, frozen=True):
    """A limit as a chart's line."""

    value: float
    label: str
    severity: str
    verified: bool


@dataclass(frozen=True)
class Together:
    """Several series put together: counts, and the ones that stand for the result. `value` None without a usable value."""

    value: float | None
    count: int
    used: int
    over: int
    late: int
    oldest: datetime | None
    newest: datetime | None
    extreme: int
    """Position of the series that has the value, for max and min; -1 otherwise."""


class Present:
    """What a caller may see of all series and assets at one moment. No method asks a database."""

    def __init__(self, scope: Scope, present: board.Board) -> None:
        self._board = present
        self._seen = present.visible(scope)
        self._places = present.places

    @property
    def at(self) -> datetime:
        """When the values were read."""
        return clock.from_ms(self._board.at_ms)

    # -- picking

    def find(self, code: str) -> SeriesNow | None:
        """The series `asset/property`; None when unknown or not visible."""
        at = _lookup(self._places).by_code.get(code)
        if at is None or not self._seen[self._places.series.asset[at]]:
            return None
        return self.series([at])[0]

    def select(self, property_: str, *, asset_kind: str = "", units: Collection[UUID] | None = None) -> Positions:
        """Positions of the visible series of a property whose assets are owned by, or stand in, one of `units` (None = all)."""
        of_property = _lookup(self._places).by_property.get(property_)
        if of_property is None:
            return np.zeros(0, np.int64)
        wanted = self.assets_in(units)[self._places.series.asset[of_property]]
        if asset_kind:
            kinds = np.array([kind == asset_kind for kind in self._places.kinds] + [False])
            wanted &= kinds[self._places.kind[self._places.series.asset[of_property]]]
        return of_property[wanted]

    def assets_in(self, units: Collection[UUID] | None) -> NDArray[np.bool_]:
        """Which assets are visible and owned by, or stand in, one of `units` (None = all), by position."""
        if units is None:
            return self._seen
        allowed = np.array([unit in units for unit in self._places.units] + [False])
        mine: NDArray[np.bool_] = self._seen & (allowed[self._places.owner] | allowed[self._places.territory])
        return mine

    def properties(self, units: Collection[UUID] | None) -> list[str]:
        """What the stations of `units` (None = all) measure, the most common first."""
        mine = self.assets_in(units)[self._places.series.asset]
        counts = {one: int(np.count_nonzero(mine[at])) for one, at in _lookup(self._places).by_property.items()}
        return sorted((one for one, count in counts.items() if count), key=lambda one: (-counts[one], one))

    def search(self, q: str, *, units: Collection[UUID] | None = None, limit: int = 20) -> list[SeriesNow]:
        """Visible series whose station's code or name, or property, hold every word of `q`, without regard to diacritics."""
        words = folded(q).split()[:6]
        mine = self.assets_in(units)
        found: list[int] = []
        for at, (asset, property_) in enumerate(
            zip(self._places.series.asset.tolist(), self._places.series.property, strict=True)
        ):
            if not mine[asset]:
                continue
            known = packs.properties().get(property_)
            text = f"{self._places.code[asset]} {self._places.name[asset]} {property_} {known.name if known else ''}"
            if all(word in folded(text) for word in words):
                found.append(at)
                if len(found) == limit:
                    break
        return self.series(found)

    # -- figures

    def series(self, positions: Sequence[int]) -> list[SeriesNow]:
        """The series at these positions, in this order."""
        return [self._one(at, limit) for at, limit in zip(positions, self._limits(positions), strict=True)]

    def together(self, positions: Positions, fn: str) -> Together:
        """`max`, `min`, `mean` or `sum` of the newest usable values, or how many are over a limit (`count_over`).

        A lost series and an invalid value do not take part; they are counted in `late` and missing from `used`.
        """
        values, fresh = self._board.values, self._fresh[positions]
        usable = np.where(fresh < states.LOST, self._usable[positions], np.nan)
        known = np.flatnonzero(~np.isnan(usable))
        over = int(np.count_nonzero(self._worst[0][positions] > 0))
        times = values.time[positions][known]
        oldest = clock.from_ms(int(times.min())) if len(times) else None
        newest = clock.from_ms(int(times.max())) if len(times) else None
        value, extreme = self._combined(usable, known, positions, fn, over)
        late = int(np.count_nonzero(fresh != states.FRESH))
        return Together(value, len(positions), len(known), over, late, oldest, newest, extreme)

    def _combined(
        self, usable: states.Floats, known: NDArray[np.intp], positions: Positions, fn: str, over: int
    ) -> tuple[float | None, int]:
        if fn == "count_over":
            return (float(over) if len(positions) else None), -1
        if not len(known):
            return None, -1
        if fn in ("max", "min"):
            best = known[int((np.argmax if fn == "max" else np.argmin)(usable[known]))]
            return float(usable[best]), int(positions[best])
        return float(usable[known].sum() if fn == "sum" else usable[known].mean()), -1

    def worst(self, positions: Positions, limit: int) -> list[int]:
        """The positions with the severest exceeded limit first, then the highest usable value; silent ones last."""
        value = np.where(self._fresh[positions] < states.LOST, self._usable[positions], np.nan)
        order = np.lexsort((np.where(np.isnan(value), np.inf, -value), -self._worst[0][positions]))
        chosen: list[int] = positions[order[:limit]].tolist()
        return chosen

    def numbers(self, positions: Sequence[int] | Positions) -> list[int]:
        """The telemetry numbers of series."""
        chosen: list[int] = self._places.series.number[np.asarray(positions, dtype=np.int64)].tolist()
        return chosen

    def limit_lines(self, position: int) -> list[LimitLine]:
        """The limits in force for a series as lines of a chart; at most five, the severest kept."""
        prop = packs.properties().get(self._places.series.property[position])
        if prop is None:
            return []
        lines = []
        for limit, rows in self._board.limits.rows:
            at = int(np.searchsorted(rows, position))
            if at == len(rows) or rows[at] != position:
                continue
            lines += [
                LimitLine(bound, short_name(limit, bound, prop), limit.severity, limit.verified)
                for bound in (limit.minimum, limit.maximum) if bound is not None
            ]  # fmt: skip
        return sorted(lines, key=lambda line: -states.SEVERITIES.index(line.severity))[:5]

    # -- assets

    def assets(self, chosen: NDArray[np.bool_], *, order: str, limit: int) -> list[AssetNow]:
        """Assets of a mask: `over` worst limit first, `silent` longest silence first, `index` worst index first."""
        found = np.flatnonzero(chosen)
        if order == "over":
            found = found[self._board.states.severity[found] > 0]
            found = found[np.argsort(-self._board.states.severity[found], kind="stable")]
        elif order == "silent":
            found = found[self._board.states.freshness[found] != states.FRESH]
            found = found[np.argsort(self._board.states.newest[found], kind="stable")]
        else:
            found = found[self._board.index_value[found] >= 0]
            found = found[np.argsort(-self._badness[found], kind="stable")]
        return [self._asset(at) for at in found[:limit].tolist()]

    def with_index(self, chosen: NDArray[np.bool_], name: str) -> NDArray[np.bool_]:
        """The assets of a mask that have the index `name`."""
        named: NDArray[np.bool_] = chosen & np.array([one == name for one in self._board.index_name], dtype=bool)
        return named

    def bounds(self, chosen: NDArray[np.bool_]) -> tuple[float, float, float, float] | None:
        """West, south, east, north of the located assets of a mask."""
        lon, lat = self._places.lon[chosen], self._places.lat[chosen]
        lon, lat = lon[~np.isnan(lon)], lat[~np.isnan(lat)]
        if not len(lon):
            return None
        return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())

    def _asset(self, at: int) -> AssetNow:
        places, found = self._places, self._board.states
        newest, due_s = int(found.newest[at]), int(places.due_ms[at]) // 1000
        kind = places.kinds[places.kind[at]]
        return AssetNow(
            places.code[at], places.name[at], kind, name_of_kind(kind), self._owner(at), self._territory(at),
            None if math.isnan(places.lon[at]) else float(places.lon[at]),
            None if math.isnan(places.lat[at]) else float(places.lat[at]),
            states.STATES[int(found.state[at])], states.SEVERITIES[int(found.severity[at])],
            states.FRESHNESS[int(found.freshness[at])], clock.from_ms(newest) if newest else None,
            due_s, LOST_AFTER_GAPS * due_s, self._board.reason(at), self._index(at), bool(places.simulated[at]),
        )  # fmt: skip

    def _index(self, at: int) -> IndexNow | None:
        value = int(self._board.index_value[at])
        if value < 0:
            return None
        name = self._board.index_name[at]
        table = packs.index_table(name)
        category = table.category(value)
        if category is None:
            return None
        rank = sorted(table.categories, key=lambda one: one.minimum).index(category) + 1
        return IndexNow(name, value, rank, category.code, category.name, clock.from_ms(int(self._board.index_at[at])))

    def _owner(self, asset: int) -> UUID:
        return self._places.units[int(self._places.owner[asset])]

    def _territory(self, asset: int) -> UUID | None:
        at = int(self._places.territory[asset])
        return self._places.units[at] if at < len(self._places.units) else None

    # -- series, one by one

    def _one(self, at: int, limit: LimitNow | None) -> SeriesNow:
        places, values = self._places, self._board.values
        asset = int(places.series.asset[at])
        property_ = places.series.property[at]
        known = packs.properties().get(property_)
        time_ms, value, flags = int(values.time[at]), float(values.value[at]), int(values.flags[at])
        due_s = int(places.series.due_ms[at]) // 1000
        severity = states.SEVERITIES[int(self._worst[0][at])]
        return SeriesNow(
            at, int(places.series.number[at]), str(places.series_code[at]), places.code[asset], places.name[asset],
            places.kinds[places.kind[asset]], property_, name_of_property(known) if known else property_,
            known.unit_label if known else "", known.decimals if known else 2, self._owner(asset), self._territory(asset),
            clock.from_ms(time_ms) if time_ms else None, None if math.isnan(value) else value, flags,
            not math.isnan(value) and is_valid(flags), quality_words(flags), states.FRESHNESS[int(self._fresh[at])],
            due_s, LOST_AFTER_GAPS * due_s, severity, limit, bool(places.simulated[asset]),
        )  # fmt: skip

    def _limits(self, positions: Sequence[int]) -> list[LimitNow | None]:
        """For each series the exceeded limit of highest severity, else the one that is nearest to being exceeded."""
        asked = np.asarray(positions, dtype=np.int64)
        best: list[tuple[tuple[int, float], LimitNow] | None] = [None] * len(asked)
        if not len(asked):
            return []
        held = states.compared(self._board.values)
        for limit, rows in self._board.limits.rows:
            at = np.minimum(np.searchsorted(rows, asked), len(rows) - 1) if len(rows) else asked
            for place in np.flatnonzero(rows[at] == asked).tolist() if len(rows) else ():
                value = float(held[limit.averaging][asked[place]])
                if math.isnan(value) or self._fresh[asked[place]] >= states.LOST:
                    continue
                now, nearness = _limit_now(limit, value)
                rank = (states.SEVERITIES.index(limit.severity) if now.exceeded else 0, nearness)
                if best[place] is None or rank > best[place][0]:  # type: ignore[index]
                    best[place] = (rank, now)
        return [one[1] if one else None for one in best]

    @cached_property
    def _fresh(self) -> states.Ints:
        return states.freshness_of(self._places.series, self._board.values, clock.now_ms())

    @cached_property
    def _worst(self) -> tuple[states.Ints, states.Ints]:
        return states.worst_limits(self._places.series, self._board.values, self._board.limits, self._fresh)

    @cached_property
    def _usable(self) -> states.Floats:
        values = self._board.values
        return np.where((values.flags & INVALID) == 0, values.value, np.nan)

    @cached_property
    def _badness(self) -> states.Ints:
        """How bad an index value is: VN_WQI falls as water gets worse."""
        falling = np.array([name == "VN_WQI" for name in self._board.index_name], dtype=bool)
        return np.where(falling, 100 - self._board.index_value, self._board.index_value)


@dataclass(frozen=True)
class _Lookup:
    """Positions by code and by property; made once per directory version, not per page."""

    places: board.Places
    by_code: dict[str, int]
    by_property: dict[str, Positions]


_latest_lookup: _Lookup | None = None


def _lookup(places: board.Places) -> _Lookup:
    global _latest_lookup
    found = _latest_lookup
    if found is None or found.places is not places:
        properties = np.array(places.series.property, dtype=object)
        by_property = {one: np.flatnonzero(properties == one) for one in set(places.series.property)}
        by_code = {code: at for at, code in enumerate(places.series_code.tolist())}
        _latest_lookup = found = _Lookup(places, by_code, by_property)
    return found


def _limit_now(limit: packs.Limit, value: float) -> tuple[LimitNow, float]:
    """The limit against a value, and how near (or how far beyond) the value is, relative to the bound."""
    sides = [(value - limit.maximum, limit.maximum)] if limit.maximum is not None else []
    sides += [(limit.minimum - value, limit.minimum)] if limit.minimum is not None else []
    beyond, bound = max(sides)
    prop = packs.properties()[limit.property]
    now = LimitNow(
        short_name(limit, bound, prop),
        limit.label,
        limit.severity,
        bound,
        value,
        beyond > 0,
        limit.verified,
        limit.averaging,
    )
    return now, beyond / (abs(bound) or 1.0)
