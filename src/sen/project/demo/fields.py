"""Fields of the demonstration: flights of planthoppers, gates that shut out salt, rice that dries and is watered, orchards."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sen.project.demo import river, weather
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
    smooth,
    white,
)

_MOON_DAYS = 29.530588
_NEW_MOON_MS = 947_182_440_000  # 6 January 2000, 18:14 UTC
_STEP_MS = 1_800_000


def light_trap(name: str, times: Times, p: Mapping[str, float]) -> dict[str, Array]:
    """Insects of the last night, told until the next count at 07:00: flights of some nights, fewer under a bright moon."""
    seed, night = seed_of(name), times // DAY_MS  # counted at 07:00, midnight UTC
    phase = (night + seed % 97) % p["generation"] - p["generation"] / 2.0
    crest = np.exp(-((phase / p["flight"]) ** 2)) * (
        1.0 + 0.45 * white(seed ^ 0xB1, (night + seed % 97) // int(p["generation"]))
    )
    moon = 0.5 - 0.5 * np.cos(2.0 * np.pi * (night * DAY_MS - _NEW_MOON_MS) / DAY_MS / _MOON_DAYS)
    light = 1.0 - 0.55 * moon
    luck = np.exp(0.45 * white(seed ^ 0xB2, night))
    others = {
        "stem_borer": (14.0 + 95.0 * crest**2) * np.exp(0.4 * white(seed ^ 0xB3, night)),
        "leaf_folder": (11.0 + 70.0 * crest) * np.exp(0.5 * white(seed ^ 0xB4, night)),
        "green_leafhopper": (40.0 + 220.0 * crest) * np.exp(0.4 * white(seed ^ 0xB5, night)),
    }
    found = {"brown_planthopper": (25.0 + p["peak"] * crest) * luck, **others}
    battery = 12.4 + 0.4 * weather.sun(times) + 0.1 * smooth(seed + 20, times, 20 * HOUR_MS)
    return {code: np.floor(count * light) for code, count in found.items()} | {"battery_voltage": battery}


def sluice(name: str, times: Times, p: Mapping[str, float]) -> dict[str, Array]:
    """Both sides of a gate that is shut while the water outside is salty; some salt comes through all the same."""
    seed = seed_of(name)
    outside, level = river.salinity(name, times, p), river.water_level(name, times, p)
    step = times // _STEP_MS * _STEP_MS  # the keeper looks every half hour
    fresh = river.salinity(name, step, p) < p["shut_at"]
    rising = river.water_level(name, step, p) > p["level"]
    position = np.where(fresh, np.where(rising, 100.0, 40.0), 0.0)
    seeping = 0.5 * (river.salinity(name, times - 3 * HOUR_MS, p) + river.salinity(name, times - 9 * HOUR_MS, p))
    inside = 0.12 + p["leak"] * seeping * (1.0 + 0.1 * rough(seed, times, 20 * HOUR_MS))
    kept = p["level"] + 0.25 * (level - p["level"]) * (position > 0) + 0.05 * rough(seed + 1, times, 30 * HOUR_MS)
    return {
        "gate_position": position,
        "salinity": outside,
        "salinity_inside": np.clip(inside, 0.02, None),
        "water_level": level,
        "water_level_inside": kept,
    }


def paddy(name: str, times: Times, p: Mapping[str, float]) -> dict[str, Array]:
    """A rice field watered and left to dry by turns; rain helps."""
    since = _since_watering(name, times, p["cycle"])
    rain = 0.9 * np.tanh(weather.wetness(name, times) / 3.0)
    water = p["top"] - p["drop"] * since + 2.5 * rain + 0.3 * rough(seed_of(name), times, 10 * HOUR_MS)
    moisture = np.clip(52.0 - 0.9 * np.clip(-water, 0.0, None), 24.0, 56.0)
    return _soil(name, times, moisture) | {"field_water_level": np.clip(water, -35.0, 20.0)}


def orchard(name: str, times: Times, p: Mapping[str, float]) -> dict[str, Array]:
    """Fruit trees on raised beds: moisture falls from one watering to the next."""
    since = _since_watering(name, times, p["cycle"])
    wet = np.tanh(weather.wetness(name, times) / 3.0)
    moisture = p["moist"] - p["dry"] * since + 5.0 * wet + 0.6 * rough(seed_of(name), times, 12 * HOUR_MS)
    return _soil(name, times, np.clip(moisture, 12.0, 50.0))


def _since_watering(name: str, times: Times, cycle: float) -> Array:
    """Days since the last watering, which takes a quarter of a day."""
    day = (times + LOCAL_MS) / DAY_MS + seed_of(name) % 97 / 97.0 * cycle
    since = day % cycle
    result: Array = np.where(since > cycle - 0.25, (cycle - since) * 4.0 * (cycle - 0.25), since)
    return result


def _soil(name: str, times: Times, moisture: Array) -> dict[str, Array]:
    """What every growing-area station measures besides."""
    seed, hour = seed_of(name), hour_of_day(times)
    wet = np.tanh(weather.wetness(name, times) / 2.0)
    dew = 0.85 * bump(hour, 4.5, 3.2)
    return {
        "soil_moisture": moisture,
        "soil_temperature": 27.5
        + 1.7 * np.cos((hour - 17.0) / 24.0 * 2.0 * np.pi)
        + 0.5 * rough(seed + 2, times, 30 * HOUR_MS),
        "soil_conductivity": np.clip(
            420.0 + 6.0 * (40.0 - moisture) + 40.0 * rough(seed + 3, times, 50 * HOUR_MS), 60.0, None
        ),
        "leaf_wetness": np.clip(
            100.0 * np.maximum(dew * (1.0 + 0.15 * rough(seed + 4, times, HOUR_MS)), wet), 0.0, 100.0
        ),
        "temperature": weather.temperature(name, times),
        "humidity": weather.humidity(name, times),
        "rain": np.floor(weather.rain_rate(name, times) / 2.0 / 0.2) * 0.2,
    }
