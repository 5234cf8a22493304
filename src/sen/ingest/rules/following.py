"""Follows which rules are in force, keeps snapshots of the evaluator, and replays what a new rule or a restart has to catch up with."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

import msgspec
import structlog

from sen.apps.alerts import interface as alerts
from sen.apps.assets.interface import SeriesEntry
from sen.apps.organisations import interface as organisations
from sen.ingest.desk import in_database
from sen.ingest.directory import Directory
from sen.ingest.rules.past import HOUR_MS, Hours, feed_rows, rows_measured_since, rows_received_since
from sen.ingest.rules.watch import RuleWatch
from sen.kernel import clock
from sen.kernel.errors import SenError
from sen.telemetry.store import TelemetryStore

log = structlog.get_logger(__name__)

POLL_S = 1.0
SNAPSHOT_S = 15.0
HOUR_ENDS_AFTER_MS = 120_000
"""So long after its end an hour is judged: what its last minutes brought has arrived and is in the roll-ups."""
FARTHEST_MS = 31 * 24 * HOUR_MS
"""No rule is replayed from longer ago."""
MARGIN_MS = 60_000

_T = TypeVar("_T")


@dataclass(frozen=True)
class Book:
    """Where the rules are written down; everything in it is called in a thread."""

    version: Callable[[], int]
    rules: Callable[[], list[alerts.RuleInForce]]
    series: Callable[[list[SeriesEntry], date], list[alerts.WatchedSeries]]
    load: Callable[[], tuple[bytes, datetime] | None]
    save: Callable[[bytes, dict[str, str]], None]


RECORDS = Book(
    lambda: hash((alerts.rules_version(), organisations.working_calendars_version())),
    alerts.rules_in_force,
    lambda entries, day: alerts.watched_series(entries, as_of=day),
    alerts.load_evaluation,
    alerts.save_evaluation,
)
"""The records of the centre."""


class RuleFollower:
    """One per ingest process. `start` before the first batch, then `run`; `save` at the end."""

    def __init__(
        self, watch: RuleWatch, store: TelemetryStore, directory: Callable[[], Directory], book: Book = RECORDS
    ) -> None:
        self.watch = watch
        self._book = book
        self._store = store
        self._directory = directory
        self._known: tuple[int, int, date] | None = None
        self._rules: list[alerts.RuleInForce] = []
        self._hours_until = 0
        self._replays: set[asyncio.Task[None]] = set()
        self._faults: dict[str, str] = {}

    @property
    def faulty(self) -> dict[str, str]:
        """Family → why its rule is not judged."""
        return self.watch.evaluator.faulty

    # -- start

    async def start(self) -> None:
        """Load rules and state and catch up with the store: what arrived after the snapshot and was stored is not in the log any more.

        Raises what the engines raise while they are away.
        """
        version = await self._version()
        plan = await self._plan(version)
        kept = await in_database(self._book.load)
        evaluator = self.watch.evaluator
        now = clock.now_ms()
        if kept is None:
            evaluator.adopt(plan, now, pause=(rule.family for rule in plan.rules))
        else:
            content, taken_at = kept
            try:
                known = alerts.Evaluator.families_of(content)
                evaluator.adopt(plan, now, pause=(rule.family for rule in plan.rules if rule.family not in known))
                self.watch.enqueue(evaluator.restore(content, now))
            except (msgspec.MsgspecError, ValueError, OSError) as error:
                log.warning("rules_snapshot_unreadable", error=repr(error))
                evaluator.adopt(plan, now, pause=(rule.family for rule in plan.rules))
            else:
                since = min(clock.to_ms(taken_at), evaluator.heard_until() or now) - MARGIN_MS
                read = list(await asyncio.to_thread(lambda: list(rows_received_since(self._store, since))))
                self.watch.enqueue(feed_rows(evaluator, iter(read)))
                hours = await asyncio.to_thread(Hours, self._store, plan, since - HOUR_MS, now - HOUR_ENDS_AFTER_MS)
                self.watch.enqueue(hours.judge(evaluator))
                log.info("rules_restored", families=len(known), rows=sum(len(rows) for rows in read))
        self._known, self._hours_until = version, now - HOUR_ENDS_AFTER_MS
        self._replay(rule for rule in plan.rules if rule.family in evaluator.paused)

    # -- work

    async def run(self) -> None:
        """Look each second for other rules, tick, and save a snapshot every few seconds."""
        saved = time.monotonic()
        while True:
            await asyncio.sleep(POLL_S)
            try:
                version = await self._version()
                if version != self._known:
                    await self._use(version)
                self.watch.tick()
                if time.monotonic() - saved >= SNAPSHOT_S or self._faults != self.faulty:
                    saved = time.monotonic()
                    await self.save()
            except Exception as error:
                log.warning("rules_not_followed", error=repr(error))

    async def hours_passed(self) -> None:
        """The roll-ups were refreshed: judge the hours that have ended since the last time."""
        until = (clock.now_ms() - HOUR_ENDS_AFTER_MS) // HOUR_MS * HOUR_MS
        if until <= self._hours_until // HOUR_MS * HOUR_MS:
            return
        plan = self.watch.evaluator.plan
        hours = await asyncio.to_thread(Hours, self._store, plan, self._hours_until, until)
        if plan is self.watch.evaluator.plan:
            self._hours_until = until
            self.watch.enqueue(hours.judge(self.watch.evaluator))

    async def save(self) -> None:
        """Keep the state, after everything that it has found is in the log: nothing may be lost between the two."""
        faults = dict(self.faulty)
        content = self.watch.evaluator.dump()
        await self.watch.settled()
        await in_database(lambda: self._book.save(content, faults))
        self._faults = faults

    async def _version(self) -> tuple[int, int, date]:
        """What the plan depends on: rules with the office hours of units, directory, and the day, on which limits may begin to hold."""
        rules = int(await in_database(self._book.version))
        return rules, self._directory().version, clock.local(clock.now()).date()

    async def _plan(self, version: tuple[int, int, date]) -> alerts.Plan:
        entries = list(self._directory().entries.values())
        rules: list[alerts.RuleInForce] = await in_database(self._book.rules)
        series = await in_database(lambda: self._book.series(entries, version[2]))
        self._rules = rules
        return await asyncio.to_thread(alerts.compile_plan, rules, series)

    async def _use(self, version: tuple[int, int, date]) -> None:
        plan = await self._plan(version)
        evaluator = self.watch.evaluator
        new = [rule for rule in plan.rules if rule.family not in evaluator.families]
        self.watch.enqueue(evaluator.adopt(plan, clock.now_ms(), pause=(rule.family for rule in new)))
        self.watch.judge_early()
        self._known = version
        log.info("rules_changed", rules=len(plan.rules), new=len(new), broken=len(plan.broken))
        self._replay(new)

    def _replay(self, rules: Iterable[alerts.RuleInForce]) -> None:
        new = list(rules)
        if new:
            task = asyncio.create_task(self._catch_up(new, self.watch.tap()))
            self._replays.add(task)
            task.add_done_callback(self._replays.discard)

    async def _catch_up(self, new: list[alerts.RuleInForce], tap: list[Any]) -> None:
        """Let new rules see what was stored since they watch, in an evaluator of their own, then take them in."""
        self.watch.replaying += len(new)
        families = {rule.family for rule in new}
        series = list(self.watch.evaluator.plan.series.values())
        since = max(clock.now_ms() - FARTHEST_MS, min(clock.to_ms(rule.watch_from) for rule in new))

        def replay() -> tuple[alerts.Evaluator, list[alerts.Transition]]:
            other = alerts.Evaluator(new, series)
            concerned = other.plan.watched_numbers()
            back = max((one.span for one in other.plan.windows()), default=0)
            found = feed_rows(other, rows_measured_since(self._store, concerned, since - back))
            hours = Hours(self._store, other.plan, since, clock.now_ms() - HOUR_ENDS_AFTER_MS)
            return other, found + hours.judge(other)

        try:
            other, found = await _until_done(replay)
            # Rules that went meanwhile are left out by the join; one that came anew has its own replay.
            self.watch.enqueue([one for one in found if one.family in self.watch.evaluator.families & families])
            self.watch.join(other, tap)
            log.info("rules_replayed", rules=len(new), transitions=len(found))
        finally:
            self.watch.untap(tap)
            self.watch.replaying -= len(new)


async def _until_done(work: Callable[[], _T]) -> _T:
    """Run `work` in a thread until the store is there."""
    while True:
        try:
            return await asyncio.to_thread(work)
        except SenError as error:
            log.warning("rules_not_replayed", error=str(error))
            await asyncio.sleep(2.0)
