"""The path of one batch: decode, resolve, mark, judge by rules, store, announce. Nothing is acknowledged here; the reader does that afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import msgspec
import numpy as np
import pyarrow as pa
import structlog
from django.utils.translation import gettext_noop as _

from sen.eventbus import Bus, LogBatch
from sen.ingest.desk import Desk
from sen.ingest.directory import Directory
from sen.ingest.metrics import Metrics
from sen.ingest.quality import Quality
from sen.ingest.refusals import Refusal
from sen.ingest.resolve import Letter, Resolved, Resolver, Waiting
from sen.ingest.rows import Rows
from sen.ingest.rules.watch import Found, RuleWatch
from sen.kernel import clock
from sen.kernel.errors import SenError, Unavailable
from sen.telemetry.flags import Flag
from sen.telemetry.schema import WAITING

log = structlog.get_logger(__name__)

LIVE_SUBJECT = "live.observations"
LIVE_CHUNK = 20_000
_REFUSALS = 3


class Store(Protocol):
    """What the pipeline needs of sen.telemetry.TelemetryStore."""

    def append(self, batch: pa.Table) -> None:
        """Durable when it returns; the same rows twice are stored once."""

    def append_waiting(self, rows: pa.Table) -> None:
        """Keep readings of unknown devices."""


@dataclass
class Prepared:
    """A batch that only has to be written."""

    rows: Rows
    newest: Rows
    """The newest row per series among those newer than anything known: what the live feed says."""
    waiting: list[Waiting] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)
    """What the rules found in it."""


class Pipeline:
    """`prepare` batches in log order (it advances the quality state), then `keep` each; both streams share one pipeline."""

    def __init__(
        self, store: Store, bus: Bus, directory: Directory, metrics: Metrics, rules: RuleWatch | None = None
    ) -> None:
        self._store = store
        self._bus = bus
        self._resolver = Resolver(directory)
        self.quality = Quality(directory.limits)
        self.desk = Desk(bus)
        self.metrics = metrics
        self.rules = rules
        self._simulated = np.uint32(Flag.SIMULATED)

    @property
    def directory(self) -> Directory:
        """The version that is resolved with."""
        return self._resolver.directory

    def use(self, directory: Directory) -> None:
        """Resolve and judge by another version from the next batch on."""
        self._resolver = Resolver(directory)
        self.quality.use(directory.limits)

    def resolve(self, batch: LogBatch) -> Resolved | None:
        """What the directory makes of a batch; changes nothing. None when a message breaks the code: `prepare` finds which."""
        try:
            return self._resolver.resolve(batch)
        except Exception:
            return None

    def prepare(self, batch: LogBatch, resolved: Resolved | None = None) -> Prepared:
        """Decode, resolve and judge; no input or output. A message that breaks the code itself becomes a letter."""
        try:
            return self._prepare(batch, resolved or self._resolver.resolve(batch))
        except Exception as error:
            log.exception("batch_broke_ingest", messages=len(batch))
            if len(batch) > 1:
                half = len(batch) // 2
                parts = [self.prepare(batch.between(0, half)), self.prepare(batch.between(half, len(batch)))]
                return Prepared(
                    Rows.concatenate([part.rows for part in parts]),
                    Rows.concatenate([part.newest for part in parts]),
                    [row for part in parts for row in part.waiting],
                    [row for part in parts for row in part.letters],
                    [found for part in parts for found in part.found],
                )
            stamp, subject = batch.stamps[0], batch.subjects[0].decode("utf-8", "replace")
            refusal = Refusal(
                "internal_error",
                _("Phần mềm của trung tâm gặp lỗi khi đọc bản tin này ({technical})."),
                _("Báo người quản trị hệ thống; gửi lại bản tin khi lỗi đã được sửa."),
                {"technical": repr(error)[:300]},
            )
            letter = Letter(None, stamp // 1_000_000, "", subject, batch.payloads[0], refusal.code, str(refusal), stamp)
            return Prepared(Rows.empty(), Rows.empty(), [], [letter])

    def _prepare(self, batch: LogBatch, resolved: Resolved) -> Prepared:
        rows, timely = self.quality.mark(resolved.rows)
        last = np.ones(len(rows), np.bool_)
        if len(rows):
            index = np.flatnonzero(timely)
            series = rows.series[index]
            last = np.zeros(len(rows), np.bool_)
            last[index[np.append(series[1:] != series[:-1], True)] if len(index) else index] = True
        self.desk.propose(resolved.unknown)
        self.desk.saw(resolved.messages, rows)
        self.metrics.batch(len(batch), len(rows), len(resolved.waiting), len(resolved.letters))
        found = [self.rules.judge(rows)] if self.rules is not None and len(rows) else []
        return Prepared(rows, rows.take(last), resolved.waiting, resolved.letters, found)

    async def keep(self, prepared: Prepared) -> None:
        """Store and announce; returns when everything is safe, however long the engines are away."""
        if len(prepared.rows):
            await self._store_rows(prepared.rows.table(), prepared.letters)
        if prepared.waiting:
            await self._until_done("waiting", lambda: self._store.append_waiting(_waiting_table(prepared.waiting)))
            await self.desk.introduce()
        await self.desk.deliver(prepared.letters)
        for found in prepared.found:
            await self.rules_published(found)
        await self._announce(prepared.newest)

    async def rules_published(self, found: Found) -> None:
        """Its rows are stored: wait until the log has what the rules found in them."""
        if self.rules is not None:
            await self.rules.publish(found)

    async def _store_rows(self, table: pa.Table, letters: list[Letter]) -> None:
        """Append; a row that ClickHouse itself refuses is found by halving and becomes a letter, the rest is stored."""
        refusal = await self._until_done("observations", lambda: self._store.append(table))
        if refusal is None:
            return
        if table.num_rows > 1:
            half = table.num_rows // 2
            await self._store_rows(table.slice(0, half), letters)
            await self._store_rows(table.slice(half), letters)
            return
        row = {name: str(value) for name, value in table.to_pylist()[0].items()}
        log.error("row_refused_by_store", row=row, reason=str(refusal))
        told = Refusal(
            "store_refused",
            _("Kho số liệu từ chối dòng này ({technical})."),
            _("Báo người quản trị hệ thống, kèm bản tin gốc."),
            {"technical": str(refusal)[:300]},
        )
        seq = int(table["seq"][0].as_py())
        received = clock.to_ms(table["received"][0].as_py())
        letters.append(
            Letter(
                int(table["source"][0].as_py()) or None,
                received,
                "store",
                "observations",
                msgspec.json.encode(row),
                told.code,
                str(told),
                seq,
            )
        )

    async def _until_done(self, what: str, work: Callable[[], None]) -> SenError | None:
        """Run `work` in a thread until it succeeds; an engine that is away is waited for, a refusal is returned after three."""
        pause, refusals = 0.1, 0
        while True:
            try:
                await asyncio.to_thread(work)
            except Unavailable as error:
                self.metrics.waiting_for = f"{what}: {error}"
                log.warning("store_unavailable", what=what, error=str(error))
            except SenError as error:
                refusals += 1
                log.warning("store_refused", what=what, error=str(error))
                if refusals >= _REFUSALS:
                    return error
            else:
                self.metrics.waiting_for = ""
                return None
            await asyncio.sleep(pause)
            pause = min(pause * 2, 3.0)

    async def _announce(self, newest: Rows) -> None:
        """Publish what changed; a live feed that cannot take it now loses only speed, the values are stored."""
        for start in range(0, len(newest), LIVE_CHUNK):
            part = slice(start, start + LIVE_CHUNK)
            values = [None if value != value else value for value in newest.value[part].tolist()]  # noqa: PLR0124 - NaN
            update = list(
                zip(
                    newest.series[part].tolist(),
                    newest.time[part].tolist(),
                    values,
                    newest.flags[part].tolist(),
                    strict=True,
                )
            )
            try:
                await self._bus.publish(
                    LIVE_SUBJECT, msgspec.json.encode({"t": clock.now_ms(), "u": update}), timeout=2.0
                )
            except Unavailable as error:
                log.warning("live_not_published", error=str(error))


def _waiting_table(rows: list[Waiting]) -> pa.Table:
    columns = [[getattr(row, name) for row in rows] for name in WAITING.names]
    return pa.table(
        [pa.array(column, type=WAITING.field(name).type) for column, name in zip(columns, WAITING.names, strict=True)],
        schema=WAITING,
    )
