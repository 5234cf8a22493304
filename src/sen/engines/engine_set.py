"""The three engines of one data folder: started together, restarted one by one, stopped in reverse order."""

from __future__ import annotations

import threading
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

from sen.engines import nats, postgres
from sen.engines.clickhouse import embedded as clickhouse
from sen.engines.nats import Nats
from sen.engines.postgres import Postgres
from sen.engines.secret_file import loopback_port
from sen.engines.urls import RUNTIME_FILE, EngineHealth, EngineUrls, read_runtime, write_runtime
from sen.kernel.configuration import Settings

NAMES = ("postgres", "clickhouse", "nats")


class EngineSet:
    """Owns the embedded engines of `data`; an engine whose URL stands in `settings` is somebody else's and only asked for health.

    The caller makes sure that nobody else uses the folder (`sen up` holds its lock).
    """

    def __init__(self, data: Path, settings: Settings) -> None:
        self.data = data.absolute()
        self.settings = settings
        before = read_runtime(self.data)
        (self.data / "run").mkdir(parents=True, exist_ok=True)
        self._engines: dict[str, Postgres | clickhouse.ClickHouse | Nats] = {}
        self._locks = {name: threading.Lock() for name in NAMES}
        if not settings.database_url:
            self._engines["postgres"] = Postgres(self.data)
        if not settings.clickhouse_url:
            port = loopback_port(_port(before.clickhouse) if before else 0)
            self._engines["clickhouse"] = clickhouse.ClickHouse(self.data, port)
        if not settings.nats_url:
            port = loopback_port(_port(before.nats) if before else 0)
            self._engines["nats"] = Nats(self.data, settings, port)

    @property
    def urls(self) -> EngineUrls:
        """Where the engines are (or will be, before `start`)."""
        return EngineUrls(
            database=self.settings.database_url or self._engines["postgres"].url,
            clickhouse=self.settings.clickhouse_url or self._engines["clickhouse"].url,
            nats=self.settings.nats_url or self._engines["nats"].url,
            mqtt_port=self.settings.mqtt_port,
        )

    def start(self) -> EngineUrls:
        """Start the embedded engines at the same time, wait until each answers, publish the URLs. Raises Unavailable."""
        try:
            with ThreadPoolExecutor(len(NAMES)) as threads:
                list(threads.map(lambda engine: engine.start(), self._engines.values()))
        except BaseException:
            self.stop()
            raise
        write_runtime(self.data, self.urls)
        return self.urls

    def stop(self) -> None:
        """Stop the embedded engines; the log last, because the others' clients may still be writing to it."""
        (self.data / RUNTIME_FILE).unlink(missing_ok=True)
        for engine in self._engines.values():
            engine.stop()
            if isinstance(engine, Postgres):
                engine.discard()

    def restart(self, name: str) -> None:
        """Stop the engine where it still runs and start it on the same address. Raises Unavailable, KeyError."""
        with self._locks[name]:
            self._engines[name].stop()
            self._engines[name].start()

    def ended(self) -> list[str]:
        """Embedded engines whose process is gone."""
        return [
            name
            for name, engine in self._engines.items()
            if engine.process is not None and engine.process.poll() is not None
        ]

    def pids(self) -> dict[str, int]:
        """Process numbers of the embedded engines that were started."""
        return {name: engine.process.pid for name, engine in self._engines.items() if engine.process is not None}

    def health(self) -> dict[str, EngineHealth]:
        """Each engine asked now; takes up to a few seconds where one hangs."""
        return {
            "postgres": self._health("postgres") or postgres.health_of(self.settings.database_url, embedded=False),
            "clickhouse": self._health("clickhouse")
            or clickhouse.health_of(self.settings.clickhouse_url, embedded=False),
            "nats": self._health("nats") or nats.health_of(self.settings.nats_url, embedded=False),
        }

    def _health(self, name: str) -> EngineHealth | None:
        engine = self._engines.get(name)
        return engine.health() if engine else None


def health_of(urls: EngineUrls, embedded: Collection[str] = ()) -> dict[str, EngineHealth]:
    """The engines at `urls`, asked from any process; `embedded` names those that run on this machine for Sen."""
    return {
        "postgres": postgres.health_of(urls.database, embedded="postgres" in embedded),
        "clickhouse": clickhouse.health_of(urls.clickhouse, embedded="clickhouse" in embedded),
        "nats": nats.health_of(urls.nats, embedded="nats" in embedded),
    }


def _port(url: str) -> int:
    try:
        return urlsplit(url).port or 0
    except ValueError:
        return 0
