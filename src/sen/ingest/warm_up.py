"""Brings the quality state to where it was before the first message that is not acknowledged yet, from what the store holds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import structlog

from sen.eventbus import INGEST, MQTT_STREAM, READINGS, Bus
from sen.ingest.directory import NEVER_LATE, Directory
from sen.ingest.quality import REMEMBERED, Quality
from sen.ingest.rows import Rows
from sen.kernel import clock
from sen.telemetry.flags import INVALID, Flag
from sen.telemetry.reading import Question
from sen.telemetry.schema import OBSERVATIONS
from sen.telemetry.store import TelemetryStore

log = structlog.get_logger(__name__)

SHORTEST, LONGEST = timedelta(hours=6), timedelta(days=7)
_NOT_COMPARED = INVALID & ~int(Flag.SPIKE | Flag.STUCK)


async def first_unacknowledged(bus: Bus, stream: str) -> int | None:
    """The log's stamp (ns) of the first message of `stream` that ingest has not acknowledged; None when there is none."""
    info = await bus.api(f"CONSUMER.INFO.{stream}.{INGEST}")
    floor = int(info.get("ack_floor", {}).get("stream_seq", 0))
    subject = info.get("config", {}).get("filter_subject") or ">"
    answer = await bus.api(f"STREAM.MSG.GET.{stream}", {"seq": floor + 1, "next_by_subj": subject})
    if "error" in answer:
        return None
    return nanoseconds(answer["message"]["time"])


def nanoseconds(text: str) -> int:
    """Nanoseconds since the epoch of an RFC 3339 time in UTC with up to nine decimals, as JetStream writes it."""
    whole, _, decimals = text.removesuffix("Z").partition(".")
    seconds = int(datetime.fromisoformat(f"{whole}+00:00").timestamp())
    return seconds * 1_000_000_000 + int(decimals.ljust(9, "0") or 0)


async def bounds(bus: Bus, directory: Directory) -> dict[int, int]:
    """Source number → the last log stamp that was surely acknowledged, for sources whose stream has more."""
    found: dict[int, int] = {}
    of_stream = {stream: await first_unacknowledged(bus, stream) for stream in (READINGS, MQTT_STREAM)}
    for origin in directory.by_number.values():
        first = of_stream[MQTT_STREAM if origin.connector == "mqtt" else READINGS]
        if first is not None:
            found[origin.number] = first - 1
    if (first := of_stream[READINGS]) is not None:
        found[0] = first - 1
    return found


def warm_up(quality: Quality, store: TelemetryStore, directory: Directory, up_to: Mapping[int, int]) -> int:
    """Restore `quality`; returns how many rows it was rebuilt from. Raises Unavailable."""
    rules = directory.limits.stuck_ms[directory.limits.stuck_ms != NEVER_LATE]
    longest = timedelta(milliseconds=int(rules.max())) if len(rules) else SHORTEST
    since = clock.now() - min(max(longest * 1.25, SHORTEST), LONGEST)
    usable = _acknowledged(since, up_to)
    rows = Rows.of_table(store.ask(_newest(usable)))
    starts = store.ask(_run_starts(usable)) if len(rules) else None
    quality.restore(rows, _as_dict(starts) if starts is not None else None)
    log.info("quality_state_restored", rows=len(rows), series=len(np.unique(rows.series)))
    return len(rows)


def _acknowledged(since: datetime, up_to: Mapping[int, int]) -> str:
    """SQL: rows since a moment that no message of the log will bring again."""
    condition = f"time >= fromUnixTimestamp64Milli({clock.to_ms(since)})"
    for bound in sorted(set(up_to.values())):
        numbers = ", ".join(str(int(number)) for number, own in up_to.items() if own == bound)
        condition += f" AND (source NOT IN ({numbers}) OR seq <= {int(bound)})"
    return condition


def _newest(acknowledged: str) -> Question:
    """The last few rows of every series; the limit comes after the condition, so that unacknowledged rows do not take the places."""
    sql = (
        f"SELECT series, time, value, flags, source, seq, received FROM observations FINAL WHERE {acknowledged} "  # noqa: S608
        f"ORDER BY series, time DESC LIMIT {REMEMBERED} BY series"
    )
    return Question(sql, OBSERVATIONS)


def _run_starts(acknowledged: str) -> Question:
    """Series → since when its newest comparable value has not changed."""
    usable = f"{acknowledged} AND bitAnd(flags, {_NOT_COMPARED}) = 0"
    newest = f"SELECT series, argMax(value, (time, seq)) AS newest FROM observations WHERE {usable} GROUP BY series"  # noqa: S608
    changed = (
        f"SELECT o.series AS series, maxIf(o.time, o.value != n.newest) AS changed FROM observations AS o "  # noqa: S608
        f"INNER JOIN ({newest}) AS n ON o.series = n.series WHERE {usable} GROUP BY series"
    )
    sql = (
        f"SELECT o.series AS series, toInt64(toUnixTimestamp64Milli(min(o.time))) AS start FROM observations AS o "  # noqa: S608
        f"INNER JOIN ({changed}) AS c ON o.series = c.series WHERE {usable} AND o.time > c.changed GROUP BY series"
    )
    return Question(sql, pa.schema([("series", pa.uint32()), ("start", pa.int64())]))


def _as_dict(table: pa.Table) -> dict[int, int]:
    columns: list[list[Any]] = [table["series"].to_pylist(), table["start"].to_pylist()]
    return dict(zip(*columns, strict=True))
