"""Index rows of many stations at once, ready for telemetry: hourly and daily values with category, main parameter and details."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sen.analytics.indices import vn_aqi, vn_wqi
from sen.analytics.indices.vn_aqi import Array, Result
from sen.apps.packs import interface as packs
from sen.kernel import clock
from sen.telemetry.schema import INDEX_VALUES

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
REACH_HOURS = 12
"""An hour of data changes the hourly index of itself and of the next eleven, and the day's ozone of the next seven."""

_BASIS = {
    "hour": {"pm25": "nowcast", "pm10": "nowcast"},
    "day": {"pm25": "mean_24h", "pm10": "mean_24h", "o3_8h": "max_8h"},
}


def inputs(name: str) -> tuple[str, ...]:
    """The properties whose hourly means the index `VN_AQI` or `VN_WQI` is made from. Raises KeyError."""
    if name == "VN_AQI":
        return vn_aqi.PARAMETERS
    groups = packs.index_table(name).groups
    return (*(member for members in groups.values() for member in members), "temperature", "water_temperature")


def station_index(
    name: str,
    assets: Sequence[int],
    start: datetime,
    means: Mapping[str, Array],
    *,
    wanted: NDArray[np.bool_] | None = None,
    received: NDArray[np.bool_] | None = None,
) -> pa.Table:
    """Index rows (telemetry's INDEX_VALUES) of all hours and days but the first day, which is the run-up.

    `start` is a local midnight; `means` maps properties to (stations, hours) arrays of hourly means, NaN = none, hours a whole
    number of days. `wanted` (stations, hours) leaves out hourly rows that nobody needs, not days; `received` says in which hours
    anything came, valid or not. Hours and days in which nothing came have no row; a row without a value has -1.
    """
    first = clock.to_ms(start)
    hours = next(iter(means.values())).shape[1] if means else 0
    flat = {parameter: np.ascontiguousarray(values, dtype=float).reshape(-1) for parameter, values in means.items()}
    if hours < 48 or not assets:
        return INDEX_VALUES.empty_table()
    measured = np.zeros(len(assets) * hours, dtype=bool)
    for parameter in inputs(name):
        if parameter in flat:
            measured |= ~np.isnan(flat[parameter])
    came = measured if received is None else measured | received.reshape(-1)
    # Stations lie one after the other: the run-up day keeps windows from reaching into the station before.
    if name == "VN_AQI":
        hourly, daily = vn_aqi.hourly(flat), vn_aqi.daily(flat)
    else:
        hourly = vn_wqi.index(flat)
        daily = vn_wqi.index({parameter: vn_aqi.mean_of(values.reshape(-1, 24)) for parameter, values in flat.items()})
    chosen = came if wanted is None else came & wanted.reshape(-1)
    rows = list(_rows(name, "hour", hourly, chosen, assets=assets, first=first, steps=hours))
    by_day = measured.reshape(-1, 24).sum(axis=1)
    rows += _rows(
        name,
        "day",
        daily,
        came.reshape(-1, 24).sum(axis=1) > 0,
        assets=assets,
        first=first,
        steps=hours // 24,
        measured=by_day,
    )
    return pa.Table.from_pylist(rows, schema=INDEX_VALUES)


def _rows(
    name: str,
    period: str,
    result: Result,
    chosen: NDArray[np.bool_],
    *,
    assets: Sequence[int],
    first: int,
    steps: int,
    measured: NDArray[Any] | None = None,
) -> Iterator[dict[str, Any]]:
    """One row per chosen station and step, without the run-up day; `measured` counts the hours behind a day."""
    table = packs.index_table(name)
    step_ms, skip = (HOUR_MS, 24) if period == "hour" else (DAY_MS, 1)
    wanted = np.flatnonzero(chosen & (np.arange(len(chosen)) % steps >= skip))
    value = np.where(np.isnan(result.value), -1, result.value).astype(int)
    sub = {parameter: values.tolist() for parameter, values in result.sub.items()}
    used = {parameter: values.tolist() for parameter, values in result.used.items()}
    decimals = {code: prop.decimals for code, prop in packs.properties().items()}
    basis = _BASIS[period] if name == "VN_AQI" else {}
    usual = "mean_1h" if period == "hour" else ("max_1h" if name == "VN_AQI" else "mean_24h")
    for position in wanted.tolist():
        parameters = {
            parameter: {
                "index": int(values[position]),
                "value": round(used[parameter][position], decimals.get(parameter.removesuffix("_8h"), 1) + 1),
                "basis": basis.get(parameter, usual),
            }
            for parameter, values in sub.items()
            if values[position] == values[position]
        }
        details: dict[str, Any] = {"parameters": parameters}
        if measured is not None:
            details["hours"] = int(measured[position])
        if value[position] < 0:
            details["reason"] = "no_particles" if name == "VN_AQI" else "too_few_parameters"
        category = table.category(int(value[position]))
        yield {
            "asset": int(assets[position // steps]),
            "name": name,
            "period": period,
            "time": first + position % steps * step_ms,
            "value": int(value[position]),
            "category": category.code if category else "",
            "main_parameter": str(result.main[position]),
            "details": msgspec.json.encode(details).decode(),
        }
