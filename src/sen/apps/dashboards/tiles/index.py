"""VN_AQI or VN_WQI of the unit's stations: the worst one, or each."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from sen.apps.assets import interface as assets
from sen.apps.dashboards.content import IndexSettings
from sen.apps.dashboards.shown import Link, Shown
from sen.apps.dashboards.tiles import selection
from sen.apps.dashboards.world import Facts, Need, World
from sen.apps.packs import interface as packs

PRESENT_FOR = timedelta(hours=3)
"""An index whose hour lies further back no longer says how it is now."""
MOST_ROWS = 20


def need(settings: IndexSettings, world: World) -> Need:
    """Owners of the stations that are shown."""
    return Need(units={one.owner_id for one in _stations(settings, world)[0]})


def show(settings: IndexSettings, world: World, facts: Facts) -> Shown:
    """The worst station first."""
    stations, count = _stations(settings, world)
    label = settings.name
    title = _("%(index)s xấu nhất") % {"index": label} if settings.fn == "worst" else label
    if not stations:
        kinds = [kind.code for kind in packs.asset_kinds().values() if kind.index == settings.name]
        return Shown(
            title=title, state="empty", cause=_("Chưa có trạm nào đủ số liệu để tính %(index)s.") % {"index": label},
            advice=_("Xem các trạm của đơn vị và nguồn của chúng."), link=selection.map_link(world, kinds[0] if kinds else ""),
        )  # fmt: skip
    worst = stations[0]
    old = worst.index is not None and world.now - worst.index.at > PRESENT_FOR
    owners = {unit: ref.name for unit, ref in facts.units.items()}
    rows = [{"station": one, "owner": owners.get(one.owner_id, "")} for one in stations]
    return Shown(
        title=title,
        template="dashboards/tiles/index.html" if settings.fn == "worst" else "dashboards/tiles/index_each.html",
        state="stale" if old else "ok",
        data={"rows": rows, "count": count, "old": old, "verified": packs.index_table(settings.name).verified},
        link=Link(_("Xem trạm"), reverse("console:asset", args=[worst.code]))
        if settings.fn == "worst"
        else Link(_("Xem trên bản đồ"), f"{reverse('console:map')}?paint=index&unit={world.unit.code}"),
        value=float(worst.index.value) if worst.index else None,
        at=worst.index.at if worst.index else None,
    )


def _stations(settings: IndexSettings, world: World) -> tuple[list[assets.AssetNow], int]:
    present = world.present
    mine = present.with_index(present.assets_in(world.units), settings.name)
    limit = 1 if settings.fn == "worst" else MOST_ROWS
    return present.assets(mine, order="index", limit=limit), int(mine.sum())
