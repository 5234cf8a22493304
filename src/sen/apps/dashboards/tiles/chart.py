"""Hourly lines of up to seven series, or of the unit's stations put together, with limits, quality marks and gaps."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sen.apps.assets import interface as assets
from sen.apps.dashboards.content import MAX_SERIES, ChartSettings
from sen.apps.dashboards.shown import Shown
from sen.apps.dashboards.tiles import selection
from sen.apps.dashboards.world import Facts, Need, World
from sen.apps.packs import interface as packs
from sen.kernel import clock

HOUR_MS = 3_600_000
BRIDGE_MS = HOUR_MS * 3 // 2
_MARK = {"good": 0, "manual": 0, "invalid": 1, "fault": 2, "filled": 3}
LEVELS = ("water_level", "tide", "ph", "temperature")
SHARED_LIMITS_OF = 20


def need(settings: ChartSettings, world: World) -> Need:
    """The hours of each line, or of the group."""
    wanted = Need()
    hours = world.hours or settings.hours
    if settings.property and settings.fn != "each":
        chosen = selection.positions(settings, world)
        if len(chosen):
            wanted.together.append((tuple(world.present.numbers(chosen)), hours))
        return wanted
    for series in _lines(settings, world)[0]:
        wanted.series(series.number, hours)
    return wanted


def show(settings: ChartSettings, world: World, facts: Facts) -> Shown:
    """The chart's data for <sen-chart>; nothing is fetched after the page."""
    if settings.property and settings.fn != "each":
        return _together(settings, world, facts)
    lines, total = _lines(settings, world)
    title = selection.property_words(settings.property) if settings.property else ""
    if not lines:
        return selection.none_selected(title, world) if settings.property else selection.unavailable(_("Biểu đồ"))
    hours = facts.hours.apart
    single = len(lines) == 1
    drawn = []
    names = short_names([series.asset_name for series in lines])
    for place, series in enumerate(lines):
        points = [_point(hour) for hour in hours.get(series.number, [])]
        drawn.append(_line(names[place] if not single else _("trung bình giờ"), [one for one in points if one], place))
    hidden = len([one for one in settings.series if one]) - len(lines) if not settings.property else 0
    notes = []
    if settings.property and total > len(lines):
        notes.append(_("%(shown)d trong %(all)d trạm, nặng nhất trước") % {"shown": len(lines), "all": total})
    if hidden > 0:
        notes.append(
            ngettext("%(n)d chuỗi không có hoặc không được xem", "%(n)d chuỗi không có hoặc không được xem", hidden)
            % {"n": hidden}
        )
    limits = _shared_limits(world, [one.position for one in lines])
    title = title or (f"{lines[0].property_name}, {lines[0].asset_name}" if single else _mixed_title(lines))
    fresh = any(one.freshness == "fresh" for one in lines)
    return _shown(
        settings,
        world,
        title=title,
        drawn=drawn,
        limits=limits,
        lines=lines,
        extra={"notes": notes, "fresh": fresh, "ask": lines[0] if single else None},
    )


def _together(settings: ChartSettings, world: World, facts: Facts) -> Shown:
    title = selection.property_words(settings.property)
    chosen = selection.positions(settings, world)
    if not len(chosen):
        return selection.none_selected(title, world)
    rows = facts.hours.together.get((tuple(world.present.numbers(chosen)), world.hours or settings.hours), [])
    figure = {"mean": "mean", "max": "maximum", "sum": "total"}[settings.fn]
    points = [[hour.start_ms, round(getattr(hour, figure), 6), 0] for hour in rows]
    words = {"mean": _("trung bình %(n)d trạm"), "max": _("cao nhất của %(n)d trạm"), "sum": _("tổng %(n)d trạm")}[
        settings.fn
    ]
    lines = world.present.series(chosen[:MAX_SERIES].tolist())
    limits = _shared_limits(world, chosen[:SHARED_LIMITS_OF].tolist()) if settings.fn != "sum" else []
    found = world.present.together(chosen, "mean")
    extra = {"notes": [], "fresh": found.used > 0, "ask": None}
    return _shown(
        settings,
        world,
        title=title,
        drawn=[_line(words % {"n": len(chosen)}, points, 0)],
        limits=limits,
        lines=lines,
        extra=extra,
    )


def _shown(
    settings: ChartSettings,
    world: World,
    *,
    title: str,
    drawn: list[dict[str, Any]],
    limits: list[dict[str, Any]],
    lines: Sequence[assets.SeriesNow],
    extra: dict[str, Any],
) -> Shown:
    hours = world.hours or settings.hours
    link = selection.station_link(lines[0]) if len(lines) == 1 else selection.map_link(world, settings.asset_kind)
    if not any(line["points"] for line in drawn):
        words = _("Không có số liệu trong %(hours)d giờ qua.") % {"hours": hours}
        return Shown(
            title=title,
            state="empty",
            cause=words,
            link=link,
            series=list(lines),
            advice=_("Chọn khoảng dài hơn, hoặc kiểm tra nguồn của trạm."),
        )
    end = clock.to_ms(world.now)
    start = end // HOUR_MS * HOUR_MS - (hours - 1) * HOUR_MS
    first = lines[0]
    known = packs.properties().get(first.property)
    chart = {
        "label": title, "unit": first.unit_label, "decimals": first.decimals, "from": start, "to": end,
        "level": first.property in LEVELS or (known is not None and known.minimum < 0),
        "series": drawn, "limits": limits, "gaps": _gaps(drawn[0]["points"], end) if len(drawn) == 1 else [],
    }  # fmt: skip
    return Shown(
        title=title, template="dashboards/tiles/chart.html", state="ok" if extra["fresh"] else "stale",
        data={"chart": chart, "legend": drawn if len(drawn) > 1 else [], "unit_label": first.unit_label, **extra},
        link=link, series=list(lines), unit_label=first.unit_label, at=max((one.at for one in lines if one.at), default=None),
    )  # fmt: skip


def _lines(settings: ChartSettings, world: World) -> tuple[list[assets.SeriesNow], int]:
    """At most seven series and how many there are: those named, or the unit's, worst limit first, then by name."""
    if not settings.property:
        found = [world.present.find(code) for code in dict.fromkeys(settings.series) if code]
        seen = [one for one in found if one is not None]
        same = [one for one in seen if one.unit_label == seen[0].unit_label]
        return same[:MAX_SERIES], len(seen)
    chosen = selection.positions(settings, world)
    return world.present.series(world.present.worst(chosen, MAX_SERIES)), len(chosen)


def _point(hour: assets.HourOf) -> list[Any] | None:
    if hour.mean is not None:
        return [hour.start_ms, round(hour.mean, 6), _MARK[hour.quality]]
    return [hour.start_ms, round(hour.sent, 6), _MARK[hour.quality], hour.words] if hour.sent is not None else None


def _line(name: str, points: list[Any], place: int) -> dict[str, Any]:
    return {"name": name, "role": "main", "colour": place + 1, "bridge": BRIDGE_MS, "points": points}


def _gaps(points: Sequence[Sequence[Any]], end: int) -> list[list[Any]]:
    gaps: list[list[Any]] = []
    times = [point[0] for point in points]
    for before, after in zip(times, [*times[1:], end], strict=True):
        if after - before > (BRIDGE_MS if after != end else 2 * HOUR_MS):
            hours = round((after - before) / HOUR_MS)
            gaps.append(
                [before, after, ngettext("mất dữ liệu %(n)d giờ", "mất dữ liệu %(n)d giờ", hours) % {"n": hours}]
            )
    return gaps


def _shared_limits(world: World, positions: Sequence[int]) -> list[dict[str, Any]]:
    """The limits that hold for every line; a limit of one station among several would mislead."""
    found = [world.present.limit_lines(at) for at in positions]
    shared = [line for line in found[0] if all(line in others for others in found[1:])] if found else []
    return [
        {"value": one.value, "label": one.label, "severity": one.severity, "verified": one.verified} for one in shared
    ]


def _mixed_title(lines: Sequence[assets.SeriesNow]) -> str:
    names = list(dict.fromkeys(one.property_name for one in lines))
    return ", ".join(names[:3])


def short_names(names: Sequence[str]) -> list[str]:
    """The names without the leading words that all of them share: `Trạm không khí` says nothing in a chart of air stations."""
    words = [name.split() for name in names]
    alike = takewhile(lambda column: len(set(column)) == 1, zip(*words, strict=False))
    shared = len(list(alike)) if len(words) > 1 else 0
    return [" ".join(mine[min(shared, len(mine) - 1) :]) if mine else "" for mine in words]
