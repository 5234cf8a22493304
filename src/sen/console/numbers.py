"""Numbers, moments and durations as people in Vietnam (or, on English pages, in English) read them."""

from __future__ import annotations

import math
from datetime import date, datetime

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from sen.kernel import clock


def number(value: float | None, decimals: int = 0) -> str:
    """`1234.5` → `1.234,5` (English: `1,234.5`); nothing measured → an en dash."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "–"
    plain = f"{abs(value):,.{decimals}f}"
    if not (get_language() or "vi").startswith("en"):
        plain = plain.replace(",", " ").replace(".", ",").replace(" ", ".")
    return f"−{plain}" if value < 0 and float(f"{value:.{decimals}f}") != 0 else plain


def moment(value: datetime | None) -> str:
    """`23/11/2026 14:32` on the clocks of Vietnam."""
    return clock.local(value).strftime("%d/%m/%Y %H:%M") if value else "–"


def short_moment(value: datetime | None) -> str:
    """`14:32` today, `22/11 14:32` this year, the full date before."""
    if value is None:
        return "–"
    here, today = clock.local(value), clock.local(clock.now())
    if here.date() == today.date():
        return here.strftime("%H:%M")
    return here.strftime("%d/%m %H:%M") if here.year == today.year else here.strftime("%d/%m/%Y")


def local_clock(value: datetime | None) -> str:
    """`14:05`, in Vietnam."""
    return f"{clock.local(value):%H:%M}" if value else ""


def day(value: date | datetime | None) -> str:
    """`23/11/2026`."""
    if value is None:
        return "–"
    return (clock.local(value) if isinstance(value, datetime) else value).strftime("%d/%m/%Y")


def duration(seconds: float) -> str:
    """`45 giây`, `2 phút`, `7 giờ 52`, `19 giờ`, `18 ngày`: the same steps as the browser's chips."""
    whole = max(0, int(seconds))
    minutes, hours = whole // 60, whole // 3600
    if whole < 60:
        return _("%(n)d giây") % {"n": whole}
    if minutes < 60:
        return _("%(n)d phút") % {"n": minutes}
    if hours < 10 and minutes % 60:
        return _("%(n)d giờ %(m)02d") % {"n": hours, "m": minutes % 60}
    if hours < 48:
        return _("%(n)d giờ") % {"n": hours}
    return ngettext("%(n)d ngày", "%(n)d ngày", hours // 24) % {"n": hours // 24}
