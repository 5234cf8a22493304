"""This app's door to ClickHouse: one connection pool per process, and the shapes of short answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Protocol

import pyarrow as pa

from sen.kernel.configuration import settings
from sen.telemetry.reading import Question
from sen.telemetry.store import TelemetryStore


class Engine(Protocol):
    """What this app needs of a connection; TelemetryStore is one."""

    def ask(self, question: Question) -> pa.Table:
        """The answer to a question."""
        ...

    def command(self, sql: str, parameters: Mapping[str, str] | None = None) -> None:
        """A statement without an answer."""
        ...

    def insert(self, table: str, rows: pa.Table) -> None:
        """Rows into a table, durable when it returns."""
        ...


@lru_cache(maxsize=1)
def engine() -> Engine:
    """The connection of this process."""
    return TelemetryStore(settings().clickhouse_url)


def rows(
    at: Engine, sql: str, columns: Mapping[str, pa.DataType], parameters: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """The answer as dictionaries; for answers of at most some thousand rows. Raises Unavailable, TelemetryError."""
    found: list[dict[str, Any]] = at.ask(Question(sql, pa.schema(list(columns.items())), parameters or {})).to_pylist()
    return found


def numbers(values: Sequence[int]) -> str:
    """SQL of a set of numbers; an empty one holds nothing."""
    return "(" + (",".join(str(int(value)) for value in values) or "NULL") + ")"
