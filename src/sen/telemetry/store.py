"""The synchronous door to telemetry, for ingest and jobs: append, read, refresh. One HTTP connection pool, thread safe."""

# ruff: noqa: S608 - numbers pass through int(), strings are server-side parameters
from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

import clickhouse_connect
import numpy as np
import pyarrow as pa
from clickhouse_connect.driver.exceptions import ClickHouseError, OperationalError
from urllib3.exceptions import HTTPError

from sen.kernel import clock
from sen.kernel.errors import InvalidInput, SenError, Unavailable
from sen.telemetry import reading, rollups, steps
from sen.telemetry.address import error_of, parse, unreachable
from sen.telemetry.ddl import connect
from sen.telemetry.reading import DAY_MS, HOUR_MS, LOCAL_MS, Question, ceil_ms, floor_ms
from sen.telemetry.rollups import RefreshResult
from sen.telemetry.schema import INDEX_VALUES, OBSERVATIONS, WAITING
from sen.telemetry.steps import Function, Step

_T = TypeVar("_T")

WRITE_SETTINGS: Mapping[str, Any] = {
    # A retried block must reach the materialised views again, and a cluster answers only when the shard has it.
    "insert_deduplicate": 0,
    "distributed_foreground_insert": 1,
    "async_insert": 0,
    "max_partitions_per_insert_block": 1200,
    "do_not_merge_across_partitions_select_final": 1,
    "distributed_product_mode": "local",
}
_RETRY_AFTER_S = (0.2, 1.0, 3.0)
_EARLIEST_MS = 946_684_800_000  # 2000-01-01
_LATEST_MS = 4_102_444_800_000  # 2100-01-01
LATEST_INDEX_WITHIN = timedelta(days=3)
"""An index older than this is no longer "now"."""


class TelemetryStore:
    """Reads and writes telemetry at `url` (`http://user:password@host:port/database`).

    Every method raises Unavailable when ClickHouse does not answer after a few tries, TelemetryError when it refuses.
    Appending the same rows twice is harmless.
    """

    def __init__(self, url: str) -> None:
        self._address = parse(url)
        self._client: clickhouse_connect.driver.Client | None = None
        self._lock = threading.Lock()

    # -- writing

    def append(self, batch: pa.Table | pa.RecordBatch) -> None:
        """Store observations (schema OBSERVATIONS); durable when it returns. InvalidInput for times outside 2000-2100."""
        table = _table(batch, OBSERVATIONS)
        if table.num_rows == 0:
            return
        times = table["time"].cast(pa.int64()).to_numpy()
        if int(times.min()) < _EARLIEST_MS or int(times.max()) >= _LATEST_MS:
            raise InvalidInput(
                "Thời điểm đo nằm ngoài năm 2000–2100.", action="Kiểm tra đồng hồ của thiết bị.", code="bad_time"
            )
        self.insert("observations", table)

    def append_waiting(self, rows: pa.Table) -> None:
        """Keep readings of devices that no asset owns yet (schema WAITING)."""
        self.insert("waiting_readings", _table(rows, WAITING))

    def append_index(self, rows: pa.Table) -> None:
        """Store index values (schema INDEX_VALUES); a later row for the same asset, name, period and time wins."""
        self.insert("index_values", _table(rows, INDEX_VALUES))

    def discard_waiting(self, source: int, device: str, received_up_to: datetime | None = None) -> None:
        """Forget what a device sent (only what arrived until `received_up_to`, so that newer readings are not lost)."""
        until = "" if received_up_to is None else f" AND received <= {reading.ms_literal(clock.to_ms(received_up_to))}"
        self.command(
            f"DELETE FROM waiting_readings WHERE source = {int(source)} AND device = {{device:String}}{until}",
            {"device": device},
        )

    def refresh_rollups(self, max_hours: int = 2_000_000) -> RefreshResult:
        """Recompute the hours and local days touched since the last refresh, newest month first, about `max_hours` at most."""
        return rollups.refresh(self, max_hours)

    # -- reading

    def waiting(self, source: int, device: str) -> pa.Table:
        """What an unknown device has sent, oldest first."""
        return self.ask(reading.waiting(source, device))

    def recent(self, per_series: int, since: datetime, up_to_seq: Mapping[int, int] | None = None) -> pa.Table:
        """The last rows of every series since `since`; with `up_to_seq` (source → seq) without rows after that seq."""
        rows = self.ask(reading.recent(per_series, since))
        if not up_to_seq or rows.num_rows == 0:
            return rows
        sources, seqs = rows["source"].to_numpy(), rows["seq"].to_numpy()
        limit = np.full(len(seqs), np.iinfo(np.uint64).max, dtype=np.uint64)
        for source, seq in up_to_seq.items():
            limit[sources == source] = seq
        return rows.filter(pa.array(seqs <= limit))

    def latest(self, series: Sequence[int] | None = None) -> pa.Table:
        """The newest row (by time, then seq) of each series."""
        return self.ask(reading.latest(series))

    def observations(
        self, series: int, start: datetime, end: datetime, limit: int = 100_000, descending: bool = False
    ) -> pa.Table:
        """Stored rows of one series in [start, end), each time once."""
        return self.ask(reading.observations(series, start, end, limit, descending))

    def hourly(self, series: Sequence[int], start: datetime, end: datetime) -> pa.Table:
        """Whole hours that overlap [start, end) (schema BUCKETS), never stale."""
        low, high = floor_ms(start, HOUR_MS), ceil_ms(end, HOUR_MS)
        return self.ask(reading.hourly(series, low, high, self.ask(reading.dirty(series, low, high))))

    def hours_of_many(
        self, apart: Sequence[reading.Span], together: Sequence[reading.Span], end: datetime
    ) -> tuple[pa.Table, pa.Table]:
        """Hours of many series up to `end` in three statements, never stale: `apart` each series by itself (schema
        BUCKETS), `together` each span's series put together (schema OVER_SERIES). No series stands in two spans of `apart`."""
        spans = [span for span in (*apart, *together) if span[0]]
        if not spans:
            return reading.BUCKETS.empty_table(), reading.OVER_SERIES.empty_table()
        high = ceil_ms(end, HOUR_MS)
        numbers = sorted({number for series, _start in spans for number in series})
        changed = self.ask(reading.dirty(numbers, min(start for _series, start in spans), high))
        one_by_one, combined = reading.hourly_of(apart, high, changed), reading.hourly_over(together, high, changed)
        return (
            self.ask(one_by_one) if any(series for series, _start in apart) else reading.BUCKETS.empty_table(),
            self.ask(combined) if any(series for series, _start in together) else reading.OVER_SERIES.empty_table(),
        )

    def values_in_hours(self, series: Sequence[int], hours_ms: Sequence[int]) -> pa.Table:
        """The mean of all values, valid or not, of these hours (schema HOUR_VALUES)."""
        if not series or not hours_ms:
            return reading.HOUR_VALUES.empty_table()
        return self.ask(reading.values_in_hours(series, hours_ms))

    def daily(self, series: Sequence[int], start: datetime, end: datetime) -> pa.Table:
        """Whole local days that overlap [start, end) (schema BUCKETS), never stale."""
        low, high = floor_ms(start, DAY_MS, LOCAL_MS), ceil_ms(end, DAY_MS, LOCAL_MS)
        return self.ask(reading.daily(series, low, high, self.ask(reading.dirty(series, low, high))))

    def aggregate(self, series: int, start: datetime, end: datetime, step: Step, fn: Function = "mean") -> pa.Table:
        """One value per step (schema AGGREGATED) over the valid values of [start, end) widened to whole steps."""
        steps.check_function(fn)
        low, high = steps.bounds(start, end, step)
        if step in steps.SHORT_MS:
            return steps.aggregated(
                self.ask(reading.stepped([series], low, high, steps.SHORT_MS[step], steps.figures(fn))), fn
            )
        changed = self.ask(reading.dirty([series], low, high))
        if step == "hour":
            return steps.aggregated(self.ask(reading.hourly([series], low, high, changed, steps.figures(fn))), fn)
        if step == "day":
            return steps.aggregated(self.ask(reading.daily([series], low, high, changed, steps.figures(fn))), fn)
        return steps.aggregated(steps.months(self.ask(reading.daily([series], low, high, changed))), fn)

    def trailing(self, at: datetime) -> pa.Table:
        """Means of every series that end with the hour of `at` (schema TRAILING), as the last refresh left them."""
        return self.ask(reading.trailing(floor_ms(at, HOUR_MS)))

    def index(self, asset: int, name: str, start: datetime, end: datetime, period: str = "") -> pa.Table:
        """Index values of one asset in [start, end), oldest first."""
        return self.ask(reading.index_history(asset, name, start, end, period))

    def latest_index(self, assets: Sequence[int] | None = None) -> pa.Table:
        """The newest hour and day of each index of each asset, of the last three days."""
        return self.ask(reading.latest_index(assets, clock.now() - LATEST_INDEX_WITHIN))

    # -- the wire

    def ask(self, question: Question) -> pa.Table:
        """The answer to a question, cast to its schema."""
        body = self._try(
            lambda client: client.raw_query(
                question.sql, dict(question.parameters), settings=dict(reading.READ_SETTINGS), fmt="ArrowStream"
            )
        )
        return decoded(body, question.schema)

    def command(self, sql: str, parameters: Mapping[str, str] | None = None) -> None:
        """Run a statement that answers nothing; it must be harmless when run twice."""
        self._try(lambda client: client.command(sql, dict(parameters or {}), settings=dict(WRITE_SETTINGS)))

    def insert(self, table: str, rows: pa.Table) -> None:
        """Insert rows as one Arrow stream; columns by name."""
        if rows.num_rows == 0:
            return
        body = encoded(rows)
        self._try(
            lambda client: client.raw_insert(
                table, rows.column_names, body, settings=dict(WRITE_SETTINGS), fmt="ArrowStream"
            )
        )

    def ping(self) -> None:
        """Raises Unavailable unless ClickHouse answers."""
        self._try(lambda client: client.command("SELECT 1"))

    def close(self) -> None:
        """Give the connections back."""
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    def _connected(self) -> clickhouse_connect.driver.Client:
        with self._lock:
            if self._client is None:
                self._client = connect(self._address)
            return self._client

    def _try(self, action: Callable[[clickhouse_connect.driver.Client], _T]) -> _T:
        for pause in (*_RETRY_AFTER_S, None):
            failure: SenError
            try:
                return action(self._connected())
            except (OperationalError, HTTPError, OSError) as error:
                failure = unreachable(error)
            except ClickHouseError as error:
                failure = error_of(str(error))
                if not isinstance(failure, Unavailable):
                    raise failure from error
            if pause is None:
                raise failure
            time.sleep(pause)
        raise AssertionError("unreachable")


def encoded(rows: pa.Table) -> bytes:
    """The rows as an Arrow IPC stream."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema) as writer:
        writer.write_table(rows)
    body: bytes = sink.getvalue().to_pybytes()
    return body


def decoded(body: bytes, schema: pa.Schema) -> pa.Table:
    """An Arrow IPC stream as a table of exactly this schema."""
    if not body:
        return schema.empty_table()
    with pa.ipc.open_stream(body) as stream:
        table = stream.read_all()
    return table.select(schema.names).cast(schema)


def _table(batch: pa.Table | pa.RecordBatch, schema: pa.Schema) -> pa.Table:
    table = pa.Table.from_batches([batch]) if isinstance(batch, pa.RecordBatch) else batch
    if table.schema.names != schema.names:
        table = table.select(schema.names)
    return table if table.schema.equals(schema) else table.cast(schema)
