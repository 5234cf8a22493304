"""`sen import dossiers FILE`: dossiers from CSV or Excel, read as a stream; good rows are kept, each bad one is answered."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl

from sen.apps.procedures import interface as procedures
from sen.apps.procedures.interface import BadDossier, Dossier
from sen.kernel import clock
from sen.kernel.errors import InvalidInput
from sen.project.imports.outcome import ImportOutcome

AT_ONCE = 5_000
_REQUIRED = {"code": "Mã hồ sơ", "procedure": "Mã thủ tục", "agency": "Mã đơn vị", "state": "Trạng thái"}
_Line = tuple[int, list[Any]]


def import_dossiers(file: Path, *, dry_run: bool = False) -> ImportOutcome:
    """Store the good rows in lots of AT_ONCE. A dry run checks every row and stores nothing; a file may be imported again.

    A table without a column for the time of change has every row as of now. Raises InvalidInput for the file as a whole.
    """
    outcome = ImportOutcome()
    lot: list[Dossier] = []
    for number, row in _rows(file):
        found = procedures.read_row(row, number)
        if isinstance(found, BadDossier):
            outcome.refuse(number, found.code, f"cột “{found.field}”: {found.cause} {found.action}".strip())
            continue
        outcome.imported += 1
        lot.append(found)
        if len(lot) >= AT_ONCE:
            _keep(lot, dry_run)
            lot.clear()
    _keep(lot, dry_run)
    if outcome.imported and not dry_run:
        procedures.recount()
    return outcome


def _keep(lot: list[Dossier], dry_run: bool) -> None:
    if lot and not dry_run:
        procedures.store(lot, source_name="Nhập từ tệp")


def _rows(file: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """(line, {heading: cell}); blank lines are left out, merged cells leave theirs empty and are answered as missing."""
    lines = _excel(file) if file.suffix.lower() in {".xlsx", ".xlsm"} else _csv(file)
    first = next(lines, None)
    headings = [str(cell or "").strip() for cell in first[1]] if first else []
    known = {procedures.field_of(heading) for heading in headings}
    missing = [words for name, words in _REQUIRED.items() if name not in known]
    if missing:
        raise InvalidInput(
            f"Tệp {file.name} thiếu cột: {', '.join(missing)}.", action="Đặt tên cột như bảng trong docs/dossiers.md."
        )
    now = clock.now()
    stamped = "updated_at" in known
    for number, cells in lines:
        row = {heading: cell for heading, cell in zip(headings, cells, strict=False) if heading}
        if any(cell not in (None, "") for cell in row.values()):
            yield number, row if stamped else row | {"updated_at": now}


def _csv(file: Path) -> Iterator[_Line]:
    with file.open("rb") as raw:
        encoding = "utf-16" if raw.read(2) in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    with file.open(encoding=encoding, newline="") as text:
        try:
            delimiter = max(",;\t", key=text.readline().count)
            text.seek(0)
            reader = csv.reader(text, delimiter=delimiter)
            yield from ((reader.line_num, list(cells)) for cells in reader)
        except UnicodeDecodeError:
            raise InvalidInput(f"Tệp {file.name} không phải UTF-8.", action="Lưu lại ở dạng “CSV UTF-8”.") from None
        except csv.Error as error:
            raise InvalidInput(f"Tệp {file.name}: {error}.", action="Kiểm tra dấu nháy và dấu phân cách.") from None


def _excel(file: Path) -> Iterator[_Line]:
    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError):
        raise InvalidInput(f"Tệp {file.name} không phải Excel (.xlsx).", action="Lưu lại ở dạng .xlsx.") from None
    cells: Iterable[tuple[Any, ...]] = book.worksheets[0].iter_rows(values_only=True)
    for number, row in enumerate(cells, start=1):
        yield number, [_plain(cell) for cell in row]


def _plain(cell: Any) -> Any:
    """Numbers as Excel keeps codes; its dates stay dates."""
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    return cell if cell is None or isinstance(cell, datetime | str | int) else str(cell)
