"""A pull over the wire: simulator, connector, durable log, store. Killed in the middle it loses and doubles nothing."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import aiohttp
import msgspec
import pyarrow as pa
import pytest
from django.db import connection

from sen.apps.access.interface import SYSTEM
from sen.apps.procedures import interface as procedures
from sen.apps.procedures.storage.engine import engine, rows
from sen.apps.procedures.tests.world import COMMUNE, OTHER, local
from sen.apps.sources import interface as sources
from sen.apps.sources.models import DeadLetter
from sen.connector_sdk.runner import RunnerContext
from sen.connectors.dossier_rest.connector import step
from sen.connectors.dossier_rest.model import World, changed_at, dossier
from sen.connectors.dossier_rest.pages import Refused
from sen.connectors.dossier_rest.settings import DossierRestSettings
from sen.connectors.dossier_rest.simulator import PATH, application, page, serve
from sen.eventbus import connect
from sen.ingest import records
from sen.kernel import clock
from sen.kernel.configuration import settings
from sen.project.connector_host import ConnectorHost

pytestmark = pytest.mark.django_db(transaction=True)
WORLD = World((COMMUNE, OTHER), total=600, since=local("2026-01-05 00:00"), per_day=50, broken=20_000)
NOW = local("2026-01-26 09:00")


@pytest.fixture
def key(store: None) -> Iterator[str]:
    made = sources.create_source(
        scope=SYSTEM, code="mot-cua", name="Một cửa (mô phỏng)", connector="dossier_rest", owner="82", simulated=True,
        settings={"url": "http://127.0.0.1:1/api"},
    )  # fmt: skip
    yield made.key


def expected(now: datetime) -> dict[str, int]:
    """What the simulated system holds at a moment: code → state, without those that cannot be."""
    told = [one for number in range(WORLD.total) if (one := dossier(WORLD, number, now))]
    found = {}
    for one in told:
        read = procedures.read_row(one, 1)
        if isinstance(read, procedures.Dossier):
            found[read.code] = int(read.state)
    assert 0 < len(found) < len(told)
    return found


def held() -> dict[str, int]:
    found = rows(engine(), "SELECT code, state FROM dossiers FINAL", {"code": pa.string(), "state": pa.uint8()})
    assert len({row["code"] for row in found}) == len(found)
    return {row["code"]: row["state"] for row in found}


async def pull(key: str, *, pages: int = 10_000, fault: str = "none") -> int:
    """Bring at most so many pages into the log; how many it took to the end of the round."""
    bus = await connect(settings().nats_url, "test-pull")
    await bus.ensure_streams()
    runner, port = await serve(application(WORLD, fault=fault), "127.0.0.1", 0)
    host: RunnerContext = ConnectorHost(settings(), bus, asyncio.Event())
    wanted = DossierRestSettings(url=f"http://127.0.0.1:{port}{PATH}", page_size=100)
    try:
        async with aiohttp.ClientSession() as session:
            for number in range(1, pages + 1):
                try:
                    if await step(host, session, key, wanted, ""):
                        return number
                except Refused as refused:
                    assert refused.code in {"remote_failed", "remote_bad_answer"}
        return pages
    finally:
        await runner.cleanup()
        await bus.close()


async def drain() -> None:
    bus = await connect(settings().nats_url, "test-drain")
    try:
        while taken := await records.take(bus):
            await records.keep(taken)
            for message in taken:
                await message.ack()
    finally:
        await bus.close()


def test_pages_of_the_simulator_hold_every_change_once() -> None:
    for since in (None, NOW - timedelta(days=2)):
        codes, cursor = [], ""
        while True:
            found = page(WORLD, since, cursor, 70, NOW)
            items = found["items"]
            assert isinstance(items, list)
            codes += [one["MaHoSo"] for one in items]
            if not found["next"]:
                break
            cursor = str(found["next"])
        told = [one for number in range(WORLD.total) if (one := dossier(WORLD, number, NOW))]
        assert codes == [one["MaHoSo"] for one in told if since is None or changed_at(one) > since]


def test_a_round_survives_faults_and_a_second_one_brings_only_changes(key: str) -> None:
    with clock.frozen(NOW):
        asyncio.run(pull(key, pages=3, fault="errors"))
        asyncio.run(pull(key, fault="garbage"))
        asyncio.run(drain())
        assert held() == expected(NOW)
        letters = DeadLetter.objects.filter(channel="dossiers")
        assert letters.count() == len([n for n in range(WORLD.total) if dossier(WORLD, n, NOW)]) - len(held())
        assert "NgayHenTra: hẹn trả trước khi tiếp nhận." in letters[0].message
        assert procedures.checkpoint(key)["next"] == ""
    later = NOW + timedelta(days=3)
    with clock.frozen(later):
        asyncio.run(pull(key))
        asyncio.run(drain())
        assert held() == expected(later)
        procedures.recount()
        found = procedures.overview(SYSTEM, None, procedures.Period(local("2026-01-01 00:00").date(), "month"))
        assert found.received + len([s for s in held().values() if s in {1, 3}]) == len(held())
        assert found.simulated
        assert found.source == "Một cửa (mô phỏng)"


KILLED = """
import os, signal, sys
import django
django.setup()
from sen.apps.procedures import interface as procedures
from sen.telemetry.store import TelemetryStore
insert, left = TelemetryStore.insert, [int(sys.argv[2])]
def killed_after(self, table, rows):
    insert(self, table, rows)
    left[0] -= 1
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
TelemetryStore.insert = killed_after
procedures.receive(sys.argv[1], [sys.stdin.buffer.read()])
"""


@pytest.mark.parametrize("inserts", [1, 3], ids=["rows are there, nothing else", "where they stand is not said yet"])
def test_a_writer_that_is_killed_loses_and_doubles_nothing(key: str, inserts: int) -> None:
    early, late = local("2026-01-12 09:00"), NOW
    first = [one for number in range(300) if (one := dossier(WORLD, number, early))]
    second = [one | {"MaDonVi": OTHER} for number in range(300) if (one := dossier(WORLD, number, late))]  # all move
    with clock.frozen(NOW):
        procedures.receive(key, [msgspec.json.encode(first)])
        procedures.recount()
        url = urlsplit(settings().database_url)._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
        died = subprocess.run(
            [sys.executable, "-c", KILLED, key, str(inserts)], input=msgspec.json.encode(second), check=False,
            env=os.environ | {"DJANGO_SETTINGS_MODULE": "sen.project.settings", "SEN_DATABASE_URL": url},
        )  # fmt: skip
        assert died.returncode == -signal.SIGKILL
        procedures.receive(key, [msgspec.json.encode(second)])
        read = [procedures.read_row(one, 1) for one in second]
        assert held() == {one.code: int(one.state) for one in read if isinstance(one, procedures.Dossier)}
        procedures.recount()
        january = procedures.Period(local("2026-01-01 00:00").date(), "month")
        counted = procedures.overview(SYSTEM, None, january)
        procedures.recount(everything=True)
        assert procedures.overview(SYSTEM, None, january).buckets == counted.buckets
        assert sum(counted.buckets.values()) == sum(count for _state, count in counted.funnel) - counted.funnel[0][1]
        assert procedures.ranking(SYSTEM, january)[0].unit.code == "28261"
        assert len(procedures.ranking(SYSTEM, january)) == 1
