"""One cell of a table as text, number or moment, the way Vietnamese offices write them."""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime
from typing import Any, Literal

from sen.kernel.clock import VIETNAM

_EMPTY = frozenset({"", "-", "--", "na", "n/a", "nan", "null", "none", "kpđ", "kph"})
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(?:([.,])[0-9]{3})+(?!\1)([.,])[0-9]+")
_DAY_FIRST = re.compile(
    r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})(?:[ T]+([0-9]{1,2})[:h]([0-9]{2})(?::([0-9]{2}))?)?"
)
_HOUR_FIRST = re.compile(r"([0-9]{1,2})[:h]([0-9]{2})(?::([0-9]{2}))?[ ,]+([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
_STAMP = re.compile(r"[0-9]{14}")


class UnusableCell(ValueError):
    """Why a cell cannot be used."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def text(cell: Any) -> str:
    """The cell as trimmed text; whole numbers without `.0`."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).replace("\u00a0", " ").replace("\ufeff", "").strip()


def number(cell: Any, decimal: Literal["auto", "comma", "point"] = "auto") -> float | None:
    """The number in a cell, None where it is empty. Raises UnusableCell.

    In `auto` a single comma or point is the decimal sign; of two different ones the last is.
    """
    if isinstance(cell, bool | date):
        raise UnusableCell("bad_value", f"“{cell}” không phải là số.")
    if isinstance(cell, int | float):
        if not math.isfinite(cell) or abs(cell) >= 1e15:
            raise UnusableCell("bad_value", "Giá trị quá lớn.")
        return float(cell)
    raw = text(cell)
    if raw.lower() in _EMPTY:
        return None
    plain = raw.replace(" ", "")
    if decimal == "comma":
        plain = (plain.replace(".", "") if "," in plain else plain).replace(",", ".")
    elif decimal == "point":
        plain = plain.replace(",", "")
    elif found := _THOUSANDS.fullmatch(plain):
        plain = plain.replace(found[1], "").replace(found[2], ".")
    else:
        plain = plain.replace(",", ".")
    if not _NUMBER.fullmatch(plain):
        raise UnusableCell("bad_value", f"“{raw[:32]}” không phải là số.")
    value = float(plain)
    if not math.isfinite(value) or abs(value) >= 1e15:
        raise UnusableCell("bad_value", f"Giá trị “{raw[:32]}” quá lớn.")
    return value


def time(cell: Any) -> datetime:
    """The moment in a cell: an Excel date, dd/MM/yyyy HH:mm, RFC 3339, or yyyyMMddHHmmss; local time unless it says otherwise. Raises UnusableCell."""
    if isinstance(cell, datetime):
        moment = cell
    elif isinstance(cell, date):
        moment = datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001 - made aware below
    else:
        moment = _parsed(text(cell))
    moment = moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)
    if not 2000 <= moment.year <= 2099:
        raise UnusableCell("bad_time", f"Năm {moment.year} không hợp lệ.")
    return moment.astimezone(UTC)


def _parsed(raw: str) -> datetime:
    if not raw:
        raise UnusableCell("bad_time", "Thiếu thời gian.")
    try:
        if found := _DAY_FIRST.fullmatch(raw):
            day, month, year, hour, minute, second = (int(part or 0) for part in found.groups())
        elif found := _HOUR_FIRST.fullmatch(raw):
            hour, minute, second, day, month, year = (int(part or 0) for part in found.groups())
        elif _STAMP.fullmatch(raw):
            return datetime.strptime(raw, "%Y%m%d%H%M%S").replace(tzinfo=VIETNAM)
        else:
            return datetime.fromisoformat(raw)
        return datetime(year, month, day, hour, minute, second, tzinfo=VIETNAM)
    except ValueError as error:
        raise UnusableCell("bad_time", f"Không đọc được thời gian “{raw[:32]}”; dùng dd/MM/yyyy HH:mm.") from error
