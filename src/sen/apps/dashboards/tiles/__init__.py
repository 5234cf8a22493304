"""One module per kind of tile: `need(settings, world)` says what is to be read, `show(settings, world, facts)` what is shown."""

from __future__ import annotations

from typing import Any, Protocol

from sen.apps.dashboards.shown import Shown
from sen.apps.dashboards.tiles import chart, clock, index, indicator, lists, map, note, number
from sen.apps.dashboards.world import Facts, Need, World


class TileKind(Protocol):
    """What a module of this package offers."""

    def need(self, settings: Any, world: World) -> Need:
        """What has to be read for a tile with these settings."""

    def show(self, settings: Any, world: World, facts: Facts) -> Shown:
        """The tile, from what was read. Raises SenError where its part could not be read."""


KINDS: dict[str, TileKind] = {
    "number": number,
    "chart": chart,
    "index": index,
    "list": lists,
    "map": map,
    "indicator": indicator,
    "note": note,
    "clock": clock,
}
