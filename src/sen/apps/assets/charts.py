"""What <sen-chart> draws of one series: points with quality marks, limits, gaps, the running mean. Times are milliseconds."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sen.apps.assets.models import Asset
from sen.apps.assets.readings import ENOUGH, HOUR, Reading, store
from sen.apps.assets.station_view import name_of_property, quality_words
from sen.apps.packs import interface as packs
from sen.kernel import clock
from sen.telemetry.flags import quality_class

DAY = timedelta(days=1)
RANGES = {
    "24h": timedelta(hours=24),
    "48h": timedelta(hours=48),
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
    "1y": timedelta(days=365),
}
MAX_RAW = 3000
_MARK = {"good": 0, "manual": 0, "invalid": 1, "fault": 2, "filled": 3}
_AVERAGING = {"1h": 1, "8h": 8, "24h": 24}


@dataclass(frozen=True)
class Window:
    """The part of time that a chart shows."""

    start: datetime
    end: datetime
    step: timedelta | None


def window_for(name: str, reading: Reading) -> Window:
    """`48h` shows the stored rows of levels and hourly means of what is judged by means; a year shows days."""
    length = RANGES.get(name, RANGES["48h"])
    now = clock.now()
    if length >= RANGES["1y"]:
        return Window(now - length, now, DAY)
    raw = (
        length <= RANGES["48h"]
        and shows_rows(reading)
        and length.total_seconds() / reading.series.interval_s <= MAX_RAW
    )
    if raw:
        return Window(now - length, now, None)
    hour = now.replace(minute=0, second=0, microsecond=0)
    return Window(hour - length + HOUR, now, HOUR)


def shows_rows(reading: Reading) -> bool:
    """Whether single measurements say more than hourly means: nothing judges this property by a mean over hours."""
    return not any(check.limit.averaging in _AVERAGING for check in reading.checks)


def chart_of(asset: Asset, reading: Reading, range_name: str) -> dict[str, Any]:
    """The JSON of <sen-chart>; see web_components/src/chart/data.ts."""
    window = window_for(range_name, reading)
    prop = reading.property
    if window.step is None:
        points = _rows(reading, window)
        bridge = max(2.5 * reading.series.interval_s, reading.due_s) * 1000
        series = [_series(name_of_property(prop), "main", bridge, points)]
    else:
        bridge = window.step.total_seconds() * 1500
        points = _buckets(reading, window)
        series = [_series(_("trung bình giờ") if window.step == HOUR else _("trung bình ngày"), "main", bridge, points)]
        running = _running_means(reading, window) if window.step == HOUR else []
        if running:
            series[0]["role"] = "raw"
            series.append(_series(_("24 giờ"), "main", bridge, running))
    return {
        "label": f"{name_of_property(prop)}, {asset.name}",
        "unit": prop.unit_label, "decimals": prop.decimals, "level": prop.minimum < 0 or prop.code in ("water_level", "tide", "ph", "temperature"),
        "from": clock.to_ms(window.start), "to": clock.to_ms(window.end),
        "series": series, "limits": limits_of(reading, prop), "gaps": _gaps(points, bridge, clock.to_ms(window.end)),
    }  # fmt: skip


def _series(name: str, role: str, bridge: float, points: list[list[Any]]) -> dict[str, Any]:
    return {"name": name, "role": role, "bridge": bridge, "points": points}


def _rows(reading: Reading, window: Window) -> list[list[Any]]:
    table = (
        store()
        .observations(reading.series.number, window.start, window.end, limit=MAX_RAW * 2)
        .select(["time", "value", "flags"])
    )
    points: list[list[Any]] = []
    for at, value, flags in zip(*(column.to_pylist() for column in table.columns), strict=True):
        mark = _MARK[quality_class(flags)]
        shown = None if math.isnan(value) else round(value, 6)
        points.append(
            [clock.to_ms(at), shown, mark, quality_words(flags)] if mark in (1, 2) else [clock.to_ms(at), shown, mark]
        )
    return points


def _buckets(reading: Reading, window: Window) -> list[list[Any]]:
    ask = store().daily if window.step == DAY else store().hourly
    table = ask([reading.series.number], window.start, window.end).select(["time", "mean", "count", "valid", "flags"])
    raw: dict[datetime, list[float]] = {}
    if (
        window.step == HOUR
        and window.end - window.start <= RANGES["48h"]
        and any(v == 0 < c for c, v in zip(table["count"].to_pylist(), table["valid"].to_pylist(), strict=True))
    ):
        raw = _values_by_hour(reading, window)
    points: list[list[Any]] = []
    for at, mean, count, valid, flags in zip(*(column.to_pylist() for column in table.columns), strict=True):
        if valid and mean is not None and not math.isnan(mean):
            points.append(
                [clock.to_ms(at), round(mean, 6), 3 if quality_class(flags) == "filled" and valid == count else 0]
            )
        elif values := raw.get(at):
            points.append(
                [
                    clock.to_ms(at),
                    round(sum(values) / len(values), 6),
                    _MARK[quality_class(flags)] or 1,
                    quality_words(flags),
                ]
            )
    return points


def _values_by_hour(reading: Reading, window: Window) -> dict[datetime, list[float]]:
    table = store().observations(reading.series.number, window.start, window.end).select(["time", "value"])
    found: dict[datetime, list[float]] = {}
    for at, value in zip(*(column.to_pylist() for column in table.columns), strict=True):
        if not math.isnan(value):
            found.setdefault(at.replace(minute=0, second=0, microsecond=0), []).append(value)
    return found


def _running_means(reading: Reading, window: Window) -> list[list[Any]]:
    """Means over 24 hours, at each hour with at least 75 % of them, where a limit judges by them."""
    if not any(check.limit.averaging == "24h" for check in reading.checks):
        return []
    table = store().hourly([reading.series.number], window.start - DAY, window.end).select(["time", "mean", "valid"])
    means = {
        clock.to_ms(at): mean for at, mean, valid in zip(*(column.to_pylist() for column in table.columns), strict=True)
        if valid and mean is not None and not math.isnan(mean)
    }  # fmt: skip
    points: list[list[Any]] = []
    hour_ms = 3_600_000
    for at in sorted(means):
        known = [means[at - back * hour_ms] for back in range(24) if at - back * hour_ms in means]
        if at >= clock.to_ms(window.start) and len(known) >= ENOUGH * 24:
            points.append([at, round(sum(known) / len(known), 6), 0])
    return points


def limits_of(reading: Reading, prop: packs.Property) -> list[dict[str, Any]]:
    """Limits in force with a short name each; at most five, the severest kept."""
    limits = []
    for check in reading.checks:
        if check.limit.averaging == "year" or check.bound is None:
            continue
        for bound in (check.limit.minimum, check.limit.maximum):
            if bound is not None:
                limits.append(
                    {"value": bound, "label": short_name(check.limit, bound, prop), "severity": check.limit.severity, "verified": check.limit.verified}
                )  # fmt: skip
    order = ("serious", "warning", "notice", "info")
    limits.sort(key=lambda one: order.index(one["severity"]))
    return limits[:5]


def plain_number(value: float, prop: packs.Property) -> str:
    """A limit's figure with the property's decimals, whole numbers without, a comma before decimals."""
    return f"{value:.{0 if float(value).is_integer() else prop.decimals}f}".replace(".", ",")


def short_name(limit: packs.Limit, bound: float, prop: packs.Property) -> str:
    """`BĐ III 1,80`, `giới hạn 24 giờ 45`, `mức A2 6`."""
    shown = plain_number(bound, prop)
    alarm = re.match(r"Báo động ([IVX]+)", limit.label)
    if alarm:
        return f"{_('BĐ')} {alarm.group(1)} {shown}"
    if limit.water_class:
        return _("mức %(level)s: %(value)s") % {"level": limit.water_class, "value": shown}
    hours = _AVERAGING.get(limit.averaging)
    if hours:
        return _("giới hạn %(hours)d giờ: %(value)s") % {"hours": hours, "value": shown}
    return _("giới hạn %(value)s") % {"value": shown}


def _gaps(points: list[list[Any]], bridge: float, end: int) -> list[list[Any]]:
    """Where nothing came for longer than a line may bridge, with how long."""
    gaps: list[list[Any]] = []
    times = [point[0] for point in points]
    for before, after in zip(times, [*times[1:], end], strict=True) if times else []:
        if after - before > max(bridge, 2 * 3_600_000 if after == end else 0):
            hours = round((after - before) / 3_600_000)
            words = ngettext("mất dữ liệu %(n)d giờ", "mất dữ liệu %(n)d giờ", hours) % {"n": hours} if hours else ""
            gaps.append([before, after, words])
    return gaps
