"""The senders against real peers: a folder, an HTTP server, an MQTT gateway that refuses."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from sen.connectors.station_files.parser import parse
from sen.engines.secret_file import loopback_port
from sen.kernel import clock
from sen.kernel.configuration import Settings
from sen.project.demo import simulate, wire
from sen.project.demo.catalogue import groups
from sen.project.demo.credentials import DemoState, SourceSecret

SECRET = SourceSecret("nguon", "khoa-1", "bi-mat")


def sample(**values: float) -> wire.Sample:
    return wire.Sample("kk-1", "KHI001", 1_795_000_000_000, values, dict.fromkeys(values, 0))


@pytest.fixture
async def centre() -> AsyncIterator[tuple[int, list[tuple[str, Any]]]]:
    """An HTTP server that keeps what is posted; the secret `wrong` is refused."""
    got: list[tuple[str, Any]] = []

    async def take(request: web.Request) -> web.Response:
        secret = request.headers["Authorization"].removeprefix("Bearer ")
        if secret == "wrong":
            return web.json_response({"code": "unauthenticated"}, status=401)
        got.append((secret, await request.json()))
        return web.json_response({"accepted": 1, "rejected": []}, status=202)

    application = web.Application()
    application.router.add_post("/api/v1/observations", take)
    runner = web.AppRunner(application)
    await runner.setup()
    port = loopback_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    yield port, got
    await runner.cleanup()


async def test_http_push(centre: tuple[int, list[tuple[str, Any]]]) -> None:
    port, got = centre
    sender = wire.sender("http", SECRET, Settings(host="0.0.0.0", port=port))
    await sender.send([sample(pm25=31.2, co=float("nan"))])
    await sender.close()
    series = {"series": "kk-1/pm25", "time": 1_795_000_000_000, "value": 31.2, "status": "00"}
    assert got == [("bi-mat", [series])]


async def test_a_refusal_is_a_failure_that_the_simulator_knows(centre: tuple[int, list[tuple[str, Any]]]) -> None:
    sender = wire.sender("http", SourceSecret("nguon", "k", "wrong"), Settings(port=centre[0]))
    with pytest.raises(wire.FAILURES):
        await sender.send([sample(pm25=1.0)])
    await sender.close()


@pytest.mark.parametrize("channel", ["ftp", "sftp", "http"])
async def test_a_centre_that_is_away_is_a_failure(channel: str, tmp_path: Path) -> None:
    port = loopback_port()
    away = Settings(data=tmp_path, port=port, ftp_port=port, sftp_port=port)
    sender = wire.sender(channel, SECRET, away)
    with pytest.raises(wire.FAILURES):
        await sender.send([sample(pm25=1.0)])
    await sender.close()


async def test_files_in_the_watched_folder_are_whole_and_readable(tmp_path: Path) -> None:
    sender = wire.sender("folder", SECRET, Settings(data=tmp_path))
    await sender.send([sample(pm25=31.24, temperature=28.0)])
    [file] = (tmp_path / "inbox" / "khoa-1").iterdir()
    assert file.name.startswith("DT_SNNMT_KHI001_")
    assert parse(file.read_bytes()).rows[0].symbol == "PM2,5"


async def test_every_source_tells_something_and_the_process_ends_when_told(
    centre: tuple[int, list[tuple[str, Any]]], tmp_path: Path
) -> None:
    """Only the channels whose peers are here are driven; the silent stations stay silent.

    At a fixed moment: at others one line or another is down for a few hours, as lines are.
    """
    driven = [group for group in groups() if group.channel in {"http", "folder"}]
    stop = asyncio.Event()

    def told() -> set[str]:
        return {secret for secret, _ in centre[1]} | {path.name for path in (tmp_path / "inbox").glob("*")}

    with clock.frozen(datetime(2026, 10, 14, 9, 30, tzinfo=clock.VIETNAM)):
        sources = [SourceSecret(group.code, group.code, group.code) for group in driven]
        state = DemoState(origin=clock.now_ms(), sources=sources)
        wanted = {group.code for group in driven if simulate.take(group, clock.now_ms(), state.origin)}
        assert {group.code for group in driven} - wanted == {"nguon-kk-cai-lay", "dem-xe-go-cong", "chieu-sang-sa-dec"}
        running = asyncio.create_task(simulate.run(state, Settings(data=tmp_path, port=centre[0]), stop))
        while told() != wanted:  # noqa: ASYNC110 - peers tell nobody
            await asyncio.sleep(0.2)
    stop.set()
    await running
    assert all(json.dumps(body) for _, body in centre[1])
