"""Publishes readings over MQTT at a rate, or as fast as the gateway acknowledges; prints what was acknowledged as JSON.

A process of its own, so that what measures is not what loads.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from typing import Any

from bench.mqtt_client import MqttPublisher


class Load:
    """One connection for one source; its devices take turns, and no device repeats a moment."""

    def __init__(self, publisher: MqttPublisher, source: dict[str, Any]) -> None:
        self.publisher = publisher
        self.topic = f"v1/{source['key']}/telemetry"
        self.devices = [name.encode() for name in source["devices"]]
        self.next = 0
        self.last = [0] * len(self.devices)

    async def send(self, count: int) -> None:
        """Publish `count` messages with three values each, measured now."""
        now = time.time_ns() // 1_000_000
        payloads = []
        for _ in range(count):
            index = self.next
            self.next = (index + 1) % len(self.devices)
            moment = self.last[index] = max(now, self.last[index] + 1)
            value = 20 + moment % 97 * 0.1
            values = b'{"device":"%s","time":%d,"values":{"pm25":%.1f,"pm10":%.1f,"no2":%.1f}}'
            payloads.append(values % (self.devices[index], moment, value, value + 1, value + 2))
        await self.publisher.publish(self.topic, payloads)


async def run(arguments: argparse.Namespace, sources: list[dict[str, Any]]) -> dict[str, Any]:
    """Publish for `seconds` at `rate` messages a second over all sources, or `count` messages as fast as possible."""
    loads = []
    for number, source in enumerate(sources):
        publisher = await MqttPublisher.connect(
            "127.0.0.1",
            arguments.port,
            f"load-{time.time_ns()}-{number}",
            source["key"],
            source["secret"],
            window=10_000,
        )
        loads.append(Load(publisher, source))
    began = time.monotonic()
    if arguments.count:
        await asyncio.gather(*(_as_fast_as_possible(load, arguments.count // len(loads)) for load in loads))
    else:
        sent = 0
        while (passed := time.monotonic() - began) < arguments.seconds:
            due = int(passed * arguments.rate) - sent
            for load in loads:
                await load.send(due // len(loads))
            sent += due // len(loads) * len(loads)
            await asyncio.sleep(0.02)
    publishing = time.monotonic() - began
    for load in loads:
        await load.publisher.settle()
    taken = time.monotonic() - began
    acknowledged = sum(load.publisher.acknowledged for load in loads)
    return {
        "sent": sum(load.publisher.sent for load in loads),
        "acknowledged": acknowledged,
        "publishing_s": round(publishing, 3),
        "acknowledged_s": round(taken, 3),
        "acknowledged_per_s": round(acknowledged / taken, 1),
    }


async def _as_fast_as_possible(load: Load, count: int) -> None:
    for _ in range(count // 500):
        await load.send(500)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--rate", type=float, default=0)
    parser.add_argument("--seconds", type=float, default=0)
    parser.add_argument("--count", type=int, default=0)
    print(json.dumps(asyncio.run(run(parser.parse_args(), json.load(sys.stdin)))))
