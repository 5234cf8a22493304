"""The connectors process: runs every connector that has a runner, starts again what fails, and spreads changes of credentials."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from typing import TYPE_CHECKING

import structlog
from nats.aio.msg import Msg

from sen.kernel import heartbeat
from sen.project.processes.entry import begin

if TYPE_CHECKING:
    from sen.eventbus import Bus
    from sen.project.connector_host import ConnectorHost

log = structlog.get_logger(__name__)

_LOOK_FOR_CHANGES_S = 5.0
_PORTS_PATIENCE_S = 8.0
_LONGEST_PAUSE_S = 30.0


def main() -> None:
    """Run until SIGTERM or SIGINT."""
    begin("connectors", beat=False)
    asyncio.run(_run())


async def _run() -> None:
    from sen.eventbus import connect
    from sen.kernel.configuration import settings
    from sen.project.connector_host import ConnectorHost

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    bus = await connect(settings().nats_url, "sen-connectors")
    host = ConnectorHost(settings(), bus, stop)
    beating = asyncio.create_task(_beat_when_listening(host))
    try:
        await serve(host, bus)
    finally:
        beating.cancel()
        await bus.close()


async def _beat_when_listening(host: ConnectorHost) -> None:
    """The first heartbeat makes the process ready, so it waits for the device ports; a port that stays shut must not hold up the rest."""
    with contextlib.suppress(asyncio.TimeoutError):
        await asyncio.wait_for(host.all_listening.wait(), _PORTS_PATIENCE_S)
    heartbeat.start(
        host.data,
        "connectors",
        lambda: {"listening": len(host.ports), "failures": host.failures, "ports": dict(host.ports)},
    )


async def serve(host: ConnectorHost, bus: Bus) -> None:
    """Run the connectors on `host` until its `stop` is set."""
    from sen.connector_sdk import registry

    async def credentials_changed(message: Msg) -> None:
        try:
            await host.accounts_changed()
            answer = b"ok"
        except Exception as error:
            log.exception("credentials_not_applied")
            answer = f"failed: {error}".encode()
        if message.reply:
            await message.respond(answer)

    end = await bus.subscribe("control.credentials", credentials_changed)
    work = [
        asyncio.create_task(_keep_running(host, code), name=code)
        for code, m in registry.connectors().items()
        if m.parts.runner
    ]
    work.append(asyncio.create_task(_watch(host), name="watch"))
    log.info("connectors_ready", connectors=[task.get_name() for task in work])
    try:
        await host.stop.wait()
        await asyncio.wait(work, timeout=5)
    finally:
        await end()
        for task in work:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await task


async def _keep_running(host: ConnectorHost, code: str) -> None:
    from sen.connector_sdk import registry

    pause = 1.0
    while not host.stop.is_set():
        try:
            runner = registry.runner(code)
            if runner is None:
                return
            await runner(host)
        except Exception as error:
            host.failures += 1
            log.exception("connector_failed", connector=code, error=repr(error), again_in_s=pause)
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(host.stop.wait(), pause)
            pause = min(pause * 2, _LONGEST_PAUSE_S)


async def _watch(host: ConnectorHost) -> None:
    """Secrets also end by the clock, and a signal may be lost: look every few seconds."""
    from sen.project.connector_host import fingerprint

    known: int | None = None
    while not host.stop.is_set():
        try:
            present = await asyncio.to_thread(fingerprint)
            if present != known:
                await host.accounts_changed()
                known = present
        except Exception as error:
            log.warning("accounts_not_read", error=repr(error))
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(host.stop.wait(), _LOOK_FOR_CHANGES_S)


if __name__ == "__main__":
    main()
