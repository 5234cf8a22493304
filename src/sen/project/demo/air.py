"""Air of the demonstration: day and week of traffic, night inversions, season, washout by rain, photochemical ozone."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sen.project.demo import weather
from sen.project.demo.noise import (
    HOUR_MS,
    Array,
    Times,
    bump,
    day_of_year,
    hour_of_day,
    rough,
    seed_of,
    smooth,
    weekday,
)


def air(name: str, times: Times, parameters: Mapping[str, float]) -> dict[str, Array]:
    """All values of an air station by property; concentrations in µg/m³."""
    seed = seed_of(name)
    dust, road, industry = parameters.get("dust", 1.0), parameters.get("traffic", 1.0), parameters.get("industry", 0.0)
    hour, busy = hour_of_day(times), traffic(times) * road
    still = 1.0 + 0.38 * np.cos((hour - 4.0) / 24.0 * 2.0 * np.pi) - 0.12 * rough(seed, times, 9 * HOUR_MS)
    season = 0.86 + 0.42 * np.cos((day_of_year(times) - 20.0) / 365.0 * 2.0 * np.pi)
    wash = np.exp(-0.16 * weather.wetness(name, times))
    vary = np.exp(0.42 * rough(seed + 1, times, 30 * HOUR_MS) + 0.12 * rough(seed + 2, times, 2 * HOUR_MS))
    smoke = 46.0 * _straw(seed, times)
    shift = (0.6 + 0.4 * bump(hour, 11.0, 5.0)) * industry
    pm25 = dust * (21.0 * season * still * wash * vary + 6.5 * busy * wash + 4.0 * shift + smoke * wash)
    pm10 = 1.42 * pm25 + dust * (8.0 + 10.0 * busy) * wash * (1.0 + 0.15 * rough(seed + 3, times, HOUR_MS))
    no2 = (7.0 + 27.0 * busy * still + 9.0 * shift) * np.exp(0.22 * rough(seed + 4, times, 3 * HOUR_MS))
    so2 = (4.0 + 2.0 * busy + 13.0 * shift) * np.exp(0.3 * rough(seed + 5, times, 5 * HOUR_MS))
    co = (290.0 + 520.0 * busy * still + 9.0 * smoke) * np.exp(0.16 * rough(seed + 6, times, 3 * HOUR_MS))
    o3 = 24.0 + 88.0 * _lagged_sun(times) - 0.45 * no2 + 7.0 * rough(seed + 7, times, 4 * HOUR_MS)
    speed, direction = weather.wind(name, times)
    return {
        "pm25": _measured(pm25, seed + 11, times, 0.04, 1.0),
        "pm10": _measured(pm10, seed + 12, times, 0.04, 2.0),
        "no2": _measured(no2, seed + 13, times, 0.03, 0.5),
        "so2": _measured(so2, seed + 14, times, 0.04, 0.4),
        "co": _measured(co, seed + 15, times, 0.02, 40.0),
        "o3": _measured(o3, seed + 16, times, 0.02, 1.5),
        "temperature": weather.temperature(name, times),
        "humidity": weather.humidity(name, times),
        "pressure": weather.pressure(name, times),
        "wind_speed": speed,
        "wind_direction": direction,
    }


def traffic(times: Times) -> Array:
    """0 to about 1: two rush hours, a quiet night, quieter Sundays."""
    hour = hour_of_day(times)
    day = 0.1 + 0.42 * bump(hour, 12.0, 5.5) + 0.55 * bump(hour, 7.2, 1.4) + 0.65 * bump(hour, 17.6, 1.7)
    of_week: Array = np.array([1.0, 1.0, 1.0, 1.0, 1.05, 0.85, 0.7])[weekday(times)]
    return day * of_week


def sensor(kind: str, name: str, times: Times) -> dict[str, Array]:
    """Values of a small sensor of the types dust, noise and rain. Raises KeyError for another type."""
    seed = seed_of(name)
    battery = 3.72 + 0.1 * weather.sun(times) + 0.03 * smooth(seed + 20, times, 20 * HOUR_MS)
    if kind == "dust":
        full = air(name, times, {"dust": 0.85 + 0.4 * (seed % 97) / 97.0, "traffic": 0.7 + 0.6 * (seed % 89) / 89.0})
        return {code: full[code] for code in ("pm25", "pm10", "temperature", "humidity")} | {"battery_voltage": battery}
    if kind == "noise":
        level = 50.0 + 19.0 * np.sqrt(traffic(times)) + 3.5 * rough(seed, times, HOUR_MS, octaves=4)
        return {"noise": level, "battery_voltage": battery}
    if kind == "rain":
        return {"rain": np.floor(weather.rain_rate(name, times) / 12.0 / 0.2) * 0.2, "battery_voltage": battery}
    raise KeyError(kind)


def _straw(seed: int, times: Times) -> Array:
    """Straw burnt after the harvest: some afternoons of October and November, here and there."""
    harvest = np.exp(-(((day_of_year(times) - 318.0) / 18.0) ** 2))
    burning = np.clip(smooth(seed + 8, times, 40 * HOUR_MS) - 0.45, 0.0, None) / 0.55
    result: Array = harvest * burning * bump(hour_of_day(times), 18.5, 3.2)
    return result


def _lagged_sun(times: Times) -> Array:
    """Ozone follows the sun of the last hours."""
    total = sum(weather.sun(times - lag * HOUR_MS) * weight for lag, weight in ((0, 0.35), (1, 0.4), (2, 0.25)))
    return np.asarray(total, dtype=float)


def _measured(values: Array, seed: int, times: Times, share: float, floor: float) -> Array:
    """With the noise of an instrument; never below its smallest reading."""
    jitter = smooth(seed, times, 240_000)
    return np.maximum(values * (1.0 + share * jitter), floor * (1.0 + 0.3 * smooth(seed + 1, times, 420_000)))
