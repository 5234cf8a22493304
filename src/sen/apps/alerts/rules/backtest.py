"""A rule over past days: the stored measurements through the same evaluator that judges the stream, in pieces, with progress."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from sen.apps.alerts.evaluation.evaluator import Evaluator, IndexValue
from sen.apps.alerts.evaluation.hours import trailing_means
from sen.apps.alerts.evaluation.plan import Plan
from sen.apps.alerts.evaluation.values import Transition, WatchedSeries
from sen.apps.alerts.rules.values import Firing, RuleInForce
from sen.kernel import clock
from sen.telemetry.reading import Question, ms_literal, series_in
from sen.telemetry.schema import INDEX_VALUES, OBSERVATIONS
from sen.telemetry.store import TelemetryStore

HOUR_MS = 3_600_000
DAY = timedelta(days=1)
LATE_MS = 6 * HOUR_MS
"""What arrived later than this after it was measured (a load of old data) counts as if it had arrived in time."""

Progress = Callable[[float], bool]
"""Told the share that is done; answers whether to go on."""


class BackTest(msgspec.Struct, frozen=True):
    """Where a rule would have fired, oldest first; how many rows were read and how many assets it watches."""

    firings: list[Firing]
    rows_read: int
    assets: int


class Stopped(Exception):
    """Somebody stopped the test."""


def back_test(
    rule: RuleInForce,
    since: datetime,
    until: datetime,
    *,
    series: list[WatchedSeries],
    store: TelemetryStore,
    progress: Progress = lambda _done: True,
) -> BackTest:
    """Judge what was measured in [since, until) by a rule; a day before it is read along, so that windows and means are full.

    `rule.watch_from` should be `since`. Raises Stopped where `progress` says so, Unavailable where the store does not answer.
    """
    evaluator = Evaluator([rule], series, always_listening=True)
    plan = evaluator.plan
    numbers = watched_numbers(plan)
    found: list[Transition] = []
    rows_read = 0
    start = since - DAY
    moment = start
    while moment < until and numbers:
        end = min(moment + DAY, until)
        table = store.ask(_rows(numbers, moment, end))
        rows_read += table.num_rows
        for piece in _hours(table, clock.to_ms(moment), clock.to_ms(end)):
            found += evaluator.feed(*piece)
        found += _averages(evaluator, plan, store, moment, end)
        found += evaluator.tick(clock.to_ms(end))
        moment = end
        if not progress((moment - start) / (until - start)):
            raise Stopped
    return BackTest(firings_of(found, clock.to_ms(since)), rows_read, len(set(plan.pair_asset)))


def watched_numbers(plan: Plan) -> list[int]:
    """The series that a plan looks at."""
    assets = set(plan.pair_asset) | {asset for one in plan.clusters for asset in one.members}
    wanted = {number for number in plan.pair_series if number} | set(plan.gauges)
    whole = plan.probes.keys() | {plan.pair_asset[pair] for pair in plan.silence}
    whole |= {asset for one in plan.clusters for asset in one.members}
    wanted |= {one.number for asset in whole & assets for one in plan.assets.get(asset, ())}
    return sorted(wanted)


def firings_of(found: list[Transition], since: int) -> list[Firing]:
    """Occurrences out of transitions in the order in which they came; those that began before `since` (ms) are left out."""
    made: dict[tuple[str, str, int], dict[str, Any]] = {}
    for one in found:
        row = made.setdefault(
            one.occurrence,
            {"subject": one.subject, "name": one.subject.partition(":")[2], "onset": one.onset, "raised": one.at, "cleared": None,
             "peak": None, "limit": one.limit, "series": one.series, "facts": {}},
        )  # fmt: skip
        row["peak"] = one.facts.get("peak", one.value if row["peak"] is None else row["peak"])
        row["facts"] = {**row["facts"], **{key: one.facts[key] for key in _KEPT if key in one.facts}}
        if one.change == "cleared":
            row["cleared"] = one.at
    kept = [Firing(**row) for row in made.values() if row["onset"] >= since]
    return sorted(kept, key=lambda one: (one.onset, one.subject))


_KEPT = (
    "kind",
    "property",
    "severity",
    "direction",
    "label",
    "members",
    "category",
    "index",
    "silent_since",
    "forecast_at",
)


def _rows(numbers: list[int], start: datetime, end: datetime) -> Question:
    return Question(
        "SELECT series, time, value, flags, source, seq, received FROM observations FINAL "  # noqa: S608
        f"WHERE {series_in(numbers)} AND time >= {ms_literal(clock.to_ms(start))} AND time < {ms_literal(clock.to_ms(end))} "
        "ORDER BY series, time",
        OBSERVATIONS,
    )


def _hours(table: pa.Table, start: int, end: int) -> Iterator[tuple[np.ndarray, ...]]:
    """The rows hour by hour, so that what is judged together is of about the same time."""
    series = table["series"].to_numpy().astype(np.int64)
    time = table["time"].cast(pa.int64()).to_numpy()
    value, flags = table["value"].to_numpy(), table["flags"].to_numpy().astype(np.int64)
    received = table["received"].cast(pa.int64()).to_numpy()
    received = np.where(received - time > LATE_MS, time, received)
    for low in range(start, end, HOUR_MS):
        rows = np.flatnonzero((time >= low) & (time < low + HOUR_MS))
        if len(rows):
            yield series[rows], time[rows], value[rows], flags[rows], received[rows]


def _averages(
    evaluator: Evaluator, plan: Plan, store: TelemetryStore, start: datetime, end: datetime
) -> list[Transition]:
    """What the means and indices of the hours that ended in (start, end] change."""
    found: list[Transition] = []
    low, high = clock.to_ms(start) // HOUR_MS * HOUR_MS, clock.to_ms(end) // HOUR_MS * HOUR_MS
    series, assets = plan.hourly_series(), plan.indexed_assets()
    if series:
        table = store.hourly(series, clock.from_ms(low - 23 * HOUR_MS), clock.from_ms(high))
        hour = table["time"].cast(pa.int64()).to_numpy()
        means = trailing_means(table["series"].to_numpy().astype(np.int64), hour, table["mean"].to_numpy(), low, high)
        for averaging, numbers, ends, mean in means:
            found += evaluator.averages(averaging, numbers, ends, mean)
    if assets:
        sql = (
            "SELECT asset, name, period, time, value, category, main_parameter, details FROM index_values FINAL "  # noqa: S608
            f"WHERE {series_in(assets, 'asset')} AND period = 'hour' AND value >= 0 AND time >= {ms_literal(low)} "
            f"AND time < {ms_literal(high)} ORDER BY time, asset"
        )
        table = store.ask(Question(sql, INDEX_VALUES))
        ends = (table["time"].cast(pa.int64()).to_numpy() + HOUR_MS).tolist()
        rows = zip(
            table["asset"].to_pylist(), table["name"].to_pylist(), ends, table["category"].to_pylist(), strict=True
        )
        found += evaluator.index_changed([IndexValue(*one) for one in rows if one[3]])
    return found
