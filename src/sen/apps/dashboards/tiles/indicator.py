"""An indicator of the unit with its period, source and owner, beside its plan, the year before and the year-end."""

from __future__ import annotations

import msgspec
from django.utils.translation import gettext as _

from sen.apps.dashboards.content import IndicatorSettings
from sen.apps.dashboards.shown import Link, Shown
from sen.apps.dashboards.world import Facts, Need, World
from sen.apps.indicators.interface import IndicatorFigure
from sen.kernel.errors import SenError


class Bar(msgspec.Struct, frozen=True):
    """The plan bar: shares (0 to 1) of its length for the figure, the plan and the same period of the year before."""

    share: float
    plan: float | None
    before: float | None
    tone: str


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
        title=found.name, template="dashboards/tiles/indicator.html", data={"figure": found, "bar": _bar(found)}, link=link,
        value=found.value, unit_label=found.unit_label, at=found.recorded_at,
    )  # fmt: skip


def _bar(found: IndicatorFigure) -> Bar | None:
    """None where there is no plan, or where a bar cannot show it (figures below zero)."""
    if found.plan is None or found.value is None or min(found.plan, found.value) < 0:
        return None
    scale = max(found.plan, found.value, found.same_period or 0.0)
    if not scale:
        return None
    before = found.same_period / scale if found.same_period is not None and found.same_period >= 0 else None
    return Bar(found.value / scale, found.plan / scale, before, "mid" if found.state == "behind" else "")
