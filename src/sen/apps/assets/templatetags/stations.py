"""Words of stations in templates: names of properties, averaging times, quality."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

from sen.apps.assets.charts import plain_number, short_name
from sen.apps.assets.readings import Check
from sen.apps.assets.station_view import name_of_property, quality_words
from sen.apps.packs import interface as packs

register = template.Library()
register.filter("quality", quality_words)


@register.filter
def property_name(code: str) -> str:
    """`pm25` → `PM2,5`; sub-indices such as `o3_8h` keep their hours."""
    base, _sep, hours = code.partition("_8h")
    found = packs.property_for(base)
    return (name_of_property(found) if found else base) + (" (8 h)" if code != base and not hours else "")


@register.filter
def averaging(code: str) -> str:
    """`24h` → `trung bình 24 giờ`."""
    return {
        "instant": _("tức thời"), "1h": _("trung bình 1 giờ"), "8h": _("trung bình 8 giờ"), "24h": _("trung bình 24 giờ"),
        "year": _("trung bình năm"),
    }.get(code, code)  # fmt: skip


@register.filter
def limit_name(check: Check) -> str:
    """A limit in a few words: `BĐ I 1,90`, `45 (24 giờ)`, `mức B: 5`; the whole name is the tooltip."""
    prop = packs.properties()[check.limit.property]
    hours = {"1h": 1, "8h": 8, "24h": 24}.get(check.limit.averaging)
    if hours and not check.limit.water_class and check.bound is not None:
        return _("%(bound)s (%(hours)d giờ)") % {"bound": plain_number(check.bound, prop), "hours": hours}
    if check.bound is None or not (check.limit.water_class or check.limit.label.startswith("Báo động")):
        return check.limit.label
    return short_name(check.limit, check.bound, prop)


@register.filter
def percent(share: float) -> str:
    """0.22 → `22.0`, for SVG attributes."""
    return f"{share * 100:.1f}"
