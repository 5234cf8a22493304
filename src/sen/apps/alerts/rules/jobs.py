"""Tries rules on past data, outside the request of the person who asked for it."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import msgspec
import numpy as np
import structlog
from procrastinate.contrib.django import app

from sen.apps.access.interface import SYSTEM
from sen.apps.alerts.evaluation.values import WatchedSeries
from sen.apps.alerts.rules import forecast_test, testing
from sen.apps.alerts.rules.backtest import BackTest, Stopped, back_test
from sen.apps.alerts.rules.in_force import family
from sen.apps.alerts.rules.models import RuleTestRow
from sen.apps.alerts.rules.values import Firing, RuleInForce
from sen.apps.assets import interface as assets
from sen.apps.organisations import interface as organisations
from sen.apps.packs import interface as packs
from sen.kernel import clock
from sen.kernel.configuration import settings
from sen.kernel.errors import SenError
from sen.telemetry.store import TelemetryStore

log = structlog.get_logger(__name__)

KEPT = 60
"""Firings that are kept one by one; all are counted."""
CURVES = 40
CURVE_POINTS = 48
CHATTER = timedelta(minutes=10)


@app.task(name="alerts.try_rule", retry=1)
def try_rule(test: str) -> None:
    """Run a test that somebody asked for; stopped or run before, nothing happens."""
    row = testing.begin(UUID(test))
    if row is None:
        return
    try:
        found = _run(row)
    except Stopped:
        return
    except SenError as error:
        testing.finish(
            row.pk, state=testing.State.FAILED, at=clock.now(), error=f"{error.message} {error.action}"[:500]
        )
        log.warning("rule_test_failed", test=test, error=str(error))
        return
    testing.finish(
        row.pk, state=testing.State.DONE, at=clock.now(), progress=1.0, rows_read=found.rows_read, count=len(found.firings),
        subjects=len({one.subject for one in found.firings}), assets=found.assets,
        chattering=[name_of(one) for one in chattering(found.firings)],
        firings=[msgspec.to_builtins(one) for one in _shown(found.firings)],
    )  # fmt: skip


def _run(row: RuleTestRow) -> BackTest:
    from sen.apps.alerts import watching

    rule = rule_to_try(row)
    mine: list[WatchedSeries] = [one for one in watching.watched_series() if one.owner_unit_id in rule.unit_ids]
    store = TelemetryStore(settings().clickhouse_url)
    run = forecast_test.back_test if isinstance(rule.content.when, packs.Forecast) else back_test
    try:
        return run(
            rule, row.since, row.until, series=mine, store=store, progress=lambda done: testing.report(row.pk, done)
        )
    finally:
        store.close()


def rule_to_try(row: RuleTestRow) -> RuleInForce:
    """The rule as it would watch the whole subtree of the unit from the beginning of the test."""
    content = msgspec.convert(row.content, packs.Rule)
    about = row.template_id or row.pk
    return RuleInForce(
        id=row.pk, family=family(about, row.unit_id), template_id=about, unit_id=row.unit_id, code=content.code,
        name=content.name, version=row.version or 0, content=content, unit_ids=organisations.subtree_ids(row.unit_id),
        watch_from=row.since,
    )  # fmt: skip


def chattering(firings: list[Firing]) -> list[str]:
    """Subjects that began again within CHATTER of their end, the worst first."""
    by_subject: dict[str, list[Firing]] = {}
    for one in firings:
        by_subject.setdefault(one.subject, []).append(one)
    gap = CHATTER.total_seconds() * 1000
    again = Counter(
        {
            subject: sum(two.onset - (one.cleared or two.onset) < gap for one, two in pairwise(several))
            for subject, several in by_subject.items()
        }
    )
    return [subject for subject, times in again.most_common() if times]


def name_of(subject: str) -> str:
    """What a subject is called: an asset's name, else its code."""
    kind, _colon, code = subject.partition(":")
    if kind != "asset":
        return code
    try:
        return assets.asset(SYSTEM, code).name
    except SenError:
        return code


def _shown(firings: list[Firing]) -> list[Firing]:
    """The first firings with names, and the values around them for a small chart."""
    names: dict[str, str] = {}
    made = []
    for place, one in enumerate(firings[:KEPT]):
        if one.subject not in names:
            names[one.subject] = name_of(one.subject)
        facts = one.facts | ({"curve": _curve(one)} if place < CURVES and one.series else {})
        made.append(msgspec.structs.replace(one, name=names[one.subject], facts=facts))
    return made


def _curve(one: Firing) -> list[float | None]:
    """Some values from before a firing until after it, evenly spaced."""
    margin = timedelta(hours=2)
    start = clock.from_ms(one.onset) - margin
    end = min(clock.from_ms(one.cleared or one.raised) + margin, start + timedelta(days=7))
    step: Any = "5minutes" if end - start <= timedelta(hours=12) else "hour"
    store = TelemetryStore(settings().clickhouse_url)
    try:
        table = store.aggregate(one.series or 0, start, end, step)
    finally:
        store.close()
    values = table["value"].to_numpy()
    values = values[~np.isnan(values)]
    if len(values) > CURVE_POINTS:
        values = values[np.linspace(0, len(values) - 1, CURVE_POINTS).astype(int)]
    return [round(float(value), 4) for value in values]
