"""Fills the observations table fast, for benchmarks whose cost must not grow with what is stored.

`fill(store, rows, numbers, end)` generates rows inside ClickHouse, so that making them costs less than storing them; they pass
the same table, views and marks as real ones. `roll_up` then computes the roll-ups the ordinary way.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from bench.engines_alone import EnginesAlone

from sen.kernel import clock
from sen.telemetry.store import TelemetryStore

YEAR = timedelta(days=365)
DENSE_SHARE = 0.105
DENSE_ROWS = 105_120
"""A year of five-minute values."""
BLOCK_ROWS = 1_000_000


def fill(store: TelemetryStore, rows: int, numbers: Sequence[int], end: datetime) -> dict[str, Any]:
    """Store about `rows` observations of the series `numbers` over the year before `end`, some every five minutes, the rest evenly.

    Answers {"rows", "seconds", "dense"}: `dense` are the series with five-minute values. Series numbers must be consecutive.
    """
    began = time.monotonic()
    dense = min(len(numbers), max(1, round(rows * DENSE_SHARE / DENSE_ROWS)))
    per_series = max(1, (rows - dense * DENSE_ROWS) // max(1, len(numbers) - dense))
    stored = _fill_block(store, numbers[:dense], DENSE_ROWS, end)
    stored += _fill_block(store, numbers[dense:], per_series, end)
    return {"rows": stored, "seconds": round(time.monotonic() - began, 1), "dense": list(numbers[:dense])}


def _fill_block(store: TelemetryStore, numbers: Sequence[int], per_series: int, end: datetime) -> int:
    step_ms = int(YEAR.total_seconds() * 1000) // per_series
    start_ms = clock.to_ms(end) // step_ms * step_ms - per_series * step_ms
    block = max(1, BLOCK_ROWS // per_series)
    stored = 0
    for first in range(0, len(numbers), block):
        chosen = numbers[first : first + block]
        count = len(chosen) * per_series
        place = f"intDiv(number, {per_series})"
        store.command(
            "INSERT INTO observations (series, time, value, flags, source, seq, received) "
            f"SELECT {chosen[0]} + {place}, fromUnixTimestamp64Milli({start_ms} + toInt64(number % {per_series}) * {step_ms}, 'UTC') AS t, "
            f"round(20 + 8 * sin(number / 288) + (rand32() % 1000) / 200, 2), 0, 1, number, t FROM numbers({count})"
        )
        stored += count
    return stored


def roll_up(store: TelemetryStore) -> dict[str, Any]:
    """Refresh until nothing waits: {"hours", "seconds"}."""
    began, hours = time.monotonic(), 0
    while True:
        result = store.refresh_rollups()
        hours += result.hours
        if not result.remaining:
            return {"hours": hours, "seconds": round(time.monotonic() - began, 1)}


def settle(store: TelemetryStore, seconds: float) -> int:
    """Wait until the engine has merged what it wants to merge, `seconds` at most; answers the number of parts of observations."""
    import pyarrow as pa

    from sen.telemetry.reading import Question

    busy = Question("SELECT count() AS n FROM system.merges", pa.schema([("n", pa.uint64())]))
    parts = Question(
        "SELECT count() AS n FROM system.parts WHERE active AND table = 'observations'", pa.schema([("n", pa.uint64())])
    )
    deadline, idle = time.monotonic() + seconds, 0
    while time.monotonic() < deadline and idle < 3:
        idle = idle + 1 if store.ask(busy)["n"][0].as_py() == 0 else 0
        time.sleep(1)
    return int(store.ask(parts)["n"][0].as_py())


def kept(
    alone: EnginesAlone, wanted: list[int], seeding: tuple[str, ...], *, rows: int, series: int, settle_s: float
) -> dict[str, Any]:
    """What `seeding` made, with `rows` observations of `series` series rolled up; a folder that holds the same already is taken as it is."""
    known = alone.folder / "bench.json"
    name, *rest = seeding
    if known.exists() and (before := json.loads(known.read_text()))["wanted"] == [name, *wanted]:
        return dict(before)
    made: dict[str, Any] = {"wanted": [name, *wanted], "series": series, **alone.seeded(name, *rest)}
    store = TelemetryStore(alone.clickhouse)
    numbers = range(made["first_series"], made["first_series"] + series)
    made["filled"] = fill(store, rows, numbers, clock.now())
    made["rolled_up"] = roll_up(store)
    made["parts"] = settle(store, settle_s)
    store.close()
    known.write_text(json.dumps(made))
    return made
