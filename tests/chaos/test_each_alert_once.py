"""A storm of alerts while processes and engines are killed in turn: none lost, none doubled, nobody told twice."""

from __future__ import annotations

import asyncio
import json
import random
import threading
import time
from typing import Any

import psycopg
import pytest
from bench.mqtt_client import MqttPublisher
from bench.rules import detail, seed, wait_for
from bench.small_centre import Centre

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(600)]

VICTIMS = ("ingest", "alerts", "postgres", "nats", "clickhouse", "alerts", "ingest")
PAUSE_S = 1.5
OVER, UNDER = 350.0, 5.0


class Storm:
    """Sensors that go over their limit and back. What the gateway has not acknowledged is sent again, in the same order."""

    def __init__(self, centre: Centre, source: dict[str, Any]) -> None:
        self.centre, self.source = centre, source
        self.sent: dict[str, list[tuple[int, float]]] = {name: [] for name in source["devices"]}
        self.stop = threading.Event()
        self._chance = random.Random(4)

    def next_messages(self) -> list[bytes]:
        """One new reading of each sensor; it stays where it is for one to three readings."""
        now = time.time_ns() // 1_000_000
        made = []
        for device, known in self.sent.items():
            over = bool(known) and known[-1][1] == OVER
            value = UNDER if over != (self._chance.random() < 0.5) else OVER
            known.append((now, value))
            made.append(json.dumps({"device": device, "time": now, "values": {"so2": value}}).encode())
        return made

    async def run(self) -> None:
        """Five readings a second of each sensor until stopped; then everything that is left."""
        topic, left = f"v1/{self.source['key']}/telemetry", []
        while left or not self.stop.is_set():
            try:
                publisher = await MqttPublisher.connect(
                    "127.0.0.1", self.centre.mqtt_port, f"storm-{time.time_ns()}", self.source["key"], self.source["secret"]
                )  # fmt: skip
            except (OSError, TimeoutError, ConnectionError):
                await asyncio.sleep(0.2)
                continue
            try:
                await publisher.publish(topic, left)
                while not self.stop.is_set():
                    batch = self.next_messages()
                    left += batch
                    await publisher.publish(topic, batch)
                    await asyncio.sleep(0.2)
                await publisher.settle(10)
            except (ConnectionError, TimeoutError):
                pass
            finally:
                await publisher.close()
            left = left[publisher.acknowledged :]

    def expected(self) -> set[tuple[str, int]]:
        """(subject, onset) of every run over the limit, in plain Python."""
        found = set()
        for device, readings in self.sent.items():
            before = UNDER
            for moment, value in readings:
                if value == OVER and before == UNDER:
                    found.add((f"asset:{device}", moment))
                before = value
        return found


def raised(centre: Centre) -> list[tuple[str, int]]:
    """What the records have of the rule, each alert one."""
    with psycopg.connect(centre.engines.database) as connection:
        rows = connection.execute(
            "SELECT a.subject, a.onset_ms FROM alerts_alert a JOIN alerts_ruleinforcerow r ON r.id = a.rule_id WHERE r.code = 'do-0'"
        )
        return rows.fetchall()


def test_a_storm_under_kills_gives_each_alert_once(centre: Centre) -> None:
    made = seed(centre, communes=6, rules=4, devices=2)
    wait_for(lambda: detail(centre, "ingest").get("rules") == made["rules"], 180, "the rules are not in force")
    wait_for(lambda: not detail(centre, "ingest").get("rules_replaying"), 120, "still replaying")
    storm = Storm(centre, made["probes"])
    thread = threading.Thread(target=lambda: asyncio.run(storm.run()))
    thread.start()
    killed = 0
    try:
        time.sleep(2)
        for name in VICTIMS:
            deadline = time.monotonic() + 90
            while not (dead := centre.kill(name)) and time.monotonic() < deadline:
                time.sleep(0.2)
            killed += dead
            time.sleep(PAUSE_S)
        centre.wait_ready(180)
    finally:
        storm.stop.set()
        thread.join(120)
    assert killed == len(VICTIMS)
    expected = storm.expected()
    assert len(expected) > 100
    deadline = time.monotonic() + 180
    while set(found := raised(centre)) != expected and time.monotonic() < deadline:
        time.sleep(0.5)
    assert not expected - set(found), f"{len(expected - set(found))} of {len(expected)} alerts are missing"
    assert not set(found) - expected, "alerts that nothing has raised"
    assert len(found) == len(expected), "an alert stands twice"
    open_now = {f"asset:{device}" for device, readings in storm.sent.items() if readings[-1][1] == OVER}
    _told_once(centre, open_now)


def _told_once(centre: Centre, open_now: set[str]) -> None:
    """Cleared where the value is back, and each level of an escalation told once."""
    with psycopg.connect(centre.engines.database) as connection:
        left = connection.execute(
            "SELECT a.subject FROM alerts_alert a JOIN alerts_ruleinforcerow r ON r.id = a.rule_id WHERE r.code = 'do-0' AND a.cleared_at IS NULL"
        ).fetchall()
        assert {row[0] for row in left} == open_now
        notices = connection.execute("SELECT key, count(*) FROM notifications_notification GROUP BY key").fetchall()
        steps = connection.execute("SELECT chain_id, level, count(*) FROM shifts_chainstep GROUP BY 1, 2").fetchall()
        early = connection.execute(
            "SELECT count(*) FROM shifts_chainstep s JOIN shifts_runningchain c ON c.id = s.chain_id WHERE s.level > 0 AND s.at < c.started_at"
        ).fetchone()
    assert notices
    assert {count for _key, count in notices} == {1}
    assert {count for _chain, _level, count in steps} == {1}
    assert early == (0,)
