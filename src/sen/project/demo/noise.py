"""Smooth random curves over time that need no state: history and live values are one function of the moment, so they join."""

from __future__ import annotations

import zlib

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Times = NDArray[np.int64]
"""Milliseconds since the epoch."""

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
LOCAL_MS = 7 * HOUR_MS


def seed_of(name: str) -> int:
    """A stable number for a name."""
    return zlib.crc32(name.encode())


def white(seed: int, steps: NDArray[np.int64]) -> Array:
    """Uniform in [-1, 1), one independent number per integer step (a 64-bit mix, splitmix64)."""
    with np.errstate(over="ignore"):
        x = steps.astype(np.uint64) + np.uint64(seed) * np.uint64(0x9E3779B97F4A7C15)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        x ^= x >> np.uint64(31)
    result: Array = (x >> np.uint64(11)).astype(np.float64) / 2.0**52 - 1.0
    return result


def smooth(seed: int, times: Times, period_ms: int) -> Array:
    """A curve in [-1, 1] that changes over about `period_ms`: random values joined by smooth steps."""
    step = times // period_ms
    part = (times - step * period_ms) / period_ms
    part = part * part * (3.0 - 2.0 * part)
    result: Array = white(seed, step) * (1.0 - part) + white(seed, step + 1) * part
    return result


def rough(seed: int, times: Times, period_ms: int, octaves: int = 3) -> Array:
    """Smooth curves of period, period/4, period/16 … with falling weight, in about [-1, 1]."""
    weights = 0.5 ** np.arange(octaves)
    total = np.zeros(times.shape)
    for octave, weight in enumerate(weights.tolist()):
        total += weight * smooth(seed + 7919 * octave, times, max(period_ms // 4**octave, 1))
    return total / float(weights.sum())


def hour_of_day(times: Times) -> Array:
    """Local hour, 0 <= h < 24."""
    result: Array = ((times + LOCAL_MS) % DAY_MS) / HOUR_MS
    return result


def day_of_year(times: Times) -> Array:
    """Days since 1 January, local, near enough for seasons (0 to 366)."""
    days = (times + LOCAL_MS) / DAY_MS
    result: Array = days % 365.2425
    return result


def weekday(times: Times) -> NDArray[np.int64]:
    """0 = Monday."""
    return ((times + LOCAL_MS) // DAY_MS + 3) % 7


def bump(hour: Array, centre: float, width: float) -> Array:
    """A bell over the hours of a day, 1 at `centre`."""
    distance = np.abs(hour - centre)
    distance = np.minimum(distance, 24.0 - distance)
    result: Array = np.exp(-((distance / width) ** 2))
    return result
