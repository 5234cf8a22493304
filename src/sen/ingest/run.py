"""The ingest process: reads the two streams of the durable log, drives the pipeline, keeps directory, roll-ups and heartbeat."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import structlog
from django.db import DatabaseError

from sen.eventbus import INGEST, MQTT_STREAM, READINGS, BulkReader, Bus, LogBatch, ReaderLost, connect
from sen.ingest import desk, directory, records, rollup_keeper, warm_up
from sen.ingest.desk import in_database
from sen.ingest.metrics import Metrics
from sen.ingest.pipeline import Pipeline, Prepared
from sen.ingest.rules.following import RuleFollower
from sen.ingest.rules.watch import RuleWatch
from sen.kernel import clock, heartbeat
from sen.kernel.configuration import settings
from sen.kernel.errors import SenError, Unavailable
from sen.telemetry.store import TelemetryStore

log = structlog.get_logger(__name__)

LINGER_S = 0.2
"""How long a batch collects: an insert costs ClickHouse some 30 ms of a core, however few rows it has."""
DIRECTORY_POLL_S = 1.0
TELL_S = 2.0


class Position:
    """How far one stream is safely stored in this process: what comes again after a reconnection is recognised by it."""

    def __init__(self) -> None:
        self.stamp = 0
        self.sequence = 0

    def unseen(self, batch: LogBatch) -> LogBatch:
        """The part of `batch` that is not stored yet. Both numbers must be old: a stream made anew starts at sequence 1."""
        skip = 0
        while skip < len(batch) and batch.stamps[skip] <= self.stamp and batch.sequences[skip] <= self.sequence:
            skip += 1
        return batch.after(skip)

    def advance(self, batch: LogBatch) -> None:
        """Remember that `batch` is stored."""
        if len(batch):
            self.stamp, self.sequence = max(batch.stamps), max(batch.sequences)


async def drain(url: str, stream: str, pipeline: Pipeline) -> None:
    """Read one stream for ever: while a batch is being stored, the next one is decoded; acknowledged in order after storing."""
    position = Position()
    while True:
        try:
            reader = await BulkReader.open(url, stream, INGEST)
        except ReaderLost as error:
            log.warning("log_not_readable", stream=stream, error=str(error))
            await asyncio.sleep(0.3)
            continue
        storing: asyncio.Task[None] | None = None
        try:
            while True:
                whole = await reader.fetch(LINGER_S)
                batch = position.unseen(whole)
                resolved = pipeline.resolve(batch)
                if resolved is not None and resolved.puzzled and await use_newest_directory(pipeline):
                    resolved = pipeline.resolve(batch)
                prepared = pipeline.prepare(batch, resolved)
                if pipeline.rules is not None:
                    pipeline.rules.read(stream, whole.stamps[-1] // 1_000_000 if len(whole) else None)
                if storing is not None:
                    await storing
                if not len(whole):
                    storing = None
                    continue
                position.advance(batch)
                storing = asyncio.create_task(_keep(pipeline, prepared, reader, whole))
        except ReaderLost as error:
            log.warning("log_connection_lost", stream=stream, error=str(error))
        finally:
            reader.close()
            # Whatever was prepared has moved the quality state, so it must be stored before anything is read again.
            if storing is not None:
                await storing


async def _keep(pipeline: Pipeline, prepared: Prepared, reader: BulkReader, batch: LogBatch) -> None:
    await pipeline.keep(prepared)
    pipeline.metrics.lag_ms = max(0, clock.now_ms() - batch.stamps[0] // 1_000_000)
    # A connection that is gone is noticed by the next fetch; the messages then come again and are recognised as stored.
    with contextlib.suppress(ReaderLost):
        reader.acknowledge(batch)


async def use_newest_directory(pipeline: Pipeline) -> bool:
    """Look whether the directory has changed and use it then; whether it had. A database that is away changes nothing."""
    from sen.apps.assets import interface as assets

    try:
        async with asyncio.timeout(5):
            version = await in_database(assets.directory_version)
            if version == pipeline.directory.version:
                return False
            pipeline.use(await in_database(directory.load))
    except Exception as error:
        log.warning("directory_not_read", error=repr(error))
        return False
    log.info("directory_changed", version=version)
    return True


async def follow_directory(pipeline: Pipeline) -> None:
    """Use a new version of the directory within about a second of a change."""
    while True:
        await asyncio.sleep(DIRECTORY_POLL_S)
        await use_newest_directory(pipeline)


async def tell_desk(pipeline: Pipeline) -> None:
    """Pass receipts and proposals on every few seconds."""
    while True:
        await asyncio.sleep(TELL_S)
        try:
            await pipeline.desk.tell()
        except Exception as error:
            log.warning("desk_not_told", error=repr(error))


async def beat(bus: Bus, metrics: Metrics, data: Path) -> None:
    """Write the heartbeat every second: the supervisor, `sen status` and /metrics read it."""
    started = clock.now_ms()
    while True:
        for stream in (READINGS, MQTT_STREAM):
            with contextlib.suppress(Unavailable):
                info = await bus.api(f"CONSUMER.INFO.{stream}.{INGEST}", timeout=1.0)
                metrics.pending[stream] = int(info.get("num_pending", 0)) + int(info.get("num_ack_pending", 0))
        with contextlib.suppress(OSError):
            heartbeat.write(data, "ingest", started, metrics.detail())
        await asyncio.sleep(heartbeat.EVERY_S)


async def until_available(work: Callable[[], Awaitable[object]], what: str) -> None:
    """Repeat `work` while an engine is away."""
    while True:
        try:
            await work()
        except (SenError, OSError, DatabaseError) as error:
            log.warning("waiting_for_engine", what=what, error=str(error))
            await asyncio.sleep(0.5)
        else:
            return


async def run() -> None:
    """Start everything and work until SIGTERM or SIGINT; what is not acknowledged then comes again at the next start."""
    configuration = settings()
    store = TelemetryStore(configuration.clickhouse_url)
    bus = await connect(configuration.nats_url, "sen-ingest")
    await until_available(bus.ensure_streams, "nats")
    watch = RuleWatch(bus)
    pipeline = Pipeline(store, bus, await _load_directory(), Metrics(watch), watch)
    rules = RuleFollower(watch, store, lambda: pipeline.directory)

    async def restore() -> None:
        up_to = await warm_up.bounds(bus, pipeline.directory)
        await asyncio.to_thread(warm_up.warm_up, pipeline.quality, store, pipeline.directory, up_to)

    await until_available(restore, "clickhouse")
    publishing = asyncio.create_task(watch.run())
    await until_available(rules.start, "rules")
    work = [
        drain(configuration.nats_url, READINGS, pipeline),
        drain(configuration.nats_url, MQTT_STREAM, pipeline),
        desk.serve(bus),
        records.serve(bus),
        follow_directory(pipeline),
        tell_desk(pipeline),
        rollup_keeper.run(store, pipeline, bus, pipeline.metrics, rules.hours_passed),
        rules.run(),
        beat(bus, pipeline.metrics, configuration.data),
    ]
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    tasks: list[asyncio.Task[Any]] = [asyncio.create_task(coroutine) for coroutine in work]
    stopping: asyncio.Task[Any] = asyncio.create_task(stop.wait())
    done, _ = await asyncio.wait([*tasks, stopping], return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    with contextlib.suppress(SenError, OSError):
        await pipeline.desk.tell()
    with contextlib.suppress(Exception):
        async with asyncio.timeout(5):
            await rules.save()
    publishing.cancel()
    await bus.close()
    for task in done - {stopping}:
        task.result()


async def _load_directory() -> directory.Directory:
    while True:
        try:
            loaded: directory.Directory = await in_database(directory.load)
        except Exception as error:
            log.warning("waiting_for_engine", what="postgres", error=repr(error))
            await asyncio.sleep(0.5)
        else:
            return loaded


def main() -> None:
    """Entry of the process: Django's apps first, then the loop."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sen.project.settings")
    import django
    import uvloop

    django.setup()
    # Batches are thousands of short-lived containers without cycles: the collector's default rhythm costs more than decoding them.
    gc.freeze()
    gc.set_threshold(200_000, 20, 50)
    uvloop.run(run())


if __name__ == "__main__":
    main()
