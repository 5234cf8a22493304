"""Observations for tests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pyarrow as pa

from sen.kernel import clock
from sen.telemetry.schema import OBSERVATIONS

START = datetime(2026, 5, 4, 0, 0, tzinfo=UTC)


def rows(
    series: int, times: Sequence[datetime], values: Sequence[float], *, seq: int = 1, flags: Sequence[int] | int = 0
) -> pa.Table:
    """One row per time."""
    count = len(times)
    stamps = [clock.to_ms(moment) for moment in times]
    return pa.table(
        {
            "series": [series] * count,
            "time": pa.array(stamps, pa.int64()).cast(pa.timestamp("ms", tz="UTC")),
            "value": [float(value) for value in values],
            "flags": [flags] * count if isinstance(flags, int) else list(flags),
            "source": [1] * count,
            "seq": [seq] * count,
            "received": pa.array(stamps, pa.int64()).cast(pa.timestamp("ms", tz="UTC")),
        }
    ).cast(OBSERVATIONS)


def every(minutes: float, count: int, start: datetime = START) -> list[datetime]:
    """`count` moments, `minutes` apart."""
    return [start + timedelta(minutes=minutes * i) for i in range(count)]
