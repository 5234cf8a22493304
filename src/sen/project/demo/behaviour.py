"""What goes wrong at some stations of the demonstration, the same in history and on the wire: functions of the moment only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sen.project.demo.noise import DAY_MS, HOUR_MS, LOCAL_MS, Array, Times, hour_of_day, seed_of, weekday, white

MEASURING, CALIBRATING, FAULT = 0, 1, 2
GASES = frozenset({"no2", "so2", "co", "o3"})
LATE_BY_MS = 50 * 60_000
DRIFT_DAYS = 21
# Days before the demonstration at which the line went dead, for good.
_BROKE_OFF = {"silent": 4, "stopped_days": 9}


@dataclass(frozen=True)
class Reading:
    """Values of one property: `present` says which were sent at all, `status` is a code of Thông tư 10/2021 each."""

    value: Array
    present: NDArray[np.bool_]
    status: NDArray[np.int64]


def delay_ms(behaviour: str, name: str, times: Times) -> Times:
    """How long after the measurement a value arrives."""
    usual = 4_000 + (white(seed_of(name) ^ 0x77, times) * 3_000).astype(np.int64)
    return usual + LATE_BY_MS if behaviour == "late" else usual


def read(
    behaviour: str, place: tuple[str, str], times: Times, value: Array, *, origin: int, truth: Callable[[Times], Array]
) -> Reading:
    """What a station with `behaviour` tells of the true `value` of a property; `place` is (station, property).

    `origin` (ms) is when the demonstration was filled; `truth` gives the true value at other times.
    """
    name, code = place
    seed = seed_of(name) ^ seed_of(code)
    present = white(seed_of(name) ^ 0x31, times // 300_000) < 0.985
    present &= ~_outage(name, times)
    status = np.full(times.shape, MEASURING, dtype=np.int64)
    hour = hour_of_day(times)
    if code in GASES:  # zero and span check of the gas analysers, Monday morning
        check = (weekday(times) == 0) & (hour >= 9.0) & (hour < 9.5)
        status[check] = CALIBRATING
        value = np.where(check, value * 0.1, value)
    if behaviour in _BROKE_OFF:
        present &= times < origin - _BROKE_OFF[behaviour] * DAY_MS
    elif behaviour == "calibrating" and code in GASES:
        status[(hour >= 10.0) & (hour < 11.0)] = CALIBRATING
    elif behaviour == "fault" and code in {"nh4", "cod"}:
        faulty = ((times // DAY_MS + seed) % 6 == 2) | (times >= origin - 5 * HOUR_MS)
        status[faulty] = FAULT
        value = np.where(faulty, np.nan, value)
    elif behaviour == "stuck" and code in {"water_level", "noise"}:
        value = _held(times, value, origin - 26 * HOUR_MS, truth)
    else:
        value = _wrong(behaviour, code, seed, times=times, value=value, origin=origin)
    return Reading(value, present, status)


def _wrong(behaviour: str, code: str, seed: int, *, times: Times, value: Array, origin: int) -> Array:
    """Values that nobody marks as wrong: drift, spikes, a battery that goes flat."""
    if behaviour == "drifting" and code in {"pm25", "pm10", "o3"}:
        return value * (1.0 + 0.9 * np.clip((times - origin) / (DRIFT_DAYS * DAY_MS) + 1.0, 0.0, 2.0))
    if behaviour == "spiking" and code in {"pm25", "pm10"}:
        hit = white(seed ^ 0x41, times // 300_000) > 0.988
        return np.where(hit, value * 9.0 + 260.0, value)
    if behaviour == "low_battery" and code == "battery_voltage":
        return value - 0.5 * np.clip((times - origin) / (30 * DAY_MS) + 1.0, 0.0, 1.5)
    return value


def _held(times: Times, value: Array, since: int, truth: Callable[[Times], Array]) -> Array:
    """Standing still since `since`, and before that on every eleventh day until the afternoon."""
    midnight = (times + LOCAL_MS) // DAY_MS * DAY_MS - LOCAL_MS
    began = np.where(times >= since, since, midnight)
    frozen = (times >= since) | ((midnight // DAY_MS % 11 == 4) & (hour_of_day(times) < 16.0))
    moments, which = np.unique(began, return_inverse=True)
    return np.where(frozen, np.round(truth(moments), 2)[which], value)


def _outage(name: str, times: Times) -> NDArray[np.bool_]:
    """Now and then the line is down for a few hours."""
    day = times // DAY_MS
    start = (white(seed_of(name) ^ 0x61, day) + 1.0) * 11.0
    length = np.where(white(seed_of(name) ^ 0x62, day) > 0.88, 2.5, 0.0)
    hour = (times % DAY_MS) / HOUR_MS
    down: NDArray[np.bool_] = (hour >= start) & (hour < start + length)
    return down
