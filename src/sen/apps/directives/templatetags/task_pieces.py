"""Pieces of the pages of tasks: workflow, timeliness, deadlines, progress; every state in colour, shape and words."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sen.apps.directives.choices import ExtensionState, Origin, Timeliness, Workflow
from sen.apps.directives.timeliness import today
from sen.apps.directives.values import TaskLine

register = template.Library()

WORKFLOW_TONES = {
    "assigned": "warn", "accepted": "", "in_progress": "on", "awaiting_approval": "warn", "completed": "done", "paused": "",
    "transferred": "", "refused": "late", "cancelled": "",
}  # fmt: skip


@register.filter
def workflow_words(code: str) -> str:
    """A workflow state as people say it."""
    return str(Workflow(code).label) if code in Workflow.values else code


@register.filter
def timeliness_words(code: str) -> str:
    """A timeliness as people say it."""
    return str(Timeliness(code).label) if code in Timeliness.values else "–"


@register.filter
def origin_words(code: str) -> str:
    """What assigned a task."""
    return str(Origin(code).label) if code in Origin.values else code


@register.filter
def extension_words(code: str) -> str:
    """What became of a wish for more time."""
    return str(ExtensionState(code).label) if code in ExtensionState.values else code


@register.filter
def degree_words(code: str) -> str:
    """Whom a reminder tells."""
    return {
        "unit": _("đơn vị"), "unit_leader": _("đơn vị và lãnh đạo đơn vị"),
        "province_leader": _("đơn vị, lãnh đạo đơn vị và lãnh đạo tỉnh"),
    }.get(code, code)  # fmt: skip


@register.simple_tag
def workflow_pill(code: str) -> SafeString:
    """The workflow state as a pill."""
    return format_html('<span class="pill {}">{}</span>', WORKFLOW_TONES.get(code, ""), workflow_words(code))


@register.simple_tag
def task_due(task: TaskLine) -> SafeString:
    """The deadline in words: days left, days late, done; with the first deadline where it was moved."""
    words, tone = _due_words(task)
    glyph = {"over": "▲", "soon": "△"}.get(tone, "")
    shape = format_html('<span aria-hidden="true">{}</span>', glyph) if glyph else ""
    title = _("Hạn {day}").format(day=f"{task.deadline:%d/%m/%Y}") if task.deadline else _("Không hạn")
    if task.extended and task.first_deadline:
        title += _(", hạn đầu {day}").format(day=f"{task.first_deadline:%d/%m/%Y}")
    mark = format_html(' <span class="moved">{}</span>', _("đã gia hạn")) if task.extended else ""
    return format_html('<span class="due {}" title="{}">{}{}{}</span>', tone, title, shape, words, mark)


def _due_words(task: TaskLine) -> tuple[str, str]:
    if task.timeliness == Timeliness.DONE_LATE:
        return ngettext("xong trễ {n} ngày", "xong trễ {n} ngày", task.days_late).format(n=task.days_late), "soon"
    if task.timeliness == Timeliness.DONE_ON_TIME:
        return _("xong đúng hạn"), "met"
    if task.deadline is None:
        return _("không hạn"), ""
    if task.timeliness == Timeliness.OVERDUE:
        return ngettext("quá {n} ngày", "quá {n} ngày", task.days_late).format(n=task.days_late), "over"
    left = (task.deadline - today()).days
    if task.judged_on is not None or task.workflow not in ("assigned", "accepted", "in_progress"):
        return f"{task.deadline:%d/%m/%Y}", ""
    tone = "soon" if task.timeliness == Timeliness.DUE_SOON else ""
    return (_("hôm nay") if left == 0 else ngettext("còn {n} ngày", "còn {n} ngày", left).format(n=left)), tone


@register.simple_tag
def percent_bar(percent: int, tone: str = "") -> SafeString:
    """How far, as a thin bar with its number."""
    return format_html(
        '<span class="pct {}"><svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true"><rect class="g0" width="100" height="4"/>'
        '<rect class="b" width="{}" height="4"/></svg><span class="n">{} %</span></span>', tone, percent, percent,
    )  # fmt: skip
