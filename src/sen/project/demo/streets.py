"""Streets of the demonstration: rush hours, Sundays, an evening jam now and then, parking and people on weekend evenings."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sen.project.demo import air, weather
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


def road(name: str, times: Times, p: Mapping[str, float]) -> dict[str, Array]:
    """Values of a vehicle counter: flow in vehicles per hour, speed in km/h, occupancy in %, queue in m, shares in %."""
    seed, hour = seed_of(name), hour_of_day(times)
    wet = np.tanh(weather.wetness(name, times) / 3.0)
    demand = air.traffic(times) * (1.0 + 0.08 * rough(seed, times, HOUR_MS)) * (1.0 - 0.12 * wet)
    jam = _jam(seed, times, p["jam_share"])
    flow = p["peak"] * demand * (1.0 - 0.35 * jam) + 12.0
    occupancy = 2.0 + 21.0 * demand + p["jam_occupancy"] * jam + 5.0 * wet
    occupancy *= 1.0 + 0.1 * rough(seed + 1, times, HOUR_MS // 2)
    speed = p["free"] * (1.0 - 0.25 * demand - 0.06 * wet) * np.exp(-1.35 * jam)
    trucks = p["trucks"] * (1.0 + 0.9 * bump(hour, 23.5, 4.5)) * (1.0 - 0.4 * bump(hour, 17.5, 2.0))
    return {
        "vehicle_flow": np.clip(flow, 0.0, None),
        "vehicle_speed": np.clip(speed * (1.0 + 0.05 * rough(seed + 2, times, HOUR_MS)), 3.0, None),
        "road_occupancy": np.clip(occupancy, 0.3, 96.0),
        "queue_length": np.clip(jam * 260.0 + (occupancy - 24.0) * 3.0, 0.0, None),
        "motorcycle_share": np.clip(78.0 - trucks * 0.8 + 4.0 * rough(seed + 3, times, 3 * HOUR_MS), 5.0, 96.0),
        "truck_share": np.clip(trucks, 0.0, 80.0),
    }


def parking(name: str, times: Times, p: Mapping[str, float]) -> dict[str, Array]:
    """Values of a parking site; spaces are whole."""
    seed, hour = seed_of(name), hour_of_day(times)
    at_weekend = weekday(times) >= 5
    share = (
        p["base"] + p["day"] * bump(hour, 10.5, 3.6) + np.where(at_weekend, p["weekend"] * bump(hour, 16.5, 3.5), 0.0)
    )
    share += 0.06 * rough(seed, times, 2 * HOUR_MS)
    spaces = p["spaces"]
    taken = np.round(np.clip(share, 0.02, 1.0) * spaces)
    return {"parking_occupied": taken, "parking_free": spaces - taken, "parking_occupancy": taken / spaces * 100.0}


def crowd(name: str, times: Times, p: Mapping[str, float]) -> dict[str, Array]:
    """Values of a people counter in a street that lives in the evening."""
    seed, hour = seed_of(name), hour_of_day(times)
    strong = np.where(weekday(times) >= 4, 1.0, p["weekday"]) * (
        1.0 - 0.7 * np.tanh(weather.wetness(name, times) / 2.0)
    )
    share = 0.03 + 0.16 * bump(hour, 8.0, 2.5) + strong * bump(hour, 20.0, 1.9)
    people = p["peak"] * share * (1.0 + 0.12 * rough(seed, times, HOUR_MS))
    noise = 51.0 + 22.0 * np.sqrt(np.clip(people / p["peak"], 0.0, 1.5)) + 2.0 * rough(seed + 1, times, HOUR_MS)
    return {"people_flow": np.clip(people, 0.0, None), "noise": noise}


def _jam(seed: int, times: Times, share: float) -> Array:
    """0 to 1: on a share of evenings it jams for about an hour, somewhere between 16:45 and 18:15."""
    day = (times + LOCAL_MS) // DAY_MS
    chosen = (white(seed ^ 0x91, day) + 1.0) / 2.0 < share
    centre = 17.5 + 0.75 * white(seed ^ 0x92, day)
    result: Array = np.where(chosen, np.exp(-(((hour_of_day(times) - centre) / 0.55) ** 2)), 0.0)
    return result
