"""Real MQTT clients against the gateway: who may publish where, what a revoked secret does to a running connection."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from sen.connector_sdk.messages import ReadingMessage, encode_readings
from sen.connector_sdk.simulation import Profile
from sen.connector_sdk.testing import eventually
from sen.connectors.mqtt import simulator
from sen.connectors.mqtt.simulator import Connection, RefusedError

PAYLOAD = encode_readings([ReadingMessage(device="cb-1", time="2026-11-21T10:30:00+07:00", values={"pm25": 31.2})])


class Gateway:
    """The gateway's port, the desk, and how many messages the log holds per source."""

    def __init__(self, bus: Any, steward: Any, port: int) -> None:
        self.bus, self.port, self._steward = bus, port, steward

    async def rest(self, *arguments: Any, **options: Any) -> Any:
        return await self._steward.from_thread(*arguments, **options)

    async def source(self, code: str) -> tuple[str, str]:
        made = await self.rest(
            "POST", "/sources", {"code": code, "name": code, "connector": "mqtt", "owner": "82-snnmt"}, expect=201
        )
        assert made["gateway"] == "ready"
        return made["key"], made["secret"]

    async def connection(self, key: str, secret: str, name: str = "") -> Connection:
        made = Connection("127.0.0.1", self.port, key, secret, name or f"test-{key}")
        await made.open()
        return made

    async def stored(self, key: str) -> int:
        answer = await self.bus.api("STREAM.INFO.$MQTT_msgs", {"subjects_filter": f"$MQTT.msgs.v1.{key}.>"})
        return sum((answer["state"].get("subjects") or {}).values())


@pytest.fixture
async def gateway(steward: Any) -> AsyncIterator[Gateway]:
    from sen.eventbus import connect
    from sen.kernel.configuration import settings
    from sen.project.connector_host import ConnectorHost
    from sen.project.processes import connectors

    stop = asyncio.Event()
    bus = await connect(settings().nats_url)
    host = ConnectorHost(settings(), bus, stop)
    host.listen = type(host.listen)("127.0.0.1", 0, 0, (0, 0))
    serving = asyncio.create_task(connectors.serve(host, bus))

    async def up() -> bool:
        return "sftp" in host.ports

    await eventually(up)
    yield Gateway(bus, steward, settings().mqtt_port)
    stop.set()
    await serving
    await bus.close()


async def test_a_new_source_publishes_at_once_and_each_acknowledgement_is_a_stored_message(gateway: Gateway) -> None:
    key, secret = await gateway.source("cb-1")
    profile = Profile(
        "127.0.0.1", gateway.port, key, secret, "cb-1", ["pm25", "temperature"], interval_s=0.01, count=20
    )
    await simulator.run(profile)
    assert await gateway.stored(key) == 20


async def test_wrong_credentials_are_refused(gateway: Gateway) -> None:
    key, secret = await gateway.source("cb-1")
    other, _other_secret = await gateway.source("cb-2")
    for user, password in ((key, "sai"), ("khong-co", secret), (other, secret)):
        with pytest.raises(RefusedError):
            await gateway.connection(user, password)


async def test_a_source_publishes_under_its_own_key_only(gateway: Gateway) -> None:
    key, secret = await gateway.source("cb-1")
    other, _secret = await gateway.source("cb-2")
    connection = await gateway.connection(key, secret)
    await asyncio.wait([asyncio.ensure_future(connection.publish(f"v1/{other}/telemetry", PAYLOAD))], timeout=2)
    await connection.close()
    connection = await gateway.connection(key, secret)
    await connection.publish(f"v1/{key}/telemetry", PAYLOAD)
    await connection.close()
    assert (await gateway.stored(other), await gateway.stored(key)) == (0, 1)


async def test_a_revoked_secret_ends_running_connections(gateway: Gateway) -> None:
    key, secret = await gateway.source("cb-1")
    connection = await gateway.connection(key, secret)
    assert (await gateway.rest("POST", "/sources/cb-1/revoke"))["gateway"] == "ready"
    await asyncio.wait_for(connection.closed.wait(), 120)
    await connection.close()
    with pytest.raises(RefusedError):
        await gateway.connection(key, secret)
    rotated = (await gateway.rest("POST", "/sources/cb-1/rotate"))["secret"]
    await (await gateway.connection(key, rotated)).close()
    await gateway.rest("POST", "/sources/cb-1/stop", {"reason": "bảo trì"})
    with pytest.raises(RefusedError):
        await gateway.connection(key, rotated)
    await gateway.rest("POST", "/sources/cb-1/resume")
    await (await gateway.connection(key, rotated)).close()
