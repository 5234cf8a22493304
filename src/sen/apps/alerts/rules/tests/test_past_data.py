"""A rule tried on stored data says what it would have said live; rules over records tell one onset whatever restarts."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import msgspec
import numpy as np
import pyarrow as pa
import pytest

from sen.apps.alerts.rules.tests.conftest import Desk, rule

MINUTE = 60_000


def stored(values: np.ndarray, end_ms: int, series: int) -> tuple[np.ndarray, np.ndarray]:
    """Keep one value every five minutes up to `end_ms`; times and values."""
    from sen.kernel.configuration import settings
    from sen.telemetry.schema import OBSERVATIONS
    from sen.telemetry.store import TelemetryStore

    time = end_ms - (np.arange(len(values))[::-1] + 1) * 5 * MINUTE
    count = len(values)
    columns = {
        "series": np.full(count, series), "time": time, "value": values, "flags": np.zeros(count), "source": np.ones(count),
        "seq": np.arange(count) + 1, "received": time + 20_000,
    }  # fmt: skip
    arrays = [pa.array(columns[field.name]).cast(field.type) for field in OBSERVATIONS]
    store = TelemetryStore(settings().clickhouse_url)
    store.append(pa.table(arrays, schema=OBSERVATIONS))
    store.close()
    return time, values


def test_a_test_says_what_the_stream_would_have_said(desk: Desk) -> None:
    from sen.apps.alerts import interface as alerts
    from sen.apps.alerts.rules import jobs, services, testing
    from sen.apps.alerts.rules.backtest import firings_of
    from sen.apps.assets import interface as assets
    from sen.kernel import clock
    from sen.kernel.scopes import SYSTEM

    assets.create_asset(
        scope=SYSTEM, code="thuoc-nuoc", name="Thước nước thử", kind="water_level_station", owner="82-snnmt",
        location=(105.6, 10.4), properties=["water_level"],
    )  # fmt: skip
    [entry] = assets.directory()
    end = clock.now_ms() // (5 * MINUTE) * 5 * MINUTE
    wave = 1.6 + 0.8 * np.sin(np.arange(3 * 288) / 288 * 4 * np.pi)
    wave[100] = 9.0  # one value alone does not last ten minutes
    time, value = stored(wave, end, entry.number)
    template = desk.publish("rule", rule())
    asked = testing.ask(
        scope=desk.scope("dulieu"), unit_id=desk.province.id, content=rule(), template_id=template, version=1, days=3
    )
    jobs.try_rule.func(test=str(asked.id))
    done = testing.test(desk.scope("dulieu"), asked.id)
    assert (done.state, done.assets, done.progress) == ("done", 1, 1.0)
    assert done.count == len(done.firings) >= 5
    assert {one.name for one in done.firings} == {"Thước nước thử"}
    assert all(one.peak is not None and one.peak > 2.0 and len(one.facts["curve"]) > 10 for one in done.firings)

    # The same rows as a stream would bring them: one at a time.
    row = RuleOf(asked.id).value
    evaluator = alerts.Evaluator([row], alerts.watched_series())
    found: list[alerts.Transition] = []
    zero = np.zeros(1, np.int64)
    for at, level in zip(time, value, strict=True):
        found += evaluator.feed(zero + entry.number, zero + at, np.array([level]), zero, zero + at + 20_000)
    live = firings_of(found, clock.to_ms(asked.since))
    assert [(one.subject, one.onset, one.cleared) for one in live] == [
        (one.subject, one.onset, one.cleared) for one in done.firings
    ]
    # Tried as it is, it needs no reason to be switched on.
    services.switch_on(
        scope=desk.scope("dulieu"), unit_id=desk.province.id, template_id=template, owner_role="duty_officer"
    )


class RuleOf:
    """The rule that a test tries."""

    def __init__(self, test_id: UUID) -> None:
        from sen.apps.alerts.rules.jobs import rule_to_try
        from sen.apps.alerts.rules.models import RuleTestRow

        self.value = rule_to_try(RuleTestRow.objects.get(pk=test_id))


def test_a_stopped_test_keeps_nothing_and_a_second_one_waits(desk: Desk) -> None:
    from sen.apps.alerts.rules import jobs, testing
    from sen.kernel.errors import Conflict, InvalidInput

    scope = desk.scope("dulieu")
    asked = testing.ask(scope=scope, unit_id=desk.province.id, content=rule("dung-thu"))
    with pytest.raises(Conflict):
        testing.ask(scope=scope, unit_id=desk.province.id, content=rule("dung-thu"))
    assert testing.cancel(scope=scope, test_id=asked.id).state == "cancelled"
    jobs.try_rule.func(test=str(asked.id))
    assert testing.test(scope, asked.id).state == "cancelled"
    with pytest.raises(InvalidInput, match="ngoài khoảng đo"):
        bad = rule(when={"kind": "value", "property": "water_level", "above": 900.0})
        testing.ask(scope=scope, unit_id=desk.province.id, content=bad)


def test_a_lost_source_is_told_once_with_one_onset_over_restarts(desk: Desk) -> None:
    from sen.apps.alerts import interface as alerts
    from sen.apps.alerts.alert_models import Alert
    from sen.apps.alerts.rules import services, watch
    from sen.apps.sources import interface as sources
    from sen.kernel import clock
    from sen.kernel.scopes import SYSTEM

    made = sources.create_source(
        scope=SYSTEM, code="nguon-thu", name="Nguồn thử", connector="http_push", owner="82-snnmt"
    )
    now = clock.now()
    sources.mark_seen({made.number: sources.SeenAt(now - timedelta(hours=3), now - timedelta(hours=3), 1, 1)})
    content = rule(
        "mat-nguon",
        duration_s=120,
        when={"kind": "record", "record": "source", "text": "is_lost * (minutes_since_seen > 60)"},
    )
    template = desk.publish("rule", content)
    services.switch_on(
        scope=desk.scope("dulieu"), unit_id=desk.province.id, template_id=template, owner_role="duty_officer",
        untested_reason="Không có quá khứ để thử",
    )  # fmt: skip
    assert watch.watch_records(now) == []
    watch._rules.cache_clear()  # as after a restart
    [raised] = watch.watch_records(now + timedelta(seconds=150))
    assert (raised.change, raised.subject, raised.onset) == ("raised", "record:source:nguon-thu", clock.to_ms(now))
    assert raised.facts["values"]["is_lost"] == 1.0
    # Killed before the alert was kept: told again, the same occurrence.
    [again] = watch.watch_records(now + timedelta(seconds=165))
    assert again.occurrence == raised.occurrence
    alerts.apply_transitions([msgspec.convert(msgspec.to_builtins(again), alerts.Transition)])
    assert watch.watch_records(now + timedelta(seconds=180)) == []
    alert = Alert.objects.get(subject="record:source:nguon-thu")
    assert alert.cleared_at is None

    back = now + timedelta(seconds=200)
    sources.mark_seen({made.number: sources.SeenAt(back, back, 1, 1)})
    [cleared] = watch.watch_records(back)
    assert (cleared.change, cleared.occurrence) == ("cleared", raised.occurrence)
    alerts.apply_transitions([cleared])
    assert watch.watch_records(back + timedelta(seconds=15)) == []
