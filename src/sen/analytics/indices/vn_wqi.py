"""VN_WQI, Quyết định 1460/QĐ-TCMT (12/11/2019), over arrays of values (NaN = none) in the packs' units.

Breakpoints, groups and minimum data are data of the environment pack, which says how sure they are.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from sen.analytics.indices.vn_aqi import Array, Result, half_up
from sen.apps.packs import interface as packs

CORE = "organic_nutrients"


def dissolved_oxygen_saturation(oxygen: Array, temperature: Array) -> Array:
    """DO (mg/L) as % of saturation at the water temperature (°C): DOsat = 14.652 - 0.41022 T + 0.0079910 T² - 0.000077774 T³."""
    t = temperature
    saturated = 14.652 - 0.41022 * t + 0.0079910 * t**2 - 0.000077774 * t**3
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(saturated > 0, oxygen / saturated * 100.0, np.nan)


def sub_index(parameter: str, values: Array) -> Array:
    """q of one parameter, 10 to 100; `do` takes saturation in %. Raises KeyError for a parameter that the index does not know."""
    table = packs.index_table("VN_WQI")
    if parameter in table.limits:
        result = np.where(values <= table.limits[parameter], 100.0, 10.0)
    elif parameter in ("do", "ph"):
        points = np.array(table.curves["do_saturation" if parameter == "do" else "ph"], dtype=float)
        result = np.interp(values, points[:, 0], points[:, 1], left=10.0, right=10.0)
    else:
        result = _stepwise(table.breakpoints[parameter], table.index, values)
    return np.where(np.isnan(values), np.nan, result)


def _stepwise(points: list[float], index: list[int], values: Array) -> Array:
    """Linear between breakpoints. Two equal breakpoints are a step: below them the better q, at them the worse one.

    Equal last breakpoints ("> 15") step after the point: at it still the better q.
    """
    result = np.full(values.shape, float(index[0]))
    for low, high, better, worse in zip(points, points[1:], index, index[1:], strict=False):
        if high == low:
            last = high == points[-1]
            result = np.where(values > high if last else values >= high, float(worse), result)
        else:
            inside = (values > low) & (values <= high)
            result = np.where(inside, (better - worse) / (high - low) * (high - values) + worse, result)
    return np.where(values > points[-1], float(index[-1]), result)


def index(values: Mapping[str, Array]) -> Result:
    """VN_WQI of each position. `values` maps property codes to (n,) arrays; `temperature` (°C) turns DO into saturation.

    core = mean(IV), with group V sqrt(mean(IV) mean(V)); WQI = pH/100 x geometric means of pesticides and metals/100 x core; a
    missing group has factor 1. No value with too few groups, without group IV or with too few of its parameters.
    """
    table = packs.index_table("VN_WQI")
    used = {name: np.asarray(array, dtype=float) for name, array in values.items()}
    if "do" in used:
        temperature = used.get("temperature", used.get("water_temperature", np.full(used["do"].shape, np.nan)))
        used["do"] = dissolved_oxygen_saturation(used["do"], temperature)
    sub = {name: sub_index(name, used[name]) for members in table.groups.values() for name in members if name in used}
    size = len(next(iter(used.values()))) if used else 0
    groups = {
        group: np.vstack([sub[name] for name in members if name in sub])
        if any(name in sub for name in members)
        else np.full((1, size), np.nan)
        for group, members in table.groups.items()
    }
    count = {group: (~np.isnan(rows)).sum(axis=0) for group, rows in groups.items()}
    core, microbes = _mean(groups[CORE]), _mean(groups["microbiology"])
    core = np.where(count["microbiology"] > 0, np.sqrt(core * microbes), core)
    factors = _factor(groups["ph"]) * _factor(groups["pesticides"]) * _factor(groups["metals"])
    enough = (sum((c > 0).astype(int) for c in count.values()) >= table.minimum_groups) & (
        count[CORE] >= table.minimum_core_parameters
    )
    value = np.where(enough, half_up(factors * core), np.nan)
    return Result(value, _worst(sub, enough), {name: half_up(q) for name, q in sub.items()}, {n: used[n] for n in sub})


def _mean(rows: Array) -> Array:
    present = ~np.isnan(rows)
    count = present.sum(axis=0)
    return np.where(count > 0, np.where(present, rows, 0.0).sum(axis=0) / np.maximum(count, 1), np.nan)


def _factor(rows: Array) -> Array:
    """Geometric mean of the group's q/100; 1 where the group is missing."""
    present = ~np.isnan(rows)
    logs = np.log(np.where(present, rows, 100.0) / 100.0).sum(axis=0)
    result: Array = np.exp(logs / np.maximum(present.sum(axis=0), 1))
    return result


def _worst(sub: dict[str, Array], enough: NDArray[np.bool_]) -> NDArray[np.str_]:
    """The parameter with the lowest q: what to look at first."""
    if not sub:
        return np.full(enough.shape, "", dtype=np.str_)
    names = np.array(list(sub))
    rows = np.vstack([np.where(np.isnan(q), np.inf, q) for q in sub.values()])
    return np.where(enough, names[rows.argmin(axis=0)], "")
