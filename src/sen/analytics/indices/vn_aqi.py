"""VN_AQI, Quyết định 1459/QĐ-TCMT (12/11/2019): hourly with Nowcast and daily, over arrays of hourly means in µg/m³ (NaN = none).

An hour is named by its start. The Decision names an hourly mean by its end, so its day "01:00 to 00:00" is the 24 hours that
start at 00:00 to 23:00 local time. It writes no minimum-data rule but two: the Nowcast's and that PM10 or PM2.5 is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sen.apps.packs import interface as packs

Array = NDArray[np.float64]

GASES = ("so2", "co", "no2", "o3")
PARTICLES = ("pm10", "pm25")
PARAMETERS = PARTICLES + GASES
NOWCAST_HOURS = 12
TOP = 500.0
OZONE_8H_CEILING = 400.0


@dataclass(frozen=True)
class Result:
    """Index values of one station: `value` (n,) whole numbers as float, NaN where there is none; `main` names the highest parameter.

    `sub` holds each parameter's rounded sub-index and `used` the concentration that it came from (hourly mean, Nowcast, daily
    figure), all (n,).
    """

    value: Array
    main: NDArray[np.str_]
    sub: dict[str, Array]
    used: dict[str, Array]


def half_up(values: Array) -> Array:
    """Rounded to whole numbers, halves upwards (109.5 gives 110), as the Decision's examples are."""
    return np.floor(values + 0.5 + 1e-9)


def sub_index(column: str, concentration: Array) -> Array:
    """Formulas 1 and 2: linear between the breakpoints of Bảng 2, 500 above the last one, NaN where the input is NaN.

    `column` is a parameter, `o3_1h` or `o3_8h`; an 8-hour ozone mean above 400 µg/m³ has no sub-index (NaN).
    """
    points, index = _column(column)
    result = np.interp(concentration, points, index, right=TOP)
    if column == "o3_8h":
        result = np.where(concentration > OZONE_8H_CEILING, np.nan, result)
    return np.where(np.isnan(concentration), np.nan, result)


@lru_cache(maxsize=16)
def _column(column: str) -> tuple[Array, Array]:
    table = packs.index_table("VN_AQI")
    points = np.array(table.breakpoints[column], dtype=float)
    return points, np.array(table.index[: len(points)], dtype=float)


def nowcast(means: Array) -> Array:
    """Nowcast of every hour of `means` (n,), consecutive hours of one station; NaN without at least two of the last three hours.

    w = max(Cmin / Cmax, 1/2) over the hours there are among the last twelve; missing hours weigh nothing. For w = 1/2 the
    Decision prints the sum of (1/2)^i c_i; that equals the normalised mean but for missing hours, which it would count as zero,
    so both cases are normalised here.
    """
    windows = _windows(means, NOWCAST_HOURS)[:, ::-1]  # c1 (this hour) first
    present = ~np.isnan(windows)
    lowest = np.min(np.where(present, windows, np.inf), axis=1)
    highest = np.max(np.where(present, windows, -np.inf), axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = np.where(highest > 0, np.maximum(lowest / highest, 0.5), 1.0)
        weights = np.where(present, weight[:, None] ** np.arange(NOWCAST_HOURS), 0.0)
        result: Array = (weights * np.where(present, windows, 0.0)).sum(axis=1) / weights.sum(axis=1)
    return np.where(present[:, :3].sum(axis=1) >= 2, result, np.nan)


def hourly(means: Mapping[str, Array]) -> Result:
    """AQI^h of consecutive hours: 1-hour means of SO2, CO, NO2, O3, the Nowcast of PM10 and PM2.5.

    The first eleven hours see fewer than twelve: give them as a run-up.
    """
    used = {name: _clean(means[name]) for name in PARAMETERS if name in means}
    used |= {name: nowcast(used[name]) for name in PARTICLES if name in used}
    sub = {name: sub_index("o3_1h" if name == "o3" else name, values) for name, values in used.items()}
    return _combine(sub, used)


def daily(means: Mapping[str, Array], first: int = 0) -> Result:
    """AQI^d of whole local days: `means` holds `first` run-up hours (seven for the 8-hour mean of ozone) and then 24 hours a day.

    PM: mean of the day; SO2, CO, NO2: highest hour; O3: the larger sub-index of the highest hour and the highest 8-hour mean.
    """
    used: dict[str, Array] = {}
    sub: dict[str, Array] = {}
    for name in PARAMETERS:
        if name not in means:
            continue
        values = _clean(means[name])
        days = values[first:].reshape(-1, 24)
        if name in PARTICLES:
            used[name] = mean_of(days)
        else:
            used[name] = _highest(days)
        sub[name] = sub_index("o3_1h" if name == "o3" else name, used[name])
        if name == "o3":
            eight = _highest(mean_of(_windows(values, 8))[first:].reshape(-1, 24))
            used["o3_8h"] = eight
            sub["o3_8h"] = sub_index("o3_8h", eight)
    return _combine(sub, used)


def _combine(sub: dict[str, Array], used: dict[str, Array]) -> Result:
    """The largest sub-index where PM10 or PM2.5 has one; ties go to the first parameter of PARAMETERS."""
    size = len(next(iter(sub.values()))) if sub else 0
    nothing = np.full(size, np.nan)
    names = [name for name in (*PARAMETERS, "o3_8h") if name in sub]
    matrix = np.vstack([sub[name] for name in names]) if names else np.empty((1, 0))
    filled = np.where(np.isnan(matrix), -1.0, matrix)
    best = filled.argmax(axis=0) if size else np.empty(0, dtype=int)
    particles = ~np.isnan(sub.get("pm10", nothing)) | ~np.isnan(sub.get("pm25", nothing))
    value = np.where(particles, half_up(filled.max(axis=0) if size else nothing), np.nan)
    labels = np.array([name.removesuffix("_8h") for name in names] or [""])
    main = np.where(particles, labels[best] if size else nothing.astype(str), "")
    return Result(value, main.astype(np.str_), {name: half_up(values) for name, values in sub.items()}, used)


def _clean(values: Array) -> Array:
    """Instruments near zero give small negative means; a concentration is not negative."""
    cleaned: Array = np.maximum(np.asarray(values, dtype=float), 0.0)
    return cleaned


def _windows(values: Array, width: int) -> Array:
    """(n, width): for every hour the `width` hours that end with it, NaN before the first."""
    padded = np.concatenate([np.full(width - 1, np.nan), values])
    windows: Array = np.lib.stride_tricks.sliding_window_view(padded, width)
    return windows


def mean_of(rows: Array) -> Array:
    """Mean of each row over what is there; NaN for an empty row."""
    present = ~np.isnan(rows)
    count = present.sum(axis=1)
    with np.errstate(invalid="ignore"):
        return np.where(count > 0, np.where(present, rows, 0.0).sum(axis=1) / np.maximum(count, 1), np.nan)


def _highest(rows: Array) -> Array:
    highest = np.where(np.isnan(rows), -np.inf, rows).max(axis=1)
    return np.where(np.isneginf(highest), np.nan, highest)
