"""Starts, watches and stops the embedded ClickHouse endpoint as a child process."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import quote, urlsplit

from sen.engines import child
from sen.engines.secret_file import engine_password
from sen.engines.urls import EngineHealth
from sen.kernel.errors import Unavailable


class ClickHouse:
    """The endpoint on a loopback port over the tables in `data/clickhouse`, with the database `sen`."""

    name = "clickhouse"

    def __init__(self, data: Path, port: int) -> None:
        self.data = data
        self.port = port
        self.log = data / "logs" / "clickhouse.log"
        self.password = engine_password(data, "clickhouse")
        self.reader_password = engine_password(data, "clickhouse_reader")
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """`http://user:password@host:port/database` of the account that may write."""
        return f"http://sen:{self.password}@127.0.0.1:{self.port}/sen"

    def start(self) -> None:
        """Start the process and wait until it answers. Raises Unavailable."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.process = child.start(
            [sys.executable, "-m", "sen.engines.clickhouse.server", "--data", self.data, "--port", str(self.port)],
            environment=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
            log=self.log,
        )
        deadline = time.monotonic() + 90
        while not (state := health_of(self._server_url, embedded=True)).ready:
            if self.process.poll() is not None or time.monotonic() > deadline:
                reason = child.tail(self.log) or state.detail
                raise Unavailable(f"ClickHouse nhúng không khởi động được: {reason}", action=f"Xem {self.log}.")
            time.sleep(0.05)
        ask(self._server_url, "CREATE DATABASE IF NOT EXISTS sen")

    def stop(self) -> None:
        """Orderly shutdown: running statements are cancelled, the engine is closed."""
        if self.process is not None:
            child.stop(self.process, seconds=20)

    def health(self) -> EngineHealth:
        """Whether it answers a statement now."""
        return health_of(self.url, embedded=True, pid=self.process.pid if self.process else None)

    @property
    def _server_url(self) -> str:
        return self.url.removesuffix("/sen") + "/default"


def ask(url: str, statement: str, seconds: float = 10) -> str:
    """Run one statement over HTTP and return the answer as text; for start-up and health only. Raises OSError."""
    parts = urlsplit(url)
    target = (
        f"{parts.scheme}://{parts.hostname}:{parts.port or 8123}/?database={quote(parts.path.strip('/') or 'default')}"
    )
    headers = {"X-ClickHouse-User": parts.username or "default", "X-ClickHouse-Key": parts.password or ""}
    request = urllib.request.Request(target, statement.encode(), headers)  # noqa: S310 - the scheme is the operator's
    with urllib.request.urlopen(request, timeout=seconds) as response:  # noqa: S310
        answer: bytes = response.read()
    return answer.decode().strip()


def health_of(url: str, *, embedded: bool, pid: int | None = None) -> EngineHealth:
    """Whether the ClickHouse at `url` answers a statement, and which version it is."""
    began = time.perf_counter()
    try:
        version = ask(url, "SELECT version()", seconds=3)
    except urllib.error.HTTPError as error:
        return EngineHealth("clickhouse", False, embedded, error.read().decode(errors="replace")[:300], pid=pid)
    except OSError as error:
        return EngineHealth("clickhouse", False, embedded, str(error), pid=pid)
    return EngineHealth(
        "clickhouse", True, embedded, f"ClickHouse {version}", (time.perf_counter() - began) * 1000, pid
    )
