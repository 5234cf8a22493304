"""The simulator against the web application on a real port."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from sen.connector_sdk.simulation import Profile
from sen.connectors.http_push.simulator import RefusedError, main, run


@pytest.fixture
def port(centre: None) -> Iterator[int]:
    """The application behind uvicorn in a thread of its own."""
    import time

    import uvicorn

    server = uvicorn.Server(uvicorn.Config("sen.project.asgi:application", port=0, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    end = time.monotonic() + 120
    while not server.started and time.monotonic() < end:
        time.sleep(0.05)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join(10)


def test_what_the_simulator_pushes_is_accepted_until_the_secret_is_revoked(
    steward: Any, port: int, capsys: Any
) -> None:
    made = steward(
        "POST", "/sources", {"code": "h1", "name": "h1", "connector": "http_push", "owner": "82-snnmt"}, expect=201
    )
    asset = {
        "code": "tram-1",
        "name": "Trạm 1",
        "kind": "air_station",
        "owner": "82-snnmt",
        "properties": ["pm25", "pm10"],
        "source": "h1",
    }
    steward("POST", "/assets", asset, expect=201)
    options = [
        "--port",
        str(port),
        "--key",
        made["key"],
        "--secret",
        made["secret"],
        "--device",
        "tram-1",
        "--count",
        "2",
        "--interval",
        "0",
    ]
    assert main(options) == 0
    assert capsys.readouterr().out.count('{"accepted":2,"rejected":[]}') == 2

    steward("POST", "/sources/h1/revoke")
    wrong = Profile("127.0.0.1", port, made["key"], made["secret"], "tram-1", ["pm25"], interval_s=0.2, count=100)
    with pytest.raises(RefusedError, match="401"):
        asyncio.run(run(wrong))
