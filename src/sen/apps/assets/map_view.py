"""What a map shows: single assets while they are few, clusters with counts and the worst state where they are many. No HTTP."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from sen.apps.access.interface import Scope
from sen.apps.assets import states
from sen.apps.assets.board import Board
from sen.kernel import clock
from sen.kernel.errors import InvalidInput

SINGLE_UP_TO = 500
"""As many assets are always drawn singly."""
CELL_PIXELS = 64
MAX_ZOOM = 22
ONLY = ("broken", "over", "stale", "no_data", "simulated")


@dataclass(frozen=True)
class MapQuery:
    """`bbox` is west, south, east, north in degrees (None = everywhere); `only` one of ONLY or empty; `units` keeps what they own or what stands on their ground."""

    bbox: tuple[float, float, float, float] | None = None
    zoom: float = 8.0
    kinds: Collection[str] = ()
    only: str = ""
    units: Collection[UUID] | None = None


def view(board: Board, scope: Scope, query: MapQuery) -> dict[str, Any]:
    """`items` (assets and clusters), `total` and `counts` by state of what lies in the box. Raises InvalidInput for `only`."""
    shown = np.flatnonzero(_chosen(board, scope, query))
    items = _singles(board, shown) if len(shown) <= SINGLE_UP_TO else _clustered(board, shown, query.zoom)
    counts = np.bincount(board.states.state[shown], minlength=len(states.STATES))
    return {
        "items": items,
        "next": None,
        "total": len(shown),
        "counts": {name: int(counts[position]) for position, name in enumerate(states.STATES) if counts[position]},
        "at": clock.from_ms(board.at_ms).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    }


def _chosen(board: Board, scope: Scope, query: MapQuery) -> NDArray[np.bool_]:
    places, found = board.places, board.states
    mask = board.visible(scope) & ~np.isnan(places.lon)
    if query.bbox is not None:
        west, south, east, north = query.bbox
        mask &= (places.lon >= west) & (places.lon <= east) & (places.lat >= south) & (places.lat <= north)
    if query.units is not None:
        allowed = np.array([unit in query.units for unit in places.units] + [False])
        mask &= allowed[places.owner] | allowed[places.territory]
    if query.kinds:
        mask &= np.array([kind in query.kinds for kind in places.kinds] + [False])[places.kind]
    if query.only == "broken":
        mask &= found.freshness != states.FRESH
    elif query.only == "over":
        mask &= found.state >= states.STATES.index("notice")
    elif query.only in ("stale", "no_data"):
        mask &= found.state == states.STATES.index(query.only)
    elif query.only == "simulated":
        mask &= places.simulated
    elif query.only:
        raise InvalidInput(
            f"Bộ lọc “{query.only}” không có.", action=f"Dùng một trong: {', '.join(ONLY)}.", code="bad_filter"
        )
    return mask


def _singles(board: Board, shown: NDArray[np.intp]) -> list[dict[str, Any]]:
    return [single(board, position) for position in shown.tolist()]


def single(board: Board, position: int) -> dict[str, Any]:
    """One asset as the map's symbol and its card need it."""
    places, found = board.places, board.states
    newest = int(found.newest[position])
    value = int(board.index_value[position])
    index = (
        {"name": board.index_name[position], "value": value, "category": board.index_category[position]}
        if value >= 0
        else None
    )
    return {
        "type": "asset",
        "code": places.code[position],
        "name": places.name[position],
        "kind": places.kinds[places.kind[position]],
        "lon": float(places.lon[position]),
        "lat": float(places.lat[position]),
        "state": states.STATES[int(found.state[position])],
        "severity": states.SEVERITIES[int(found.severity[position])],
        "freshness": states.FRESHNESS[int(found.freshness[position])],
        "newest": clock.from_ms(newest).isoformat().replace("+00:00", "Z") if newest else None,
        "age_s": (board.at_ms - newest) // 1000 if newest else None,
        "reason": board.reason(position),
        "index": index,
        "simulated": bool(places.simulated[position]),
    }


def _clustered(board: Board, shown: NDArray[np.intp], zoom: float) -> list[dict[str, Any]]:
    places = board.places
    across = 2 ** max(0, math.floor(min(zoom, MAX_ZOOM))) * 256 // CELL_PIXELS
    x, y = places.x[shown], places.y[shown]
    cell = np.floor(x * across).astype(np.int64) * across + np.floor(y * across).astype(np.int64)
    order = np.argsort(cell, kind="stable")
    starts = np.flatnonzero(np.concatenate(([True], np.diff(cell[order]) != 0)))
    members = shown[order]
    counts = np.diff(np.append(starts, len(members)))
    lon = np.add.reduceat(places.lon[members], starts) / counts
    lat = np.add.reduceat(places.lat[members], starts) / counts
    box = [
        np.minimum.reduceat(places.lon[members], starts),
        np.minimum.reduceat(places.lat[members], starts),
        np.maximum.reduceat(places.lon[members], starts),
        np.maximum.reduceat(places.lat[members], starts),
    ]
    worst = np.maximum.reduceat(board.states.state[members], starts)
    owner = np.repeat(np.arange(len(starts)), counts)
    kinds = np.bincount(owner * len(places.kinds) + places.kind[members], minlength=len(starts) * len(places.kinds))
    kinds = kinds.reshape(len(starts), len(places.kinds))
    broken = np.add.reduceat((board.states.freshness[members] != states.FRESH).astype(np.int64), starts)
    items: list[dict[str, Any]] = []
    for position, count in enumerate(counts.tolist()):
        if count == 1:
            items.append(single(board, int(members[starts[position]])))
            continue
        items.append(
            {
                "type": "cluster",
                "lon": round(float(lon[position]), 6),
                "lat": round(float(lat[position]), 6),
                "count": count,
                "worst": states.STATES[int(worst[position])],
                "broken": int(broken[position]),
                "kinds": {places.kinds[k]: int(kinds[position, k]) for k in np.flatnonzero(kinds[position]).tolist()},
                "bbox": [float(side[position]) for side in box],
            }
        )
    return items
