"""The map cut to the viewing unit: its ground, its stations and those on its ground."""

from __future__ import annotations

from django.utils.translation import gettext as _

from sen.apps.dashboards.content import MapSettings
from sen.apps.dashboards.shown import Shown
from sen.apps.dashboards.tiles import selection
from sen.apps.dashboards.world import Facts, Need, World

COUNTRY = (102.1, 8.3, 110.0, 23.4)
MARGIN = 0.005


def need(settings: MapSettings, world: World) -> Need:
    """The unit's ground."""
    return Need(ground=True)


def show(settings: MapSettings, world: World, facts: Facts) -> Shown:
    """What <sen-map> needs to start; its symbols come from /api/v1/map, narrowed to the unit there."""
    box = facts.ground or world.present.bounds(world.present.assets_in(world.units)) or COUNTRY
    west, south, east, north = box
    bounds = (west - MARGIN, south - MARGIN, east + MARGIN, north + MARGIN)
    return Shown(
        title=_("Bản đồ"),
        template="dashboards/tiles/map.html",
        data={
            "bounds": ",".join(f"{side:.4f}" for side in bounds),
            "kinds": ",".join(settings.kinds),
            "unit": "" if world.units is None else world.unit.code,
            "ground": world.unit.code if facts.ground and world.unit.level == "commune" else "",
            "topics": f"unit:{world.unit.code}",
        },
        link=selection.map_link(world, settings.kinds[0] if len(settings.kinds) == 1 else ""),
    )
