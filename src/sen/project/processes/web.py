"""The web process: Granian in this very process, so that what is killed is the server and not a parent of it."""

from __future__ import annotations

import asyncio
import signal

import uvloop
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server

from sen.kernel import garbage, heartbeat
from sen.project.processes.entry import begin


async def serve() -> None:
    """Serve until SIGTERM or SIGINT; open requests are given a few seconds."""
    configuration = begin("web", beat=False)
    from sen.project.asgi import application

    garbage.collect_less_often()
    garbage.spare_what_lives()
    server = Server(
        application,
        address=configuration.host,
        port=configuration.port,
        interface=Interfaces.ASGI,
        websockets=False,
        backlog=2048,
        backpressure=2048,  # requests in flight; an open event stream counts as one
        http1_settings=HTTP1Settings(header_read_timeout=30_000, max_buffer_size=1024 * 1024),
        log_enabled=False,
    )
    loop = asyncio.get_running_loop()
    serving = asyncio.ensure_future(server.serve())
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    heartbeat.start(configuration.data, "web")
    await asyncio.wait({serving, asyncio.ensure_future(stopped.wait())}, return_when=asyncio.FIRST_COMPLETED)
    if not serving.done():
        server.stop()  # type: ignore[no-untyped-call]
        await asyncio.wait({serving}, timeout=5)
    if serving.done():
        serving.result()


def main() -> None:
    """Entry of the process."""
    uvloop.run(serve())


if __name__ == "__main__":
    main()
