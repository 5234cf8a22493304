"""A sheet as an Excel file in the layout of the grid, with a marker by which it is known again when it comes back."""

from __future__ import annotations

import io

import msgspec
import openpyxl
from django.utils.translation import gettext as _
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.worksheet.worksheet import Worksheet

from sen.apps.indicators.sheets.detail import Row, SheetDetail

MARKER = "_sen"
"""Name of the hidden worksheet with the marker."""
HEAD_ROW = 6
"""Row of the column heads; the figures follow."""
COLUMNS = ("code", "name", "unit", "value", "note", "previous", "same_period", "plan")
_WIDTHS = (16, 54, 16, 18, 34, 16, 16, 16)
_INPUT = PatternFill("solid", fgColor="FFF9E5")
_HEAD = PatternFill("solid", fgColor="EEF0F3")
_EDGE = Side(style="thin", color="B6BFCA")


class Marker(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whose sheet a file is; written into the hidden worksheet as JSON."""

    sheet: str
    version: int
    unit: str
    unit_name: str
    period: str
    period_words: str
    codes: list[str]


def heads() -> tuple[str, ...]:
    """What stands above the columns, in their order."""
    return (
        _("Mã"), _("Chỉ tiêu"), _("Đơn vị tính"), _("Số kỳ này"), _("Ghi chú"), _("Kỳ trước"), _("Cùng kỳ năm trước"), _("Kế hoạch"),
    )  # fmt: skip


def workbook(found: SheetDetail) -> bytes:
    """The .xlsx: only the columns of figures and notes can be changed."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = _("Nhập số liệu")
    _title(sheet, found)
    for column, (words, width) in enumerate(zip(heads(), _WIDTHS, strict=True), start=1):
        cell = sheet.cell(HEAD_ROW, column, words)
        cell.font, cell.fill = Font(bold=True), _HEAD
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        sheet.column_dimensions[cell.column_letter].width = width
    for number, row in enumerate(found.rows, start=HEAD_ROW + 1):
        _line(sheet, number, row)
    sheet.freeze_panes = f"D{HEAD_ROW + 1}"
    sheet.protection.sheet = True
    sheet.protection.formatColumns = False
    hidden = book.create_sheet(MARKER)
    hidden["A1"] = msgspec.json.encode(marker(found)).decode()
    hidden.sheet_state = "veryHidden"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def marker(found: SheetDetail) -> Marker:
    """The marker of a sheet at this version of its form."""
    entry = found.entry
    return Marker(
        sheet=entry.sheet, version=found.form.version, unit=entry.unit.code, unit_name=entry.unit.name, period=entry.period,
        period_words=found.period.words, codes=[row.code for row in found.rows],
    )  # fmt: skip


def _title(sheet: Worksheet, found: SheetDetail) -> None:
    entry = found.entry
    lines = (
        entry.name,
        f"{entry.unit.name} · {found.period.words}",
        _("Hạn nộp: {day}").format(day=f"{entry.due_on:%d/%m/%Y}"),
        _("Chỉ điền ô nền vàng. Không chèn, xoá, đổi chỗ cột và dòng; không gộp ô; không dùng công thức."),
    )
    for number, words in enumerate(lines, start=1):
        sheet.cell(number, 1, words).font = Font(bold=number == 1, size=14 if number == 1 else 11)


def _line(sheet: Worksheet, number: int, row: Row) -> None:
    value = row.value if row.value is not None else (row.text or None)
    figures = (row.code, row.name, row.unit_label, value, row.note or None, row.previous, row.same_period, row.plan)
    for column, figure in enumerate(figures, start=1):
        cell = sheet.cell(number, column, figure)
        if isinstance(figure, str):
            cell.data_type = "s"  # what a person typed is never a formula
        cell.border = Border(bottom=_EDGE)
        cell.alignment = Alignment(wrap_text=column in (2, 5), vertical="center")
        if column in (4, 6, 7, 8):
            cell.number_format = "#,##0" + ("." + "0" * row.decimals if row.decimals else "")
        if column in (4, 5) and not row.computed:
            cell.fill, cell.protection = _INPUT, Protection(locked=False)
