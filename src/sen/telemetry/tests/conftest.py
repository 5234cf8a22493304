"""A database of its own in the real engine for each test module, so that counts are exact."""

from __future__ import annotations

import os
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import pytest

from sen.kernel.identifiers import uuid7
from sen.telemetry import ddl
from sen.telemetry.store import TelemetryStore


@pytest.fixture(scope="module")
def telemetry_url() -> Iterator[str]:
    """A fresh database beside the session's own."""
    parts = urlsplit(os.environ["SEN_CLICKHOUSE_URL"])
    name = f"test_{uuid7().hex}"
    url = urlunsplit(parts._replace(path=f"/{name}"))
    ddl.migrate(url)
    yield url
    client = ddl.connect(ddl.parse(url))
    client.command(f"DROP DATABASE {name}")
    client.close()


@pytest.fixture(scope="module")
def store(telemetry_url: str) -> Iterator[TelemetryStore]:
    made = TelemetryStore(telemetry_url)
    yield made
    made.close()
