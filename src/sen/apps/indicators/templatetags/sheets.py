"""Sheets in templates: their states, days and differences in words."""

from __future__ import annotations

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from sen.apps.indicators.models_sheets import SheetEntry, SheetState
from sen.apps.indicators.sheets.checking import written
from sen.apps.indicators.sheets.detail import Row
from sen.apps.indicators.sheets.values import EntryRef

register = template.Library()

_TONES = {"draft": "", "submitted": "on", "sent_back": "warn", "approved": "done"}


@register.simple_tag
def sheet_state(state: str) -> SafeString:
    """The state of a sheet as a pill."""
    return format_html('<span class="pill {}">{}</span>', _TONES.get(state, ""), SheetState(state).label)


@register.simple_tag
def sheet_due(row: EntryRef) -> SafeString:
    """How a sheet stands to its day, in words."""
    if row.timeliness == "late":
        return format_html('<span class="due over">{}</span>', _("quá hạn {n} ngày").format(n=row.days_late))
    if row.timeliness == "handed_in_late":
        return format_html('<span class="due">{}</span>', _("nộp chậm {n} ngày").format(n=row.days_late))
    if row.timeliness == "due_soon":
        return format_html('<span class="due soon">{}</span>', _("sắp đến hạn"))
    return (
        format_html('<span class="due">{}</span>', _("nộp đúng hạn")) if row.timeliness == "on_time" else SafeString("")
    )


@register.filter
def turn_words(turn: str) -> str:
    """The tabs of the list."""
    return {
        "mine": _("Cần nhập"),
        "approve": _("Chờ tôi duyệt"),
        "late": _("Quá hạn"),
        "done": _("Đã duyệt"),
        "all": _("Tất cả"),
    }[turn]


@register.filter
def turn_empty(turn: str) -> str:
    """What an empty tab says."""
    return {
        "mine": _("Không có phiếu nào cần nhập"), "approve": _("Không có phiếu nào chờ duyệt"), "late": _("Không có phiếu nào quá hạn"),
        "done": _("Chưa có phiếu nào được duyệt"), "all": _("Chưa có phiếu nào"),
    }[turn]  # fmt: skip


@register.filter
def event_words(kind: str) -> str:
    """What happened to a sheet."""
    return {
        "submitted": _("Gửi phiếu"), "taken_back": _("Rút về"), "sent_back": _("Trả lại"), "approved": _("Duyệt"), "unapproved": _("Hoàn tác duyệt"), "reopened": _("Mở đính chính"),
    }.get(kind, kind)  # fmt: skip


@register.filter
def how_words(how: str) -> str:
    """How a cell was changed."""
    return {
        "typed": _("gõ"),
        "pasted": _("dán"),
        "excel": _("tệp Excel"),
        "undone": _("hoàn tác"),
        "api": _("qua API"),
    }.get(how, how)


@register.simple_tag
def cell_text(row: Row) -> str:
    """What stands in a cell: the figure as it was read, or the text that is no figure."""
    return written(row.value) if row.value is not None else row.text


@register.simple_tag
def cell_address(entry: SheetEntry, row: Row) -> str:
    """Where the history of a cell is."""
    return reverse("console:sheet-cell", args=[entry.pk, row.code])


@register.simple_tag
def difference(row: Row) -> str:
    """Against the period before, as a number and in percent."""
    moved = row.over_previous
    if moved is None:
        return "–"
    sign = "+" if moved > 0 else ""
    share = f" ({sign}{written(100 * moved / row.previous, 1)} %)" if row.previous else ""
    return f"{sign}{written(moved, row.decimals)}{share}"
