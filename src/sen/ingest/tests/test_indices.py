"""The index keeper against the real engine: from observations through roll-ups to stored indices and announcements."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import numpy as np
import pyarrow as pa
import pytest

from sen.apps.assets.interface import SeriesEntry
from sen.ingest.indices import IndexKeeper
from sen.kernel import clock
from sen.kernel.identifiers import uuid7
from sen.telemetry import ddl
from sen.telemetry.flags import Flag
from sen.telemetry.schema import OBSERVATIONS
from sen.telemetry.store import TelemetryStore

MIDNIGHT = datetime(2026, 11, 1, 17, tzinfo=UTC)  # 2 November, 00:00 in Vietnam
PM25 = [26.9, 24.7, 20.5, 23.5, 19.5, 16.5, 19.0, 16.5, 20.3, 22.4, 19.6, 20.6]


@pytest.fixture
def store() -> Iterator[TelemetryStore]:
    """A database of its own."""
    parts = urlsplit(os.environ["SEN_CLICKHOUSE_URL"])
    name = f"test_{uuid7().hex}"
    url = urlunsplit(parts._replace(path=f"/{name}"))
    ddl.migrate(url)
    made = TelemetryStore(url)
    yield made
    made.close()
    client = ddl.connect(ddl.parse(url))
    client.command(f"DROP DATABASE {name}")
    client.close()


def entry(number: int, asset: int, prop: str, kind: str) -> SeriesEntry:
    return SeriesEntry(
        number, f"a{asset}/{prop}", f"a{asset}", asset, UUID(int=asset), prop, 1, "d", UUID(int=0), None, False, kind, None, None, 3600, 600
    )  # fmt: skip


DIRECTORY = [
    entry(1, 11, "pm25", "air_station"),
    entry(2, 11, "o3", "air_station"),
    entry(3, 11, "no2", "air_station"),
    entry(4, 11, "temperature", "air_station"),
    entry(5, 12, "ph", "surface_water_station"),
    entry(6, 12, "cod", "surface_water_station"),
    entry(7, 12, "toc", "surface_water_station"),
    entry(8, 12, "nh4", "surface_water_station"),
    entry(9, 13, "pm25", "sensor"),
]
_seq = iter(range(1, 1_000_000))


def observe(store: TelemetryStore, series: int, values: dict[int, float], flags: int = 0) -> None:
    """One value per hour, `values` by hours since MIDNIGHT."""
    times = [MIDNIGHT + timedelta(hours=hour, minutes=10) for hour in values]
    columns = {
        "series": [series] * len(times),
        "time": times,
        "value": list(values.values()),
        "flags": [flags] * len(times),
        "source": [1] * len(times),
        "seq": [next(_seq) for _ in times],
        "received": times,
    }
    store.append(pa.table(columns, schema=OBSERVATIONS))


def keeper(store: TelemetryStore, told: list[dict[str, Any]] | None = None) -> IndexKeeper:
    made = IndexKeeper(store, told.append if told is not None else None)
    made.set_directory(DIRECTORY)
    return made


def index(store: TelemetryStore, asset: int, name: str, period: str) -> dict[int, dict[str, Any]]:
    rows = store.index(asset, name, MIDNIGHT - timedelta(days=2), MIDNIGHT + timedelta(days=9)).to_pylist()
    return {int((row["time"] - MIDNIGHT) / timedelta(hours=1)): row for row in rows if row["period"] == period}


def test_the_worked_example_from_observation_to_index(store: TelemetryStore) -> None:
    told: list[dict[str, Any]] = []
    observe(store, 1, {9 + hour: value for hour, value in enumerate(PM25)})
    observe(store, 2, {20: 136.1})
    observe(store, 3, {20: 118.7})
    observe(store, 4, dict.fromkeys(range(24), 29.0))
    assert keeper(store, told).refresh(store.refresh_rollups().touched) > 0
    hours = index(store, 11, "VN_AQI", "hour")
    assert sorted(hours) == list(range(9, 21))
    assert hours[9]["value"] == -1
    assert json.loads(hours[9]["details"])["reason"] == "no_particles"
    assert (hours[20]["value"], hours[20]["main_parameter"], hours[20]["category"]) == (59, "no2", "moderate")
    parameters = json.loads(hours[20]["details"])["parameters"]
    assert parameters["pm25"] == {"index": 41, "value": pytest.approx(20.3, abs=0.05), "basis": "nowcast"}
    assert parameters["o3"]["index"] == 43
    day = index(store, 11, "VN_AQI", "day")[0]
    assert json.loads(day["details"])["hours"] == 12
    assert told == [
        {
            "asset": "a11", "name": "VN_AQI", "hour": clock.to_ms(MIDNIGHT + timedelta(hours=20)), "value": 59,
            "category": "moderate", "main_parameter": "no2",
        }
    ]  # fmt: skip


def test_a_late_hour_changes_the_nowcast_of_the_next_eleven(store: TelemetryStore) -> None:
    made = keeper(store)
    observe(store, 1, {hour: 20.0 for hour in range(30) if hour != 5})
    made.refresh(store.refresh_rollups().touched)
    before = index(store, 11, "VN_AQI", "hour")
    observe(store, 1, {5: 300.0})
    made.refresh(store.refresh_rollups().touched)
    after = index(store, 11, "VN_AQI", "hour")
    assert {hour for hour in after if after[hour]["value"] != before.get(hour, {}).get("value")} <= set(range(5, 17))
    assert after[16]["value"] >= before[16]["value"]
    assert after[17] == before[17]
    assert after[6]["value"] > before[6]["value"]


def test_doing_it_again_writes_nothing_and_a_new_process_writes_the_same(store: TelemetryStore) -> None:
    observe(store, 1, {hour: 20.0 + hour for hour in range(24)})
    touched = store.refresh_rollups().touched
    made = keeper(store)
    assert made.refresh(touched) == 24 + 1
    first = index(store, 11, "VN_AQI", "hour")
    assert made.refresh(touched) == 0
    assert keeper(store).refresh(touched) == 24 + 1
    assert index(store, 11, "VN_AQI", "hour") == first


def test_catching_up_after_a_crash(store: TelemetryStore) -> None:
    """The process died between the refresh of roll-ups and the indices: nobody will name those hours again."""
    observe(store, 1, dict.fromkeys(range(40), 30.0))
    store.refresh_rollups()
    with clock.frozen(MIDNIGHT + timedelta(hours=40)):
        assert keeper(store).catch_up() > 0
    hours = index(store, 11, "VN_AQI", "hour")
    assert hours[39]["value"] == 60
    assert sorted(hours) == list(range(40))


def test_invalid_values_do_not_count(store: TelemetryStore) -> None:
    made = keeper(store)
    observe(store, 1, dict.fromkeys(range(6), 30.0))
    observe(store, 1, dict.fromkeys(range(3, 6), 900.0), flags=int(Flag.DEVICE_FAULT))
    made.refresh(store.refresh_rollups().touched)
    hours = index(store, 11, "VN_AQI", "hour")
    assert [hours[hour]["value"] for hour in range(6)] == [-1, 60, 60, 60, -1, -1]


def test_an_index_falls_with_its_data(store: TelemetryStore) -> None:
    """The station sends the same hours again as faulty."""
    made = keeper(store)
    observe(store, 1, dict.fromkeys(range(6), 30.0))
    made.refresh(store.refresh_rollups().touched)
    assert index(store, 11, "VN_AQI", "day")[0]["value"] == 60
    observe(store, 1, dict.fromkeys(range(6), 30.0), flags=int(Flag.CALIBRATING))
    made.refresh(store.refresh_rollups().touched)
    assert {row["value"] for row in index(store, 11, "VN_AQI", "hour").values()} == {-1}
    assert index(store, 11, "VN_AQI", "day")[0]["value"] == -1


def test_water_quality(store: TelemetryStore) -> None:
    """Core = mean(100, 75, 75) = 83.3; pH 100: 83."""
    for series, value in ((5, 7.2), (6, 9.0), (7, 6.0), (8, 0.3)):
        observe(store, series, {0: value, 1: value})
    keeper(store).refresh(store.refresh_rollups().touched)
    hour = index(store, 12, "VN_WQI", "hour")[1]
    assert (hour["value"], hour["category"], hour["main_parameter"]) == (83, "good", "toc")
    assert index(store, 12, "VN_WQI", "day")[0]["value"] == 83
    assert index(store, 13, "VN_AQI", "hour") == {}


def test_months_of_history_at_once(store: TelemetryStore) -> None:
    hours = {hour: float(value) for hour, value in enumerate(np.random.default_rng(3).uniform(5, 80, 24 * 8))}
    observe(store, 1, hours)
    assert keeper(store).refresh(store.refresh_rollups().touched) == 24 * 8 + 8
