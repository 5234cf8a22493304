"""The pieces of the visual language as template tags; shown together on the style page, `/console/style/`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from sen.console import numbers
from sen.kernel import clock
from sen.kernel.text import folded

register = template.Library()

SEVERITIES = ("info", "notice", "warning", "serious", "emergency")
register.filter("number", numbers.number)
register.filter("moment", numbers.moment)
register.filter("short_moment", numbers.short_moment)
register.filter("day", numbers.day)
register.filter("local_clock", numbers.local_clock)
register.filter("duration", numbers.duration)


@register.filter
def severity_words(level: str) -> str:
    """The word that goes with a severity's colour and shape."""
    return {
        "info": _("Thông tin"),
        "notice": _("Chú ý"),
        "warning": _("Cảnh báo"),
        "serious": _("Nghiêm trọng"),
        "emergency": _("Khẩn cấp"),
    }.get(level, _("Bình thường"))


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    """A line icon of the sprite; decoration only, the words stand beside it."""
    return format_html('<svg class="i {}" aria-hidden="true"><use href="#{}"/></svg>', classes, name)


@register.simple_tag
def glyph(level: str, quiet: bool = False) -> SafeString:
    """The shape of a severity with its word for screen readers; nothing for a normal state."""
    if level not in SEVERITIES:
        return format_html('<span class="g-none" aria-hidden="true"></span>') if not quiet else SafeString("")
    shape = '<svg class="g {0}" viewBox="0 0 16 16" aria-hidden="true"><use href="#s-{0}"/></svg><span class="sr">{1}</span>'
    return format_html(shape, level, severity_words(level))


@register.simple_tag
def severity(level: str, style: str = "", words: str = "") -> SafeString:
    """Severity badge: colour, shape and word. `style` is "", "out" (outlined) or "fill"."""
    if level not in SEVERITIES:
        return format_html('<span class="pill">{}</span>', words or severity_words(level))
    badge = '<span class="sev {0} {1}"><svg viewBox="0 0 16 16" aria-hidden="true"><use href="#s-{0}"/></svg>{2}</span>'
    return format_html(badge, level, style, words or severity_words(level))


@register.simple_tag
def fresh(
    at: datetime | None, due: float | None = None, lost: float | None = None, live: str = "", manual: bool = False
) -> SafeString:
    """Freshness chip that ages by itself: late after `due` seconds, lost after `lost`; `live` is the asset or series whose
    readings renew it."""
    if manual:
        return format_html('<span class="fresh hand">{} {}</span>', icon("hand"), _("nhập tay"))
    if at is None:
        return format_html('<span class="fresh late" data-live-age="{}">{}</span>', live, _("chưa có số"))
    age = (clock.now() - at).total_seconds()
    state = "lost" if lost and age > lost else "late" if due and age > due else ""
    words = numbers.duration(age)
    if state:
        words = (_("mất %(age)s") if state == "lost" else _("trễ %(age)s")) % {"age": words}
    chip = '<span class="fresh {}" data-age="{}" data-due="{}" data-lost="{}" data-live-age="{}" title="{}">{}</span>'
    title = _("số mới nhất lúc %(when)s") % {"when": numbers.moment(at)}
    return format_html(
        chip,
        state,
        at.isoformat(),
        "" if due is None else int(due),
        "" if lost is None else int(lost),
        live,
        title,
        words,
    )


@register.simple_tag
def pill(words: str, tone: str = "") -> SafeString:
    """Status pill; `tone` is "", on, done, warn or late."""
    return format_html('<span class="pill {}">{}</span>', tone, words)


@register.simple_tag
def unit_chip(name: str, code: str = "", person: bool = False) -> SafeString:
    """A unit or a person by name, with initials."""
    initials = initials_of(name)
    return format_html(
        '<span class="unit" title="{}"><span class="av {}" aria-hidden="true">{}</span>{}</span>',
        code or name,
        "p" if person else "",
        initials,
        name,
    )


def initials_of(name: str) -> str:
    """`Sở Nông nghiệp và Môi trường` → `MT`, `Nguyễn Thị Hạnh` → `NH`."""
    words = [word for word in name.replace("&", " ").split() if word[:1].isalnum()]
    if not words:
        return "?"
    if words[0] in {"Sở", "Xã", "Phường", "Ban", "Trung", "Công", "Văn", "xã", "phường"} and len(words) > 2:
        return (words[-2][0] + words[-1][0]).upper()
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


@register.simple_tag
def beat(bars: Sequence[str], label: str = "") -> SafeString:
    """Heartbeat: one bar per promised delivery, `ok`, `late`, `miss` or `none` (nothing was due)."""
    shapes = {"ok": ("", 5, 11), "late": ("l", 9, 7), "miss": ("x", 2, 14)}
    drawn: list[tuple[str, float, float, str, int]] = []
    for place, bar in enumerate(bars):
        if bar in shapes:
            css, top, height = shapes[bar]
            drawn.append((css, place * 4, top, "2.5", height))
        else:
            drawn.append(("e", place * 4 + 0.5, 10.5, "2", 5))
    on_time, due = sum(bar == "ok" for bar in bars), sum(bar in shapes for bar in bars)
    words = label or _("%(ok)d trên %(due)d lần gửi đúng hẹn") % {"ok": on_time, "due": due}
    width = max(4, len(bars) * 4)
    rects = format_html_join("", '<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>', drawn)
    return format_html(
        '<svg class="beat" width="{0}" height="16" viewBox="0 0 {0} 16" role="img" aria-label="{1}"><title>{1}</title>{2}</svg>',
        width,
        words,
        rects,
    )


@register.simple_tag
def spark(values: Sequence[float | None] | None, tone: str = "") -> SafeString:
    """Sparkline of equally spaced values; a missing value breaks the line."""
    known = [value for value in values or () if value is not None]
    if not values or len(known) < 2:
        return format_html('<span class="muted sm">–</span>')
    low, high = min(known), max(known)
    span = (high - low) or 1.0
    path, pen_down = [], False
    for place, value in enumerate(values):
        if value is None:
            pen_down = False
            continue
        x, y = place * 72 / (len(values) - 1), (18 - (value - low) / span * 16 if high > low else 10)
        path.append(f"{'L' if pen_down else 'M'}{x:.1f} {y:.1f}")
        pen_down = True
    css = {"serious": "hot", "emergency": "hot", "warning": "warm", "notice": "warm"}.get(tone, "")
    return format_html(
        '<svg class="spark {}" viewBox="0 0 72 20" preserveAspectRatio="none" aria-hidden="true"><path d="{}"/></svg>',
        css,
        "".join(path),
    )


@register.simple_tag
def stack(parts: Iterable[tuple[str, float]], label: str = "", width: float = 100.0, thin: bool = False) -> SafeString:
    """Stacked bar of (kind, amount); kinds: ok, late, lost, plan, inv, gap. `width` is its share of the place, in percent."""
    known = [(kind, float(amount)) for kind, amount in parts if amount]
    total = sum(amount for _kind, amount in known) or 1.0
    at, drawn = 0.0, []
    for kind, amount in known:
        share = amount / total * width
        drawn.append((kind, f"{at:.2f}", f"{max(share - 0.25, 0.2):.2f}"))
        at += share
    rects = format_html_join("", '<rect class="k-{}" x="{}%" y="0" width="{}%" height="100%"/>', drawn)
    role = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html('<svg class="stack {}" {}>{}</svg>', "thin" if thin else "", role, rects)


@register.simple_tag
def progress(share: float, label: str) -> SafeString:
    """Progress bar, `share` from 0 to 1."""
    percent = max(0.0, min(1.0, share)) * 100
    bar = '<svg class="prog" role="progressbar" aria-label="{}" aria-valuenow="{}" aria-valuemin="0" aria-valuemax="100"><rect width="{}%" height="100%"/></svg>'
    return format_html(bar, label, round(percent), f"{percent:.1f}")


@register.simple_tag
def plan_bar(
    share: float, mark: float | None = None, before: float | None = None, tone: str = "", label: str = ""
) -> SafeString:
    """Plan bar of a number tile: reached share, the plan as a tick, the same period before as a grey line (all 0 to 1)."""
    ticks = []
    if before is not None:
        ticks.append(("was", f"{before * 100:.1f}"))
    if mark is not None:
        ticks.append(("mark", f"{mark * 100:.1f}"))
    marks = format_html_join("", '<rect class="{}" x="{}%" y="0" width="2" height="12"/>', ticks)
    bar = '<svg class="plan {}" role="img" aria-label="{}"><rect class="g0" y="3" width="100%" height="6" rx="3"/><rect class="b" y="3" width="{}%" height="6" rx="3"/>{}</svg>'
    return format_html(bar, tone, label, f"{max(0.0, min(1.0, share)) * 100:.1f}", marks)


@register.simple_tag
def index_chip(category: int | None, words: str = "", name: str = "VN_AQI") -> SafeString:
    """An index category: the decree's colour as the fill, its name as the words."""
    if not category or category < 1:
        return SafeString("")
    return format_html('<span class="aqi {}{}">{}</span>', "w" if name == "VN_WQI" else "a", category, words)


@register.simple_tag
def ask(words: Any, address: str, live: str = "", decimals: int = 0) -> SafeString:
    """A number that can be asked: dotted underline, opens its provenance; `live` is the series that renews it."""
    return format_html(
        '<button type="button" class="ask" data-ask="{}" aria-expanded="false" data-live="{}" data-decimals="{}">{}</button>',
        address,
        live,
        decimals,
        words,
    )


@register.filter
def minus(one: int, other: int) -> int:
    """Difference of two counts."""
    return one - other


@register.filter
def hundredfold(share: float | None) -> float | None:
    """A share as percent."""
    return None if share is None else share * 100


@register.filter
def absolute(value: float) -> float:
    """Without its sign."""
    return abs(value)


@register.filter
def pretty_json(value: Any) -> str:
    """A JSON value with indentation."""
    return json.dumps(value, ensure_ascii=False, indent=1)


@register.filter
def as_code(name: str) -> str:
    """A code proposed from a name: folded, dashes for everything else."""
    return re.sub(r"[^a-z0-9._-]+", "-", folded(name)).strip("-._")[:64]


@register.filter
def weekday(value: datetime) -> str:
    """`Thứ Hai` … `Chủ Nhật`."""
    names = (_("Thứ Hai"), _("Thứ Ba"), _("Thứ Tư"), _("Thứ Năm"), _("Thứ Sáu"), _("Thứ Bảy"), _("Chủ Nhật"))
    return names[clock.local(value).weekday()]
