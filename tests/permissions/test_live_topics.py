"""The live feed asked as every role, in the own unit, a sibling, the parent and signed out: which topics open, and whose values arrive.

Two stations send in the same moment: the owner's, on the ground of one commune, and one of another department on the ground of
another commune. Asking for the whole province must bring each caller exactly what their pages show.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import pytest
from tests.permissions.callers import ACCOUNTS
from tests.permissions.world import build

PROVINCE_WIDE = {"administrator", "leader", "duty_officer", "agent_1022", "data_steward", "auditor"}
SEES_FIRST = PROVINCE_WIDE | {"owner", "ground"}
SEES_SECOND = PROVINCE_WIDE | {"neighbour_department", "neighbour_commune"}
TOPICS = {
    "asset:tram": SEES_FIRST,
    "asset:tram-khac": SEES_SECOND,
    "unit:82": set(ACCOUNTS),
    "unit:82-snnmt": PROVINCE_WIDE | {"owner"},
    "unit:28249": PROVINCE_WIDE | {"ground"},
    "sources": set(ACCOUNTS),
    "alerts": set(ACCOUNTS),
    "incidents": set(ACCOUNTS),
    "tasks": set(ACCOUNTS),
    "meetings": set(ACCOUNTS),
    "notifications": set(ACCOUNTS),
    "asset:tram,asset:tram-khac": PROVINCE_WIDE,
    "asset:khong-co": set(),
}
"""Topics → callers for whom the stream opens; everyone else is told that there is no such thing."""


@dataclass
class Centre:
    """Tokens by caller, and the secret of the source that feeds both stations' devices."""

    tokens: dict[str, str]
    secrets: dict[str, str]


@pytest.fixture
def centre(transactional_db: None) -> Centre:
    """The matrix's centre with its source and station, committed because the live feed reads over connections of its own, with a second station."""
    from sen.apps.access import interface as access
    from sen.apps.assets import interface as assets
    from sen.apps.sources import interface as sources
    from sen.kernel.scopes import SYSTEM

    build("sources")
    second = sources.create_source(
        scope=SYSTEM, code="nguon-khac", name="Nguồn khác", connector="http_push", owner="82-sxd"
    )
    feed = assets.Feed(second.number, "T2", 300, 600)
    assets.create_asset(
        scope=SYSTEM, code="tram-khac", name="Trạm khác", kind="air_station", owner="82-sxd", properties=["pm25"],
        territory=_commune_of("xa-b"), feed=feed,
    )  # fmt: skip
    first = next(one for one in sources.credentials() if one.code == "nguon")
    assets.add_feed(
        scope=SYSTEM, asset_code="tram", properties=["pm25"], feed=assets.Feed(first.number, "T1", 300, 600)
    )
    tokens = {caller: access.create_token(name, "live", scopes=("read",)) for caller, name in ACCOUNTS.items()}
    return Centre(tokens, {"tram": _new_secret("nguon"), "tram-khac": second.secret})


def _commune_of(username: str) -> str:
    from sen.apps.access import interface as access
    from sen.apps.organisations import interface as organisations

    user_id = access.scope_of_username(username).user_id
    assert user_id is not None
    return organisations.memberships(user_id)[0].unit.code


def _new_secret(code: str) -> str:
    from sen.apps.sources import services
    from sen.kernel.scopes import SYSTEM

    return str(services.rotate_secret(scope=SYSTEM, code=code).secret)


@pytest.fixture
async def ingest(centre: Centre) -> AsyncIterator[None]:
    """The pipeline at work in this very loop."""
    from sen.eventbus import READINGS, connect
    from sen.ingest import directory, run
    from sen.ingest.desk import in_database
    from sen.ingest.metrics import Metrics
    from sen.ingest.pipeline import Pipeline
    from sen.kernel.configuration import settings
    from sen.project.http import live, observations
    from sen.telemetry.store import TelemetryStore

    url = settings().nats_url
    bus = await connect(url)
    pipeline = Pipeline(TelemetryStore(settings().clickhouse_url), bus, await in_database(directory.load), Metrics())
    work = asyncio.create_task(run.drain(url, READINGS, pipeline))
    yield
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    await live.shutdown()
    await observations.shutdown()
    await bus.close()


async def test_topics_open_for_those_who_may_see_them(centre: Centre, ingest: None) -> None:
    for topics, wanted in TOPICS.items():
        opened = {caller for caller, token in centre.tokens.items() if await _status(topics, token) == 200}
        assert opened == wanted, topics
        refused = {await _status(topics, token) for caller, token in centre.tokens.items() if caller not in wanted}
        assert refused <= {404}, topics
        assert await _status(topics, "") == 401
        assert await _status(topics, "khong-phai-ma") == 401


async def test_values_reach_only_those_who_may_see_them(centre: Centre, ingest: None) -> None:
    streams = {caller: _Stream("unit:82", token) for caller, token in centre.tokens.items()}
    for stream in streams.values():
        await stream.until(": open")
    for asset, secret in centre.secrets.items():
        await _send(secret, f"{asset}/pm25")
    await _until_all(streams, {'"tram"': SEES_FIRST, '"tram-khac"': SEES_SECOND})
    assert {caller for caller, stream in streams.items() if '"tram"' in stream.text} == SEES_FIRST
    assert {caller for caller, stream in streams.items() if '"tram-khac"' in stream.text} == SEES_SECOND
    for stream in streams.values():
        await stream.close()


async def test_records_reach_only_those_who_may_see_them(centre: Centre, ingest: None) -> None:
    """An alert of the owner on the ground of a commune, one of the neighbours, and a notification for one person."""
    from sen.eventbus import connect
    from sen.ingest.desk import in_database
    from sen.kernel.configuration import settings

    units, person = await in_database(_units_and_person)
    streams = {caller: _Stream("alerts,notifications", token) for caller, token in centre.tokens.items()}
    for stream in streams.values():
        await stream.until(": open")
    items = [
        {"unit": units["82-snnmt"], "territory": units["28249"], "change": "raised", "alert": {"id": "canh-bao-1"}},
        {"unit": units["82-sxd"], "territory": units["28261"], "change": "raised", "alert": {"id": "canh-bao-2"}},
    ]
    bus = await connect(settings().nats_url)
    try:
        await bus.publish("live.alerts", json.dumps({"items": items}).encode())
        told = {"users": [person], "change": "new", "notification": {"id": "thong-bao"}}
        await bus.publish("live.notifications", json.dumps(told).encode())
    finally:
        await bus.close()
    await _until_all(streams, {"canh-bao-1": SEES_FIRST, "canh-bao-2": SEES_SECOND, "thong-bao": {"ground"}})
    assert {caller for caller, stream in streams.items() if "canh-bao-1" in stream.text} == SEES_FIRST
    assert {caller for caller, stream in streams.items() if "canh-bao-2" in stream.text} == SEES_SECOND
    assert {caller for caller, stream in streams.items() if "thong-bao" in stream.text} == {"ground"}
    for stream in streams.values():
        await stream.close()


def _units_and_person() -> tuple[dict[str, str], str]:
    """The ids of the units by code, and of the person on the ground."""
    from sen.apps.access import interface as access
    from sen.apps.organisations import interface as organisations

    codes = ("82-snnmt", "82-sxd", "28249", "28261")
    return {code: str(organisations.unit(code).id) for code in codes}, str(
        access.scope_of_username(ACCOUNTS["ground"]).user_id
    )


async def _until_all(streams: dict[str, _Stream], wanted: dict[str, set[str]]) -> None:
    """Wait until each text has come to its callers, and then a moment in which what must not arrive would have."""
    for text, callers in wanted.items():
        for caller in callers:
            await streams[caller].until(text)
    await asyncio.sleep(0.5)


class _Stream:
    """An open `GET /live` as the server runs it."""

    def __init__(self, topics: str, token: str) -> None:
        from sen.project.http.live import live_app

        self.text = ""
        self.status = 0
        self._moved, self._gone = asyncio.Event(), asyncio.Event()
        headers = [(b"authorization", f"Bearer {token}".encode())] if token else []
        query = f"topics={topics}".encode()
        request = {"type": "http", "method": "GET", "path": "/live", "headers": headers, "query_string": query}
        self._task = asyncio.create_task(live_app(request, self._receive, self._send))

    async def _receive(self) -> dict[str, Any]:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: dict[str, Any]) -> None:
        self.status = message.get("status", self.status)
        self.text += message.get("body", b"").decode()
        self._moved.set()

    async def until(self, part: str) -> None:
        """Wait until `part` has arrived."""
        await self._wait(lambda: part in self.text)

    async def answered(self) -> None:
        """Wait for the status."""
        await self._wait(lambda: bool(self.status))

    async def _wait(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(120):
            while not condition():
                self._moved.clear()
                await self._moved.wait()

    async def close(self) -> None:
        """Go away as a browser does."""
        self._gone.set()
        await asyncio.wait_for(self._task, 120)


async def _status(topics: str, token: str) -> int:
    stream = _Stream(topics, token)
    await stream.answered()
    await stream.close()
    return stream.status


async def _send(secret: str, series: str) -> None:
    """One observation through the observations endpoint; it must be accepted."""
    from sen.kernel import clock
    from sen.project.http.observations import observations_app

    answered: list[dict[str, Any]] = []
    body = f'{{"series": "{series}", "time": {clock.now_ms()}, "value": 21.5}}'.encode()
    parts = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> dict[str, Any]:
        return parts.pop(0) if parts else await asyncio.sleep(3600, {"type": "http.disconnect"})

    async def send(message: dict[str, Any]) -> None:
        answered.append(message)

    headers = [(b"content-type", b"application/json"), (b"authorization", f"Bearer {secret}".encode())]
    request = {
        "type": "http",
        "method": "POST",
        "path": "/api/v1/observations",
        "headers": headers,
        "query_string": b"",
    }
    await observations_app(request, receive, send)
    assert answered[0]["status"] == 202, answered
    assert b'"accepted":1' in b"".join(message.get("body", b"") for message in answered[1:]).replace(b" ", b"")
