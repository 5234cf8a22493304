"""Pieces of the pages of incidents and procedures: words of kinds and states, clocks."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from sen.apps.incidents.choices import Cause, DispatchState, Kind, LessonState, MessageState, State
from sen.kernel import clock

register = template.Library()

STATE_TONES = {"open": "warn", "responding": "on", "contained": "done", "closed": "", "cancelled": ""}
DISPATCH_TONES = {"sent": "warn", "acknowledged": "on", "arrived": "on", "done": "done", "recalled": ""}
SOON_S = 600


@register.filter
def kind_words(code: str) -> str:
    """A kind of incident as people say it; "mọi loại" for none."""
    return str(Kind(code).label) if code in Kind.values else _("mọi loại")


@register.filter
def cause_words(code: str) -> str:
    """A cause as a review names it."""
    return str(Cause(code).label) if code in Cause.values else code


@register.filter
def lesson_words(code: str) -> str:
    """The state of a lesson."""
    return str(LessonState(code).label) if code in LessonState.values else code


@register.filter
def message_words(code: str) -> str:
    """The state of a public message."""
    return str(MessageState(code).label) if code in MessageState.values else code


@register.simple_tag
def state_pill(state: str) -> SafeString:
    """The state of an incident as a pill."""
    words = State(state).label if state in State.values else state
    return format_html('<span class="pill {}">{}</span>', STATE_TONES.get(state, ""), words)


@register.simple_tag
def dispatch_pill(state: str, overdue: bool = False) -> SafeString:
    """The state of a dispatch as a pill; unanswered after its time it says so."""
    if overdue:
        return format_html('<span class="pill late">{}</span>', _("Chưa nhận, quá hạn"))
    words = DispatchState(state).label if state in DispatchState.values else state
    return format_html('<span class="pill {}">{}</span>', DISPATCH_TONES.get(state, ""), words)


@register.simple_tag
def due(at: datetime | None) -> SafeString:
    """A clock that runs down in the browser, late in colour and word; before its script runs, and on paper, the hour it is due."""
    if at is None:
        return SafeString("")
    here, now = clock.local(at), clock.now()
    same_day = here.date() == clock.local(now).date()
    over, until = _("quá hạn {left}"), _("còn {left}")
    tone = "over" if at < now else "soon" if (at - now).total_seconds() < SOON_S else ""
    words = (_("quá hạn %(when)s") if at < now else _("hạn %(when)s")) % {
        "when": f"{here:%H:%M}" if same_day else f"{here:%d/%m %H:%M}"
    }
    chip = (
        '<span class="due {}" data-until="{}" data-until-words="{}" data-over-words="{}" title="{}">'
        '<svg class="i i-xs" aria-hidden="true"><use href="#clock"/></svg><span data-part="left">{}</span></span>'
    )
    return format_html(chip, tone, at.isoformat(), until, over, f"{here:%d/%m/%Y %H:%M}", words)


@register.simple_tag
def drill_mark(drill: bool, simulated: bool = False) -> SafeString:
    """Says that something is a drill or simulated, where it is."""
    if drill:
        return format_html('<span class="drill-mark">{}</span>', _("Diễn tập"))
    return format_html('<span class="sim flat">{}</span>', _("Dữ liệu mô phỏng")) if simulated else SafeString("")
