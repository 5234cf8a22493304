"""Words of shifts for templates: short days and names, when a level of a chain is reached."""

from __future__ import annotations

from datetime import date

from django import template
from django.utils.translation import gettext as _

from sen.apps.shifts.chains import Level

register = template.Library()


@register.filter
def weekday_short(day: date) -> str:
    """`T2` … `T7`, `CN`."""
    return (_("T2"), _("T3"), _("T4"), _("T5"), _("T6"), _("T7"), _("CN"))[day.weekday()]


@register.filter
def short_name(person: object) -> str:
    """The last two words of a name, by which colleagues know each other: `Lê Trực Ban` → `Trực Ban`."""
    return " ".join(str(person).split()[-2:])


@register.filter
def initials(person: object) -> str:
    """`Lê Trực Ban` → `TB`."""
    return "".join(word[0] for word in str(person).split()[-2:]).upper()


@register.filter
def chain_when(level: Level) -> str:
    """When a level is reached after the beginning: at once, after minutes, after so many clocks of the alert."""
    parts = []
    if level.after_minutes:
        parts.append(_("{n} phút").format(n=f"{level.after_minutes:g}"))
    if level.after_clocks:
        parts.append(_("{n} lần thời hạn").format(n=f"{level.after_clocks:g}"))
    return _("sau {time}").format(time=" + ".join(parts)) if parts else _("ngay")


@register.filter
def severity_name(level: str) -> str:
    """The word of a severity."""
    return {
        "info": _("Thông tin"), "notice": _("Chú ý"), "warning": _("Cảnh báo"), "serious": _("Nghiêm trọng"), "emergency": _("Khẩn cấp"),
    }.get(level, level)  # fmt: skip
