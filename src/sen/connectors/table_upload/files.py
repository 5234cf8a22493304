"""CSV and XLSX bytes as numbered rows of cells. Bombs are refused by their size before they are unpacked."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from sen.kernel.errors import InvalidInput

MAX_ROWS = 200_000
MAX_COLUMNS = 512
MAX_UNPACKED = 256 * 1024 * 1024
_ZIP = b"PK\x03\x04"

Row = tuple[int, list[Any]]


def rows_of(content: bytes, *, file_name: str, sheet: str = "") -> Iterator[Row]:
    """(row number from 1, cells) of a table. Raises InvalidInput, also while iterating over a damaged file."""
    rows = _excel(content, sheet) if content.startswith(_ZIP) else _csv(content, file_name)
    for count, (number, cells) in enumerate(rows):
        if count >= MAX_ROWS:
            raise InvalidInput(
                f"Bảng có hơn {MAX_ROWS:,} dòng.", action="Chia thành nhiều tệp.", code="too_large", status=413
            )
        yield number, cells[:MAX_COLUMNS]


def _csv(content: bytes, file_name: str) -> Iterator[Row]:
    decoded = _text(content, file_name)
    sample = decoded[:20_000]
    first = next((line for line in sample.splitlines() if line.strip()), "")
    delimiter = max(("\t", ";", ","), key=first.count)
    reader = csv.reader(io.StringIO(decoded, newline=""), delimiter=delimiter)
    while True:
        before = reader.line_num
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise InvalidInput(
                f"Dòng {reader.line_num}: {error}.", action="Lưu lại tệp dạng CSV UTF-8.", code="bad_csv"
            ) from error
        yield before + 1, list(cells)


def _text(content: bytes, file_name: str) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    elif b"\x00" in content or content.startswith((b"\xd0\xcf\x11\xe0", b"%PDF")):
        encodings = ()
    else:
        encodings = ("utf-8-sig", "cp1258")
    for encoding in encodings:
        try:
            return content.decode(encoding).removeprefix("\ufeff")
        except UnicodeDecodeError:
            continue
    raise InvalidInput(
        f"Không đọc được tệp “{file_name[:80]}”: không phải CSV hay Excel (.xlsx).", code="bad_file",
        action="Lưu lại từ Excel dạng .xlsx hoặc “CSV UTF-8”; tệp .xls cũ phải lưu lại.",
    )  # fmt: skip


def _excel(content: bytes, sheet: str) -> Iterator[Row]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED or len(archive.infolist()) > 2000:
                raise InvalidInput(
                    "Tệp Excel quá lớn khi mở.", action="Chia thành nhiều tệp.", code="too_large", status=413
                )
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        if sheet and sheet not in book.sheetnames:
            raise InvalidInput(
                f"Không có trang tính “{sheet}”.", action=f"Có: {', '.join(book.sheetnames)[:200]}.", code="no_sheet"
            )
        page = book[sheet] if sheet else book.worksheets[0]
        for number, cells in enumerate(page.iter_rows(values_only=True, max_col=MAX_COLUMNS), start=1):
            yield number, list(cells)
    except InvalidInput:
        raise
    except (
        zipfile.BadZipFile,
        InvalidFileException,
        KeyError,
        IndexError,
        ValueError,
        TypeError,
        OSError,
        EOFError,
        SyntaxError,
    ) as error:
        raise InvalidInput(
            "Tệp Excel hỏng hoặc không phải .xlsx.", action="Mở bằng Excel rồi lưu lại dạng .xlsx.", code="bad_excel"
        ) from error
