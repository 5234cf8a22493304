"""Stations with observations for the tests of series, states and the map."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa

from sen.kernel import clock

AIR_OWNER = "82-snnmt"
OTHER_OWNER = "82-sxd"


def station(
    rest: Any,
    code: str,
    *,
    kind: str = "air_station",
    properties: Sequence[str] = ("pm25",),
    lon: float = 105.63,
    lat: float = 10.46,
    owner: str = AIR_OWNER,
) -> dict[str, Any]:
    """Create an asset through REST."""
    body = {
        "code": code, "name": f"Trạm {code}", "kind": kind, "owner": owner, "properties": list(properties),
        "location": {"type": "Point", "coordinates": [lon, lat]},
    }  # fmt: skip
    return rest("dulieu")("POST", "/assets", body, expect=201)


def number_of(code: str, property_: str) -> int:
    """The series number that telemetry knows."""
    from sen.apps.assets import interface as assets

    return next(entry.number for entry in assets.directory() if entry.code == f"{code}/{property_}")


def store_values(
    code: str, property_: str, values: Sequence[float], *, end: datetime, minutes: int = 5, flags: int = 0
) -> None:
    """Store values `minutes` apart, the last one at `end`."""
    from sen.apps.assets.readings import store
    from sen.telemetry.schema import OBSERVATIONS

    count, last = len(values), clock.to_ms(end)
    stamps = [last - (count - 1 - place) * minutes * 60_000 for place in range(count)]
    moments = pa.array(stamps, pa.int64()).cast(pa.timestamp("ms", tz="UTC"))
    store().append(
        pa.table(
            {
                "series": [number_of(code, property_)] * count,
                "time": moments,
                "value": [float(value) for value in values],
                "flags": [flags] * count,
                "source": [1] * count,
                "seq": [1] * count,
                "received": moments,
            }
        ).cast(OBSERVATIONS)
    )


def this_minute() -> datetime:
    """Now, without seconds."""
    return clock.now().replace(second=0, microsecond=0)


def hours_ago(hours: float) -> datetime:
    """A moment in the past, on the minute."""
    return this_minute() - timedelta(hours=hours)
