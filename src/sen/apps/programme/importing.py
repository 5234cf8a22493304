"""Reads the table of a yearly programme from Word, Excel or pasted cells; every row that is none is answered with its number and why.

Tables differ from committee to committee: columns are found by their heads, and rows such as "Tháng 3" or "Quý II" say when for
the rows below them.
"""

from __future__ import annotations

import calendar
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date

import docx
import msgspec
import openpyxl
from django.utils.translation import gettext as _

from sen.kernel.errors import InvalidInput
from sen.kernel.text import folded, normal

MAX_BYTES = 10 * 1024 * 1024
MAX_UNPACKED = 60 * 1024 * 1024
MOST_ROWS = 500
MOST_CELLS = 30
_HEADS = {
    "words": ("noi dung", "nhiem vu", "cong viec"),
    "when": ("thoi gian", "thoi han", "tien do", "thang", "han hoan thanh"),
    "lead": ("chu tri", "don vi thuc hien", "co quan thuc hien", "thuc hien"),
    "cooperating": ("phoi hop",),
    "product": ("san pham", "ket qua", "hinh thuc van ban"),
}
_DAY = re.compile(r"(?<!\d)(\d{1,2})[/.\-](\d{1,2})(?:[/.\-](\d{4}))?(?!\d)")
_LONG_DAY = re.compile(r"ngay (\d{1,2}) thang (\d{1,2})(?: nam (\d{4}))?")
_MONTH = re.compile(r"thang\s*(\d{1,2})(?!\d)|(?<![\d/])(\d{1,2})/(?:20\d\d)(?!\d)")
_QUARTER = re.compile(r"quy\s*(iv|iii|ii|i|[1-4])(?!\w)")
_QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_HALF = re.compile(r"6 thang (dau|cuoi) nam")


class Row(msgspec.Struct, frozen=True):
    """A row that can become an item; `line` counts from 1 in its table."""

    line: int
    month: int
    words: str
    lead: str = ""
    cooperating: str = ""
    product: str = ""
    due: date | None = None


class Table(msgspec.Struct, frozen=True):
    """What was read, and for each row that was not, why."""

    rows: tuple[Row, ...]
    problems: tuple[str, ...]


def read_file(name: str, content: bytes, year: int) -> Table:
    """The programme in a .docx, .xlsx, .csv or .txt file. Raises InvalidInput where there is no table of one in it."""
    if len(content) > MAX_BYTES:
        raise InvalidInput(_("Tệp lớn hơn 10 MB."), action=_("Chỉ giữ bảng chương trình trong tệp."))
    suffix = name.rpartition(".")[2].lower()
    if suffix == "docx":
        return read_cells(_word(content), year)
    if suffix == "xlsx":
        return read_cells(_excel(content), year)
    if suffix in ("txt", "csv", "tsv"):
        return read_text(content.decode("utf-8-sig", errors="replace"), year)
    raise InvalidInput(
        _("Chỉ nhận tệp .docx, .xlsx, .csv hoặc .txt."), action=_("Lưu lại đúng định dạng, hoặc dán bảng.")
    )


def read_text(text: str, year: int) -> Table:
    """Cells as they come from the clipboard: tabs between them, else semicolons."""
    lines = text.replace("\r\n", "\n").split("\n")
    separator = "\t" if any("\t" in line for line in lines) else ";"
    return read_cells(([cell.strip().strip('"') for cell in line.split(separator)] for line in lines), year)


def read_cells(lines: Iterable[list[str]], year: int) -> Table:
    """Rows out of cells. Raises InvalidInput where no row names its columns."""
    columns: dict[str, int] | None = None
    rows: list[Row] = []
    problems: list[str] = []
    month: int | None = None
    for number, raw in enumerate(lines, 1):
        if number > MOST_ROWS:
            problems.append(_("Chỉ đọc {n} dòng đầu.").format(n=MOST_ROWS))
            break
        cells = [normal(cell) for cell in raw[:MOST_CELLS]]
        filled = [cell for cell in dict.fromkeys(cells) if cell]
        if not filled:
            continue
        if (found := _columns(cells)) is not None:
            columns = found
            continue
        if len(filled) == 1 or (len(filled) == 2 and not _letters(filled[0]) and len(filled[1]) < 40):
            month = _month(folded(filled[-1]), year)[0] or month
            if columns is None or _month(folded(filled[-1]), year)[0] is not None:
                continue
        if columns is None:
            continue
        taken = _row(number, cells, columns, month, year)
        if isinstance(taken, str):
            problems.append(taken)
        else:
            rows.append(taken)
    if columns is None:
        raise InvalidInput(
            _("Không thấy bảng chương trình: không có dòng tiêu đề nêu cột nội dung và cột thời gian hoặc chủ trì."),
            action=_("Giữ dòng tiêu đề của bảng, ví dụ: Nội dung công việc; Thời gian; Chủ trì; Phối hợp; Sản phẩm."),
        )
    return Table(tuple(rows), tuple(problems))


def _row(line: int, cells: list[str], columns: dict[str, int], month: int | None, year: int) -> Row | str:
    def cell(name: str) -> str:
        at = columns.get(name, -1)
        return cells[at] if 0 <= at < len(cells) else ""

    words = cell("words")
    if len(words) < 5:
        return _("Dòng {n}: không có nội dung công việc.").format(n=line)
    when = cell("when")
    found, due = _month(folded(when), year)
    # "thường xuyên" under a month is that month; a day that does not exist is a mistake somebody has to see.
    if found is None and when and (month is None or any(letter.isdigit() for letter in when)):
        return _("Dòng {n}: không hiểu thời gian “{when}”.").format(n=line, when=when[:60])
    chosen = found or month
    if chosen is None:
        return _("Dòng {n}: không rõ tháng nào.").format(n=line)
    if due is not None and due.year != year:
        return _("Dòng {n}: hạn {day} không thuộc năm {year}.").format(n=line, day=f"{due:%d/%m/%Y}", year=year)
    return Row(
        line, chosen, words[:2000], cell("lead")[:300], cell("cooperating")[:1000], cell("product")[:500], due or last_of(year, chosen)
    )  # fmt: skip


def _columns(cells: list[str]) -> dict[str, int] | None:
    """Which cell is what, where the row is a head: it names the work and at least when or who."""
    found: dict[str, int] = {}
    for at, cell in enumerate(cells):
        plain = folded(cell)
        if not plain or len(plain) > 60:
            continue
        # "Thời gian thực hiện", "Phối hợp thực hiện": what says more is asked for before who carries it out.
        for name in ("cooperating", "product", "when", "lead", "words"):
            if name not in found and any(head in plain for head in _HEADS[name]):
                found[name] = at
                break
    return found if "words" in found and ({"when", "lead"} & found.keys()) else None


def _month(plain: str, year: int) -> tuple[int | None, date | None]:
    """The month that words name, and the day where they name one; the last month of a quarter or half year."""
    for pattern in (_LONG_DAY, _DAY):
        if match := pattern.search(plain):
            try:
                day = date(int(match[3] or year), int(match[2]), int(match[1]))
            except ValueError:
                continue
            return day.month, day
    if match := _QUARTER.search(plain):
        return 3 * _QUARTERS[match[1]], None
    if match := _HALF.search(plain):
        return (6 if match[1] == "dau" else 12), None
    numbers = [int(match[1] or match[2]) for match in _MONTH.finditer(plain)]
    if not numbers and plain.isdigit():
        numbers = [int(plain)]
    return (numbers[-1], None) if numbers and 1 <= numbers[-1] <= 12 else (None, None)


def last_of(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, calendar.monthrange(year, month)[1])


def _letters(text: str) -> bool:
    return any(letter.isalpha() for letter in text) and len(text) > 4


def _unpacked(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(one.file_size for one in packed.infolist()) > MAX_UNPACKED:
                raise InvalidInput(_("Tệp giải nén quá lớn."), action=_("Chỉ giữ bảng chương trình trong tệp."))
    except zipfile.BadZipFile as error:
        raise _broken() from error


def _broken() -> InvalidInput:
    return InvalidInput(_("Tệp hỏng hoặc không phải Word/Excel."), action=_("Mở tệp bằng Word hoặc Excel rồi lưu lại."))


def _word(content: bytes) -> Iterator[list[str]]:
    _unpacked(content)
    try:
        tables = docx.Document(io.BytesIO(content)).tables
    except Exception as error:  # whatever a hostile file makes the reader raise
        raise _broken() from error
    for table in tables:
        for row in table.rows:
            yield [cell.text for cell in row.cells]


def _excel(content: bytes) -> Iterator[list[str]]:
    _unpacked(content)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except Exception as error:
        raise _broken() from error
    for row in book.worksheets[0].iter_rows(max_row=MOST_ROWS, max_col=MOST_CELLS, values_only=True):
        yield [f"{value:%d/%m/%Y}" if isinstance(value, date) else "" if value is None else str(value) for value in row]
