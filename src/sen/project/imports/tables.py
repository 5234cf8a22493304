"""Reads CSV, Excel and GeoJSON files into rows; column names are understood in English and Vietnamese."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import openpyxl

from sen.kernel.errors import InvalidInput
from sen.kernel.text import folded, normal

MAX_BYTES = 200 * 1024 * 1024

Row = dict[str, str]


def read_table(path: Path, columns: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[int, Row]]:
    """(line, {column: text}) of a CSV or .xlsx file. `columns` maps our names to other spellings of the header.

    Raises InvalidInput where the file cannot be read or its first column of `columns` is missing.
    """
    lines = _excel(path) if path.suffix.lower() in {".xlsx", ".xlsm"} else _csv(path)
    header = next(lines, None)
    if header is None:
        raise InvalidInput(f"Tệp {path.name} trống.", action="Chọn tệp có dòng tiêu đề và số liệu.")
    known = {_key(spelling): name for name, others in columns.items() for spelling in (name, *others)}
    names = [known.get(_key(cell), "") for cell in header[1]]
    missing = next(iter(columns))
    if missing not in names:
        found = ", ".join(cell for cell in header[1] if cell)
        raise InvalidInput(
            f"Tệp {path.name} không có cột “{missing}” (thấy: {found}).",
            action="Đặt tên cột theo docs/operations/import.md.",
        )
    for number, cells in lines:
        row = {name: normal(cell) for name, cell in zip(names, cells, strict=False) if name}
        if any(row.values()):
            yield number, {name: row.get(name, "") for name in columns}


def read_features(path: Path) -> list[dict[str, Any]]:
    """The features of a GeoJSON FeatureCollection. Raises InvalidInput."""
    try:
        document = json.loads(_bytes(path))
    except (ValueError, RecursionError) as error:
        raise InvalidInput(
            f"Tệp {path.name} không phải GeoJSON: {error}.", action="Xuất lại tệp ở dạng GeoJSON, UTF-8."
        ) from None
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list):
        raise InvalidInput(
            f"Tệp {path.name} không phải FeatureCollection.", action="Xuất lại tệp ở dạng GeoJSON FeatureCollection."
        )
    return [feature if isinstance(feature, dict) else {} for feature in features]


def first_of(properties: Any, names: tuple[str, ...]) -> str:
    """The first non-empty property under one of `names`, whatever its case and accents."""
    if not isinstance(properties, dict):
        return ""
    by_key = {_key(str(name)): value for name, value in properties.items()}
    for name in names:
        value = by_key.get(_key(name))
        if value not in (None, ""):
            return normal(str(value))
    return ""


def _key(text: str) -> str:
    return "".join(c for c in folded(text) if c.isalnum())


def _bytes(path: Path) -> bytes:
    if path.stat().st_size > MAX_BYTES:
        raise InvalidInput(f"Tệp {path.name} quá lớn.", action="Chia tệp thành nhiều phần dưới 200 MB.")
    return path.read_bytes()


def _csv(path: Path) -> Iterator[tuple[int, list[str]]]:
    content = _bytes(path)
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        raise InvalidInput(f"Tệp {path.name} không phải UTF-8.", action="Lưu lại tệp ở dạng “CSV UTF-8”.") from None
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error as error:
        raise InvalidInput(
            f"Tệp {path.name}, dòng {reader.line_num}: {error}.", action="Kiểm tra dấu nháy và dấu phân cách."
        ) from None


def _excel(path: Path) -> Iterator[tuple[int, list[str]]]:
    try:
        book = openpyxl.load_workbook(io.BytesIO(_bytes(path)), read_only=True, data_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError):
        raise InvalidInput(f"Tệp {path.name} không phải Excel (.xlsx).", action="Lưu lại tệp ở dạng .xlsx.") from None
    sheet = book.worksheets[0]
    for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
        yield number, ["" if cell is None else _cell(cell) for cell in cells]


def _cell(value: Any) -> str:
    if not isinstance(value, float):
        return str(value)
    # Excel keeps codes such as 28249 as numbers.
    written = str(int(value)) if value.is_integer() else str(value)
    # A number's point is a decimal one. With three places it would read like 12.345 for twelve thousand in a text.
    return f"{written}0" if written[-4:-3] == "." else written
