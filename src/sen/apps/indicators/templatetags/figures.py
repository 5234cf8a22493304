"""Figures in templates: their words and links."""

from __future__ import annotations

from datetime import date, timedelta

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from sen.apps.indicators import tables
from sen.apps.indicators.figure import Figure
from sen.apps.indicators.models import AcrossUnits
from sen.apps.indicators.pages import unit_link
from sen.apps.organisations.interface import UnitRef

register = template.Library()

register.filter("status_words", tables.status_words)
register.filter("origin_words", tables.origin_words)


@register.filter
def level_words(level: str) -> str:
    """A level of units as people say it."""
    return {
        "province": _("cấp tỉnh"),
        "district": _("cấp huyện (đến 30/06/2025)"),
        "commune": _("cấp xã"),
        "department": _("sở, ban, ngành"),
    }.get(level, level)


@register.filter
def rule_words(across_units: str) -> str:
    """How values of merged units become one."""
    return str(AcrossUnits(across_units).label)


@register.simple_tag
def figure_address(name: str, code: str, unit: UnitRef, figure: Figure | None = None, tree: str = "") -> str:
    """The address of a page of a unit, with the day on which an ended unit bore its code."""
    parts = [unit_link(unit)]
    if figure:
        parts += [f"period={figure.period.key}", f"tree={tree or 'today'}"]
    query = "&".join(part for part in parts if part)
    return reverse(f"console:{name}", args=[code, unit.code]) + (f"?{query}" if query else "")


@register.filter
def last_day(unit: UnitRef) -> date | None:
    """The last day on which an ended unit stood."""
    return unit.valid_to - timedelta(days=1) if unit.valid_to else None


@register.simple_tag
def bar(share: float) -> SafeString:
    """A thin bar, `share` from 0 to 1, beside a number."""
    return format_html(
        '<svg class="fbarline" aria-hidden="true"><rect width="{}%" height="100%"/></svg>', f"{share * 100:.1f}"
    )


@register.filter
def percent_of(share: float | None) -> str:
    """A share as whole percent; not known → a question mark."""
    return "?" if share is None else f"{share * 100:.0f} %"
