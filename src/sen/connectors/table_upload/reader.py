"""Reads CSV and Excel tables of measurements: wide (time and one column per series) or long (one measurement per row).

Rows are counted as the person sees them in the file. A bad cell is reported and left out; the rest of its row is kept.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sen.connector_sdk.messages import ReadingMessage
from sen.connector_sdk.tables import RowProblem, TableResult
from sen.connectors.table_upload.cells import UnusableCell, number, text, time
from sen.connectors.table_upload.files import rows_of
from sen.connectors.table_upload.settings import TableUploadSettings
from sen.kernel.clock import to_ms
from sen.kernel.errors import InvalidInput
from sen.kernel.text import folded

MAX_PROBLEMS = 5000
PREVIEW_ROWS = 10

_WORDS: dict[str, tuple[str, ...]] = {
    "time": ("thoi gian", "thoi diem", "ngay gio", "ngay", "time", "timestamp", "datetime", "date"),
    "series": ("chuoi", "chuoi so lieu", "series"),
    "device": ("tram", "ma tram", "thiet bi", "ma thiet bi", "station", "device", "asset"),
    "property": ("thong so", "chi tieu", "parameter", "property", "symbol"),
    "value": ("gia tri", "ket qua", "so do", "value"),
    "unit": ("don vi", "don vi tinh", "unit"),
    "status": ("trang thai", "status"),
}
_MEANING = {word: meaning for meaning, words in _WORDS.items() for word in words}


@dataclass
class _Answer:
    """What is being collected: readings by (device, time), problems, accepted rows; `plan` says which column is what."""

    columns: list[str]
    plan: dict[str, Any]
    chosen: TableUploadSettings
    messages: dict[tuple[str, int], ReadingMessage] = field(default_factory=dict)
    problems: list[RowProblem] = field(default_factory=list)
    preview: list[dict[str, Any]] = field(default_factory=list)
    rows: int = 0
    accepted: int = 0

    def problem(self, row: int, column: str, code: str, message: str) -> None:
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(RowProblem(row, column[:80], code, message))

    def add(
        self, series: tuple[str, str], moment: datetime, value: float | None, *, unit: str = "", status: str = ""
    ) -> None:
        device, symbol = series
        key = device, to_ms(moment)
        message = self.messages.get(key)
        if message is None:
            message = ReadingMessage(
                device=device, time=key[1], values={}, status={}, units={}, manual=self.chosen.typed_by_hand
            )
            self.messages[key] = message
        message.values[symbol] = value
        if unit:
            message.units[symbol] = unit
        if status:
            message.status[symbol] = status


def read_table(content: bytes, *, file_name: str, settings: dict[str, Any]) -> TableResult:
    """Every row answered. Raises InvalidInput where the file is no table, or its columns do not say what they are."""
    chosen = TableUploadSettings.model_validate(settings)
    table = rows_of(content, file_name=file_name, sheet=chosen.sheet)
    _number, header = next(((n, row) for n, row in table if any(text(cell) for cell in row)), (0, []))
    columns = [text(cell) for cell in header]
    meanings = [_MEANING.get(folded(_without_unit(name))) for name in columns]
    if "time" not in meanings:
        raise InvalidInput(
            "Không thấy cột thời gian ở dòng tiêu đề.", action="Đặt tên cột đầu là “Thời gian”.", code="no_time_column",
            fields={"file": ", ".join(columns)[:200]},
        )  # fmt: skip
    long = "value" in meanings and ("property" in meanings or "series" in meanings)
    plan = _long_columns(meanings) if long else _wide_columns(columns, meanings, chosen.device)
    answer = _Answer(columns=columns, plan=plan, chosen=chosen)
    read = _long_row if long else _wide_row
    for row_number, row in table:
        if not any(text(cell) for cell in row):
            continue
        answer.rows += 1
        before = len(answer.problems)
        kept = read(answer, row_number, row)
        answer.accepted += kept
        if len(answer.preview) < PREVIEW_ROWS:
            shown = {name: text(cell) for name, cell in zip(columns, row, strict=False) if name}
            answer.preview.append(
                {"row": row_number, "cells": shown, "accepted": kept, "problems": len(answer.problems) - before}
            )
    if not answer.rows:
        raise InvalidInput("Bảng không có dòng số liệu nào.", action="Kiểm tra lại tệp.", code="empty_table")
    return TableResult(
        layout="long" if long else "wide", rows=answer.rows, accepted_rows=answer.accepted, messages=list(answer.messages.values()),
        problems=answer.problems, columns=columns, preview=answer.preview,
    )  # fmt: skip


def _long_columns(meanings: list[str | None]) -> dict[str, int]:
    return {meaning: index for index, meaning in reversed(list(enumerate(meanings))) if meaning}


def _wide_columns(columns: list[str], meanings: list[str | None], device: str) -> dict[str, Any]:
    time_column = meanings.index("time")
    device_column = meanings.index("device") if "device" in meanings else None
    series: dict[int, tuple[str, str]] = {}
    for index, (name, meaning) in enumerate(zip(columns, meanings, strict=True)):
        if not name or meaning in {"time", "device", "unit", "status"}:
            continue
        where, _, symbol = _without_unit(name).rpartition("/")
        symbol = symbol.strip()
        where = where.strip() or device
        if not where and device_column is None:
            raise InvalidInput(
                f"Cột “{name[:60]}” không nói của trạm nào.", code="no_device",
                action="Ghi tên cột dạng “mã trạm/thông số”, thêm cột “Trạm”, hoặc đặt “Trạm của bảng” trong cấu hình nguồn.",
                fields={"file": name[:60]},
            )  # fmt: skip
        series[index] = where, symbol
    if not series:
        raise InvalidInput("Bảng chỉ có cột thời gian.", action="Thêm cột số liệu.", code="no_value_column")
    return {"time": time_column, "device": device_column, "series": series}


def _wide_row(answer: _Answer, number_: int, row: Sequence[Any]) -> bool:
    columns, plan = answer.columns, answer.plan
    try:
        moment = time(_at(row, plan["time"]))
    except UnusableCell as problem:
        answer.problem(number_, columns[plan["time"]], problem.code, str(problem))
        return False
    own = text(_at(row, plan["device"])) if plan["device"] is not None else ""
    kept = False
    for index, (where, symbol) in plan["series"].items():
        device = where or own
        try:
            value = number(_at(row, index), answer.chosen.decimal)
            if value is None:
                continue
            answer.add((_device(device), symbol), moment, value)
            kept = True
        except UnusableCell as problem:
            answer.problem(number_, columns[index], problem.code, str(problem))
    if not kept and not any(p.row == number_ for p in answer.problems[-len(plan["series"]) :]):
        answer.problem(number_, "", "no_value", "Dòng không có giá trị nào.")
    return kept


def _long_row(answer: _Answer, number_: int, row: Sequence[Any]) -> bool:
    columns, plan = answer.columns, answer.plan
    cell = {meaning: _at(row, index) for meaning, index in plan.items()}
    column = "time"
    try:
        moment = time(cell["time"])
        column = "series" if "series" in plan else "property"
        device, symbol = _series(cell, answer.chosen.device)
        column = "status" if "status" in plan else column
        status = _status(cell.get("status"))
        column = "value"
        value = number(cell["value"], answer.chosen.decimal)
        if value is None and status in {"", "00"}:
            raise UnusableCell("no_value", "Không có giá trị.")
    except UnusableCell as problem:
        answer.problem(number_, columns[plan[column]] if column in plan else "", problem.code, str(problem))
        return False
    answer.add((device, symbol), moment, value, unit=text(cell.get("unit"))[:32], status=status)
    return True


def _series(cell: dict[str, Any], device: str) -> tuple[str, str]:
    if text(cell.get("series")):
        where, _, symbol = text(cell["series"]).rpartition("/")
    else:
        where, symbol = text(cell.get("device")), text(cell.get("property"))
    where = where or text(cell.get("device")) or device
    if not symbol or len(symbol) > 64:
        raise UnusableCell("bad_series", "Thiếu thông số.")
    return _device(where), symbol


def _device(where: str) -> str:
    if not where or len(where) > 128:
        raise UnusableCell("no_device", "Thiếu mã trạm.")
    return where


def _status(cell: Any) -> str:
    status = text(cell)
    if status.isdigit():
        status = status.zfill(2)  # Excel makes 0 of 00
    if len(status) > 8:
        raise UnusableCell("bad_status", f"Trạng thái “{status[:20]}” không hợp lệ.")
    return status


def _without_unit(name: str) -> str:
    """`tram-1/pm10 (µg/m3)` names a series and, for the reader's eye, its unit."""
    return re.sub(r"\s*[(\[].*$", "", name)


def _at(row: Sequence[Any], index: int) -> Any:
    return row[index] if index < len(row) else None
