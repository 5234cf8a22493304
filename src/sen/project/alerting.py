"""From the stream ALERTS to the records, and everything that is due by the clock; each step one transaction, safe to repeat."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import structlog
from django.db import transaction
from nats.aio.msg import Msg

from sen.apps.alerts import interface as alerts
from sen.apps.directives import interface as directives
from sen.apps.emergency import interface as emergency
from sen.apps.incidents import interface as incidents
from sen.apps.indicators import interface as indicators
from sen.apps.notifications import interface as notifications
from sen.apps.shifts import interface as shifts
from sen.eventbus import ALERTS, Bus
from sen.ingest.desk import in_database
from sen.kernel import clock, heartbeat
from sen.kernel.errors import Unavailable
from sen.standards.edxml import receiving as exchange

log = structlog.get_logger(__name__)

CONSUMER = "alerts"
EVERY_S = 1.0
SLOWER_S = {"records": 5.0, "forecasts": 5.0}
"""Clocks that look less often: rules over records read every report, task and source each time, and speak of hours and days."""
MOST_OF_A_CORE = 0.04
"""Where there are so many records that a look costs more, these clocks rest longer, up to LONGEST_REST_S."""
LONGEST_REST_S = 30.0
LONGEST_PAUSE_S = 5.0

Work = Callable[[datetime], object]


def clocks() -> dict[str, Work]:
    """What is looked at every second or every few (SLOWER_S), by its name in the heartbeat."""
    return {
        "records": partial(_found_and_applied, alerts.watch_records),
        "forecasts": partial(_found_and_applied, alerts.watch_forecasts),
        "alerts": alerts.run_due,
        "shifts": shifts.run_due,
        "incidents": incidents.run_due,
        "sheets": indicators.run_due,
        "tasks": directives.run_due,
        "emergency": emergency.run_due,
        "notifications": notifications.run_due,
        "exchange": exchange.run_due,
    }


def _done(due: Work) -> float:
    """Do what is due; the processor time that this thread took for it, in seconds."""
    began = time.thread_time()
    due(clock.now())
    return time.thread_time() - began


def _found_and_applied(look: Callable[[datetime], list[alerts.Transition]], now: datetime) -> None:
    """Rules over records or forecasts: what they find and the alert of it are one transaction, so that a kill leaves both or none."""
    with transaction.atomic():
        alerts.apply_transitions(look(now))


class Alerting:
    """The work of one process; `run` until told to stop."""

    def __init__(self, bus: Bus, data: Path) -> None:
        self._bus = bus
        self._data = data
        self._started = clock.now_ms()
        self.applied = 0
        self.lag_ms = 0
        """Between the publication of the last transitions and their being in the records."""
        self.apply_ms = 0
        """How long the last message took."""
        self.pending = 0
        self.waiting_for = ""
        self.failing: dict[str, str] = {}
        """Clock → why its last run failed."""

    async def run(self, stop: asyncio.Event) -> None:
        """Everything at once, until `stop`; work in hand is finished."""
        work = [self.consume(stop), self._beat(stop), *(self.keep(name, due, stop) for name, due in clocks().items())]
        tasks = [asyncio.create_task(one) for one in work]
        stopping = asyncio.create_task(stop.wait())
        done, _pending = await asyncio.wait([*tasks, stopping], return_when=asyncio.FIRST_COMPLETED)
        stop.set()
        await asyncio.wait(tasks, timeout=8)
        for task in done - {stopping}:
            task.result()

    # -- the stream

    async def consume(self, stop: asyncio.Event) -> None:
        """Apply message after message; one that the database cannot take now comes again before the next."""
        pause = 0.2
        while not stop.is_set():
            try:
                message = await self._bus.next(ALERTS, CONSUMER, 2.0)
            except Unavailable:
                await asyncio.sleep(0.3)
                continue
            if message is None:
                continue
            pause = 0.2 if await self._take(message, pause) else min(pause * 2, LONGEST_PAUSE_S)

    async def _take(self, message: Msg, pause: float) -> bool:
        try:
            found = alerts.decode(message.data)
        except msgspec.MsgspecError:
            log.exception("transitions_unreadable", size=len(message.data))
            await message.term()
            return True
        began = time.monotonic()
        try:
            await in_database(lambda: alerts.apply_transitions(found))
        except Exception as error:
            self.waiting_for = f"postgres: {error}"[:300]
            log.warning("transitions_not_applied", transitions=len(found), error=repr(error), again_in_s=pause)
            with contextlib.suppress(Exception):
                await message.nak(delay=pause)
            await asyncio.sleep(pause)
            return False
        self.waiting_for = ""
        self.applied += len(found)
        self.apply_ms = round((time.monotonic() - began) * 1000)
        self.lag_ms = max(0, clock.now_ms() - int(message.metadata.timestamp.timestamp() * 1000))
        # An acknowledgement that is lost brings the message again: applying it twice changes nothing.
        with contextlib.suppress(Exception):
            await message.ack()
        return True

    # -- the clocks

    async def keep(self, name: str, due: Work, stop: asyncio.Event) -> None:
        """Call `due` again and again; a failure is told and tried again, and holds up no other clock."""
        every = SLOWER_S.get(name, EVERY_S)
        pause = every
        while not stop.is_set():
            began = time.monotonic()
            try:
                cost = await in_database(lambda: _done(due))
            except Exception as error:
                if name not in self.failing:
                    log.exception("clock_failed", clock=name)
                self.failing[name] = repr(error)[:300]
                pause = max(every, min(pause * 2, LONGEST_PAUSE_S))
            else:
                self.failing.pop(name, None)
                pause = max(every, min(cost / MOST_OF_A_CORE, LONGEST_REST_S)) if name in SLOWER_S else every
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(max(0.05, pause - (time.monotonic() - began))):
                    await stop.wait()

    async def _beat(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            with contextlib.suppress(Unavailable):
                info = await self._bus.api(f"CONSUMER.INFO.{ALERTS}.{CONSUMER}", timeout=1.0)
                self.pending = int(info.get("num_pending", 0)) + int(info.get("num_ack_pending", 0))
            with contextlib.suppress(OSError):
                heartbeat.write(self._data, "alerts", self._started, self.detail())
            await asyncio.sleep(heartbeat.EVERY_S)

    def detail(self) -> dict[str, Any]:
        """For the heartbeat: transitions applied, waiting messages, lag in ms, what holds it up, clocks that fail."""
        return {
            "applied": self.applied,
            "pending": self.pending,
            "lag_ms": self.lag_ms,
            "apply_ms": self.apply_ms,
            "waiting_for": self.waiting_for,
            "failing": len(self.failing),
            "failing_clocks": ", ".join(sorted(self.failing)),
        }
