"""A batch of the log → rows of known series, readings that wait for a person, letters that nobody could read. Loses nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain

import msgspec
import numpy as np
import pyarrow as pa
from django.utils.translation import gettext_noop as _

from sen.eventbus import BATCH_SUBJECT, MQTT_PREFIX, LogBatch
from sen.ingest import decode
from sen.ingest.directory import Device, Directory, Origin
from sen.ingest.refusals import Refusal
from sen.ingest.rows import Rows
from sen.telemetry.flags import Flag

NANOSECONDS_PER_MS = 1_000_000
_BATCH = BATCH_SUBJECT.encode()
_MQTT = MQTT_PREFIX.encode()
BATCH_SCHEMA = pa.schema(
    [
        pa.field("series", pa.uint32()),
        pa.field("time", pa.int64()),
        pa.field("value", pa.float64()),
        pa.field("flags", pa.uint32()),
        pa.field("source", pa.uint32()),
    ]
)
"""An `observations.batch` message: resolved by the web process, `time` in milliseconds; seq and received are the log's."""


class Letter(msgspec.Struct, array_like=True):
    """A message for the dead-letter list; `received` in milliseconds, `seq` the log's stamp in nanoseconds."""

    source: int | None
    received: int
    channel: str
    subject: str
    payload: bytes
    code: str
    message: str
    seq: int


class Waiting(msgspec.Struct, array_like=True):
    """One value of a device or property that belongs to no series yet."""

    source: int
    device: str
    property: str
    time: int
    value: float
    status: str
    seq: int
    received: int


class Unknown(msgspec.Struct, array_like=True):
    """A device to propose to a person: what it sent in this batch."""

    source: int
    device: str
    properties: list[str]
    first_seen: int
    last_seen: int
    messages: int
    sample: dict[str, float | None]


@dataclass
class Resolved:
    """What became of one batch."""

    rows: Rows
    waiting: list[Waiting] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    unknown: list[Unknown] = field(default_factory=list)
    messages: dict[int, int] = field(default_factory=dict)
    """Messages per source number."""

    @property
    def puzzled(self) -> bool:
        """Whether something was unknown that a newer directory may know."""
        return bool(self.waiting) or any(letter.code == "unknown_source" for letter in self.letters)


class Resolver:
    """Resolves with one version of the directory; make a new one when the directory changes."""

    def __init__(self, directory: Directory) -> None:
        self.directory = directory
        self._subjects: dict[bytes, Origin | str] = {}

    def resolve(self, batch: LogBatch) -> Resolved:
        """Every message of `batch` ends as rows, as waiting readings or as a letter."""
        work = _Work(self.directory)
        parts: list[Rows] = []
        origins, subjects = self._subjects, batch.subjects
        for index in work.plain(batch, origins):
            subject, payload, stamp = subjects[index], batch.payloads[index], batch.stamps[index]
            if subject == _BATCH:
                try:
                    parts.append(_batch_rows(payload, stamp))
                except (pa.ArrowException, ValueError, KeyError) as error:
                    work.letter(None, "", subject, payload, stamp, _no_batch(error))
                continue
            origin = origins.get(subject) or self._origin(subject)
            if isinstance(origin, str):
                work.letter(
                    None, "mqtt" if subject.startswith(_MQTT) else "", subject, payload, stamp, _REASONS[origin]
                )
                continue
            try:
                work.readings(origin, decode.readings(payload), stamp)
            except decode.Undecodable as error:
                work.letter(origin.number, origin.connector, subject, payload, stamp, error.refusal)
        return work.finish(parts)

    def _origin(self, subject: bytes) -> Origin | str:
        """The source of a subject, or the code of what is wrong with it."""
        name = subject.decode("utf-8", "replace")
        if name.startswith(MQTT_PREFIX):
            parts = name.removeprefix(MQTT_PREFIX).split(".")
            found: Origin | str | None = "unknown_topic"
            if len(parts) == 3 and parts[2] == "telemetry":
                found = self.directory.by_key.get(parts[1])
        else:
            found = self.directory.by_key.get(name.removeprefix("readings."))
        result: Origin | str = "unknown_source" if found is None else found
        if len(self._subjects) < 100_000:
            self._subjects[subject] = result
        return result


_REASONS = {
    "unknown_topic": Refusal(
        "unknown_topic",
        _("Chủ đề MQTT không có dạng v1/<khóa nguồn>/telemetry."),
        _("Sửa chủ đề đã khai ở thiết bị."),
    ),
    "unknown_source": Refusal(
        "unknown_source", _("Không nguồn nào có khóa này."), _("Kiểm tra khóa nguồn đã khai ở thiết bị.")
    ),
}


def _no_batch(error: Exception) -> Refusal:
    cause = _("Lô số liệu nội bộ không đọc được ({technical}).")
    action = _("Báo người quản trị hệ thống, kèm bản tin gốc.")
    return Refusal("invalid_message", cause, action, {"technical": " ".join(str(error).split())[:200]})


class _Work:
    """The columns of one batch while it is being resolved; one entry per reading, `counts` values each."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._series: list[tuple[int, ...]] = []
        self._values: list[object] = []
        self._plain = 0
        self._times: list[int] = []
        self._sources: list[int] = []
        self._stamps: list[int] = []
        self._flags: list[tuple[int, int, int]] = []
        """(reading, value within it, flag bits)"""
        self._messages: dict[int, int] = {}
        self._waiting: list[Waiting] = []
        self._letters: list[Letter] = []
        self._unknown: dict[tuple[int, str], Unknown] = {}

    def letter(  # noqa: PLR0917
        self, source: int | None, channel: str, subject: bytes, payload: bytes, stamp: int, refusal: Refusal
    ) -> None:
        """Keep a message that cannot be used, with the reason."""
        name = subject.decode("utf-8", "replace").removeprefix(MQTT_PREFIX)
        self._letters.append(
            Letter(source, stamp // NANOSECONDS_PER_MS, channel, name, payload, refusal.code, str(refusal)[:500], stamp)
        )

    def plain(self, batch: LogBatch, origins: Mapping[bytes, Origin | str]) -> list[int]:
        """Take the messages that are as nearly all are: one reading of a known device, all properties known, no status.

        Returns the places of the others. One loop without calls of our own: this is what bounds messages a second.
        """
        others: list[int] = []
        decoded, reading = decode.decoder.decode, decode.Reading
        low, high = decode.MIN_MS, decode.MAX_MS
        take_series, take_values, take_time = self._series.append, self._values.append, self._times.append
        take_source, take_stamp = self._sources.append, self._stamps.append
        for index, (subject, payload, stamp) in enumerate(
            zip(batch.subjects, batch.payloads, batch.stamps, strict=True)
        ):
            origin = origins.get(subject)
            if origin.__class__ is Origin:
                try:
                    found = decoded(payload)
                except Exception:  # decoded again, with its reason, by who takes the others
                    others.append(index)
                    continue
                if found.__class__ is reading and found.status is None and not found.manual:
                    time, device = found.time, origin.devices.get(found.device)
                    if device is not None and time.__class__ is int and low <= time < high:
                        values = found.values
                        plan = device.plans.get(tuple(values))
                        if plan is not None and plan.complete:
                            take_series(plan.series)
                            take_values(values.values())
                            take_time(time)
                            take_source(origin.number)
                            take_stamp(stamp)
                            continue
            others.append(index)
        self._plain = len(self._series)
        return others

    def readings(self, origin: Origin, found: list[decode.Reading], stamp: int) -> None:
        """All readings of one message, or none: raises Undecodable before anything of it is taken."""
        times = [
            r.time if type(r.time) is int and decode.MIN_MS <= r.time < decode.MAX_MS else decode.milliseconds(r.time)
            for r in found
        ]
        self._messages[origin.number] = self._messages.get(origin.number, 0) + 1
        for reading, time in zip(found, times, strict=True):
            device = origin.devices.get(reading.device)
            if device is None:
                self._wait(origin, reading, time, stamp, list(reading.values))
                continue
            symbols = tuple(reading.values)
            plan = device.plans.get(symbols) or device.plan(symbols)
            if plan.complete and reading.status is None and not reading.manual:
                self._take(origin.number, plan.series, reading.values.values(), time, stamp)
            else:
                self._one_by_one(origin, device, reading, time, stamp)

    def _take(self, source: int, series: tuple[int, ...], values: object, time: int, stamp: int) -> None:
        self._series.append(series)
        self._values.append(values)
        self._times.append(time)
        self._sources.append(source)
        self._stamps.append(stamp)

    def _one_by_one(self, origin: Origin, device: Device, reading: decode.Reading, time: int, stamp: int) -> None:
        """The path of readings with a status, typed by hand, or with a property that no series takes."""
        plan = device.plan(tuple(reading.values))
        always = int(Flag.MANUAL) if reading.manual else 0
        homeless: list[str] = []
        series: list[int] = []
        values: list[float | None] = []
        for (symbol, value), number in zip(reading.values.items(), plan.series, strict=True):
            if not number:
                homeless.append(symbol)
                continue
            flags = always
            if reading.status:
                flags |= decode.status_flags(reading.status.get(symbol, ""))
            if flags:
                self._flags.append((len(self._series), len(series), flags))
            series.append(number)
            values.append(value)
        if series:
            self._take(origin.number, tuple(series), values, time, stamp)
        if homeless:
            self._wait(origin, reading, time, stamp, homeless)

    def _wait(self, origin: Origin, reading: decode.Reading, time: int, stamp: int, symbols: list[str]) -> None:
        """Keep values that belong to no series; the store holds no NUL and people could not see it either."""
        received = stamp // NANOSECONDS_PER_MS
        device = reading.device.replace("\x00", "\N{SYMBOL FOR NULL}")
        status = reading.status or {}
        for symbol in symbols:
            value = reading.values[symbol]
            number = float("nan") if value is None else value
            name = symbol.replace("\x00", "\N{SYMBOL FOR NULL}")
            self._waiting.append(
                Waiting(origin.number, device, name, time, number, status.get(symbol, "")[:16], stamp, received)
            )
        found = self._unknown.get((origin.number, device))
        if found is None:
            sample = dict(list(reading.values.items())[:20])
            self._unknown[origin.number, device] = Unknown(
                origin.number, device, list(symbols), received, received, 1, sample
            )
            return
        found.messages += 1
        found.last_seen = max(found.last_seen, received)
        if set(symbols) - set(found.properties) and len(found.properties) < decode.MAX_VALUES:
            found.properties = sorted({*found.properties, *symbols})

    def finish(self, parts: list[Rows]) -> Resolved:
        """Columns of what was taken, behind the rows that came resolved, in log order within each."""
        if self._series:
            counts = np.fromiter(map(len, self._series), np.intp, len(self._series))
            size = int(counts.sum())
            stamps = np.repeat(np.array(self._stamps, np.uint64), counts)
            flags = np.zeros(size, np.uint32)
            starts = np.cumsum(counts) - counts
            for reading, offset, bits in self._flags:
                flags[starts[reading] + offset] = bits
            value = np.array(list(chain.from_iterable(self._values)), np.float64)  # type: ignore[arg-type]
            flags[np.isnan(value)] |= np.uint32(Flag.NO_VALUE)
            parts.append(
                Rows(
                    np.fromiter(chain.from_iterable(self._series), np.uint32, size),
                    np.repeat(np.array(self._times, np.int64), counts),
                    value,
                    flags,
                    np.repeat(np.array(self._sources, np.uint32), counts),
                    stamps,
                    (stamps // np.uint64(NANOSECONDS_PER_MS)).astype(np.int64),
                )
            )
        return Resolved(
            Rows.concatenate(parts), self._waiting, self._letters, list(self._unknown.values()), self._messages
        )


def _batch_rows(payload: bytes, stamp: int) -> Rows:
    """The rows of an `observations.batch` message. Raises ArrowException or ValueError when it is not one."""
    table = pa.ipc.open_stream(payload).read_all()
    if not table.schema.equals(BATCH_SCHEMA, check_metadata=False):
        raise ValueError(f"columns {table.schema.names} instead of {BATCH_SCHEMA.names}")
    columns = {name: table[name].to_numpy() for name in BATCH_SCHEMA.names}
    size = len(table)
    received = np.full(size, stamp // NANOSECONDS_PER_MS, np.int64)
    seq = np.full(size, stamp, np.uint64)
    return Rows(
        columns["series"], columns["time"], columns["value"], columns["flags"], columns["source"], seq, received
    )
