"""The pipeline against the real store and log: stored once, restarted without a trace, poison parked."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator
from uuid import uuid4

import msgspec
import pyarrow as pa
import pytest

from sen.eventbus import DESK, LIVE, MQTT_STREAM, READINGS, Bus, LogBatch, connect
from sen.ingest import desk, warm_up
from sen.ingest.directory import Device, Directory, Limits, Origin
from sen.ingest.metrics import Metrics
from sen.ingest.pipeline import Pipeline
from sen.ingest.resolve import Letter
from sen.ingest.run import Position
from sen.kernel import clock
from sen.kernel.errors import SenError
from sen.telemetry.ddl import migrate
from sen.telemetry.flags import names
from sen.telemetry.store import TelemetryStore

MINUTE = 60_000


def directory() -> Directory:
    limits = Limits.sized(4)
    limits.minimum[:], limits.maximum[:], limits.spike_step[:], limits.stuck_ms[:] = 0, 100, 10, 60 * MINUTE
    origin = Origin(1, "s", "k", "mqtt", True, uuid4(), {"D": Device({"pm25": 1, "pm10": 2})})
    return Directory(1, {"k": origin}, {1: origin}, {}, {}, {}, limits)


def batch(*found: tuple[int, dict[str, float | None]], first: int = 0) -> LogBatch:
    """(time ms, values) of device D; message i has the stamp of its time plus i ns."""
    payloads = [json.dumps({"device": "D", "time": time, "values": values}).encode() for time, values in found]
    stamps = [time * 1_000_000 + first + n for n, (time, _) in enumerate(found)]
    size = len(payloads)
    return LogBatch([b"readings.k"] * size, payloads, [b""] * size, stamps, list(range(first, first + size)))


@pytest.fixture
def store() -> TelemetryStore:
    url = os.environ["SEN_CLICKHOUSE_URL"]
    migrate(url)
    made = TelemetryStore(url)
    for table in ("observations", "latest", "waiting_readings", "touched_hours"):
        made.command(f"TRUNCATE TABLE {table}")
    return made


@pytest.fixture
async def bus() -> AsyncIterator[Bus]:
    made = await connect(os.environ["SEN_NATS_URL"])
    await made.ensure_streams()
    for stream in (READINGS, MQTT_STREAM, DESK, LIVE):
        await made.api(f"STREAM.PURGE.{stream}")
    yield made
    await made.close()


def flags_of(store: TelemetryStore) -> dict[tuple[int, int], tuple[float, list[str]]]:
    since = clock.from_ms(clock.now_ms() - 86_400_000)
    rows = [
        row
        for number in (1, 2)
        for row in store.observations(number, since, clock.from_ms(clock.now_ms() + MINUTE)).to_pylist()
    ]
    return {(row["series"], clock.to_ms(row["time"])): (row["value"], names(row["flags"])) for row in rows}


async def test_a_restart_in_the_middle_leaves_the_same_flags(store: TelemetryStore, bus: Bus) -> None:
    start = clock.now_ms() // MINUTE * MINUTE - 200 * MINUTE
    values = [(start + n * 10 * MINUTE, {"pm25": 20.0 if n != 7 else 90.0, "pm10": 30.0 + n % 2}) for n in range(18)]
    first, second = batch(*values[:9]), batch(*values[9:], first=100)
    straight = Pipeline(store, bus, directory(), Metrics())
    for part in (first, second):
        await straight.keep(straight.prepare(part))
    expected = flags_of(store)
    assert expected[1, start + 7 * 10 * MINUTE] == (90.0, ["spike"])
    assert [bits for (series, _), (_, bits) in sorted(expected.items()) if series == 1][-1] == ["stuck"]

    store.command("TRUNCATE TABLE observations")
    before = Pipeline(store, bus, directory(), Metrics())
    for part in (first, second):
        await before.keep(before.prepare(part))
    # Killed before the second batch was acknowledged: it comes again to a process that knows only what the store holds.
    after = Pipeline(store, bus, directory(), Metrics())
    warm_up.warm_up(after.quality, store, after.directory, {1: second.stamps[0] - 1})
    await after.keep(after.prepare(second))
    assert flags_of(store) == expected


async def test_where_the_log_stands_is_found(bus: Bus) -> None:
    assert await warm_up.bounds(bus, directory()) == {}
    before = clock.now_ms()
    await bus.publish("readings.k", b"x")
    found = await warm_up.bounds(bus, directory())
    assert set(found) == {0}
    assert before <= found[0] // 1_000_000 <= clock.now_ms()
    assert warm_up.nanoseconds("2026-11-21T21:59:56.043417427Z") == 1795298396043417427


class Picky:
    """The real store, refusing one row as ClickHouse might."""

    def __init__(self, store: TelemetryStore, refused: float) -> None:
        self._store, self._refused = store, refused

    def append(self, table: pa.Table) -> None:
        if self._refused in table["value"].to_pylist():
            raise SenError("refused", code="telemetry_error")
        self._store.append(table)

    def append_waiting(self, rows: pa.Table) -> None:
        self._store.append_waiting(rows)


async def test_a_row_that_the_store_refuses_is_parked_alone(store: TelemetryStore, bus: Bus) -> None:
    now = clock.now_ms() - 20 * MINUTE
    pipeline = Pipeline(Picky(store, 33.0), bus, directory(), Metrics())
    await pipeline.keep(pipeline.prepare(batch(*[(now + n * MINUTE, {"pm25": 30.0 + n}) for n in range(8)])))
    assert sorted(value for value, _ in flags_of(store).values()) == [30.0, 31.0, 32.0, 34.0, 35.0, 36.0, 37.0]
    message = await bus.next(DESK, "desk", 5)
    assert message is not None
    letters = msgspec.msgpack.Decoder(list[Letter]).decode(message.data)
    assert [(letter.code, letter.channel) for letter in letters] == [("store_refused", "store")]
    await message.ack()


async def test_a_message_that_breaks_the_code_is_parked_alone(
    store: TelemetryStore, bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now_ms() - 20 * MINUTE
    pipeline = Pipeline(store, bus, directory(), Metrics())
    real = desk.Desk.saw

    def breaks(self: desk.Desk, messages: dict[int, int], rows: object) -> None:
        if 34.0 in rows.value.tolist():  # type: ignore[attr-defined]
            raise RuntimeError("a bug")
        real(self, messages, rows)  # type: ignore[arg-type]

    monkeypatch.setattr(desk.Desk, "saw", breaks)
    prepared = pipeline.prepare(batch(*[(now + n * MINUTE, {"pm25": 30.0 + n}) for n in range(8)]))
    assert sorted(prepared.rows.value.tolist()) == [30.0, 31.0, 32.0, 33.0, 35.0, 36.0, 37.0]
    assert [letter.code for letter in prepared.letters] == ["internal_error"]


async def test_unknown_devices_wait_and_are_proposed_before_the_acknowledgement(
    store: TelemetryStore, bus: Bus
) -> None:
    pipeline = Pipeline(store, bus, directory(), Metrics())
    payload = json.dumps(
        {"device": "NEW", "time": clock.now_ms(), "values": {"pm25": 5.5}, "status": {"pm25": "01"}}
    ).encode()
    message = LogBatch([b"readings.k"], [payload], [b""], [clock.now_ms() * 1_000_000], [1])
    await pipeline.keep(pipeline.prepare(message))
    await pipeline.keep(pipeline.prepare(message))
    assert [(row["property"], row["value"], row["status"]) for row in store.waiting(1, "NEW").to_pylist()] == [
        ("pm25", 5.5, "01")
    ]
    told = await bus.next(DESK, "desk", 5)
    assert told is not None
    assert told.subject == desk.UNKNOWN_SUBJECT
    await told.ack()


async def test_the_newest_value_of_each_series_is_announced(store: TelemetryStore, bus: Bus) -> None:
    now = clock.now_ms() - 5 * MINUTE
    pipeline = Pipeline(store, bus, directory(), Metrics())
    await pipeline.keep(
        pipeline.prepare(
            batch((now, {"pm25": 1.0}), (now + 1000, {"pm25": 2.0, "pm10": None}), (now - 1000, {"pm10": 3.0}))
        )
    )
    await pipeline.keep(pipeline.prepare(batch((now - 5000, {"pm25": 9.0}), first=50)))
    state = (await bus.api(f"STREAM.INFO.{LIVE}"))["state"]
    assert state["messages"] == 1
    stored = await bus.api(f"STREAM.MSG.GET.{LIVE}", {"seq": state["last_seq"]})
    import base64

    update = json.loads(base64.b64decode(stored["message"]["data"]))["u"]
    assert [(series, value) for series, _, value, _ in update] == [(1, 2.0), (2, None)]


def test_what_is_stored_already_is_recognised_after_a_reconnection() -> None:
    position = Position()
    messages = batch(*[(1_780_000_000_000 + n, {"pm25": 1.0}) for n in range(5)])
    assert len(position.unseen(messages)) == 5
    position.advance(messages.between(0, 3))
    assert position.unseen(messages).sequences == [3, 4]
    anew = batch((1_790_000_000_000, {"pm25": 1.0}))
    assert len(position.unseen(anew)) == 1


async def test_the_heart_beats_while_the_store_is_away(store: TelemetryStore, bus: Bus) -> None:
    gone = TelemetryStore("http://x:y@127.0.0.1:9/sen")
    pipeline = Pipeline(gone, bus, directory(), Metrics())
    keeping = asyncio.create_task(pipeline.keep(pipeline.prepare(batch((clock.now_ms(), {"pm25": 1.0})))))
    async with asyncio.timeout(120):
        while not pipeline.metrics.waiting_for:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    assert not keeping.done()
    assert "observations" in str(pipeline.metrics.detail()["waiting_for"])
    keeping.cancel()
