"""The weather of the demonstration: one field over the province, a little different from place to place."""

from __future__ import annotations

import numpy as np

from sen.project.demo.noise import HOUR_MS, Array, Times, bump, day_of_year, hour_of_day, rough, seed_of, smooth

_PROVINCE = seed_of("weather")


def rain_rate(name: str, times: Times) -> Array:
    """mm per hour. Showers in the afternoon of the wet season (May to November), local cells within wet spells of the province."""
    season = 0.25 + 0.75 * np.exp(-(((day_of_year(times) - 265.0) / 62.0) ** 2))
    spell = smooth(_PROVINCE, times, 30 * HOUR_MS)
    cell = rough(seed_of(name) ^ 0x51, times, 3 * HOUR_MS, octaves=2)
    daily = 0.25 + 0.75 * bump(hour_of_day(times), 16.0, 4.0)
    strength = 0.55 * spell + 0.75 * cell + 0.35 * season + 0.3 * daily - 0.98
    rate: Array = np.clip(strength, 0.0, None) ** 1.4 * 58.0 * season
    return rate


def wetness(name: str, times: Times) -> Array:
    """Rain of the last three hours, weighted towards now, mm per hour."""
    total = np.zeros(times.shape)
    for half_hours in range(6):
        total += np.exp(-half_hours / 3.0) * rain_rate(name, times - half_hours * HOUR_MS // 2)
    return total / 3.0


def clouds(times: Times) -> Array:
    """Share of the sky, 0 to 1."""
    result: Array = np.clip(0.45 + 0.5 * rough(_PROVINCE + 1, times, 18 * HOUR_MS), 0.0, 1.0)
    return result


def sun(times: Times) -> Array:
    """0 at night, 1 at a clear noon."""
    height = np.clip(np.sin((hour_of_day(times) - 6.0) / 12.0 * np.pi), 0.0, None)
    result: Array = height * (1.0 - 0.7 * clouds(times))
    return result


def temperature(name: str, times: Times) -> Array:
    """°C: warmest at 14:00, coolest before dawn, cooler in December and under rain."""
    season = 27.6 + 1.1 * np.cos((day_of_year(times) - 115.0) / 365.0 * 2.0 * np.pi)
    daily = 3.9 * np.cos((hour_of_day(times) - 14.0) / 24.0 * 2.0 * np.pi)
    local = 0.8 * rough(seed_of(name) ^ 0x52, times, 8 * HOUR_MS)
    result: Array = season + daily * (1.0 - 0.35 * clouds(times)) + local - 2.6 * np.tanh(wetness(name, times) / 4.0)
    return result


def humidity(name: str, times: Times) -> Array:
    """%: the mirror of temperature, high under rain; never quite 100."""
    base = 80.0 - 3.1 * (temperature(name, times) - 27.6) + 9.0 * np.tanh(wetness(name, times) / 3.0)
    base += 3.0 * rough(seed_of(name) ^ 0x53, times, 6 * HOUR_MS)
    result: Array = np.clip(base, 38.0, 96.0) + 1.5 * smooth(seed_of(name) ^ 0x54, times, HOUR_MS)
    return result


def pressure(name: str, times: Times) -> Array:
    """hPa at station level with the two daily tides of the air."""
    tides = 1.4 * np.cos((hour_of_day(times) - 10.0) / 12.0 * 2.0 * np.pi)
    result: Array = 1009.5 + tides + 2.4 * smooth(_PROVINCE + 2, times, 72 * HOUR_MS)
    return result + 0.2 * smooth(seed_of(name) ^ 0x55, times, HOUR_MS)


def wind(name: str, times: Times) -> tuple[Array, Array]:
    """Speed in m/s and direction in degrees: south-west monsoon until October, north-east from November."""
    speed = (
        1.3
        + 1.8 * sun(times)
        + 0.9 * rough(_PROVINCE + 3, times, 9 * HOUR_MS)
        + 0.5 * rough(seed_of(name) ^ 0x56, times, HOUR_MS)
    )
    turned = 1.0 / (1.0 + np.exp(-(day_of_year(times) - 300.0) / 7.0))
    direction = (
        235.0
        - 180.0 * turned
        + 45.0 * rough(_PROVINCE + 4, times, 12 * HOUR_MS)
        + 18.0 * smooth(seed_of(name) ^ 0x57, times, HOUR_MS)
    )
    return np.clip(speed, 0.1, None), direction % 360.0
