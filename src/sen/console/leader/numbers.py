"""The ten numbers: the indicators that the unit's dashboard `lanh-dao` names, then alerts, stations and sources as they are now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope
from sen.apps.alerts import interface as alerts
from sen.apps.assets import pages as assets
from sen.apps.indicators import interface as indicators
from sen.apps.organisations import interface as organisations
from sen.apps.packs import interface as packs
from sen.apps.sources import pages as sources
from sen.console.numbers import number
from sen.kernel.errors import NotFound

BOARD = "lanh-dao"
"""Code of the dashboard whose indicator tiles, in reading order, are a unit's numbers."""

INDICATORS = 7
"""How many of the ten are indicators; alerts, stations and sources are the others."""

FAR_BEHIND = 0.9
"""Below this share of the plan a number is serious, up to the plan it is a warning. The page says which."""


SHARES_FROM = 30
"""Percentages below are rates of change, whose bar would be too short on a scale of a hundred."""


@dataclass(frozen=True, kw_only=True)
class Number:
    """One tile. Shares are 0 to 1; `tone` is empty, `mid` or `bad`; `ask` is where the number says what stands behind it."""

    name: str
    value: str
    unit_label: str = ""
    share: float | None = None
    mark: float | None = None
    before: float | None = None
    left: str = ""
    right: str = ""
    tone: str = ""
    verdict: str = ""
    ask: str = ""
    link: str = ""
    at: datetime | None = None
    at_words: str = ""
    by_hand: bool = False
    simulated: bool = False

    @property
    def said(self) -> str:
        """The bar in words, for those who do not see it."""
        return " · ".join(part for part in (self.value + " " + self.unit_label, self.left, self.right) if part.strip())


def numbers(scope: Scope, unit: organisations.UnitRef) -> list[Number]:
    """At most ten; an indicator without any figure is a tile that says so, because a gap is news too."""
    return [*_indicators(scope, unit), _alerts(scope), _stations(scope, unit), _sources(scope)]


def chosen(scope: Scope, unit: organisations.UnitRef) -> list[tuple[str, str]]:
    """Code and title of the indicators of the unit's dashboard `lanh-dao` by row and column; none where it has no such dashboard."""
    standing = next((one for one in packs.effective(scope, unit.id) if one.template.code == BOARD), None)
    if standing is None:
        return []
    tiles = [tile for tile in standing.content.get("tiles", []) if tile["kind"] == "indicator"]
    tiles.sort(key=lambda tile: (tile["y"], tile["x"]))
    english = (get_language() or "").startswith("en")
    return [
        (tile["settings"]["code"], (tile.get("title_en") if english else "") or tile.get("title", ""))
        for tile in tiles
        if tile["settings"].get("code")
    ][:INDICATORS]


def _indicators(scope: Scope, unit: organisations.UnitRef) -> Iterator[Number]:
    if not scope.allows("indicators.view"):
        return
    for code, title in chosen(scope, unit):
        try:
            wanted, found = indicators.definition(code), indicators.figure(scope, code, unit.id)
        except NotFound:
            continue
        if found is None:
            yield Number(
                name=wanted.name, value="–", left=_("Chưa có số liệu nào của đơn vị."), link=_history(code, unit)
            )
        else:
            yield _indicator(code, title or wanted.name, wanted, found, unit)


def _history(code: str, unit: organisations.UnitRef) -> str:
    return reverse("console:figure-history", args=[code, unit.code])


def _indicator(
    code: str, title: str, wanted: indicators.Definition, found: indicators.IndicatorFigure, unit: organisations.UnitRef
) -> Number:
    """A figure against its plan and the same period of the year before. Of what should be low, the bar fills with what is used up."""

    def words(value: float | None) -> str:
        return number(value, found.decimals) if value is not None else "–"

    scale = 1.1 * max(
        (abs(one) for one in (found.value, found.plan, found.same_period) if one is not None), default=0.0
    )
    if found.unit_label == "%" and SHARES_FROM <= scale <= 110:
        scale = 100.0
    tone, verdict = _judged(wanted, found)
    return Number(
        name=f"{title}, {found.period_words}" if found.period_words else title,
        value=words(found.value), unit_label=found.unit_label,
        share=_part(found.value, scale), mark=_part(found.plan, scale), before=_part(found.same_period, scale),
        left=_("kế hoạch {plan}").format(plan=words(found.plan)) if found.plan is not None else found.reason or _("chưa giao kế hoạch"),
        right=_("cùng kỳ {value}").format(value=words(found.same_period)) if found.same_period is not None else "",
        tone=tone, verdict=verdict or _moved(found), link=_history(code, unit), at=found.recorded_at, by_hand=found.by_hand,
        ask=f"{reverse('console:figure-provenance', args=[code, unit.code])}?period={found.period}", simulated=found.simulated,
    )  # fmt: skip


def _part(value: float | None, scale: float) -> float | None:
    return None if value is None or not scale else max(0.0, min(1.0, value / scale))


def _judged(wanted: indicators.Definition, found: indicators.IndicatorFigure) -> tuple[str, str]:
    """Tone and verdict: behind its plan a little, or far."""
    if found.state != "behind" or found.value is None or not found.plan:
        return "", ""
    reached = (
        found.value / found.plan if wanted.direction != "down" else found.plan / found.value if found.value else 1.0
    )
    return ("bad", _("Chậm xa kế hoạch")) if reached < FAR_BEHIND else ("mid", _("Dưới kế hoạch"))


def _moved(found: indicators.IndicatorFigure) -> str:
    """How the figure moved against the same period, else the period before."""
    base = found.same_period if found.same_period is not None else found.before
    if found.value is None or base is None:
        return ""
    moved = found.value - base
    arrow = "▲" if moved > 0 else "▼" if moved < 0 else "–"
    return f"{arrow} {number(abs(moved), found.decimals)}"


def _alerts(scope: Scope) -> Number:
    open_now = alerts.counts(scope) if scope.allows("alerts.view") else alerts.Counts()
    rest = ngettext("{n} cảnh báo khác", "{n} cảnh báo khác", open_now.warning).format(n=open_now.warning)
    return Number(
        name=_("Cảnh báo nghiêm trọng mở"), value=str(open_now.serious), unit_label=_("cảnh báo"),
        left=rest, right=_("{n} chú ý").format(n=open_now.notice), tone="bad" if open_now.loud else "mid" if open_now.serious else "",
        verdict=_("Chưa ai nhận") if open_now.loud else "", link=reverse("console:alerts"), at_words=_("lúc này"),
    )  # fmt: skip


def _stations(scope: Scope, unit: organisations.UnitRef) -> Number:
    found = assets.overview(scope, "" if unit.level == "province" else unit.code)
    over, every = len(found["over"]), found["stations"]
    return Number(
        name=_("Trạm vượt ngưỡng"), value=str(over), unit_label=_("trong {n} trạm").format(n=every),
        share=over / every if every else None, left=found["over"][0].asset.name if over else "",
        right=_("{n} trạm trễ").format(n=len(found["silent"])), tone="mid" if over else "",
        link=f"{reverse('console:map')}?show=broken", at=found["newest"],
    )  # fmt: skip


def _sources(scope: Scope) -> Number:
    desk = sources.overview(scope)
    every, on_time = desk["all"], desk["on_time"]
    lost = desk["counts"]["lost"]
    return Number(
        name=_("Nguồn dữ liệu gửi đúng hẹn"), value=number(100 * on_time / every, 1) if every else "–", unit_label="%" if every else "",
        share=on_time / every if every else None, left=_("{n}/{all} nguồn").format(n=on_time, all=every),
        right=_("{n} nguồn mất").format(n=lost), tone="bad" if lost else "", verdict=_("Có nguồn mất kết nối") if lost else "",
        link=reverse("console:connections"), at_words=_("lúc này"),
    )  # fmt: skip
