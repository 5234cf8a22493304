"""With MQTT and HTTP load running, every process and every engine is killed several times; nothing acknowledged is lost or doubled."""

from __future__ import annotations

import asyncio
import json
import random
import threading
import time

import aiohttp
import pyarrow as pa
import pytest
from bench.mqtt_client import MqttPublisher
from bench.small_centre import Centre, Seeded

from sen.telemetry.reading import Question
from sen.telemetry.store import TelemetryStore

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(600)]

VICTIMS = ("ingest", "web", "nats", "clickhouse", "postgres", "connectors")
ROUNDS = 2
PAUSE_S = 1.5
BASE = 1_780_000_000_000


class Loads:
    """Senders that go on through every failure and remember exactly what was acknowledged: (series code, ms) → value."""

    def __init__(self, centre: Centre, seeded: Seeded) -> None:
        self.centre, self.seeded = centre, seeded
        self.acknowledged: dict[tuple[str, int], float] = {}
        self.attempted: set[tuple[str, int]] = set()
        self.refusals = 0
        self.stop = threading.Event()

    async def mqtt(self, number: int) -> None:
        """Batches of messages; of a connection that breaks, the first `acknowledged` ones count."""
        source = self.seeded.mqtt[number]
        moment = BASE
        while not self.stop.is_set():
            try:
                publisher = await MqttPublisher.connect(
                    "127.0.0.1",
                    self.centre.mqtt_port,
                    f"chaos-{number}-{time.time_ns()}",
                    source["key"],
                    source["secret"],
                    window=2000,
                )
            except (OSError, TimeoutError):
                self.refusals += 1
                await asyncio.sleep(0.2)
                continue
            sent: list[tuple[str, int, float]] = []
            try:
                while not self.stop.is_set():
                    payloads = []
                    for _ in range(20):
                        moment += 1000
                        device = random.choice(source["devices"])
                        value = float(moment // 1000 % 50 + 10)
                        payloads.append(
                            json.dumps({"device": device, "time": moment, "values": {"pm25": value}}).encode()
                        )
                        sent.append((f"{device}/pm25", moment, value))
                    await publisher.publish(f"v1/{source['key']}/telemetry", payloads)
                    await asyncio.sleep(0.05)
                await publisher.settle(10)
            except (ConnectionError, TimeoutError):
                self.refusals += 1
            finally:
                await publisher.close()
            self.attempted.update((code, at) for code, at, _ in sent)
            self.acknowledged.update({(code, at): value for code, at, value in sent[: publisher.acknowledged]})

    async def http(self) -> None:
        """One request after the other; only a 202 counts."""
        moment = BASE
        url = f"http://127.0.0.1:{self.centre.port}/api/v1/observations"
        headers = {"authorization": f"Bearer {self.seeded.http['secret']}"}
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=8)) as session:
            while not self.stop.is_set():
                moment += 1000
                items = [
                    {"series": code, "time": moment, "value": float(moment // 1000 % 50 + 10)}
                    for code in self.seeded.series[:30]
                ]
                self.attempted.update((item["series"], item["time"]) for item in items)
                try:
                    async with session.post(url, json=items, headers=headers) as answer:
                        body = await answer.json(content_type=None)
                        if answer.status == 202:
                            assert body == {"accepted": len(items), "rejected": []}
                            self.acknowledged.update({(item["series"], item["time"]): item["value"] for item in items})
                        else:
                            assert answer.status == 503, body
                            self.refusals += 1
                except (aiohttp.ClientError, TimeoutError, ConnectionError, json.JSONDecodeError):
                    self.refusals += 1
                    await asyncio.sleep(0.1)
                await asyncio.sleep(0.02)

    async def run(self) -> None:
        """All of them until stopped."""
        await asyncio.gather(self.mqtt(0), self.mqtt(1), self.http())


def stored(centre: Centre, codes: dict[int, str]) -> dict[tuple[str, int], list[float]]:
    """What queries see: (series code, ms) → values."""
    schema = pa.schema([("series", pa.uint32()), ("time", pa.int64()), ("value", pa.float64())])
    sql = "SELECT series, toUnixTimestamp64Milli(time) AS time, value FROM observations FINAL"
    table = TelemetryStore(centre.engines.clickhouse).ask(Question(sql, schema))
    found: dict[tuple[str, int], list[float]] = {}
    for series, at, value in zip(*(table[name].to_pylist() for name in schema.names), strict=True):
        found.setdefault((codes[series], at), []).append(value)
    return found


def codes_of(centre: Centre) -> dict[int, str]:
    """Series number → code, from the database."""
    import psycopg

    with psycopg.connect(centre.engines.database) as connection:
        rows = connection.execute(
            "SELECT s.number, a.code || '/' || s.property FROM assets_series s JOIN assets_asset a ON a.id = s.asset_id"
        )
        return dict(rows.fetchall())


def test_everything_acknowledged_is_stored_once(centre: Centre) -> None:
    seeded = centre.seed("--mqtt-sources=2", "--devices=10", "--http-assets=10")
    loads = Loads(centre, seeded)
    thread = threading.Thread(target=lambda: asyncio.run(loads.run()))
    thread.start()
    killed: dict[str, int] = dict.fromkeys(VICTIMS, 0)
    try:
        time.sleep(2)
        for _ in range(ROUNDS):
            for name in VICTIMS:
                deadline = time.monotonic() + 90
                while not (dead := centre.kill(name)) and time.monotonic() < deadline:
                    time.sleep(0.2)
                killed[name] += dead
                time.sleep(PAUSE_S)
        # Everything comes back by itself, with load running, and takes new values again.
        centre.wait_ready(180)
        before, deadline = len(loads.acknowledged), time.monotonic() + 90
        while len(loads.acknowledged) == before and time.monotonic() < deadline:
            time.sleep(0.2)
        assert len(loads.acknowledged) > before
    finally:
        loads.stop.set()
        thread.join(120)
    assert min(killed.values()) >= ROUNDS, killed
    assert loads.acknowledged, "nothing was acknowledged at all"
    codes = codes_of(centre)
    deadline = time.monotonic() + 180
    missing = set(loads.acknowledged)
    while missing and time.monotonic() < deadline:
        found = stored(centre, codes)
        missing = set(loads.acknowledged) - set(found)
        time.sleep(0.5)
    assert not missing, (
        f"{len(missing)} of {len(loads.acknowledged)} acknowledged values are not stored: {sorted(missing)[:5]}"
    )
    wrong = {key: found[key] for key, value in loads.acknowledged.items() if found[key] != [value]}
    assert not wrong, f"stored more than once or with another value: {list(wrong.items())[:5]}"
    assert not set(found) - loads.attempted, "values that nobody sent"
