"""Reads a filled-in Excel file of a sheet: is it this sheet, and what does each row say. Every row is answered, the good ones become the draft."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import msgspec
import openpyxl
from django.utils import translation
from django.utils.translation import gettext as _
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from sen.apps.access.interface import Scope, require
from sen.apps.indicators import policies
from sen.apps.indicators.periods import parse
from sen.apps.indicators.sheets import detail, drafts
from sen.apps.indicators.sheets.checking import read_number, written
from sen.apps.indicators.sheets.detail import SheetDetail
from sen.apps.indicators.sheets.workbook_out import COLUMNS, MARKER, Marker, heads
from sen.kernel.errors import InvalidInput
from sen.kernel.text import folded

MOST_ROWS = 2000
HEAD_WITHIN = 15
"""The column heads are looked for in so many rows, because people insert lines above them."""
LARGEST_UNPACKED = 50 * 2**20


class Problem(msgspec.Struct, frozen=True):
    """Why a row (as Excel counts; 0 for a row of the sheet that the file lacks) was not taken."""

    row: int
    code: str
    words: str


class Taken(msgspec.Struct, frozen=True):
    """What became of a file: rows as they were saved, and a problem for each of the others."""

    saved: tuple[str, ...]
    problems: tuple[Problem, ...]


def keep(*, scope: Scope, entry_id: UUID | str, content: bytes) -> Taken:
    """Save the good rows as the draft. Raises InvalidInput where the file as a whole is not this sheet, and what save_cells raises."""
    found = detail.detail(scope, entry_id)
    require(scope, policies.FILL_IN, found.entry.unit_id)
    drafts.open_for_changes(found.entry)
    cells, problems = read(content, found)
    if cells:
        drafts.save_cells(scope=scope, entry_id=entry_id, cells=cells, how="excel")
    return Taken(tuple(one.code for one in cells), tuple(problems))


def read(content: bytes, found: SheetDetail) -> tuple[list[drafts.CellIn], list[Problem]]:
    """The cells that a file gives and what is wrong with its other rows. Raises InvalidInput for the file as a whole."""
    book = opened(content)
    given = _marker(book)
    _same_sheet(given, found)
    sheet = next(one for one in book.worksheets if one.title != MARKER)
    head = _head(sheet)
    cells, problems = _rows(sheet, head, found)
    seen = {one.code for one in cells} | {one.code for one in problems}
    if given.version != found.form.version:
        lacking = [row for row in found.rows if row.code not in seen and not row.computed]
        words = _("Tệp theo mẫu cũ (bản {old}, nay là bản {new}), không có dòng này.")
        problems += [Problem(0, row.code, words.format(old=given.version, new=found.form.version)) for row in lacking]
    else:
        problems += [
            Problem(0, row.code, _("Dòng này đã bị xoá khỏi tệp."))
            for row in found.rows
            if row.code not in seen and not row.computed
        ]
    return cells, problems


def opened(content: bytes) -> Any:
    """An .xlsx file as openpyxl gives it. Raises InvalidInput where it is none or too large."""
    refusal = InvalidInput(
        _("Không đọc được tệp Excel này."),
        action=_("Lưu tệp ở dạng .xlsx rồi nạp lại; tệp .xls cũ cần lưu lại."),
        code="not_a_workbook",
    )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(one.file_size for one in packed.infolist()) > LARGEST_UNPACKED:
                raise InvalidInput(_("Tệp quá lớn."), action=_("Tải lại phiếu rồi điền."), code="too_large")
        return openpyxl.load_workbook(io.BytesIO(content), data_only=False)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as error:
        raise refusal from error


def _marker(book: Any) -> Marker:
    try:
        return msgspec.json.decode(str(book[MARKER]["A1"].value), type=Marker)
    except (KeyError, msgspec.MsgspecError) as error:
        raise InvalidInput(
            _("Tệp này không phải phiếu tải từ hệ thống, nên không biết là của phiếu nào, kỳ nào."),
            action=_("Tải phiếu bằng nút “Tải Excel”, chép số vào ô nền vàng rồi nạp lại; hoặc dán thẳng vào bảng."), code="no_marker",
        ) from error  # fmt: skip


def _same_sheet(given: Marker, found: SheetDetail) -> None:
    entry = found.entry
    if given.sheet != entry.sheet:
        raise InvalidInput(
            _("Tệp là của phiếu khác (mã “{given}”), không phải “{name}”.").format(given=given.sheet, name=entry.name),
            action=_("Chọn đúng tệp của phiếu này."), code="other_sheet",
        )  # fmt: skip
    if given.unit != entry.unit.code:
        raise InvalidInput(
            _("Tệp là của {given}, không phải {unit}.").format(given=given.unit_name, unit=entry.unit.name),
            action=_("Chọn đúng tệp của đơn vị."), code="other_unit",
        )  # fmt: skip
    if given.period != entry.period:
        words = _("Tệp là của {given}, phiếu này là {period}.")
        if given.period[:4] != entry.period[:4]:
            words = _("Tệp là mẫu của năm cũ ({given}), phiếu này là {period}.")
        raise InvalidInput(
            words.format(given=given.period_words or given.period, period=parse(entry.period).words),
            action=_("Tải lại phiếu của kỳ này rồi chép số sang."), code="other_period",
        )  # fmt: skip


class _Head(msgspec.Struct, frozen=True):
    """In which row the heads stand and in which column (from 1) each is."""

    row: int
    columns: Mapping[str, int]


def _head(sheet: Worksheet) -> _Head:
    """Columns are found by their heads, so that columns that changed places are still read rightly."""
    wanted: dict[str, str] = {}
    for language in ("vi", "en"):  # whoever filled it in may have read another language than who brings it back
        with translation.override(language):
            wanted |= {folded(words): name for name, words in zip(COLUMNS, heads(), strict=True)}
    for number in range(1, HEAD_WITHIN + 1):
        found: dict[str, int] = {}
        for column in range(1, min(sheet.max_column, 40) + 1):
            name = wanted.get(folded(str(sheet.cell(number, column).value or "")))
            if name and name not in found:
                found[name] = column
        if {"code", "value"} <= found.keys():
            return _Head(number, found)
    raise InvalidInput(
        _("Không thấy hàng tiêu đề có cột “{code}” và “{value}”.").format(code=heads()[0], value=heads()[3]),
        action=_("Không xoá hàng tiêu đề. Tải lại phiếu rồi điền."), code="no_head",
    )  # fmt: skip


def _rows(sheet: Worksheet, head: _Head, found: SheetDetail) -> tuple[list[drafts.CellIn], list[Problem]]:
    rows = {row.code: row for row in found.rows}
    merged = _merged(sheet, head)
    cells: dict[str, drafts.CellIn] = {}
    problems: list[Problem] = []
    for number in range(head.row + 1, min(sheet.max_row, head.row + MOST_ROWS) + 1):
        code = str(sheet.cell(number, head.columns["code"]).value or "").strip()
        value = sheet.cell(number, head.columns["value"]).value
        note = str(sheet.cell(number, head.columns["note"]).value or "") if "note" in head.columns else None
        row = rows.get(code)
        if (not code and value is None) or (row and row.computed):
            continue
        text, words = text_of(value)
        if row is None:
            words = _unknown(code, str(value or ""), rows)
        elif code in cells:
            words = _("Mã này đã có ở một dòng trên.")
        elif number in merged:
            words = _("Ô số bị gộp với ô khác, không biết số là của dòng nào. Bỏ gộp ô rồi nhập từng dòng.")
        if words:
            problems.append(Problem(number, code, words))
        elif row is not None:
            # A row left empty keeps what is in the draft: somebody may have typed it in the grid meanwhile.
            cells[code] = drafts.CellIn(code=code, text=text or row.text, note=note or row.note)
    return list(cells.values()), problems


def _unknown(code: str, value: str, rows: Mapping[str, Any]) -> str:
    if value.strip() in rows or read_number(code)[0] is not None:
        return _("Cột “Mã” và “Số kỳ này” bị đổi chỗ nội dung. Đưa mã về cột “Mã”.")
    if not code:
        return _("Dòng có số nhưng không có mã chỉ tiêu.")
    return _("Phiếu không có mã “{code}”; có thể là mẫu của năm cũ.").format(code=code[:40])


def _merged(sheet: Worksheet, head: _Head) -> set[int]:
    """Rows whose figure stands in a cell that was merged with others."""
    column = head.columns["value"]
    return {
        number
        for one in sheet.merged_cells.ranges
        if one.min_col <= column <= one.max_col and one.max_row > head.row
        for number in range(max(one.min_row, head.row + 1), one.max_row + 1)
    }


def text_of(value: Any) -> tuple[str, str]:
    """What is to stand in the cell, or why the Excel cell cannot be used."""
    if value is None:
        return "", ""
    if isinstance(value, bool):
        return "", _("Ô là giá trị đúng/sai, không phải số.")
    if isinstance(value, int | float):
        return written(float(value)), ""
    if isinstance(value, datetime | date | time | timedelta):
        return "", _("Ô là ngày hoặc giờ (Excel đã tự đổi số thành ngày). Đặt định dạng ô là số rồi nhập lại.")
    text = str(value).strip()
    if text.startswith("="):
        return "", _("Ô chứa công thức {formula}. Dán kết quả dạng giá trị (Paste Values).").format(formula=text[:40])
    _number, why = read_number(text)
    return (text, "") if not why else ("", why)
