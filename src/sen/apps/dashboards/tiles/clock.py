"""Date and time in Vietnam; the browser lets it run."""

from __future__ import annotations

from django.utils.translation import gettext as _

from sen.apps.dashboards.content import ClockSettings
from sen.apps.dashboards.shown import Shown
from sen.apps.dashboards.world import Facts, Need, World


def need(settings: ClockSettings, world: World) -> Need:
    """Nothing."""
    return Need()


def show(settings: ClockSettings, world: World, facts: Facts) -> Shown:
    """The moment of the board, from which the browser goes on; it is no part of the data, or the tile would always be new."""
    return Shown(title=_("Giờ Việt Nam"), template="dashboards/tiles/clock.html")
