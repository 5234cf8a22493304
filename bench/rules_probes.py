"""Sends a value over its limit several times a second and waits for its alert on GET /live like a console; prints percentiles as JSON.

A process of its own: what measures is not what loads. The age of an alert runs from just before the value is given to MQTT.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import time
from datetime import datetime
from typing import Any

from bench.live_listener import percentile
from bench.mqtt_client import MqttPublisher

OVER, UNDER = 350.0, 5.0
CLEARS_AFTER_S = 1.5


class Probes:
    """Sensors that take turns; an alert is recognised by its sensor and its onset, which is the moment that the probe sent."""

    def __init__(self, devices: list[str]) -> None:
        self.devices = devices
        self.sent: dict[tuple[str, int], float] = {}
        self.ages: list[float] = []
        self.changes: dict[str, int] = {}
        self.last = False
        self.complete = asyncio.Event()
        self._answered: set[tuple[str, int]] = set()

    async def send(self, publisher: MqttPublisher, key: str, seconds: float, rate: float) -> None:
        """Over the limit, and back after a while."""
        topic, ends = f"v1/{key}/telemetry", time.monotonic() + seconds
        number, clearing = 0, []
        while time.monotonic() < ends:
            device = self.devices[number % len(self.devices)]
            number += 1
            now = time.time()
            self.sent[device, int(now * 1000)] = now
            await publisher.publish(topic, [_reading(device, int(now * 1000), OVER)])
            clearing.append((now + CLEARS_AFTER_S, device))
            while clearing and clearing[0][0] <= now:
                await publisher.publish(topic, [_reading(clearing.pop(0)[1], int(now * 1000) + 1, UNDER)])
            await asyncio.sleep(max(0.0, 1 / rate - (time.time() - now)))

    async def listen(self, port: int, token: str, ready: asyncio.Event) -> None:
        """Read the event stream until cancelled."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**22)
        head = f"GET /live?topics=alerts HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\r\n"
        writer.write(head.encode())
        first = await reader.readline()
        if b" 200 " not in first:
            raise RuntimeError(first.decode() + (await reader.read(2000)).decode(errors="replace"))
        ready.set()
        while line := await reader.readline():
            if line.startswith(b"data: {") and b'"alert"' in line:
                self._take(json.loads(line[6:]), time.time())

    def _take(self, body: dict[str, Any], now: float) -> None:
        alert = body.get("alert") or {}
        if "onset_at" not in alert:
            return
        onset = round(datetime.fromisoformat(alert["onset_at"]).timestamp() * 1000)
        key = (alert["asset_code"], onset)
        self.changes[body["change"]] = self.changes.get(body["change"], 0) + 1
        if key in self.sent and key not in self._answered:
            self._answered.add(key)
            self.ages.append((now - self.sent[key]) * 1000)
            if self.last and len(self.ages) == len(self.sent):
                self.complete.set()


def _reading(device: str, moment: int, value: float) -> bytes:
    return json.dumps({"device": device, "time": moment, "values": {"so2": value}}).encode()


async def run(settings: dict[str, Any]) -> dict[str, Any]:
    """Measure for `seconds`, then wait a moment for the last alerts."""
    probes, ready = Probes(settings["devices"]), asyncio.Event()
    listening = asyncio.create_task(probes.listen(settings["port"], settings["token"], ready))
    await asyncio.wait_for(ready.wait(), 20)
    publisher = await MqttPublisher.connect(
        "127.0.0.1", settings["mqtt"], "probes", settings["key"], settings["secret"]
    )
    print("listening", flush=True)
    await probes.send(publisher, settings["key"], settings["seconds"], settings["rate"])
    await publisher.settle()
    probes.last = True
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(probes.complete.wait(), 20)
    listening.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await listening
    ages = sorted(probes.ages)
    found = {f"p{round(share * 100)}_ms": round(percentile(ages, share), 1) for share in (0.5, 0.95, 0.99)}
    worst = round(ages[-1], 1) if ages else None
    return {"probes": len(probes.sent), "seen": len(ages), **found, "max_ms": worst, "changes": probes.changes}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(run(json.load(sys.stdin)))))
