"""One figure with its sparkline, its limit, how fresh it is and what stands behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from sen.apps.assets import interface as assets
from sen.apps.dashboards.content import NumberSettings
from sen.apps.dashboards.shown import Shown
from sen.apps.dashboards.tiles import selection
from sen.apps.dashboards.world import Facts, Group, Need, World
from sen.kernel import clock

HOUR_MS = 3_600_000
PARTS_LISTED = 6


def need(settings: NumberSettings, world: World) -> Need:
    """The hours of the series, or of all of them together; owners for the provenance."""
    wanted = Need()
    if settings.series:
        series = world.present.find(settings.series)
        if series is not None:
            wanted.series(series.number, _length(settings, world))
        return wanted
    chosen = selection.positions(settings, world)
    if settings.fn != "count_over" and len(chosen):
        wanted.together.append(_group(settings, world, chosen))
    if settings.fn not in ("max", "min"):
        wanted.units |= {one.owner_id for one in world.present.series(chosen[:PARTS_LISTED].tolist())}
    return wanted


def show(settings: NumberSettings, world: World, facts: Facts) -> Shown:
    """The newest value of one series, or of the unit's stations put together."""
    if settings.series:
        series = world.present.find(settings.series)
        if series is None:
            return selection.unavailable(settings.series.partition("/")[2])
        hours = facts.hours.apart.get(series.number, [])
        return _one(
            series,
            _line({hour.start_ms: hour.mean for hour in hours}, settings, world),
            f"{series.property_name}, {series.asset_name}",
        )
    title = selection.property_words(settings.property)
    chosen = selection.positions(settings, world)
    if not len(chosen):
        return selection.none_selected(title, world)
    return _together(settings, world, facts, chosen)


def _length(settings: NumberSettings, world: World) -> int:
    """A day more than shown says what it was at this time yesterday."""
    return max(25, world.hours or settings.hours)


def _group(settings: NumberSettings, world: World, chosen: assets.Positions) -> Group:
    return tuple(world.present.numbers(chosen)), _length(settings, world)


def _line(by_hour: dict[int, float | None], settings: NumberSettings, world: World) -> dict[str, Any]:
    """The sparkline, and the change since the same hour yesterday (None where either is missing)."""
    last = clock.to_ms(world.now) // HOUR_MS * HOUR_MS
    length = world.hours or settings.hours
    values = [by_hour.get(last - back * HOUR_MS) for back in range(length - 1, -1, -1)]
    now, before = by_hour.get(last - HOUR_MS), by_hour.get(last - 25 * HOUR_MS)
    change = now - before if now is not None and before is not None else None
    return {
        "spark": [None if one is None else round(one, 4) for one in selection.thinned(values)],
        "change": change,
        "hours": length,
    }


def _one(series: assets.SeriesNow, line: dict[str, Any], title: str) -> Shown:
    link = selection.station_link(series)
    if series.at is None:
        return Shown(
            title=title, state="empty", cause=_("Chưa nhận được số liệu nào."), link=link, series=[series],
            advice=_("Kiểm tra nguồn của trạm ở Bàn kết nối."),
        )  # fmt: skip
    return Shown(
        title=title,
        template="dashboards/tiles/number.html",
        state="ok" if series.freshness == "fresh" else "stale",
        severity=series.severity if series.freshness == "fresh" else "normal",
        data={"series": series, "value": series.value, "decimals": series.decimals, "unit_label": series.unit_label, **line},
        link=link, series=[series], value=series.value, unit_label=series.unit_label, at=series.at,
    )  # fmt: skip


def _together(settings: NumberSettings, world: World, facts: Facts, chosen: assets.Positions) -> Shown:
    found = world.present.together(chosen, settings.fn)
    title = _titles(settings)
    hours = facts.hours.together.get(_group(settings, world, chosen), []) if settings.fn != "count_over" else []
    figure = {"max": "maximum", "min": "minimum", "mean": "mean", "sum": "total"}.get(settings.fn, "mean")
    line = _line({hour.start_ms: getattr(hour, figure) for hour in hours}, settings, world)
    if found.extreme >= 0:
        series = world.present.series([found.extreme])[0]
        shown = _one(series, line, title)
        shown.data |= {"among": found.count, "late": found.late, "where": series.asset_name}
        return shown
    parts = world.present.series(chosen[:PARTS_LISTED].tolist())
    first = parts[0]
    counting = settings.fn == "count_over"
    unit_label = _("trạm") if counting else first.unit_label
    return Shown(
        title=title,
        template="dashboards/tiles/number.html",
        state="ok" if found.used else "stale",
        severity=_worst(world, chosen) if counting and found.over else "normal",
        data={
            "together": found, "parts": parts, "more": max(0, found.count - len(parts)), "owners": _owners(facts, parts),
            "value": found.value, "decimals": 0 if counting else first.decimals, "unit_label": unit_label,
            "among": found.count, "late": found.late, "counting": counting, **line,
        },
        link=selection.map_link(world, settings.asset_kind), series=parts, value=found.value, unit_label=unit_label, at=found.newest,
    )  # fmt: skip


def _worst(world: World, chosen: assets.Positions) -> str:
    worst = world.present.series(world.present.worst(chosen, 1))
    return worst[0].severity if worst else "normal"


def _owners(facts: Facts, parts: Sequence[assets.SeriesNow]) -> list[str]:
    found = facts.units
    return list(dict.fromkeys(found[one.owner_id].name for one in parts if one.owner_id in found))


def _titles(settings: NumberSettings) -> str:
    words = {
        "max": _("%(name)s cao nhất"), "min": _("%(name)s thấp nhất"), "mean": _("%(name)s trung bình"), "sum": _("%(name)s, tổng"),
        "count_over": _("Trạm vượt ngưỡng %(name)s"),
    }  # fmt: skip
    return words[settings.fn] % {"name": selection.property_words(settings.property)}
