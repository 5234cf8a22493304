"""Judges each batch and publishes what was found, in order: after the batch is stored, before the log is told that it is."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog

from sen.apps.alerts import interface as alerts
from sen.eventbus import ALERTS_SUBJECT, Bus
from sen.ingest.rows import Rows
from sen.kernel import clock
from sen.kernel.errors import Unavailable

log = structlog.get_logger(__name__)

AT_ONCE = 500
"""Transitions in one message: some 200 kB."""
MOST_EARLY = 100_000
"""Rows kept of series that the rules do not list yet; more than a second brings of stations that were just set up."""


@dataclass
class Found:
    """What one batch, or one tick of the clock, has brought. Published in the order of finding, whoever is ready first."""

    transitions: Sequence[alerts.Transition]
    rows: Rows | None = None
    """The rows of a batch until they are stored."""
    stored: asyncio.Event = field(default_factory=asyncio.Event)
    published: asyncio.Event = field(default_factory=asyncio.Event)


class RuleWatch:
    """The evaluator of the ingest process. All of it runs in the event loop's thread."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self.evaluator = alerts.Evaluator([], [])
        self.transitions = 0
        self.failures = 0
        self.seconds = 0.0
        """Processor time spent on judging since the start."""
        self.replaying = 0
        """New rules that still read past data."""
        self._queue: deque[Found] = deque()
        self._more = asyncio.Event()
        self._taps: list[list[Rows]] = []
        self._read_up_to: dict[str, int] = {}
        self._early: deque[Rows] = deque()

    # -- judging

    def judge(self, rows: Rows) -> Found:
        """Judge a batch that is about to be stored; never raises."""
        for tap in self._taps:
            tap.append(rows)
        return self.enqueue(self._feed(self.evaluator, self._listed(rows)), rows)

    def _listed(self, rows: Rows) -> Rows:
        """The rows that can be judged now; those of a station that is resolved before the rules list it wait for `judge_early`."""
        listed = self.evaluator.lists(rows.series)
        if listed.all():
            return rows
        self._early.append(rows.take(~listed))
        while sum(len(one) for one in self._early) > MOST_EARLY:
            log.warning("early_rows_not_judged", rows=len(self._early.popleft()))
        return rows.take(listed)

    def judge_early(self) -> None:
        """The rules list other series: judge what came too early; what is still not listed waits on."""
        waiting, self._early = self._early, deque()
        for rows in waiting:
            if found := self._feed(self.evaluator, self._listed(rows)):
                self.enqueue(found)

    def _feed(self, evaluator: alerts.Evaluator, rows: Rows) -> list[alerts.Transition]:
        began = time.thread_time()
        try:
            return evaluator.feed(rows.series, rows.time, rows.value, rows.flags, rows.received)
        except Exception:
            # A fault in the evaluator itself: readings are worth more than rules, and the log of the process says what broke.
            self.failures += 1
            log.exception("rules_not_evaluated", rows=len(rows))
            return []
        finally:
            self.seconds += time.thread_time() - began

    def enqueue(self, transitions: Sequence[alerts.Transition], rows: Rows | None = None) -> Found:
        """Put transitions behind those that were found before; those of a batch wait until `stored` is set."""
        found = Found(transitions, rows)
        if rows is None:
            found.stored.set()
        self._queue.append(found)
        self._more.set()
        return found

    async def publish(self, found: Found) -> None:
        """The batch is stored: returns when its transitions are in the log."""
        found.rows = None
        found.stored.set()
        await found.published.wait()

    async def run(self) -> None:
        """Publish in order, for ever."""
        while True:
            while not self._queue:
                self._more.clear()
                await self._more.wait()
            await self._queue[0].stored.wait()
            ready: list[Found] = []
            while self._queue and self._queue[0].stored.is_set():
                ready.append(self._queue.popleft())
            await self._send([one for found in ready for one in found.transitions])
            for found in ready:
                found.published.set()

    async def _send(self, transitions: list[alerts.Transition]) -> None:
        for start in range(0, len(transitions), AT_ONCE):
            body = alerts.encode(transitions[start : start + AT_ONCE])
            headers = {"Nats-Msg-Id": hashlib.sha256(body).hexdigest()}
            pause = 0.1
            while True:
                try:
                    await self._bus.publish(ALERTS_SUBJECT, body, headers=headers)
                except Unavailable as error:
                    log.warning("alerts_not_published", error=str(error))
                    await asyncio.sleep(pause)
                    pause = min(pause * 2, 2.0)
                else:
                    break
        self.transitions += len(transitions)

    # -- the clock

    def read(self, stream: str, stamp_ms: int | None) -> None:
        """How far a stream was judged: the log's stamp of its newest message, None where nothing waits in it."""
        self._read_up_to[stream] = clock.now_ms() if stamp_ms is None else stamp_ms

    def arrived_until(self) -> int:
        """Until when everything that arrived was judged, ms; 0 before both streams were looked at."""
        return min(self._read_up_to.values(), default=0)

    def tick(self) -> None:
        """Judge what only the clock can say."""
        if until := self.arrived_until():
            try:
                found = self.evaluator.tick(until)
            except Exception:
                self.failures += 1
                log.exception("rules_not_ticked")
            else:
                if found:
                    self.enqueue(found)

    # -- replays and snapshots

    def tap(self) -> list[Rows]:
        """From now on every batch, beginning with those that are not stored yet, is put into the list too, until `untap`."""
        made = [found.rows for found in self._queue if found.rows is not None]
        self._taps.append(made)
        return made

    def untap(self, tap: list[Rows]) -> None:
        """Stop filling a list of `tap`."""
        self._taps = [one for one in self._taps if one is not tap]

    def join(self, other: alerts.Evaluator, tap: list[Rows]) -> None:
        """Take rules over that were replayed: first they see what came during the replay."""
        self.untap(tap)
        for rows in tap:
            if found := self._feed(other, rows):
                self.enqueue(found)
        self.evaluator.join(other)

    async def settled(self) -> None:
        """Returns when everything that was found until now is in the log."""
        for found in list(self._queue):
            await found.published.wait()
