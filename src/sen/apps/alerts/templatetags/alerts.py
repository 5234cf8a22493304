"""Pieces of the alert pages: the clock that runs until somebody has to answer."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

register = template.Library()


@register.simple_tag
def due_clock(due_at: datetime | None) -> SafeString:
    """Time left to answer, running down by itself; nothing where nobody has to answer any more."""
    if due_at is None:
        return SafeString("")
    left, over = _("còn {left} để xác nhận"), _("quá hạn xác nhận {left}")
    clock = '<span class="due" data-until="{}" data-until-words="{}" data-over-words="{}"><svg class="i" aria-hidden="true"><use href="#clock"/></svg><span data-part="left"></span></span>'
    return format_html(clock, due_at.isoformat(), left, over)


_TONES = {
    "raised": "s",
    "worse": "s",
    "cleared": "o",
    "better": "o",
    "overdue": "w",
    "escalated": "w",
    "closed": "",
    "acknowledged": "a",
}


@register.filter
def event_tone(kind: str) -> str:
    """The tone of a dot in the history: what the data did stands out from what people did."""
    return _TONES.get(kind, "")
