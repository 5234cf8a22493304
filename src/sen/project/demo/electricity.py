"""Electricity of the demonstration: offices by the working week, street lights by the clock, the sun on a roof."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import numpy as np

from sen.project.demo import weather
from sen.project.demo.noise import (
    DAY_MS,
    HOUR_MS,
    LOCAL_MS,
    Array,
    Times,
    bump,
    hour_of_day,
    rough,
    seed_of,
    weekday,
    white,
)

_WEEK_MS = 7 * DAY_MS
_SLOT_MS = 900_000
# Monday 30 December 2024, 00:00 local: where the registers began to count.
_BEGAN_MS = int(datetime(2024, 12, 29, 17, tzinfo=UTC).timestamp() * 1000)


def building(name: str, times: Times, p: Mapping[str, float]) -> dict[str, Array]:
    """Values of a meter. The register is the integral of the building's usual week, so it only rises."""
    seed = seed_of(name)
    power = _usual(times, p) * (1.0 + 0.09 * rough(seed, times, HOUR_MS))
    factor = np.clip(
        p["factor"] - 0.02 * (power < 0.5 * p["mean"]) + 0.015 * rough(seed + 1, times, 3 * HOUR_MS), 0.5, 1.0
    )
    voltage = _voltage(name, times, p["sag"])
    return {
        "active_energy": p["register"] + _energy(times, p),
        "active_power": power,
        "reactive_power": power * np.tan(np.arccos(factor)),
        "power_factor": factor,
        "mains_voltage": voltage,
        "mains_current": power * 1000.0 / (3.0 * voltage * factor),
    }


def lighting(name: str, times: Times, p: Mapping[str, float]) -> dict[str, Array]:
    """Values of a street-light cabinet: lamps fail one by one until somebody comes to repair them."""
    hour = hour_of_day(times)
    lit = (hour >= p["on_at"]) | (hour < p["off_at"])
    dimmed = (hour >= p["dim_from"]) | (hour < p["off_at"])
    broken = _broken(seed_of(name), times, p)
    working = np.where(lit, p["lamps"] - broken, 0.0)
    power = working * p["watt"] / 1000.0 * np.where(dimmed, p["dim_share"], 1.0) + 0.04
    nights = (times - _BEGAN_MS) / DAY_MS
    hours = (24.0 - p["dim_from"] + p["off_at"]) * p["dim_share"] + p["dim_from"] - p["on_at"]
    tonight = _share_of_night(times, p)
    return {
        "lit_share": np.where(lit, working / p["lamps"] * 100.0, 0.0),
        "fault_lamps": broken,
        "active_power": power,
        "active_energy": (np.floor(nights) + tonight) * hours * p["lamps"] * p["watt"] / 1000.0,
        "mains_voltage": _voltage(name, times, 8.0),
    }


def solar(name: str, times: Times, p: Mapping[str, float]) -> dict[str, Array]:
    """Power of a roof under the demonstration's sky, and what it made since the beginning (a usual day each day)."""
    day = (times - _BEGAN_MS) / DAY_MS
    part = np.clip((hour_of_day(times) - 6.0) / 12.0, 0.0, 1.0)
    made = (np.floor(day) + (1.0 - np.cos(part * np.pi)) / 2.0) * p["peak"] * 12.0 * 0.637 * 0.66
    jitter = 1.0 + 0.04 * rough(seed_of(name), times, HOUR_MS // 2)
    return {"solar_power": np.clip(weather.sun(times) * p["peak"] * jitter, 0.0, None), "active_energy": made}


def _usual(times: Times, p: Mapping[str, float]) -> Array:
    """kW of the usual week."""
    hour = hour_of_day(times)
    work = np.clip(bump(hour, 9.5, 2.6) + 0.95 * bump(hour, 14.8, 2.7), 0.0, 1.15)
    of_day = np.where(weekday(times) >= 5, p["weekend"], 1.0)
    result: Array = p["mean"] * (p["idle"] + (1.0 - p["idle"]) * work * of_day)
    return result


def _energy(times: Times, p: Mapping[str, float]) -> Array:
    """kWh of the usual week since the beginning: whole weeks, then the slots of the week so far, then a part of a slot."""
    slots = np.arange(0, _WEEK_MS, _SLOT_MS, dtype=np.int64)
    made = np.concatenate([[0.0], np.cumsum(_usual(_BEGAN_MS + slots, p)) * (_SLOT_MS / HOUR_MS)])
    since = times - _BEGAN_MS
    inside = (since % _WEEK_MS) / _SLOT_MS
    result: Array = (since // _WEEK_MS) * made[-1] + np.interp(inside, np.arange(made.size), made)
    return result


def _share_of_night(times: Times, p: Mapping[str, float]) -> Array:
    """Which part of a local day's light is behind us: the hours after midnight first, then the evening."""
    hour, dim = hour_of_day(times), p["dim_share"]
    morning = np.clip(hour, 0.0, p["off_at"]) * dim
    bright = np.clip(hour - p["on_at"], 0.0, p["dim_from"] - p["on_at"])
    late = np.clip(hour - p["dim_from"], 0.0, None) * dim
    whole = p["off_at"] * dim + p["dim_from"] - p["on_at"] + (24.0 - p["dim_from"]) * dim
    result: Array = (morning + bright + late) / whole
    return result


def _broken(seed: int, times: Times, p: Mapping[str, float]) -> Array:
    """Lamps out: more each day, back to a few after a repair; a whole number that changes at noon."""
    day = (times + LOCAL_MS - DAY_MS // 2) // DAY_MS + seed % int(p["fail_days"])
    since = day % int(p["fail_days"])
    luck = 1.0 + 0.35 * white(seed ^ 0xA1, day // int(p["fail_days"]))
    result: Array = np.minimum(np.floor(since * p["fail_rate"] * luck), p["lamps"])
    return result


def _voltage(name: str, times: Times, sag: float) -> Array:
    """V between phase and neutral: lower in the evening, high at night."""
    hour = hour_of_day(times)
    result: Array = (
        224.5
        - sag * bump(hour, 19.0, 2.6)
        - 0.4 * sag * bump(hour, 11.0, 3.0)
        + 1.6 * rough(seed_of(name) ^ 0xA2, times, HOUR_MS)
    )
    return result
