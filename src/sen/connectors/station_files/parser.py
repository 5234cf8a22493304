"""Reads station files of Thông tư 10/2021/TT-BTNMT, Phụ lục 15: one line per parameter, five columns. Pure: bytes in, values out.

Format and what is seen in the field: docs/connectors/station_files.md.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from sen.connector_sdk.messages import ReadingMessage
from sen.kernel.clock import VIETNAM, now, to_ms

MAX_FILE = 2 * 1024 * 1024
MAX_LINES = 20_000
MAX_LINE_ERRORS = 200
COLUMNS = 5

Decimal = Literal["auto", "comma", "point"]

# [0-9], not \d: other scripts' digits are no logger's output.
_TIME = re.compile(r"[0-9]{14}")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(?:([.,])[0-9]{3})+(?!\1)([.,])[0-9]+")
_EMPTY = frozenset({"", "-", "--", "na", "n/a", "nan", "null", "none"})
_EARLIEST = datetime(2000, 1, 1, tzinfo=VIETNAM)


@dataclass(frozen=True)
class FileName:
    """What a file name says: station code, and the time of the file where it is a real one."""

    station: str
    time: datetime | None


@dataclass(frozen=True)
class LineProblem:
    """Why a line (counted from 1) was left out."""

    line: int
    code: str
    message: str
    text: str


@dataclass(frozen=True)
class Row:
    """One good line. `value` None: the line has no value. `time` is local Vietnamese time, aware."""

    symbol: str
    value: float | None
    unit: str
    time: datetime
    status: str


@dataclass
class ParsedFile:
    """The good rows in the order of the file, and the problems. `code` is set where nothing could be read."""

    rows: list[Row] = field(default_factory=list)
    problems: list[LineProblem] = field(default_factory=list)
    problem_count: int = 0
    code: str = ""
    message: str = ""


def name_pattern(pattern: str) -> re.Pattern[str]:
    """The regular expression of a file-name pattern such as `{prefix}{station}_{time}.txt`; case of the ending does not matter."""
    parts = {
        "prefix": r"(?P<prefix>(?:[^\\/\x00-\x1f]*_)?)",
        "province": r"(?P<province>[^_\\/\x00-\x1f]+)",
        "facility": r"(?P<facility>[^_\\/\x00-\x1f]+)",
        "station": r"(?P<station>[^_\\/\x00-\x1f]{1,64})_*?",
        "time": r"(?P<time>[0-9]{14})",
        "any": r"[^\\/\x00-\x1f]*",
    }
    pieces = re.split(r"\{([^{}]*)\}", pattern)
    return re.compile("".join(parts[p] if i % 2 else re.escape(p) for i, p in enumerate(pieces)), re.IGNORECASE)


def read_name(name: str, pattern: str, station: str = "") -> FileName | None:
    """Station and time from a file name (no folders); None where it does not follow the pattern. `station` overrides the name's."""
    found = name_pattern(pattern).fullmatch(name)
    if found is None:
        return None
    groups = found.groupdict()
    code = (station or groups.get("station") or groups.get("facility") or "").strip()
    return FileName(code, _time(groups["time"])) if code else None


def parse(content: bytes, *, decimal: Decimal = "auto") -> ParsedFile:
    """The rows of a file. Bad lines are reported and left out; good lines go on. Never raises on any bytes."""
    parsed = ParsedFile()
    if len(content) > MAX_FILE:
        return _refused("too_large", f"Tệp có {len(content):,} byte, giới hạn {MAX_FILE:,} byte.")
    text, why = decoded(content)
    if text is None:
        return _refused("bad_encoding", why)
    lines = re.split(r"\r\n|\n|\r", text)
    if len(lines) > MAX_LINES:
        return _refused("too_large", f"Tệp có {len(lines):,} dòng, giới hạn {MAX_LINES:,} dòng.")
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        row = _row(line, decimal)
        if isinstance(row, Row):
            parsed.rows.append(row)
            continue
        parsed.problem_count += 1
        if len(parsed.problems) < MAX_LINE_ERRORS:
            parsed.problems.append(LineProblem(number, row[0], row[1], line[:500]))
    if not parsed.rows and not parsed.problem_count:
        return _refused("empty_file", "Tệp không có dòng số liệu nào.")
    return parsed


def decoded(content: bytes) -> tuple[str | None, str]:
    """The text of a file and "", or None and why. UTF-8 with or without BOM, UTF-16 with BOM, Windows-1258 as the last resort.

    Windows-1258 is taken only where it gives letters a station would write (units such as `µg/Nm3`, `°C`): symbols, values and
    times are ASCII in every encoding.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return content.decode("utf-16").lstrip("\ufeff"), ""
        except UnicodeDecodeError:
            return None, "Tệp có dấu UTF-16 nhưng không đọc được."
    if b"\x00" in content:
        return None, "Tệp chứa byte 0: không phải văn bản (có thể là UTF-16 không có BOM, hoặc tệp nén)."
    try:
        return content.decode("utf-8-sig").replace("\ufeff", ""), ""
    except UnicodeDecodeError:
        pass
    try:
        text = content.decode("cp1258")
    except UnicodeDecodeError:
        text = ""
    if text and all(c.isprintable() or c in "\t\r\n" for c in text):
        return text, ""
    return None, "Tệp không phải văn bản UTF-8."


def readings(rows: list[Row], device: str) -> list[ReadingMessage]:
    """One reading message per time, oldest first; where a symbol repeats at a time, the last line wins."""
    by_time: dict[int, ReadingMessage] = {}
    for row in rows:
        moment = to_ms(row.time)
        message = by_time.setdefault(moment, ReadingMessage(device=device, time=moment, values={}, status={}, units={}))
        message.values[row.symbol] = row.value
        message.status[row.symbol] = row.status
        if row.unit:
            message.units[row.symbol] = row.unit
        else:
            message.units.pop(row.symbol, None)
    return [by_time[moment] for moment in sorted(by_time)]


def _row(line: str, decimal: Decimal) -> Row | tuple[str, str]:  # noqa: PLR0911 - one return per thing that can be wrong
    cells = [cell.strip() for cell in line.split("\t")]
    while len(cells) > COLUMNS and not cells[-1]:
        cells.pop()
    if len(cells) != COLUMNS:
        return "wrong_columns", f"có {len(cells)} cột, cần 5 cột cách nhau bằng Tab"
    symbol, raw, unit, stamp, status = cells
    if not symbol or len(symbol) > 64 or not symbol.isprintable():
        return "bad_symbol", "ký hiệu thông số trống, quá dài hoặc có ký tự lạ"
    if len(unit) > 32 or not unit.isprintable():
        return "bad_unit", "đơn vị quá dài hoặc có ký tự lạ"
    if not re.fullmatch(r"[0-9A-Za-z]{1,8}", status):
        return "bad_status", f"trạng thái “{status[:20]}” không hợp lệ, cần 00, 01 hoặc 02"
    time = _time(stamp)
    if time is None:
        return "bad_time", f"thời gian “{stamp[:20]}” không phải yyyyMMddHHmmss"
    value = number(raw, decimal)
    if isinstance(value, str):
        return "bad_value", value
    if value is None and status == "00":
        return "bad_value", "trạng thái 00 (đang đo) nhưng không có giá trị"
    return Row(symbol, value, unit, time, status)


def number(raw: str, decimal: Decimal = "auto") -> float | str | None:
    """The number in a cell; None where it is empty; a Vietnamese reason (str) where it is no number.

    In `auto` a single comma or point is the decimal sign, and the last of two different ones is (`1.234,5` is 1234.5).
    """
    raw = raw.strip().replace("\u00a0", "")
    if raw.lower() in _EMPTY:
        return None
    if decimal == "comma":
        raw = raw.replace(".", "") if "," in raw else raw
        raw = raw.replace(",", ".")
    elif decimal == "point":
        raw = raw.replace(",", "")
    elif found := _THOUSANDS.fullmatch(raw):
        raw = raw.replace(found[1], "").replace(found[2], ".")
    else:
        raw = raw.replace(",", ".")
    if not _NUMBER.fullmatch(raw) or raw.count(".") > 1:
        return f"giá trị “{raw[:32]}” không phải là số"
    value = float(raw)
    return value if math.isfinite(value) and abs(value) < 1e15 else f"giá trị “{raw[:32]}” quá lớn"


def _time(stamp: str) -> datetime | None:
    if not _TIME.fullmatch(stamp):
        return None
    try:
        moment = datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=VIETNAM)
    except ValueError:
        return None
    return moment if _EARLIEST <= moment <= now() + timedelta(days=366) else None


def _refused(code: str, message: str) -> ParsedFile:
    return ParsedFile(code=code, message=message)
