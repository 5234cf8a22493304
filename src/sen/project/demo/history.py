"""Sixty days of history: the models' values through the same quality rules as live data, into the same table."""

from __future__ import annotations

import numpy as np

from sen.apps.assets.interface import SeriesEntry
from sen.ingest.directory import limits_of
from sen.ingest.quality import Quality
from sen.ingest.rows import Rows
from sen.project.demo.behaviour import CALIBRATING, FAULT, delay_ms
from sen.project.demo.catalogue import Station
from sen.project.demo.noise import DAY_MS
from sen.telemetry.flags import Flag
from sen.telemetry.store import TelemetryStore

CHUNK_ROWS = 600_000


def write(
    store: TelemetryStore, stations: list[Station], entries: list[SeriesEntry], *, origin: int, days: int
) -> dict[int, tuple[int, int, int, int]]:
    """Store the last `days` days of all stations up to `origin` (ms).

    Returns per source number (newest receipt ms, newest measurement ms, messages, values).
    """
    numbers = {(entry.asset_code, entry.property): entry for entry in entries}
    quality = Quality(limits_of(entries))
    seen: dict[int, tuple[int, int, int, int]] = {}
    waiting: list[Rows] = []
    for station in stations:
        parts = _rows(station, numbers, origin, days)
        if not parts:
            continue
        rows = Rows.concatenate(parts)
        source = int(rows.source[0])
        before = seen.get(source, (0, 0, 0, 0))
        seen[source] = (
            max(before[0], int(rows.received.max())),
            max(before[1], int(rows.time.max())),
            before[2] + len(parts[0]),
            before[3] + len(rows),
        )
        waiting.append(quality.mark(rows)[0])
        if sum(map(len, waiting)) >= CHUNK_ROWS:
            store.append(Rows.concatenate(waiting).table())
            waiting.clear()
    if waiting:
        store.append(Rows.concatenate(waiting).table())
    return seen


def _rows(station: Station, numbers: dict[tuple[str, str], SeriesEntry], origin: int, days: int) -> list[Rows]:
    """One part per property, unmarked but for the status of the station."""
    step = station.interval_s * 1000
    last = origin // step * step
    times = np.arange(last - days * DAY_MS, last + 1, step, dtype=np.int64)
    received = times + delay_ms(station.behaviour, station.code, times)
    arrived = received <= origin
    parts: list[Rows] = []
    for code, reading in station.measure(times, origin).items():
        entry = numbers.get((station.code, code))
        if entry is None:
            continue
        chosen = reading.present & arrived
        size = int(chosen.sum())
        if not size:
            continue
        flags = np.full(size, int(Flag.SIMULATED), np.uint32)
        flags[reading.status[chosen] == CALIBRATING] |= np.uint32(Flag.CALIBRATING)
        flags[reading.status[chosen] == FAULT] |= np.uint32(Flag.DEVICE_FAULT)
        parts.append(
            Rows(
                series=np.full(size, entry.number, np.uint32),
                time=times[chosen],
                value=reading.value[chosen],
                flags=flags,
                source=np.full(size, entry.source_number or 0, np.uint32),
                seq=received[chosen].astype(np.uint64) * np.uint64(1_000_000),
                received=received[chosen],
            )
        )
    return parts
