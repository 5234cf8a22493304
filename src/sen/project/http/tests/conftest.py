"""A province with two sources and a few stations, the real log, and ingest at work in this very loop."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest


@dataclass
class Answer:
    """A complete response of a plain ASGI application."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return msgspec.json.decode(self.body)


@dataclass
class Province:
    """Secrets and codes made by the fixture."""

    secret: str
    other_secret: str
    token: str
    commune_token: str
    reader_token: str
    source_code: str
    key: str


@pytest.fixture
def province(transactional_db: None) -> Province:
    """Đồng Tháp, source `http-1` with station `tram-1`, source `http-2` with station `tram-2`."""
    from sen.apps.assets import interface as assets
    from sen.apps.organisations import interface as organisations
    from sen.apps.sources import services as sources
    from sen.eventbus import MQTT_STREAM, READINGS, ensure_streams
    from sen.kernel.configuration import settings
    from sen.kernel.scopes import SYSTEM
    from sen.telemetry.ddl import migrate
    from sen.telemetry.store import TelemetryStore

    migrate(settings().clickhouse_url)
    store = TelemetryStore(settings().clickhouse_url)
    for table in ("observations", "latest", "waiting_readings", "touched_hours"):
        store.command(f"TRUNCATE TABLE {table}")
    asyncio.run(ensure_streams(settings().nats_url))
    asyncio.run(_purged(settings().nats_url, (READINGS, MQTT_STREAM, "DESK")))
    organisations.install_province(settings().province, scope=SYSTEM)
    owner = organisations.province().code
    issued = [
        sources.create_source(scope=SYSTEM, code=f"http-{n}", name=f"HTTP {n}", connector="http_push", owner=owner)
        for n in (1, 2)
    ]
    for number, one in enumerate(issued, start=1):
        feed = assets.Feed(one.source.number, f"tram-{number}", 300, 600)
        assets.create_asset(
            scope=SYSTEM, code=f"tram-{number}", name=f"Trạm {number}", kind="air_station", owner=owner, properties=["pm25", "pm10"], feed=feed
        )  # fmt: skip
    commune = organisations.communes()[0].code
    tokens = [
        _token(role, unit) for role, unit in (("administrator", owner), ("commune_officer", commune), ("leader", owner))
    ]
    return Province(issued[0].secret, issued[1].secret, *tokens, "http-1", issued[0].source.key)


def _token(role: str, unit: str) -> str:
    """A token of a new account with one role; without a password, whose hashing takes longer than everything else here."""
    from sen.apps.access import interface as access
    from sen.apps.access.models import User
    from sen.apps.organisations import interface as organisations
    from sen.kernel import clock
    from sen.kernel.scopes import SYSTEM

    user = User.objects.create(username=f"test-{role}", full_name=role, created_at=clock.now())
    organisations.add_member(scope=SYSTEM, user_id=user.pk, unit_id=organisations.unit(unit).id, role=access.Role(role))
    return access.create_token(user, "test", scopes=("read", "write"))


async def _purged(url: str, streams: tuple[str, ...]) -> None:
    from sen.eventbus import connect

    bus = await connect(url)
    for name in streams:
        await bus.api(f"STREAM.PURGE.{name}")
    await bus.close()


@pytest.fixture
async def ingest(province: Province) -> AsyncIterator[Any]:
    """The pipeline reading both streams, and the desk's worker."""
    from sen.eventbus import MQTT_STREAM, READINGS, connect
    from sen.ingest import desk, directory, run
    from sen.ingest.desk import in_database
    from sen.ingest.metrics import Metrics
    from sen.ingest.pipeline import Pipeline
    from sen.kernel.configuration import settings
    from sen.project.http import live, observations
    from sen.telemetry.store import TelemetryStore

    url = settings().nats_url
    bus = await connect(url)
    pipeline = Pipeline(TelemetryStore(settings().clickhouse_url), bus, await in_database(directory.load), Metrics())
    work = [
        run.drain(url, READINGS, pipeline),
        run.drain(url, MQTT_STREAM, pipeline),
        desk.serve(bus),
        run.follow_directory(pipeline),
    ]
    tasks = [asyncio.create_task(one) for one in work]
    yield pipeline
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await live.shutdown()
    await observations.shutdown()
    await bus.close()


async def call(
    app: Any, *, path: str, token: str = "", body: bytes = b"", headers: dict[str, str] | None = None, query: str = ""
) -> Answer:
    """One request to a plain ASGI application, answered in full."""
    sent: list[dict[str, Any]] = []
    parts = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> dict[str, Any]:
        if parts:
            return parts.pop(0)
        await asyncio.sleep(3600)
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    fields = (
        {"content-type": "application/json"} | ({"authorization": f"Bearer {token}"} if token else {}) | (headers or {})
    )
    raw = [(name.encode(), value.encode()) for name, value in fields.items()]
    await app(
        {"type": "http", "method": "POST", "path": path, "headers": raw, "query_string": query.encode()}, receive, send
    )
    start = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return Answer(sent[0]["status"], start, b"".join(one.get("body", b"") for one in sent[1:]))


@contextlib.asynccontextmanager
async def stream(
    app: Any, *, token: str, query: str, last: str = ""
) -> AsyncIterator[Callable[[Callable[[str], bool]], Awaitable[str]]]:
    """An open event stream; the yielded function waits until the text so far satisfies a condition and returns it."""
    text: list[str] = []
    moved, gone = asyncio.Event(), asyncio.Event()

    async def receive() -> dict[str, Any]:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        text.append(f"status {message['status']}\n" if "status" in message else message.get("body", b"").decode())
        moved.set()

    async def until(condition: Callable[[str], bool]) -> str:
        async with asyncio.timeout(120):
            while not condition("".join(text)):
                moved.clear()
                await moved.wait()
        return "".join(text)

    fields = {"authorization": f"Bearer {token}"} | ({"last-event-id": last} if last else {})
    raw = [(name.encode(), value.encode()) for name, value in fields.items()]
    task = asyncio.create_task(
        app(
            {"type": "http", "method": "GET", "path": "/live", "headers": raw, "query_string": query.encode()},
            receive,
            send,
        )
    )
    yield until
    gone.set()
    await asyncio.wait_for(task, 120)
