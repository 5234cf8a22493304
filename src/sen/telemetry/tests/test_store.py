"""Observations, latest values, waiting readings and indices against the real engine."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from sen.kernel import clock
from sen.kernel.errors import InvalidInput, Unavailable
from sen.telemetry import ddl
from sen.telemetry.async_store import AsyncTelemetryStore
from sen.telemetry.flags import Flag
from sen.telemetry.schema import INDEX_VALUES, WAITING
from sen.telemetry.store import TelemetryStore
from sen.telemetry.tests.rows import START, every, rows

DAY = timedelta(days=1)


def test_a_replayed_batch_is_stored_once(store: TelemetryStore) -> None:
    batch = rows(1, every(5, 12), range(12))
    for _ in range(3):
        store.append(batch)
    assert store.observations(1, START, START + DAY)["value"].to_pylist() == [float(i) for i in range(12)]


def test_the_highest_sequence_wins_whatever_the_order_of_arrival(store: TelemetryStore) -> None:
    store.append(rows(2, every(5, 3), [9, 9, 9], seq=7))
    store.append(rows(2, every(5, 3), [1, 1, 1], seq=3))
    assert store.observations(2, START, START + DAY)["value"].to_pylist() == [9.0, 9.0, 9.0]


def test_limit_order_and_half_open_range(store: TelemetryStore) -> None:
    store.append(rows(3, every(60, 6), range(6)))
    read = store.observations(3, START + timedelta(hours=1), START + timedelta(hours=5), limit=2, descending=True)
    assert read["value"].to_pylist() == [4.0, 3.0]


def test_no_value_keeps_its_time_and_flags(store: TelemetryStore) -> None:
    store.append(rows(4, every(5, 1), [math.nan], flags=Flag.NO_VALUE | Flag.DEVICE_FAULT))
    row = store.observations(4, START, START + DAY).to_pylist()[0]
    assert math.isnan(row["value"])
    assert row["flags"] == Flag.NO_VALUE | Flag.DEVICE_FAULT


def test_latest_goes_by_time_then_sequence_and_survives_replay(store: TelemetryStore) -> None:
    store.append(rows(5, every(5, 3), [1, 2, 3], seq=10))
    store.append(rows(5, every(5, 1), [7], seq=99))  # late and older than the newest
    store.append(rows(5, every(5, 3), [1, 2, 3], seq=10))
    assert store.latest([5])["value"].to_pylist() == [3.0]
    store.append(rows(5, [every(5, 3)[2]], [4], seq=11))  # a correction of the newest
    store.append(rows(5, [every(5, 3)[2]], [3], seq=10))
    assert store.latest([5])["value"].to_pylist() == [4.0]


def test_a_time_in_the_future_is_kept_but_is_never_the_latest(store: TelemetryStore) -> None:
    store.append(rows(6, every(5, 1), [1]))
    store.append(rows(6, [START + timedelta(days=400)], [2], flags=int(Flag.FUTURE)))
    assert store.latest([6])["value"].to_pylist() == [1.0]
    assert store.observations(6, START, START + timedelta(days=500)).num_rows == 2


def test_latest_of_no_series_is_empty(store: TelemetryStore) -> None:
    assert store.latest([]).num_rows == 0


@pytest.mark.parametrize("year", [1971, 2150])
def test_absurd_times_are_refused(store: TelemetryStore, year: int) -> None:
    with pytest.raises(InvalidInput) as caught:
        store.append(rows(7, [datetime(year, 1, 1, tzinfo=UTC)], [1]))
    assert caught.value.code == "bad_time"


def test_recent_is_bounded_per_series_and_by_sequence(store: TelemetryStore) -> None:
    start = datetime(2031, 1, 1, tzinfo=UTC)
    store.append(rows(8, every(5, 5, start), range(5), seq=5))
    store.append(rows(9, every(5, 2, start), range(2), seq=6))
    read = store.recent(3, start)
    assert read.filter(pa.compute.equal(read["series"], 8))["value"].to_pylist() == [2.0, 3.0, 4.0]
    assert store.recent(3, start, {1: 5})["series"].to_pylist() == [8, 8, 8]


def _waiting(device: str, value: float, seq: int, received: datetime) -> pa.Table:
    return pa.Table.from_pylist(
        [
            {
                "source": 1,
                "device": device,
                "property": "pm25",
                "time": received,
                "value": value,
                "status": "00",
                "seq": seq,
                "received": received,
            }
        ],
        schema=WAITING,
    )


def test_waiting_readings_round_trip(store: TelemetryStore) -> None:
    now = clock.from_ms(clock.now_ms())
    device = "thiết bị 'lạ' \\ 1"
    store.append_waiting(_waiting(device, 1.5, 1, now))
    store.append_waiting(_waiting(device, 1.5, 1, now))
    store.append_waiting(_waiting("khác", 2.5, 1, now))
    assert store.waiting(1, device)["value"].to_pylist() == [1.5]
    store.append_waiting(_waiting(device, 3.5, 2, now + timedelta(seconds=5)))
    store.discard_waiting(1, device, received_up_to=now)
    assert store.waiting(1, device)["value"].to_pylist() == [3.5]
    store.discard_waiting(1, device)
    assert store.waiting(1, device).num_rows == 0
    assert store.waiting(1, "khác").num_rows == 1


def _index(value: int, hour: datetime) -> pa.Table:
    return pa.Table.from_pylist(
        [
            {
                "asset": 3,
                "name": "VN_AQI",
                "period": "hour",
                "time": hour,
                "value": value,
                "category": "good",
                "main_parameter": "pm25",
                "details": "{}",
            }
        ],
        schema=INDEX_VALUES,
    )


def test_an_index_computed_again_replaces_the_first(store: TelemetryStore) -> None:
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    store.append_index(_index(40, hour - timedelta(hours=1)))
    store.append_index(_index(50, hour))
    store.append_index(_index(55, hour))
    assert store.latest_index([3])["value"].to_pylist() == [55]
    assert store.index(3, "VN_AQI", hour - DAY, hour + DAY)["value"].to_pylist() == [40, 55]
    assert store.index(3, "VN_WQI", hour - DAY, hour + DAY).num_rows == 0


async def test_the_asynchronous_store_answers_the_same(store: TelemetryStore, telemetry_url: str) -> None:
    store.append(rows(20, every(5, 40), range(40)))
    other = AsyncTelemetryStore(telemetry_url)
    try:
        assert (await other.observations(20, START, START + DAY)).equals(store.observations(20, START, START + DAY))
        assert (await other.latest([20])).equals(store.latest([20]))
        for step in ("5minutes", "hour", "day", "month"):
            mine = await other.aggregate(20, START, START + DAY, step, "max")
            assert mine.equals(store.aggregate(20, START, START + DAY, step, "max"))
    finally:
        await other.close()


async def test_an_engine_that_does_not_answer_is_unavailable() -> None:
    dead = AsyncTelemetryStore("http://127.0.0.1:9/sen")
    with pytest.raises(Unavailable):
        await dead.latest()
    await dead.close()


def test_migrating_again_changes_nothing(store: TelemetryStore, telemetry_url: str) -> None:
    store.append(rows(30, every(5, 1), [1]))
    ddl.migrate(telemetry_url)
    assert store.latest([30]).num_rows == 1
