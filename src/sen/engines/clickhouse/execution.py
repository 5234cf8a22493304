"""Runs one parsed statement on one chDB connection; everything here blocks and is called from worker threads."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sen.engines.clickhouse.pool import Lease, Pool, Profile
from sen.engines.clickhouse.statements import Statement

# Formats whose pieces, put one after the other, are the format again; the others are made whole before they are sent.
STREAMED = {
    "Native",
    "RowBinary",
    "TabSeparated",
    "TSV",
    "TabSeparatedRaw",
    "TSVRaw",
    "CSV",
    "JSONEachRow",
    "LineAsString",
}
_CODE = re.compile(r"Code: (\d+)\.")
_APPEND_SIZE = 1 << 20


class ExecutionError(Exception):
    """chDB's own words about a statement, with their code."""

    def __init__(self, text: str) -> None:
        found = _CODE.search(text)
        # chDB's Python layer puts sentences of its own before the server's.
        super().__init__(text[found.start() :] if found else text)
        self.code = int(found[1]) if found else 1002  # UNKNOWN_EXCEPTION


@dataclass
class Answer:
    """What a statement gave. `first` is all there is unless there is a `stream`, whose next piece is `second`."""

    first: bytes
    format: str
    summary: dict[str, str]
    second: bytes = b""
    stream: Any = None


def run(
    lease: Lease, statement: Statement, default_format: str, values: Mapping[str, str], *, buffered: bool
) -> Answer:
    """Run it. Raises ExecutionError."""
    try:
        if statement.is_insert_with_data:
            return _insert(lease, statement)
        output = statement.format or default_format
        if output in STREAMED and not buffered and statement.verb in {"SELECT", "WITH"}:
            return _stream(lease, statement, output, values)
        began = time.perf_counter_ns()
        result = lease.connection.query(statement.text, output, params=dict(values))
        body = result.bytes() or b""
        if not body and output == "Native" and statement.verb in {"SELECT", "WITH"}:
            body = _empty_block(lease, statement, values)
        return Answer(body, output, _summary(result, began))
    except (RuntimeError, _chdb_error()) as error:
        raise ExecutionError(str(error)) from error


def prepare(pool: Pool, profile: Profile, session: str | None) -> Lease:
    """A connection for the request. Raises ExecutionError for a database or setting that is not there, StatementError."""
    try:
        return pool.acquire(profile, session)
    except (RuntimeError, _chdb_error()) as error:
        raise ExecutionError(str(error)) from error


def next_piece(answer: Answer) -> bytes | None:
    """The next piece of a streamed answer, None at its end. Raises ExecutionError."""
    try:
        piece = answer.stream.fetch()
    except (RuntimeError, _chdb_error()) as error:
        raise ExecutionError(str(error)) from error
    return None if piece is None else piece.bytes()


def _insert(lease: Lease, statement: Statement) -> Answer:
    began = time.perf_counter_ns()
    data = memoryview(statement.data or b"")
    with lease.connection.send_insert(statement.text, statement.format) as insert:
        for offset in range(0, len(data), _APPEND_SIZE):
            insert.append(data[offset : offset + _APPEND_SIZE])
        result = insert.finish()  # returns when the part is in place: from here on a killed process loses nothing
    summary = {"written_rows": str(result.rows_written), "written_bytes": str(result.bytes_written)}
    return Answer(b"", statement.format or "", summary | {"elapsed_ns": str(time.perf_counter_ns() - began)})


def _stream(lease: Lease, statement: Statement, output: str, values: Mapping[str, str]) -> Answer:
    began = time.perf_counter_ns()
    stream = lease.connection.send_query(statement.text, output, params=dict(values))
    piece = stream.fetch()
    if piece is None:
        head = _empty_block(lease, statement, values) if output == "Native" else b""
        return Answer(head, output, {"elapsed_ns": str(time.perf_counter_ns() - began)})
    first = piece.bytes()
    second = stream.fetch()  # here and not in the endpoint: most answers end with their first piece
    if second is None:
        return Answer(first, output, _summary(piece, began))
    return Answer(first, output, _summary(piece, began), second.bytes(), stream)


def _empty_block(lease: Lease, statement: Statement, values: Mapping[str, str]) -> bytes:
    """A Native block of no rows: a real server names the columns of an empty answer too, chDB does not."""
    text = re.sub(r"\bFORMAT\s+\w+\s*\Z", "", statement.text, flags=re.IGNORECASE)
    try:
        described = lease.connection.query(f"DESCRIBE TABLE ({text}\n)", "JSONCompact", params=dict(values))
    except (RuntimeError, _chdb_error()):
        return b""
    columns = [(row[0].encode(), row[1].encode()) for row in json.loads(described.bytes())["data"]]
    block = _number(len(columns)) + _number(0)
    return block + b"".join(_number(len(text)) + text for column in columns for text in column)


def _number(value: int) -> bytes:
    """LEB128, as ClickHouse writes lengths."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def _summary(result: Any, began: int) -> dict[str, str]:
    return {
        "read_rows": str(result.storage_rows_read()),
        "read_bytes": str(result.storage_bytes_read()),
        "written_rows": str(result.rows_written()),
        "written_bytes": str(result.bytes_written()),
        "result_rows": str(result.rows_read()),
        "result_bytes": str(result.bytes_read()),
        "elapsed_ns": str(time.perf_counter_ns() - began),
    }


def _chdb_error() -> type[Exception]:
    import chdb

    error: type[Exception] = chdb.ChdbError
    return error
