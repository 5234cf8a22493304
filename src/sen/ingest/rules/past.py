"""What a replay reads from the store, and feeds to an evaluator. Runs in a thread."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import numpy as np
import pyarrow as pa

from sen.apps.alerts import interface as alerts
from sen.ingest.rows import Rows
from sen.kernel import clock
from sen.telemetry.reading import Question, ms_literal, series_in
from sen.telemetry.schema import INDEX_VALUES, OBSERVATIONS
from sen.telemetry.store import TelemetryStore

HOUR_MS = 3_600_000
MOST_ROWS = 1_000_000
"""Rows in one batch of a replay; a longer past is read hour by hour."""
LATEST_MS = 7 * 24 * HOUR_MS
"""Rows that tell of a moment longer ago than this at their arrival change no episode."""


def rows_received_since(store: TelemetryStore, received: int) -> Iterator[Rows]:
    """Everything stored that arrived after `received` (ms), in batches as the log gave it."""
    where = f"received > {ms_literal(received)} AND time > {ms_literal(received - LATEST_MS)}"
    yield from _batches(store, where, received)


def rows_measured_since(store: TelemetryStore, series: Collection[int], since: int) -> Iterator[Rows]:
    """What is stored of some series of the time after `since` (ms)."""
    if series:
        yield from _batches(store, f"{series_in(sorted(series))} AND time > {ms_literal(since)}", since)


def _batches(store: TelemetryStore, where: str, since: int) -> Iterator[Rows]:
    count = pa.schema([("rows", pa.uint64())])
    rows = store.ask(Question(f"SELECT count() AS rows FROM observations WHERE {where}", count))  # noqa: S608
    if int(rows["rows"][0].as_py()) <= MOST_ROWS:
        yield _rows(store, where)
        return
    end = clock.now_ms()
    for start in range(since, end, HOUR_MS):
        until = f" AND time <= {ms_literal(start + HOUR_MS)}" if start + HOUR_MS < end else ""
        yield _rows(store, f"{where} AND time > {ms_literal(start)}{until}")


def _rows(store: TelemetryStore, where: str) -> Rows:
    columns = "series, time, value, flags, source, seq, received"
    sql = f"SELECT {columns} FROM observations FINAL WHERE {where} ORDER BY series, time"  # noqa: S608
    return Rows.of_table(store.ask(Question(sql, OBSERVATIONS)))


def feed_rows(evaluator: alerts.Evaluator, batches: Iterator[Rows]) -> list[alerts.Transition]:
    """Everything of a replay."""
    found: list[alerts.Transition] = []
    for rows in batches:
        found += evaluator.feed(rows.series, rows.time, rows.value, rows.flags, rows.received)
    return found


class Hours:
    """Means and indices of the hours that ended in (since, until], read ahead so that they can be judged at one stroke."""

    def __init__(self, store: TelemetryStore, plan: alerts.Plan, since: int, until: int) -> None:
        self.means: list[tuple[str, np.ndarray, np.ndarray, np.ndarray]] = []
        self.indices: list[alerts.IndexValue] = []
        since, until = since // HOUR_MS * HOUR_MS, until // HOUR_MS * HOUR_MS
        series, assets = plan.hourly_series(), plan.indexed_assets()
        if since >= until:
            return
        if series:
            start, end = clock.from_ms(since - 23 * HOUR_MS), clock.from_ms(until)
            table = store.hourly(series, start, end)
            hour = table["time"].cast(pa.int64()).to_numpy()
            number, mean = table["series"].to_numpy().astype(np.int64), table["mean"].to_numpy()
            self.means = list(alerts.trailing_means(number, hour, mean, since, until))
        if assets:
            sql = (
                f"SELECT asset, name, period, time, value, category, main_parameter, details FROM index_values FINAL "  # noqa: S608
                f"WHERE {series_in(assets, 'asset')} AND period = 'hour' AND value >= 0 AND time >= {ms_literal(since)} "
                f"AND time < {ms_literal(until)} ORDER BY time, asset"
            )
            table = store.ask(Question(sql, INDEX_VALUES))
            ends = (table["time"].cast(pa.int64()).to_numpy() + HOUR_MS).tolist()
            columns = (table["asset"].to_pylist(), table["name"].to_pylist(), ends, table["category"].to_pylist())
            self.indices = [alerts.IndexValue(*one) for one in zip(*columns, strict=True) if one[3]]

    def judge(self, evaluator: alerts.Evaluator) -> list[alerts.Transition]:
        """What they change."""
        found: list[alerts.Transition] = []
        for averaging, series, ends, mean in self.means:
            found += evaluator.averages(averaging, series, ends, mean)
        return found + evaluator.index_changed(self.indices)
