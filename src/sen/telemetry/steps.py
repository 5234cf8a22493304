"""Aggregation by step: which buckets answer a question, and how they become one value per step."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, get_args

import numpy as np
import pyarrow as pa

from sen.kernel.clock import from_ms, local, to_ms
from sen.kernel.errors import InvalidInput
from sen.telemetry.reading import BUCKETS, DAY_MS, HOUR_MS, LOCAL_MS, ceil_ms, floor_ms

Step = Literal["minute", "5minutes", "hour", "day", "month"]
Function = Literal["mean", "min", "max", "sum", "count", "first", "last"]

STEPS: tuple[str, ...] = get_args(Step)
FUNCTIONS: tuple[str, ...] = get_args(Function)
SHORT_MS: dict[str, int] = {"minute": 60_000, "5minutes": 300_000}
"""Steps shorter than the roll-ups: straight from the observations."""

MAX_BUCKETS = 100_000

AGGREGATED: pa.Schema = pa.schema(
    [("time", pa.timestamp("ms", tz="UTC")), ("value", pa.float64()), ("flags", pa.uint32()), ("count", pa.uint32())]
)
"""One step: its start, the value (NaN without a valid value), OR of all flags inside, number of valid values."""


def bounds(start: datetime, end: datetime, step: str) -> tuple[int, int]:
    """[start, end) widened to whole steps, in milliseconds; raises InvalidInput for an unknown step or too many of them."""
    if step not in STEPS:
        raise InvalidInput(
            f"Bước thời gian “{step}” không có.", action=f"Dùng một trong: {', '.join(STEPS)}.", code="bad_step"
        )
    if end <= start:
        raise InvalidInput(
            "Thời điểm cuối phải sau thời điểm đầu.", action="Kiểm tra “from” và “to”.", code="bad_range"
        )
    if step == "month":
        low, high = _month_start(to_ms(start)), to_ms(end)
        return low, ceil_ms(from_ms(high), DAY_MS, LOCAL_MS)
    width = SHORT_MS.get(step, HOUR_MS if step == "hour" else DAY_MS)
    offset = LOCAL_MS if step == "day" else 0
    low, high = floor_ms(start, width, offset), ceil_ms(end, width, offset)
    if (high - low) // width > MAX_BUCKETS:
        raise InvalidInput(
            "Khoảng thời gian quá dài cho bước này.",
            action="Chọn bước dài hơn hoặc khoảng ngắn hơn.",
            code="too_many_steps",
        )
    return low, high


def figures(fn: str) -> tuple[str, ...]:
    """The bucket figures that `aggregated` needs for a function."""
    return ("valid", "flags") if fn == "count" else ("valid", "flags", fn)


def check_function(fn: str) -> None:
    """Raises InvalidInput unless `fn` is one of FUNCTIONS."""
    if fn not in FUNCTIONS:
        raise InvalidInput(
            f"Hàm “{fn}” không có.", action=f"Dùng một trong: {', '.join(FUNCTIONS)}.", code="bad_function"
        )


def aggregated(buckets: pa.Table, fn: str) -> pa.Table:
    """AGGREGATED rows of one series' buckets."""
    check_function(fn)
    valid = buckets["valid"]
    value = valid.cast(pa.float64()) if fn == "count" else buckets[fn]
    if fn == "sum":  # a sum over nothing is not zero
        array = value.to_numpy()
        value = pa.chunked_array([pa.array(np.where(valid.to_numpy() == 0, np.nan, array))])
    return pa.table([buckets["time"], value, buckets["flags"], valid], schema=AGGREGATED)


def months(days: pa.Table) -> pa.Table:
    """Buckets of local months from the day buckets of one series, in order."""
    starts = [_month_start(int(t)) for t in days["time"].cast(pa.int64()).to_pylist()]
    rows: dict[int, dict[str, float]] = {}
    for start, day in zip(starts, days.to_pylist(), strict=True):
        month = rows.get(start)
        if month is None:
            rows[start] = {**day, "time": start}
            continue
        month["count"] += day["count"]
        month["flags"] = int(month["flags"]) | int(day["flags"])
        if day["valid"]:
            if not month["valid"]:
                month["first"] = day["first"]
            month["sum"] += day["sum"]
            month["valid"] += day["valid"]
            month["min"], month["max"] = np.fmin(month["min"], day["min"]), np.fmax(month["max"], day["max"])
            month["last"] = day["last"]
            month["mean"] = month["sum"] / month["valid"]
    ordered = [rows[start] for start in sorted(rows)]
    return pa.table(
        {name: pa.array([row[name] for row in ordered], BUCKETS.field(name).type) for name in BUCKETS.names}
    )


def _month_start(moment_ms: int) -> int:
    first = local(from_ms(moment_ms)).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return to_ms(first)
