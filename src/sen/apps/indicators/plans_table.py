"""Plans as a table: the file to fill in, with units and indicators in it, and what a file or corrected rows that come back say."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

import msgspec
import openpyxl
from django.utils import translation
from django.utils.translation import gettext as _
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from sen.apps.access.interface import Scope
from sen.apps.indicators import definitions, plans
from sen.apps.indicators.models_sheets import PlanKind
from sen.apps.indicators.plans import PlanRow
from sen.apps.indicators.sheets.checking import read_number
from sen.apps.indicators.sheets.workbook_in import HEAD_WITHIN, opened, text_of
from sen.apps.organisations import interface as organisations
from sen.kernel.errors import InvalidInput
from sen.kernel.text import folded

COLUMNS = ("code", "name", "unit_label", "unit", "unit_name", "period", "value", "source", "issued_on", "kind")
NEEDED = frozenset({"code", "unit", "value"})
_WIDTHS = (22, 48, 16, 14, 34, 12, 18, 30, 16, 12)
_INPUT = PatternFill("solid", fgColor="FFF9E5")
_HEAD = PatternFill("solid", fgColor="EEF0F3")


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A row as it stands in the table; `number` as Excel counts. `why`: what is wrong with it, "" where nothing is known to be."""

    number: int
    code: str
    unit: str
    period: str
    value: str
    source: str
    issued_on: str = ""
    kind: str = PlanKind.PLAN.value
    why: str = ""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a table: plans recorded, rows that said what is known, and the lines that were refused, each with why."""

    recorded: int
    unchanged: int
    refused: tuple[Line, ...]
    at: datetime | None = None


def heads() -> tuple[str, ...]:
    """What stands above the columns, in their order."""
    return (
        _("Mã chỉ tiêu"), _("Chỉ tiêu"), _("Đơn vị tính"), _("Mã đơn vị"), _("Đơn vị"), _("Kỳ"), _("Số kế hoạch"), _("Văn bản giao"),
        _("Ngày ban hành"), _("Loại"),
    )  # fmt: skip


def template(scope: Scope, *, year: int, level: str, code: str = "") -> bytes:
    """The .xlsx to fill in for a year: every indicator (or one) for the units of a level that the caller plans for, with what is in force.

    Raises InvalidInput where that would be more rows than can come back.
    """
    wanted = [one for one in definitions.definitions() if not code or one.code == code]
    units = _units(scope, level)
    if len(wanted) * len(units) > plans.MOST:
        raise InvalidInput(
            _("Mẫu có hơn {n} dòng.").format(n=plans.MOST), action=_("Chọn một chỉ tiêu."), code="too_large"
        )
    known = {
        (one.code, one.unit_id): one
        for one in plans.in_force([one.code for one in wanted], unit_ids=[one.id for one in units], years=[year])
        if one.period == str(year) and one.kind == PlanKind.PLAN
    }
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = _("Kế hoạch {year}").format(year=year)
    sheet.append([_("Kế hoạch, chỉ tiêu giao năm {year}").format(year=year)])
    sheet.append(
        [
            _(
                "Chỉ điền ô nền vàng; dòng để trống số kế hoạch được bỏ qua. Kỳ ngắn hơn năm viết 2026-Q1, 2026-H1, 2026-03."
            )
        ]
    )
    sheet.append(list(heads()))
    for column, (cell, width) in enumerate(zip(sheet[3], _WIDTHS, strict=True), start=1):
        cell.font, cell.fill = Font(bold=True), _HEAD
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet["A1"].font = Font(bold=True, size=14)
    for one in wanted:
        for unit in units:
            plan = known.get((one.code, unit.id))
            sheet.append(
                [one.code, one.name, one.unit_label, unit.code, unit.name, str(year), plan.value if plan else None,
                 plan.source if plan else None, plan.issued_on if plan else None, PlanKind.PLAN.value]
            )  # fmt: skip
            for column in (7, 8, 9):
                sheet.cell(sheet.max_row, column).fill = _INPUT
            sheet.cell(sheet.max_row, 9).number_format = "dd/mm/yyyy"
            sheet.cell(sheet.max_row, 4).number_format = sheet.cell(sheet.max_row, 6).number_format = "@"
    sheet.freeze_panes = "C4"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _units(scope: Scope, level: str) -> list[organisations.UnitRef]:
    found = {
        "province": lambda: [organisations.province()],
        "department": organisations.departments,
        "commune": organisations.communes,
    }
    if level not in found:
        raise InvalidInput(_("Không có cấp “{level}”.").format(level=level[:20]), action=_("Chọn tỉnh, sở hoặc xã."))
    return [one for one in found[level]() if scope.sees(one.id)]


def lines_of_file(name: str, content: bytes) -> list[Line]:
    """The rows of an .xlsx or .csv file; those without a figure are left out. Raises InvalidInput for a file that is no such table."""
    suffix = name.rpartition(".")[2].lower()
    if suffix == "csv":
        rows: Iterable[Sequence[Any]] = _csv(content)
    elif suffix == "xlsx":
        rows = opened(content).worksheets[0].iter_rows(max_row=plans.MOST + HEAD_WITHIN, max_col=40, values_only=True)
    else:
        raise InvalidInput(
            _("Chỉ nhận tệp .xlsx hoặc .csv."), action=_("Tải mẫu, điền rồi nạp lại."), code="not_a_table"
        )
    numbered = enumerate(rows, 1)
    columns = _columns(numbered)
    return list(_lines(numbered, columns))


def _csv(content: bytes) -> Iterator[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput(
            _("Tệp CSV không phải UTF-8."), action=_("Trong Excel, lưu ở dạng “CSV UTF-8”, hoặc nạp tệp .xlsx."), code="not_utf8"
        ) from error  # fmt: skip
    first = max(text.splitlines()[:HEAD_WITHIN] or [""], key=lambda line: sum(line.count(one) for one in ";\t,"))
    yield from csv.reader(io.StringIO(text), delimiter=max(";\t,", key=first.count))


def _columns(rows: Iterator[tuple[int, Sequence[Any]]]) -> dict[str, int]:
    """Columns are found by their heads, in either language, so that they may have changed places."""
    wanted: dict[str, str] = {}
    for language in ("vi", "en"):
        with translation.override(language):
            wanted |= {folded(words): column for words, column in zip(heads(), COLUMNS, strict=True)}
    wanted |= {column: column for column in COLUMNS}
    for number, row in rows:
        found: dict[str, int] = {}
        for place, cell in enumerate(row):
            if (column := wanted.get(folded(str(cell or "")).strip())) and column not in found:
                found[column] = place
        if found.keys() >= NEEDED:
            return found
        if number >= HEAD_WITHIN:
            break
    raise InvalidInput(
        _("Không thấy hàng tiêu đề có “{code}”, “{unit}”, “{value}”.").format(code=heads()[0], unit=heads()[3], value=heads()[6]),
        action=_("Không xoá hàng tiêu đề. Tải lại mẫu rồi điền."), code="no_head",
    )  # fmt: skip


def _lines(rows: Iterator[tuple[int, Sequence[Any]]], columns: dict[str, int]) -> Iterator[Line]:
    for number, row in rows:

        def cell(name: str, row: Sequence[Any] = row) -> Any:
            place = columns.get(name)
            return row[place] if place is not None and place < len(row) else None

        given = cell("value")
        value, why = text_of(given)
        if not value and not why:
            continue
        yield Line(
            number=number, code=_plain(cell("code")), unit=_plain(cell("unit")), period=_plain(cell("period")),
            value=value or str(given)[:60], source=_plain(cell("source")), issued_on=_plain(cell("issued_on")),
            kind=_plain(cell("kind")) or PlanKind.PLAN.value, why=why,
        )  # fmt: skip


def _plain(cell: Any) -> str:
    """A cell as people write it: days as dd/mm/yyyy, whole numbers without a point, as Excel makes of codes and years."""
    if cell is None:
        return ""
    if isinstance(cell, datetime | date):
        return f"{cell:%d/%m/%Y}"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()[:300]


def record(scope: Scope, lines: Sequence[Line], *, year: int, source: str = "") -> Outcome:
    """Record the lines; what a line leaves open is the year and the document told for all. Good lines are kept, each other is answered.

    A line that says what is in force changes nothing, so that a file may come twice. Raises Forbidden, InvalidInput over MOST lines.
    """
    refused = list[Line]()
    rows, kept = list[PlanRow](), list[Line]()
    seen: dict[tuple[str, str, str, str], int] = {}
    for line in lines:
        full = msgspec.structs.replace(
            line, period=line.period or str(year), source=line.source or source.strip(), why=""
        )
        key = (full.code, full.unit, full.period, full.kind)
        value, why = read_number(full.value)
        issued, wrong_day = _day(full.issued_on)
        why = why or wrong_day
        if not why and key in seen:
            why = _("Trùng chỉ tiêu, đơn vị và kỳ với dòng {n}.").format(n=seen[key])
        if why:
            refused.append(msgspec.structs.replace(full, why=why))
            continue
        seen[key] = full.number
        kept.append(full)
        rows.append(
            PlanRow(code=full.code, unit=full.unit, period=full.period, value=value, source=full.source, kind=full.kind, issued_on=issued)
        )  # fmt: skip
    done = plans.record_plans(scope=scope, rows=rows)
    refused += [msgspec.structs.replace(kept[one.index], why=one.message) for one in done.problems]
    return Outcome(
        recorded=done.recorded, unchanged=done.unchanged, refused=tuple(sorted(refused, key=lambda one: one.number)), at=done.at
    )  # fmt: skip


def _day(text: str) -> tuple[date | None, str]:
    if not text:
        return None, ""
    for pattern in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, pattern).date(), ""  # noqa: DTZ007 a day has no zone
        except ValueError:
            continue
    return None, _("“{value}” không phải ngày.").format(value=text[:20])
