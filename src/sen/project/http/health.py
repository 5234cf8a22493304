"""Probes: /healthz (this process answers), /readyz (every engine and process), /metrics (Prometheus). Plain ASGI, no Django."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric

from sen.engines import EngineHealth, EngineUrls
from sen.engines.engine_set import health_of
from sen.kernel import heartbeat
from sen.kernel.configuration import Settings, settings
from sen.project import centre

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

KEPT_S = 1.0  # probes may come from many sides at once; the engines are asked once a second at most


@dataclass(frozen=True)
class Readiness:
    """Every engine and every process at one moment."""

    engines: dict[str, EngineHealth]
    processes: dict[str, heartbeat.Beat | None]
    restarts: dict[str, int]

    @property
    def ready(self) -> bool:
        """Whether all of them are."""
        return all(engine.ready for engine in self.engines.values()) and all(
            beat is not None and beat.fresh for beat in self.processes.values()
        )

    def as_json(self) -> dict[str, Any]:
        """For /readyz: no addresses, no secrets."""
        return {
            "ready": self.ready,
            "engines": {
                name: {
                    "ready": engine.ready,
                    "embedded": engine.embedded,
                    "detail": engine.detail if engine.ready else "",
                }
                for name, engine in self.engines.items()
            },
            "processes": {
                name: {
                    "ready": beat is not None and beat.fresh,
                    "pid": beat.pid if beat else None,
                    "beat_age_s": round(beat.age_s, 1) if beat else None,
                    "restarts": self.restarts.get(name, 0),
                }
                for name, beat in self.processes.items()
            },
        }


def look(data: Path, configuration: Settings) -> Readiness:
    """Ask the engines and read the heartbeats. Blocks for up to a few seconds where an engine hangs."""
    running = centre.running(data)
    urls = EngineUrls(
        configuration.database_url, configuration.clickhouse_url, configuration.nats_url, configuration.mqtt_port
    )
    processes = running.processes if running else ()
    beats = {name: heartbeat.read(data, name) for name in processes}
    if running is None:
        return Readiness(health_of(urls), beats, {})
    return Readiness(health_of(urls, running.embedded), beats, running.restarts)


class _Last:
    """The last look, shared by all probes."""

    def __init__(self) -> None:
        self.taken = 0.0
        self.readiness: Readiness | None = None
        self.lock = asyncio.Lock()

    async def get(self) -> Readiness:
        async with self.lock:
            if self.readiness is None or time.monotonic() - self.taken > KEPT_S:
                self.readiness = await asyncio.to_thread(look, settings().data, settings())
                self.taken = time.monotonic()
            return self.readiness


_last = _Last()
_registry = CollectorRegistry()
ProcessCollector(registry=_registry)
PlatformCollector(registry=_registry)
GCCollector(registry=_registry)


async def health_app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer /healthz, /readyz or /metrics."""
    match scope["path"]:
        case "/healthz":
            await _send(scope, send, 200, b'{"status": "ok"}\n', b"application/json")
        case "/readyz":
            readiness = await _last.get()
            body = json.dumps(readiness.as_json()).encode() + b"\n"
            await _send(scope, send, 200 if readiness.ready else 503, body, b"application/json")
        case _:
            body = generate_latest(_registry) + render(await _last.get())
            await _send(scope, send, 200, body, b"text/plain; version=0.0.4; charset=utf-8")


def render(readiness: Readiness) -> bytes:
    """Engines, processes and the counters of their heartbeats as Prometheus text."""
    registry = CollectorRegistry()
    registry.register(_Gauges(readiness))
    return generate_latest(registry)


class _Gauges:
    """A collector over one look."""

    def __init__(self, readiness: Readiness) -> None:
        self.readiness = readiness

    def collect(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("sen_engine_up", "1 where the engine answers", labels=["engine"])
        answer = GaugeMetricFamily("sen_engine_answer_seconds", "How long its probe took", labels=["engine"])
        for name, engine in self.readiness.engines.items():
            up.add_metric([name], float(engine.ready))
            answer.add_metric([name], engine.milliseconds / 1000)
        yield up
        yield answer
        alive = GaugeMetricFamily("sen_process_up", "1 where the process beats", labels=["process"])
        age = GaugeMetricFamily("sen_process_heartbeat_age_seconds", "Since its last heartbeat", labels=["process"])
        started = GaugeMetricFamily("sen_process_started_timestamp_seconds", "When it started", labels=["process"])
        for name, beat in self.readiness.processes.items():
            alive.add_metric([name], float(beat is not None and beat.fresh))
            if beat is not None:
                age.add_metric([name], beat.age_s)
                started.add_metric([name], beat.started / 1000)
        yield from (alive, age, started)
        restarts = GaugeMetricFamily("sen_restarts", "How often the supervisor had to start it again", labels=["name"])
        for name, count in self.readiness.restarts.items():
            restarts.add_metric([name], count)
        yield restarts
        yield from self._counters()

    def _counters(self) -> Iterator[Metric]:
        """Numbers in a heartbeat's detail become `sen_<process>_<name>`; one level of names in it becomes a label."""
        for process, beat in self.readiness.processes.items():
            for name, value in (beat.detail if beat else {}).items():
                title = f"sen_{process}_{name}"
                if isinstance(value, int | float):
                    yield GaugeMetricFamily(title, f"{name} of the {process} process", value=float(value))
                elif isinstance(value, dict):
                    gauge = GaugeMetricFamily(title, f"{name} of the {process} process", labels=["key"])
                    for key, number in value.items():
                        if isinstance(number, int | float):
                            gauge.add_metric([str(key)], float(number))
                    yield gauge


async def _send(scope: Scope, send: Send, status: int, body: bytes, content_type: bytes) -> None:
    headers = [
        (b"content-type", content_type),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
