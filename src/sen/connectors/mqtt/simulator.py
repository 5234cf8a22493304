"""`sen simulate mqtt-sensors`: small sensors that speak MQTT 3.1.1 with QoS 1 and count acknowledgements."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.reasoncodes import ReasonCode

from sen.connector_sdk.messages import encode_readings
from sen.connector_sdk.simulation import Device, Profile, beat, drive, options, profiles

_PATIENCE_S = 30.0


class RefusedError(RuntimeError):
    """The gateway refused the connection."""


class Connection:
    """A connected MQTT client whose `publish` waits for the broker's PUBACK. Also the wire-level peer of the tests."""

    def __init__(self, host: str, port: int, key: str, secret: str, client_id: str) -> None:
        self._loop = asyncio.get_running_loop()
        self._waiting: dict[int, asyncio.Future[None]] = {}
        self._connected: asyncio.Future[None] = self._loop.create_future()
        self.closed = asyncio.Event()
        self.acknowledged = 0
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=client_id, protocol=mqtt.MQTTv311)
        self._client.username_pw_set(key, secret)
        self._client.on_connect = self._on_connect
        self._client.on_publish = self._on_publish
        self._client.on_disconnect = self._on_disconnect
        self._client.connect_async(host, port, keepalive=30)

    async def open(self) -> None:
        """Connect. Raises RefusedError or TimeoutError."""
        self._client.loop_start()
        try:
            await asyncio.wait_for(asyncio.shield(self._connected), _PATIENCE_S)
        except (TimeoutError, RefusedError):
            await self.close()
            raise

    async def publish(self, topic: str, payload: bytes) -> None:
        """Send with QoS 1 and wait until the durable log has it. Raises TimeoutError."""
        sent = self._client.publish(topic, payload, qos=1)
        future = self._waiting.setdefault(sent.mid, self._loop.create_future())
        await asyncio.wait_for(future, _PATIENCE_S)
        self._waiting.pop(sent.mid, None)
        self.acknowledged += 1

    async def close(self) -> None:
        """Disconnect and end the client's thread."""
        self._client.disconnect()
        await asyncio.to_thread(self._client.loop_stop)

    def _on_connect(
        self, _client: object, _data: object, _flags: object, code: ReasonCode, _properties: object
    ) -> None:
        def settle() -> None:
            if not self._connected.done():
                if code.is_failure:
                    self._connected.set_exception(RefusedError(f"MQTT: {code}"))
                else:
                    self._connected.set_result(None)

        self._later(settle)

    def _on_publish(self, _client: object, _data: object, mid: int, _code: object, _properties: object) -> None:
        def settle() -> None:
            future = self._waiting.setdefault(mid, self._loop.create_future())
            if not future.done():
                future.set_result(None)

        self._later(settle)

    def _on_disconnect(self, *_arguments: object) -> None:
        self._later(self.closed.set)

    def _later(self, work: Callable[[], None]) -> None:
        # The client's thread may speak once more when the loop is already gone.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(work)


async def run(profile: Profile) -> None:
    """One sensor until `count` messages are acknowledged. Raises RefusedError for wrong credentials, TimeoutError without an answer."""
    device = Device(profile)
    connection = Connection(profile.host, profile.port, profile.key, profile.secret, f"{profile.key}-{profile.device}")
    await connection.open()
    try:
        async for moment in beat(profile):
            payload = device.garbage() if profile.fault == "garbage" else encode_readings([device.message(moment)])
            await connection.publish(f"v1/{profile.key}/telemetry", payload)
            profile.report(f"{profile.device}: {connection.acknowledged} bản tin đã được xác nhận")
    finally:
        await connection.close()


def main(argv: Sequence[str] | None = None) -> int:
    """Command line."""
    parser = options("mqtt-sensors", port=1883, device="cam-bien-1", properties=("pm25", "temperature", "humidity"))
    return drive(run, profiles(parser.parse_args(argv)))
