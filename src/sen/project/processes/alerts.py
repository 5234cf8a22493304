"""The alerts process: applies what the rules found to the records, and runs the clocks of alerts, shifts, incidents and notifications."""

from __future__ import annotations

import asyncio
import signal

from sen.project.processes.entry import begin


def main() -> None:
    """Work until SIGTERM or SIGINT; what is not acknowledged then comes again at the next start."""
    begin("alerts", beat=False)
    asyncio.run(_run())


async def _run() -> None:
    from sen.eventbus import connect
    from sen.kernel.configuration import settings
    from sen.project.alerting import Alerting

    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    bus = await connect(settings().nats_url, "sen-alerts")
    try:
        await Alerting(bus, settings().data).run(stop)
    finally:
        await bus.close()


if __name__ == "__main__":
    main()
