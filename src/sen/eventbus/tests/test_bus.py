"""The bus against the real server: acknowledged messages stay, are read in order, come again until acknowledged."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator

import pytest

from sen.eventbus import (
    INGEST,
    MQTT_STREAM,
    READINGS,
    BulkReader,
    Bus,
    LogRefused,
    ReaderLost,
    SyncBus,
    cloud_event,
    connect,
)
from sen.eventbus.streams import stream_configurations


@pytest.fixture
async def bus() -> AsyncIterator[Bus]:
    made = await connect(os.environ["SEN_NATS_URL"])
    await made.ensure_streams()
    for stream in (READINGS, MQTT_STREAM):
        await made.api(f"STREAM.PURGE.{stream}")
    yield made
    await made.close()


async def read(bus: Bus, count: int) -> tuple[BulkReader, list[bytes]]:
    reader = await BulkReader.open(os.environ["SEN_NATS_URL"], READINGS, INGEST, batch=50)
    found: list[bytes] = []
    while len(found) < count:
        batch = await reader.fetch(0.05)
        found += batch.payloads
    return reader, found


async def test_streams_are_made_twice_without_harm(bus: Bus) -> None:
    await bus.ensure_streams()
    for wanted in stream_configurations():
        found = (await bus.api(f"STREAM.INFO.{wanted['name']}"))["config"]
        assert {key: found[key] for key in wanted} == wanted


async def test_messages_come_in_order_with_their_stamps(bus: Bus) -> None:
    for number in range(120):
        await bus.publish("readings.k", b"%d" % number)
    reader = await BulkReader.open(os.environ["SEN_NATS_URL"], READINGS, INGEST, batch=50)
    payloads: list[bytes] = []
    stamps: list[int] = []
    while len(payloads) < 120:
        batch = await reader.fetch(0.05)
        assert batch.subjects == [b"readings.k"] * len(batch)
        payloads += batch.payloads
        stamps += batch.stamps
        reader.acknowledge(batch)
    assert payloads == [b"%d" % number for number in range(120)]
    assert stamps == sorted(stamps)
    reader.close()


async def test_what_is_not_acknowledged_comes_again_with_the_same_stamp(bus: Bus) -> None:
    for number in range(10):
        await bus.publish("readings.k", b"%d" % number)
    first, found = await read(bus, 10)
    first.close()
    second = await BulkReader.open(os.environ["SEN_NATS_URL"], READINGS, INGEST)
    again = await second.fetch(0.1)
    assert again.payloads == found
    second.acknowledge(again)
    assert not len(await second.fetch(0.01, idle=0.3))
    second.close()
    third = await BulkReader.open(os.environ["SEN_NATS_URL"], READINGS, INGEST)
    assert not len(await third.fetch(0.01, idle=0.3))
    third.close()


async def test_a_second_reader_makes_the_first_one_stop_instead_of_losing_messages(bus: Bus) -> None:
    first = await BulkReader.open(os.environ["SEN_NATS_URL"], READINGS, INGEST)
    await first.fetch(0.01, idle=0.1)
    second = await BulkReader.open(os.environ["SEN_NATS_URL"], READINGS, INGEST)
    await second.fetch(0.01, idle=0.1)
    seen: list[bytes] = []
    for number in range(40):
        await bus.publish("readings.k", b"%d" % number)
    first_lost = False
    for reader in (first, second, first, second):
        try:
            seen += (await reader.fetch(0.05, idle=0.1)).payloads
        except ReaderLost:
            first_lost = True
    first.close()
    second.close()
    last, found = await read(bus, 40)
    assert found == [b"%d" % number for number in range(40)]
    assert first_lost or len(seen) == 40
    last.close()


async def test_a_full_log_refuses_instead_of_losing(bus: Bus) -> None:
    await bus.api(
        "STREAM.CREATE.SMALL",
        {"name": "SMALL", "subjects": ["small.>"], "max_bytes": 4096, "discard": "new", "storage": "file"},
    )
    with pytest.raises(LogRefused, match="maximum bytes"):
        for _ in range(10):
            await bus.publish("small.a", b"x" * 1000)
    assert (await bus.api("STREAM.INFO.SMALL"))["state"]["messages"] >= 2
    await bus.api("STREAM.DELETE.SMALL")


async def test_nobody_listening_is_an_error_not_a_loss(bus: Bus) -> None:
    with pytest.raises(LogRefused):
        await bus.publish("nobody.listens", b"x", timeout=1)


async def test_wrong_password_is_reported() -> None:
    url = os.environ["SEN_NATS_URL"]
    wrong = url.replace(url.split(":")[2].split("@")[0], "wrong")
    with pytest.raises(ReaderLost):
        await BulkReader.open(wrong, READINGS, INGEST)


def test_the_synchronous_bus_publishes_events() -> None:
    bus = SyncBus(os.environ["SEN_NATS_URL"])
    event = cloud_event(type="assets.changed", source="assets", subject="tram-1", data={"name": "Trạm Cao Lãnh"})
    assert bus.publish("events.assets.changed", event) >= 1
    body = json.loads(event)
    assert body["specversion"] == "1.0"
    assert body["data"] == {"name": "Trạm Cao Lãnh"}
    with pytest.raises(LogRefused):
        bus.request("control.nobody", timeout=0.5)
    bus.close()
