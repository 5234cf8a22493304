"""An indicator of the unit with its period, source and owner."""

from __future__ import annotations

from django.utils.translation import gettext as _

from sen.apps.dashboards.content import IndicatorSettings
from sen.apps.dashboards.shown import Link, Shown
from sen.apps.dashboards.world import Facts, Need, World
from sen.kernel.errors import SenError


def need(settings: IndicatorSettings, world: World) -> Need:
    """The figure."""
    return Need(indicators={(settings.code, settings.tree)})


def show(settings: IndicatorSettings, world: World, facts: Facts) -> Shown:
    """The newest figure of the unit."""
    found = facts.indicators.get((settings.code, settings.tree))
    if isinstance(found, SenError):
        raise found
    link = Link(_("Xem chỉ tiêu"), f"/figures/?unit={world.unit.code}")
    if found is None:
        return Shown(
            title=settings.code, state="empty", cause=_("Chưa có số của chỉ tiêu này cho %(unit)s.") % {"unit": world.unit.name},
            advice=_("Nhập số của kỳ, hoặc chọn chỉ tiêu khác."), link=link,
        )  # fmt: skip
    if found.value is None:
        return Shown(
            title=found.name,
            state="empty",
            cause=found.reason or _("Chưa có số cho kỳ này."),
            link=link,
            advice=_("Nhập số của kỳ, hoặc xem các kỳ trước."),
        )
    return Shown(
        title=found.name, template="dashboards/tiles/indicator.html", data={"figure": found}, link=link,
        value=found.value, unit_label=found.unit_label, at=found.recorded_at,
    )  # fmt: skip
