"""Rules on the way of the readings, with the real log and store: order, restarts from a snapshot, rules that come later."""

from __future__ import annotations

import asyncio
import base64
import json
import os
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from sen.apps.alerts import interface as alerts
from sen.apps.packs import interface as packs
from sen.eventbus import ALERTS, Bus, LogBatch, connect
from sen.ingest.directory import Device, Directory, Limits, Origin
from sen.ingest.metrics import Metrics
from sen.ingest.pipeline import Pipeline
from sen.ingest.rules.following import Book, RuleFollower
from sen.ingest.rules.watch import RuleWatch
from sen.kernel import clock
from sen.telemetry.ddl import migrate
from sen.telemetry.store import TelemetryStore

MINUTE = 60_000
UNIT = UUID(int=7)


class Records:
    """A book of rules that a test writes: rules in force, series, the snapshot."""

    def __init__(self) -> None:
        self.rules: list[alerts.RuleInForce] = []
        self.version = 1
        self.kept: tuple[bytes, datetime] | None = None
        self.listed = {1, 2}
        self.book = Book(lambda: self.version, lambda: self.rules, self.series, lambda: self.kept, self.save)

    def series(self, *_: Any) -> list[alerts.WatchedSeries]:
        found = [
            alerts.WatchedSeries(1, 1, "D", "sensor", "pm25", UNIT, UNIT, "82", 105.0, 10.0, 60),
            alerts.WatchedSeries(2, 1, "D", "sensor", "pm10", UNIT, UNIT, "82", 105.0, 10.0, 60),
        ]
        return [one for one in found if one.number in self.listed]

    def save(self, content: bytes, faults: dict[str, str]) -> None:
        self.kept = (content, clock.now())


def rule(code: str, when: packs.Condition, since: int, **more: Any) -> alerts.RuleInForce:
    content = packs.Rule(code=code, name=code, when=when, severity="warning", procedure="p", clock_minutes=10, **more)
    number = UUID(int=sum(code.encode()))
    return alerts.RuleInForce(
        id=number, family=f"{code}:{UNIT}", template_id=number, unit_id=UNIT, code=code, name=code, version=1, content=content,
        unit_ids=frozenset([UNIT]), watch_from=datetime.fromtimestamp(since / 1000, UTC),
    )  # fmt: skip


def directory() -> Directory:
    origin = Origin(1, "s", "k", "mqtt", True, UNIT, {"D": Device({"pm25": 1, "pm10": 2})})
    return Directory(1, {"k": origin}, {1: origin}, {}, {}, {}, Limits.sized(4))


def batch(*found: tuple[int, dict[str, float]], first: int = 0) -> LogBatch:
    payloads = [json.dumps({"device": "D", "time": time, "values": values}).encode() for time, values in found]
    stamps = [time * 1_000_000 + first + n for n, (time, _) in enumerate(found)]
    size = len(payloads)
    return LogBatch([b"readings.k"] * size, payloads, [b""] * size, stamps, list(range(first, first + size)))


@pytest.fixture
def records() -> Records:
    return Records()


@pytest.fixture
def store() -> TelemetryStore:
    url = os.environ["SEN_CLICKHOUSE_URL"]
    migrate(url)
    made = TelemetryStore(url)
    for table in ("observations", "latest", "touched_hours"):
        made.command(f"TRUNCATE TABLE {table}")
    return made


@pytest.fixture
async def bus() -> AsyncIterator[Bus]:
    made = await connect(os.environ["SEN_NATS_URL"])
    await made.ensure_streams()
    await made.api(f"STREAM.PURGE.{ALERTS}")
    yield made
    await made.close()


class Process:
    """An ingest process without its readers: killed by forgetting it."""

    def __init__(self, store: TelemetryStore, bus: Bus, records: Records) -> None:
        self.watch = RuleWatch(bus)
        self.pipeline = Pipeline(store, bus, directory(), Metrics(self.watch), self.watch)
        self.follower = RuleFollower(self.watch, store, lambda: self.pipeline.directory, records.book)
        self.publishing = asyncio.create_task(self.watch.run())

    async def take(self, part: LogBatch) -> None:
        await self.pipeline.keep(self.pipeline.prepare(part))

    async def until(self, what: Callable[[], bool]) -> None:
        async with asyncio.timeout(120):
            while not what():  # noqa: ASYNC110 - it waits for a thread's work
                await asyncio.sleep(0.01)
        await self.watch.settled()

    def kill(self) -> None:
        self.publishing.cancel()


async def published(bus: Bus) -> list[tuple[str, str, int]]:
    """(change, rule, onset) of everything in the stream, in its order."""
    info = (await bus.api(f"STREAM.INFO.{ALERTS}"))["state"]
    found: list[tuple[str, str, int]] = []
    for sequence in range(int(info["first_seq"]), int(info["last_seq"]) + 1):
        message = await bus.api(f"STREAM.MSG.GET.{ALERTS}", {"seq": sequence})
        body = base64.b64decode(message["message"]["data"])
        found += [(one.change, one.family.partition(":")[0], one.onset) for one in alerts.decode(body)]
    return found


async def test_a_restart_neither_misses_nor_repeats(store: TelemetryStore, bus: Bus, records: Records) -> None:
    start = clock.now_ms() // MINUTE * MINUTE - 60 * MINUTE
    records.rules = [rule("over", packs.Beyond(property="pm25", above=50), start, duration_s=300)]
    rows = [(start + n * MINUTE, {"pm25": 80.0 if 5 <= n < 15 or n >= 30 else 10.0}) for n in range(40)]
    first = Process(store, bus, records)
    await first.follower.start()
    await first.take(batch(*rows[:8]))
    await first.follower.save()
    # Stored, and what was found in it published, but killed before the log was told; the snapshot is from before it.
    await first.take(batch(*rows[8:20], first=8))
    first.kill()
    second = Process(store, bus, records)
    await second.follower.start()
    await second.watch.settled()
    await second.take(batch(*rows[8:20], first=8))
    await second.take(batch(*rows[20:], first=20))
    second.kill()
    found = await published(bus)
    assert {one for one in found if one[0] == "raised"} == {
        ("raised", "over", start + 5 * MINUTE),
        ("raised", "over", start + 30 * MINUTE),
    }
    assert [one for one in dict.fromkeys(found) if one[0] == "cleared"] == [("cleared", "over", start + 5 * MINUTE)]


async def test_a_new_rule_sees_what_was_before_it(store: TelemetryStore, bus: Bus, records: Records) -> None:
    start = clock.now_ms() // MINUTE * MINUTE - 60 * MINUTE
    process = Process(store, bus, records)
    await process.follower.start()
    await process.take(batch(*[(start + n * MINUTE, {"pm25": 10.0 + n, "pm10": 5.0}) for n in range(30)]))
    records.rules = [
        rule("late", packs.Beyond(property="pm25", above=30), start + 10 * MINUTE),
        rule("steep", packs.Rate(property="pm25", rise=15, over_minutes=20), start + 25 * MINUTE),
    ]
    records.version = 2
    following_ = asyncio.create_task(process.follower.run())
    await process.until(lambda: len(process.watch.evaluator.families) == 2 and not process.watch.evaluator.paused)
    # What the new rules have taken over goes on with the stream.
    await process.take(batch((start + 31 * MINUTE, {"pm25": 10.0, "pm10": 5.0}), first=100))
    records.rules, records.version = records.rules[:1], 3
    await process.until(lambda: len(process.watch.evaluator.families) == 1)
    following_.cancel()
    process.kill()
    assert await published(bus) == [
        ("raised", "late", start + 21 * MINUTE),
        ("raised", "steep", start + 25 * MINUTE),
        ("cleared", "late", start + 21 * MINUTE),
        ("cleared", "steep", start + 25 * MINUTE),
    ]


async def test_a_rule_that_breaks_stops_nothing(store: TelemetryStore, bus: Bus, records: Records) -> None:
    start = clock.now_ms() // MINUTE * MINUTE - 60 * MINUTE
    records.rules = [
        rule("broken", packs.Several(of=[packs.Forecast(property="pm25", above=1.0)]), start),
        rule("odd", packs.IndexReaches(index="NO_INDEX", category="x"), start),
        rule("sound", packs.Beyond(property="pm25", above=50), start),
    ]
    process = Process(store, bus, records)
    await process.follower.start()
    await process.until(lambda: not process.watch.evaluator.paused)
    await process.take(batch((start + MINUTE, {"pm25": 80.0})))
    process.kill()
    assert [one[:2] for one in await published(bus)] == [("raised", "sound")]
    assert set(process.follower.faulty) == {f"broken:{UNIT}", f"odd:{UNIT}"}
    detail = process.pipeline.metrics.detail()
    assert (detail["rules_faulty"], detail["transitions"], detail["conditions_holding"]) == (2, 1, 1)


async def test_a_station_that_sends_before_the_rules_list_it_is_judged(
    store: TelemetryStore, bus: Bus, records: Records
) -> None:
    start = clock.now_ms() // MINUTE * MINUTE - 60 * MINUTE
    records.rules = [rule("over", packs.Beyond(property="pm25", above=50), start)]
    records.rules += [rule("new", packs.Beyond(property="pm10", above=50), start, duration_s=120)]
    records.listed = {1}
    process = Process(store, bus, records)
    await process.follower.start()
    await process.until(lambda: not process.watch.evaluator.paused)
    await process.take(batch((start + MINUTE, {"pm25": 80.0, "pm10": 80.0}), (start + 2 * MINUTE, {"pm10": 90.0})))
    assert [one[:2] for one in await published(bus)] == [("raised", "over")]
    records.listed, records.version = {1, 2}, 2
    following_ = asyncio.create_task(process.follower.run())
    await process.until(lambda: 2 in process.watch.evaluator.plan.series)
    # The flood began with the first reading, which nobody sends again.
    await process.take(batch((start + 3 * MINUTE, {"pm10": 70.0}), first=10))
    following_.cancel()
    process.kill()
    assert (await published(bus))[1:] == [("raised", "new", start + MINUTE)]
