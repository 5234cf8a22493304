"""The series that a number or a chart is about: one by name, or a property of the viewing unit's stations."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sen.apps.assets import interface as assets
from sen.apps.dashboards.content import ChartSettings, NumberSettings
from sen.apps.dashboards.shown import Link, Shown
from sen.apps.dashboards.world import World
from sen.apps.packs import interface as packs


def positions(settings: NumberSettings | ChartSettings, world: World) -> assets.Positions:
    """Positions of the unit's series of the chosen property."""
    return world.present.select(settings.property, asset_kind=settings.asset_kind, units=world.units)


def property_words(code: str) -> str:
    """The property's name in the reader's language; its code where no pack knows it."""
    known = packs.properties().get(code)
    if known is None:
        return code
    return known.name_en if (get_language() or "vi").startswith("en") else known.name


def unavailable(title: str) -> Shown:
    """A series that is unknown or not the caller's to see; the two are never told apart."""
    return Shown(
        title=title,
        state="unavailable",
        cause=_("Chuỗi số liệu của ô này không có, hoặc đơn vị không được xem."),
        advice=_("Mở “Sửa bảng” để chọn chuỗi khác, hoặc hỏi đơn vị chủ quản trạm."),
    )


def none_selected(title: str, world: World) -> Shown:
    """The unit has no station with this property."""
    return Shown(
        title=title,
        state="empty",
        cause=_("%(unit)s chưa có trạm nào đo thông số này.") % {"unit": world.unit.name},
        advice=_("Nhận thiết bị mới, hoặc chọn thông số khác."),
        link=Link(_("Thiết bị mới"), reverse("console:proposals")),
    )


def station_link(series: assets.SeriesNow) -> Link:
    """To the station's page with the chart of this series."""
    address = reverse("console:asset", args=[series.asset])
    return Link(_("Xem trạm"), f"{address}?property={series.property}")


def map_link(world: World, kind: str = "") -> Link:
    """To the map of the unit's stations of a kind."""
    query = "&".join(part for part in (f"unit={world.unit.code}", f"kind={kind}" if kind else "") if part)
    return Link(_("Xem trên bản đồ"), f"{reverse('console:map')}?{query}")


def thinned(values: Sequence[float | None], most: int = 48) -> list[float | None]:
    """At most `most` values, each the mean of a run; a run without any stays a hole."""
    if len(values) <= most:
        return list(values)
    step = -(-len(values) // most)
    runs = [[one for one in values[at : at + step] if one is not None] for at in range(0, len(values), step)]
    return [sum(run) / len(run) if run else None for run in runs]
