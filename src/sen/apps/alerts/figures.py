"""The four figures above an alert's chart: now, the change in an hour, the forecast peak, when. All read from the chart itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from sen.apps.alerts.alert_values import AlertDetail
from sen.apps.alerts.rules import words
from sen.kernel import clock

HOUR_MS = 3_600_000
GOOD = (0, 3)
"""Marks of points that count: measured well, or filled."""


@dataclass(frozen=True)
class Fact:
    """A figure with its label; `ask` is the address that answers where it is from."""

    label: str
    value: str
    unit: str = ""
    ask: str = ""
    live: str = ""
    decimals: int = 0


def facts_of(alert: AlertDetail, chart: dict[str, Any] | None) -> list[Fact]:
    """Now, change in one hour, forecast or measured peak, when; those that are not known are left out."""
    points = _good(chart) if chart else []
    if chart is None or not points:
        return _of_alert(alert)
    decimals, unit = int(chart["decimals"]), str(chart["unit"])
    at, newest = points[-1]
    series = f"{alert.asset_code}/{alert.property}"
    ask = reverse("console:asset-provenance", args=[alert.asset_code, alert.property])
    facts = [Fact(_("Hiện tại"), _shown(newest, decimals), unit, ask, series, decimals)]
    hour_ago = next((value for when, value in reversed(points) if when <= at - HOUR_MS), None)
    if hour_ago is not None:
        change = newest - hour_ago
        facts.append(Fact(_("1 giờ qua"), f"{'+' if change > 0 else ''}{_shown(change, decimals)}", unit))
    if peak := chart.get("peak"):
        facts += [
            Fact(_("Đỉnh dự báo"), _shown(peak[1], decimals), unit),
            _at(_("Lúc"), peak[0]),
        ]
    elif alert.peak_value is not None:
        facts += [
            Fact(_("Cao nhất"), _shown(alert.peak_value, decimals), unit),
            _at(_("Báo lúc"), clock.to_ms(alert.raised_at)),
        ]
    return facts


def _of_alert(alert: AlertDetail) -> list[Fact]:
    """What is known of an alert without a series: since when, and how often."""
    facts = [
        _at(_("Bắt đầu"), clock.to_ms(alert.onset_at)),
        _at(_("Báo lúc"), clock.to_ms(alert.raised_at)),
    ]
    if alert.cleared_at:
        facts.append(_at(_("Hết lúc"), clock.to_ms(alert.cleared_at)))
    if alert.repeats > 1:
        facts.append(Fact(_("Số lần"), str(alert.repeats)))
    return facts


def _good(chart: dict[str, Any]) -> list[tuple[int, float]]:
    main = next((one for one in reversed(chart["series"]) if one["role"] != "forecast"), None)
    return (
        [(at, value) for at, value, mark, *_note in main["points"] if value is not None and mark in GOOD]
        if main
        else []
    )


def _shown(value: float, decimals: int) -> str:
    text = f"{value:.{decimals}f}".replace("-", "−")
    return text if words.english() else text.replace(".", ",")


def _at(label: str, ms: int) -> Fact:
    """A moment: the clock, with the day beside it where it is not today."""
    at = clock.local(clock.from_ms(ms))
    return Fact(label, f"{at:%H:%M}", "" if at.date() == clock.local(clock.now()).date() else f"{at:%d/%m}")


def with_forecast(chart: dict[str, Any], alert: AlertDetail) -> dict[str, Any]:
    """The chart with the line that the rule foresaw, from the newest value to where it expects the limit to be crossed."""
    at, value = alert.facts.get("forecast_at"), alert.peak_value
    points = _good(chart)
    if at is None or value is None or not points or at <= points[-1][0]:
        return chart
    line = {
        "name": _("dự báo"),
        "role": "forecast",
        "bridge": at - points[-1][0] + 1,
        "points": [[*points[-1], 0], [at, value, 0]],
    }
    return {
        **chart,
        "series": [*chart["series"], line],
        "to": max(chart["to"], at),
        "now": chart["to"],
        "peak": [at, value],
    }
