"""How much of what a unit needs arrives in time: assets and series by kind, for many units from one board. No HTTP, no database."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

import msgspec
import numpy as np

from sen.apps.assets.board import Board


class KindFreshness(msgspec.Struct, frozen=True):
    """The assets of one kind that a unit owns or that stand on its ground, and how many of their series are in time now."""

    assets: int
    series: int
    fresh: int


def by_unit(board: Board, units: Mapping[UUID, Collection[UUID]]) -> dict[UUID, dict[str, KindFreshness]]:
    """Unit → kind → counts. `units` maps each unit to itself and what lies below it; kinds without an asset are left out."""
    places, count = board.places, len(board.places.number)
    age = board.at_ms - board.values.time
    in_time = (board.values.time > 0) & (age <= places.series.due_ms)
    series = np.bincount(places.series.asset, minlength=count)
    fresh = np.bincount(places.series.asset, weights=in_time, minlength=count)
    found: dict[UUID, dict[str, KindFreshness]] = {}
    for unit, below in units.items():
        held = frozenset(below)
        # The last place stands for "no territory".
        allowed = np.array([one in held for one in places.units] + [False])
        mine = np.flatnonzero(allowed[places.owner] | allowed[places.territory]) if count else np.zeros(0, np.int64)
        kinds, size = places.kind[mine], len(places.kinds)
        assets = np.bincount(kinds, minlength=size)
        rows = np.bincount(kinds, weights=series[mine], minlength=size)
        good = np.bincount(kinds, weights=fresh[mine], minlength=size)
        found[unit] = {
            places.kinds[kind]: KindFreshness(int(assets[kind]), int(rows[kind]), int(good[kind]))
            for kind in np.flatnonzero(assets).tolist()
        }
    return found
