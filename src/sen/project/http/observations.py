"""POST /api/v1/observations as a plain ASGI application: check everything, store in the durable log, then answer 202."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import structlog
from django.utils import translation
from django.utils.translation import gettext_noop as _

from sen.apps.sources import interface as sources
from sen.connector_sdk.messages import ReadingMessage, encode_readings
from sen.eventbus import BATCH_SUBJECT, Bus, LogRefused
from sen.ingest import bodies
from sen.ingest.bodies import Body, BodyRefused, Rejection
from sen.ingest.decode import status_flags
from sen.ingest.desk import in_database
from sen.ingest.directory import Directory
from sen.ingest.refusals import WRITE_SERIES, WRITE_VALUE, Refusal, shown
from sen.ingest.resolve import BATCH_SCHEMA, Letter
from sen.kernel import clock
from sen.kernel.errors import Unavailable
from sen.project.http.answers import (
    Problem,
    Receive,
    Scope,
    Send,
    answer,
    answer_problem,
    language_of,
    read_body,
    unpack,
)
from sen.project.http.centre import centre, shutdown
from sen.project.http.senders import FORBIDDEN, HOMELESS, INVALID, UNKNOWN, Sender, sender_of
from sen.telemetry.flags import Flag

__all__ = ["observations_app", "shutdown"]

log = structlog.get_logger(__name__)

MAX_BODY = 32 * 1024 * 1024
MAX_UNPACKED = 128 * 1024 * 1024
MAX_IN_FLIGHT = 256 * 1024 * 1024
"""Bytes of all bodies being worked on at once in this process; above it senders are asked to come back."""
UNDECLARED = 4 * 1024 * 1024
"""What a body without Content-Length is counted as."""
CHUNK_BYTES = 4_000_000
ROW_BYTES = 28
THREAD_FROM = 64 * 1024
READINGS_CHUNK = 500
TOLD_HERE = 500
"""Rejections that are put into words in the event loop; more than these go to a thread."""

_in_flight = 0
_reports: dict[int, float] = {}


@dataclass
class Checked:
    """A body after all checks: columns of BATCH_SCHEMA, and readings of devices that no asset takes yet."""

    batch: pa.Table
    homeless: list[ReadingMessage]
    accepted: int
    rejected: list[Rejection]


async def observations_app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one request; 202 only when the durable log has what was accepted."""
    headers = dict(scope["headers"])
    try:
        checked = await _accept(headers, receive)
    except Problem as problem:
        await answer_problem(send, problem, headers)
        return
    except (LogRefused, Unavailable) as error:
        log.warning("observations_refused", error=str(error))
        text, action = _("Trung tâm tạm thời chưa ghi được số liệu; chưa có gì được nhận."), _("Gửi lại sau ít giây.")
        await answer_problem(send, Problem(503, "log_unavailable", text, action, {"retry-after": "2"}), headers)
        return
    rejected: list[dict[str, Any]] = []
    if checked.rejected:
        language = language_of(headers)
        many = len(checked.rejected) > TOLD_HERE
        rejected = (
            await asyncio.to_thread(_told, checked.rejected, language) if many else _told(checked.rejected, language)
        )
    await answer(send, 202, {"accepted": checked.accepted, "rejected": rejected})


def _told(rejected: list[Rejection], language: str) -> list[dict[str, Any]]:
    with translation.override(language):
        return [{"index": row.index, "code": row.code, "message": row.refusal.told()} for row in rejected]


async def _accept(headers: dict[bytes, bytes], receive: Receive) -> Checked:
    global _in_flight
    try:
        sender = await sender_of(headers)
        directory = await centre().directory()
    except (Problem, Unavailable):
        raise
    except Exception as error:  # the database is away: whatever its driver calls that
        raise Unavailable(f"database: {error!r}") from error
    declared = headers.get(b"content-length", b"")
    size = int(declared) if declared.isdigit() else UNDECLARED
    if _in_flight + size > MAX_IN_FLIGHT:
        raise Problem(
            503, "busy", _("Đang nhận quá nhiều số liệu cùng lúc."), _("Gửi lại sau ít giây."), {"retry-after": "1"}
        )
    _in_flight += size
    try:
        data = await read_body(receive, headers, MAX_BODY)
        checked = await _checked(sender, directory, headers, data)
        await _publish(await centre().bus(), sender, checked)
    finally:
        _in_flight -= size
    if checked.rejected and sender.source is not None:
        await _report(sender.source, checked.rejected)
    return checked


async def _checked(sender: Sender, directory: Directory, headers: dict[bytes, bytes], data: bytes) -> Checked:
    encoding = headers.get(b"content-encoding", b"").decode("latin-1")
    kind = headers.get(b"content-type", b"").decode("latin-1")

    def parse() -> Body:
        return bodies.parse(kind, unpack(data, encoding, MAX_UNPACKED))

    large = len(data) >= THREAD_FROM or bool(encoding)
    try:
        body = await asyncio.to_thread(parse) if large else parse()
        codes = body.series.dictionary.to_pylist()
        if any(sender.series(directory, code) in {UNKNOWN, HOMELESS} for code in codes):
            # Perhaps it was created a moment ago.
            directory = await centre().newest_directory()
        now = clock.now_ms()
        return (
            await asyncio.to_thread(check, body, sender, directory, now)
            if large
            else check(body, sender, directory, now)
        )
    except BodyRefused as refused:
        if sender.source is not None:
            await _dead_letter(sender.source, data, refused)
        why = refused.refusal
        raise Problem(refused.status, why.code, why.cause, why.action, values=why.values) from refused


def check(body: Body, sender: Sender, directory: Directory, now: int) -> Checked:
    """Resolve the series and refuse what cannot be stored; `now` in milliseconds."""
    codes = body.series.dictionary.to_pylist()
    meanings = np.array([sender.series(directory, code) for code in codes], np.int64)
    number = meanings[body.series.indices.to_numpy()] if len(body) else np.zeros(0, np.int64)
    flags = _flags(body)
    missing = np.isnan(body.value)
    reasons: list[tuple[npt.NDArray[np.bool_], Callable[[str, int], Refusal]]] = [
        (number == INVALID, _invalid_series),
        (number == UNKNOWN, _unknown_series),
        (number == FORBIDDEN, _forbidden_series),
        (np.isinf(body.value), _infinite),
        (missing & (flags == 0), _no_value),
        (body.time > now + bodies.FUTURE_MS, _future),
    ]
    good = np.ones(len(body), np.bool_)
    rejected = list(body.rejected)
    for wrong, refusal in reasons:
        found = wrong & good
        if found.any():
            at = np.flatnonzero(found)
            of = zip(
                at.tolist(), body.series.indices.take(pa.array(at)).to_pylist(), body.time[at].tolist(), strict=True
            )
            rejected += [Rejection(body.place(row), refusal(codes[code], time)) for row, code, time in of]
            good &= ~found
    rejected.sort(key=lambda row: row.index)
    flags[missing] |= np.uint32(Flag.NO_VALUE)
    homeless = np.flatnonzero(good & (number == HOMELESS))
    rows = np.flatnonzero(good & (number > 0))
    source = sender.source.number if sender.source else 0
    columns = [
        number[rows].astype(np.uint32),
        body.time[rows],
        body.value[rows],
        flags[rows],
        np.full(len(rows), source, np.uint32),
    ]
    batch = pa.table([pa.array(column) for column in columns], schema=BATCH_SCHEMA)
    return Checked(batch, _readings(body, codes, homeless.tolist()), len(rows) + len(homeless), rejected)


def _invalid_series(code: str, _time: int) -> Refusal:
    return Refusal("invalid_series", _("Mã chuỗi “{value}” không dùng được."), WRITE_SERIES, {"value": shown(code)})


def _unknown_series(code: str, _time: int) -> Refusal:
    action = _("Kiểm tra mã theo danh mục trạm; nếu chưa có, tạo trạm và thông số trước.")
    return Refusal("unknown_series", _("Không có chuỗi số liệu “{series}”."), action, {"series": shown(code)})


def _forbidden_series(code: str, _time: int) -> Refusal:
    cause = _("Mã truy cập không được gửi số liệu cho chuỗi “{series}”.")
    action = _("Dùng mã của người được giao nạp số liệu của đơn vị chủ quản trạm.")
    return Refusal("forbidden_series", cause, action, {"series": shown(code)})


def _infinite(code: str, _time: int) -> Refusal:
    return Refusal("invalid_value", _("Giá trị của “{series}” là vô cực."), WRITE_VALUE, {"series": shown(code)})


def _no_value(code: str, _time: int) -> Refusal:
    cause = _("Chuỗi “{series}” không có giá trị mà trạng thái vẫn là 00 (đang đo).")
    return Refusal("invalid_value", cause, WRITE_VALUE, {"series": shown(code)})


def _future(_code: str, time: int) -> Refusal:
    cause = _("Thời điểm {time} nhanh hơn đồng hồ của trung tâm quá 10 phút.")
    action = _("Chỉnh đồng hồ thiết bị theo NTP và kiểm tra múi giờ (+07:00).")
    return Refusal("future_time", cause, action, {"time": clock.local(clock.from_ms(time)).isoformat()})


def _flags(body: Body) -> npt.NDArray[np.uint32]:
    if body.status is None:
        return np.zeros(len(body), np.uint32)
    known = {code: status_flags(code) for code in set(body.status)}
    return np.array([known[code] for code in body.status], np.uint32)


def _readings(body: Body, codes: list[str], rows: list[int]) -> list[ReadingMessage]:
    """Values of unknown devices as reading messages, one per device and moment: ingest proposes them and keeps the data."""
    found: dict[tuple[str, int], ReadingMessage] = {}
    for row in rows:
        device, _slash, symbol = codes[body.series.indices[row].as_py()].rpartition("/")
        moment = int(body.time[row])
        value = float(body.value[row])
        message = found.setdefault((device, moment), ReadingMessage(device, moment, {}, {}))
        message.values[symbol] = None if value != value else value  # noqa: PLR0124 - NaN
        if body.status is not None:
            message.status[symbol] = body.status[row]
    return list(found.values())


async def _publish(bus: Bus, sender: Sender, checked: Checked) -> None:
    """Put everything accepted into the log. Raises LogRefused; then nothing may be answered as accepted."""
    rows = max(1, min(CHUNK_BYTES, int(bus.max_payload * 0.9)) // ROW_BYTES)
    work = [
        bus.publish(BATCH_SUBJECT, ipc(checked.batch.slice(start, rows)), timeout=10)
        for start in range(0, checked.batch.num_rows, rows)
    ]
    if checked.homeless and sender.source is not None:
        subject = f"readings.{sender.source.key}"
        parts = [
            checked.homeless[start : start + READINGS_CHUNK]
            for start in range(0, len(checked.homeless), READINGS_CHUNK)
        ]
        work += [bus.publish(subject, encode_readings(part), timeout=10) for part in parts]
    await asyncio.gather(*work)


def ipc(table: pa.Table) -> bytes:
    """An Arrow IPC stream."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()  # type: ignore[no-any-return]


async def _report(source: sources.SourceCredential, rejected: list[Rejection]) -> None:
    """Show the newest rejection on the connection desk, once a second per source at most; never fails the request."""
    now = time.monotonic()
    if now - _reports.get(source.number, 0.0) < 1.0:
        return
    _reports[source.number] = now
    newest = rejected[-1]
    try:
        await in_database(
            lambda: sources.report_error(source.number, newest.code, str(newest.refusal), clock.now(), len(rejected))
        )
    except Exception as error:
        log.warning("rejection_not_reported", source=source.code, error=repr(error))


async def _dead_letter(source: sources.SourceCredential, data: bytes, refused: BodyRefused) -> None:
    """Keep a body that a source sent and nobody could read, where a person can see it."""
    now = clock.now_ms()
    letter = Letter(
        source.number,
        now,
        source.connector,
        "/api/v1/observations",
        data,
        refused.code,
        str(refused),
        time.time_ns(),
    )
    try:
        desk = await centre().desk()
        await asyncio.wait_for(desk.deliver([letter]), 2)
    except (Unavailable, TimeoutError) as error:
        log.warning("dead_letter_not_kept", source=source.code, error=repr(error))
