"""Water of the demonstration: tides that run up the rivers and fade, the flood pulse of the Mekong, salt from the sea, surface water."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sen.project.demo import weather
from sen.project.demo.noise import HOUR_MS, Array, Times, bump, day_of_year, hour_of_day, rough, seed_of, smooth

# Constituent, period in hours, share of the station's tide, phase in hours. M2 and S2 together make spring and neap.
_TIDES = ((12.4206, 0.52, 0.0), (12.0, 0.2, 1.1), (23.9345, 0.34, 3.0), (25.8193, 0.26, 7.5), (12.6583, 0.1, 4.0))
_NOISE = 900_000


def tide(times: Times, amplitude: float, delay_h: float) -> Array:
    """m around the mean, `delay_h` hours after the sea; the ebb is slower than the flood the further up."""
    hours = times / HOUR_MS - delay_h
    total = np.zeros(times.shape)
    for period, share, phase in _TIDES:
        total += share * np.cos(2.0 * np.pi * (hours - phase) / period)
    result: Array = amplitude * (total + 0.06 * total**2)
    return result


def flood(times: Times) -> Array:
    """0 to 1: the flood season rises from July, peaks about 10 October and falls faster."""
    distance = day_of_year(times) - 283.0
    width = np.where(distance < 0, 46.0, 33.0)
    result: Array = np.exp(-((distance / width) ** 2))
    return result


def water_level(name: str, times: Times, p: Mapping[str, float]) -> Array:
    """m in the national system."""
    crest = flood(times)
    # A full river lets less tide through.
    damped = tide(times, p["tide"], p["delay"]) * (1.0 - 0.45 * crest * min(p["flood"], 2.5) / 2.5)
    runoff = 0.03 * np.tanh(weather.wetness("delta", times) / 5.0)
    surge = 0.05 * smooth(seed_of("sea"), times, 60 * HOUR_MS) * min(1.0, p["tide"])
    level = p["mean"] + p["flood"] * crest + damped + runoff + surge
    return level + 0.012 * rough(seed_of(name), times, _NOISE, octaves=2)


def salinity(name: str, times: Times, p: Mapping[str, float]) -> Array:
    """‰: follows high water, strong at springs, pushed out by the flood season, worst in March."""
    if p["salt"] <= 0:
        return np.maximum(0.05 + 0.02 * smooth(seed_of(name) + 3, times, 9 * HOUR_MS), 0.01)
    dry = 0.28 + 0.72 * np.exp(-((((day_of_year(times) + 300.0) % 365.2425 - 17.0) / 60.0) ** 2))
    dry = np.maximum(dry, 1.0 - 0.86 * flood(times) - 0.35 * np.exp(-(((day_of_year(times) - 200.0) / 60.0) ** 2)))
    push = 0.62 + 0.42 * np.tanh(1.3 * tide(times, 1.0, p["delay"] + 1.4))
    wedge = 1.0 + 0.35 * smooth(seed_of("sea") + 1, times, 90 * HOUR_MS)
    result: Array = np.maximum(
        p["salt"] * dry * push * wedge * (1.0 + 0.03 * smooth(seed_of(name) + 2, times, _NOISE)), 0.03
    )
    return result


def river(name: str, times: Times, p: Mapping[str, float]) -> dict[str, Array]:
    """Values of a water level station: level, salinity, rain and water temperature."""
    warm = 28.4 + 1.2 * np.cos((day_of_year(times) - 130.0) / 365.0 * 2.0 * np.pi)
    return {
        "water_level": water_level(name, times, p),
        "salinity": salinity(name, times, p),
        "rain": np.floor(weather.rain_rate(name, times) / 6.0 / 0.2) * 0.2,
        "water_temperature": warm
        + 0.7 * bump(hour_of_day(times), 15.5, 4.0)
        + 0.4 * rough(seed_of(name) + 1, times, 20 * HOUR_MS),
    }


def sensor(kind: str, name: str, times: Times) -> dict[str, Array]:
    """Values of a small sensor of the types flood (water on a street) and salt. Raises KeyError for another type."""
    battery = 3.74 + 0.08 * weather.sun(times) + 0.03 * smooth(seed_of(name) + 20, times, 20 * HOUR_MS)
    if kind == "salt":
        p = {"tide": 1.0, "delay": 0.6, "salt": 6.5}
        return {"salinity": salinity(name, times, p), "water_temperature": river(name, times, {**p, "flood": 0.1, "mean": 0.2})["water_temperature"], "battery_voltage": battery}  # fmt: skip
    if kind == "flood":
        high = tide(times, 0.75, 3.0) + 0.5 * flood(times)
        depth = np.clip(0.035 * (weather.wetness(name, times) - 8.0), 0.0, None) + np.clip(high - 1.12, 0.0, None) * 0.6
        return {"flood_depth": np.clip(depth, 0.0, 0.8), "battery_voltage": battery}
    raise KeyError(kind)


def surface_water(name: str, times: Times, p: Mapping[str, float]) -> dict[str, Array]:
    """Values of a surface water station; `load` scales pollution, `acid` the first rains over acid sulphate soils."""
    seed, load, hour = seed_of(name), p.get("load", 1.0), hour_of_day(times)
    flow = tide(times, 1.0, 4.0)
    silt = flood(times)
    slow = rough(seed, times, 60 * HOUR_MS)
    warm = (
        28.6
        + 1.0 * bump(hour, 15.0, 4.5)
        + 0.5 * rough(seed + 1, times, 40 * HOUR_MS)
        + 0.25 * rough(seed + 9, times, 2 * HOUR_MS)
    )
    bloom = bump(hour, 15.0, 4.0)
    wet = np.tanh(weather.wetness(name, times) / 4.0)
    tss = (24.0 + 85.0 * silt + 14.0 * wet) * np.exp(0.18 * slow + 0.08 * flow)
    return {
        "ph": 7.15 + 0.12 * bloom - 0.9 * p.get("acid", 0.0) * wet + 0.12 * rough(seed + 2, times, 30 * HOUR_MS),
        "do": np.maximum(6.1 - 0.9 * load + 0.9 * bloom - 0.35 * slow - 0.5 * wet, 0.8),
        "temperature": warm,
        "turbidity": tss * 0.78 * (1.0 + 0.06 * smooth(seed + 3, times, 2 * HOUR_MS)),
        "conductivity": 190.0 + 45.0 * load - 40.0 * silt + 14.0 * flow + 10.0 * slow,
        "tss": tss,
        "cod": np.maximum(9.5 * load * np.exp(0.2 * rough(seed + 4, times, 26 * HOUR_MS)) + 3.0 * wet, 2.0),
        "nh4": np.maximum(0.17 * load**2 * np.exp(0.42 * rough(seed + 5, times, 22 * HOUR_MS)) + 0.05 * wet, 0.02),
        "no3": np.maximum(0.85 * load + 0.3 * rough(seed + 6, times, 50 * HOUR_MS), 0.05),
        "po4": np.maximum(0.07 * load * np.exp(0.3 * rough(seed + 7, times, 40 * HOUR_MS)), 0.005),
        "toc": np.maximum(3.6 * load * np.exp(0.18 * rough(seed + 8, times, 30 * HOUR_MS)), 0.5),
    }  # fmt: skip
