"""Bodies of POST /api/v1/observations → columns and per-item rejections. JSON, NDJSON, Arrow IPC or Parquet; no input or output.

Everything is checked for a whole column at once; only a column with something wrong in it is walked item by item.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.ipc
import pyarrow.parquet
from django.utils.translation import gettext_noop as _

from sen.ingest import decode, refusals
from sen.ingest.decode import Undecodable
from sen.ingest.refusals import WRITE_ITEM, Refusal, Refused

MAX_ITEMS = 2_000_000
MAX_ARROW_BYTES = 512 * 1024 * 1024
"""Memory that an Arrow or Parquet body may take once it is unpacked."""
FUTURE_MS = 600_000
ARROW = "application/vnd.apache.arrow.stream"
PARQUET = "application/vnd.apache.parquet"
NDJSON = ("application/x-ndjson", "application/ndjson", "application/jsonl")
JSON = "application/json"


class Item(msgspec.Struct, gc=False):
    """One observation as JSON; see docs/connectors for the words."""

    series: Annotated[str, msgspec.Meta(max_length=256)]
    time: str | int | float
    value: float | None
    status: Annotated[str, msgspec.Meta(max_length=16)] = "00"


class Rejection(msgspec.Struct):
    """Why the item at `index` of the body was not taken."""

    index: int
    refusal: Refusal

    @property
    def code(self) -> str:
        """The refusal's code."""
        return self.refusal.code


class BodyRefused(Refused):
    """The body as a whole cannot be used: `status` 400, 413, 415 or 422, and why."""

    def __init__(self, status: int, refusal: Refusal) -> None:
        super().__init__(refusal)
        self.status = status


@dataclass
class Body:
    """Columns of n observations. `index` maps a row to its place in the body, where some items were unreadable."""

    series: pa.DictionaryArray
    """n codes as dictionary<int32, string>."""
    time: npt.NDArray[np.int64]
    value: npt.NDArray[np.float64]
    status: list[str] | None
    """n status codes, None when all are `00`."""
    rejected: list[Rejection] = field(default_factory=list)
    index: npt.NDArray[np.int64] | None = None

    def __len__(self) -> int:
        return len(self.time)

    def place(self, row: int) -> int:
        """The index in the body of a row."""
        return row if self.index is None else int(self.index[row])


_one = msgspec.json.Decoder(Item)
_many = msgspec.json.Decoder(list[Item])
_raw_many = msgspec.json.Decoder(list[msgspec.Raw])


def parse(content_type: str, data: bytes) -> Body:
    """Read `data`. Raises BodyRefused; nothing else, whatever the bytes are."""
    kind = content_type.partition(";")[0].strip().lower() or JSON
    try:
        if kind == ARROW:
            return _of_table(_arrow(data))
        if kind == PARQUET:
            return _of_table(_parquet(data))
        if kind == JSON or kind in NDJSON or kind.endswith("+json"):
            return _of_json(data, lines=kind in NDJSON)
    except RecursionError as error:
        raise BodyRefused(400, refusals.malformed_json(error)) from error
    # Arrow's readers raise all of these for damaged bytes; BodyRefused is a ValueError too and has to pass.
    except BodyRefused:
        raise
    except (pa.ArrowException, OSError, ValueError, KeyError, IndexError, MemoryError, OverflowError) as error:
        cause = _("Không đọc được bảng Arrow hoặc Parquet ({technical}).")
        action = _("Kiểm tra Content-Type có đúng với nội dung, rồi gửi lại từ đầu.")
        values = {"technical": " ".join(str(error).split())[:200]}
        raise BodyRefused(400, Refusal("malformed_table", cause, action, values)) from error
    values = {"kind": refusals.shown(kind), "kinds": ", ".join((JSON, NDJSON[0], ARROW, PARQUET))}
    cause, action = _("Không nhận kiểu nội dung “{kind}”."), _("Đặt Content-Type là một trong các kiểu: {kinds}.")
    raise BodyRefused(415, Refusal("unsupported_media_type", cause, action, values))


# -- JSON


def _of_json(data: bytes, lines: bool) -> Body:
    text = data.lstrip()
    if not text:
        raise BodyRefused(400, Refusal("malformed_json", _("Nội dung gửi trống."), WRITE_ITEM))
    if not lines and text[:1] == b"[":
        items, rejected, places = _items(text, lambda: _many.decode(text), lambda: _raw_many.decode(text))
    elif not lines and text[:1] != b"{":
        _well_formed(text)
        cause = _("Nội dung không phải là một số đo hay mảng các số đo.")
        raise BodyRefused(422, Refusal("invalid_body", cause, WRITE_ITEM))
    else:
        raws = _lines(text)
        items, rejected, places = _items(text, lambda: [_one.decode(raw) for raw in raws], lambda: raws)
    if not items and not rejected:
        raise BodyRefused(422, _empty())
    return _columns(items, rejected, places)


def _lines(text: bytes) -> list[bytes]:
    """The objects of a body that starts with `{`: one object over several lines, or one a line."""
    found = [line for line in text.split(b"\n") if line.strip()]
    if len(found) > 1:
        try:
            _one_raw.decode(text)
        except msgspec.DecodeError:
            return found
        return [text]
    return found


_one_raw = msgspec.json.Decoder(msgspec.Raw)


def _items(
    text: bytes, all_at_once: Callable[[], list[Item]], one_by_one: Callable[[], Sequence[bytes | msgspec.Raw]]
) -> tuple[list[Item], list[Rejection], list[int] | None]:
    """The readable items, the others as rejections, and where the readable ones stood when some are missing."""
    try:
        items = all_at_once()
        if len(items) > MAX_ITEMS:
            raise BodyRefused(413, _too_many())
        return items, [], None
    except msgspec.ValidationError:
        pass
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        if text[:1] == b"[":
            raise BodyRefused(400, refusals.malformed_json(error)) from error
    try:
        raws = one_by_one()
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BodyRefused(400, refusals.malformed_json(error)) from error
    if len(raws) > MAX_ITEMS:
        raise BodyRefused(413, _too_many())
    if len(raws) == 1:
        _well_formed(text)
    items, rejected, places = [], [], []
    for index, raw in enumerate(raws):
        try:
            items.append(_one.decode(raw))
            places.append(index)
        except (msgspec.ValidationError, msgspec.DecodeError, UnicodeDecodeError) as error:
            if len(raws) == 1 and not isinstance(error, msgspec.ValidationError):
                raise BodyRefused(400, refusals.malformed_json(error)) from error
            rejected.append(Rejection(index, refusals.invalid_item(error, raw)))
    return items, rejected, places


def _empty() -> Refusal:
    return Refusal("empty_body", _("Nội dung không có số đo nào."), _("Kiểm tra bên gửi có đọc được số liệu gốc."))


def _too_many() -> Refusal:
    values = {"limit": str(MAX_ITEMS), "size": str(MAX_ARROW_BYTES // 1_048_576)}
    cause = _("Một lần gửi không được quá {limit} số đo hay {size} MB khi đã giải nén.")
    return Refusal("too_large", cause, _("Chia nhỏ rồi gửi từng phần."), values)


def _well_formed(text: bytes) -> None:
    try:
        msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BodyRefused(400, refusals.malformed_json(error)) from error


def _columns(items: list[Item], rejected: list[Rejection], places: list[int] | None) -> Body:
    codes = pa.array([item.series for item in items], pa.string()).dictionary_encode()
    value = np.array([item.value for item in items], np.float64)
    status: list[str] | None = [item.status for item in items]
    if set(status or ()) <= {"00"}:
        status = None
    time, bad = _times([item.time for item in items])
    body = Body(codes, time, value, status, rejected, None if places is None else np.array(places, np.int64))
    return _without(body, bad)


def _times(found: list[str | int | float]) -> tuple[npt.NDArray[np.int64], dict[int, Undecodable]]:
    """Milliseconds; what is no moment gets 0 and its reason."""
    kinds = set(map(type, found))
    if kinds == {str}:
        texts = pa.array(found, pa.string())
        # Arrow reads a date alone and a missing offset as UTC in some forms: only whole forms with an offset go the fast way.
        if pc.all(pc.match_substring_regex(texts, _FAST_TIME)).as_py():
            try:
                micros = pc.cast(texts, pa.timestamp("us", "UTC")).cast(pa.int64()).to_numpy()
            except pa.ArrowInvalid:
                pass
            else:
                return _believable(micros // 1000)
    elif kinds == {int}:
        try:
            return _believable(np.array(found, np.int64))
        except OverflowError:
            pass
    out = np.zeros(len(found), np.int64)
    bad: dict[int, Undecodable] = {}
    for index, time in enumerate(found):
        try:
            out[index] = decode.parse_time(time) if isinstance(time, str) else decode.milliseconds(time)
        except Undecodable as error:
            bad[index] = error
    return out, bad


_FAST_TIME = r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)$"


def _believable(time: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], dict[int, Undecodable]]:
    bad: dict[int, Undecodable] = {}
    for index in np.flatnonzero((time < decode.MIN_MS) | (time >= decode.MAX_MS)).tolist():
        try:
            decode.milliseconds(int(time[index]))
        except Undecodable as error:
            bad[index] = error
    return time, bad


# -- tables


def _arrow(data: bytes) -> pa.Table:
    batches: list[pa.RecordBatch] = []
    size = rows = 0
    with pa.ipc.open_stream(pa.py_buffer(data)) as reader:
        schema = reader.schema
        for batch in reader:
            size += batch.nbytes
            rows += batch.num_rows
            if size > MAX_ARROW_BYTES or rows > MAX_ITEMS:
                raise BodyRefused(413, _too_many())
            batches.append(batch)
    table = pa.Table.from_batches(batches, schema)
    table.validate(full=True)
    return table


def _parquet(data: bytes) -> pa.Table:
    file = pa.parquet.ParquetFile(io.BytesIO(data))
    groups = [file.metadata.row_group(index) for index in range(file.metadata.num_row_groups)]
    if file.metadata.num_rows > MAX_ITEMS or sum(group.total_byte_size for group in groups) > MAX_ARROW_BYTES:
        raise BodyRefused(413, _too_many())
    names = [name for name in ("series", "time", "value", "status") if name in file.schema_arrow.names]
    return file.read(columns=names, use_threads=False)


def _of_table(table: pa.Table) -> Body:
    missing = {"series", "time", "value"} - set(table.column_names)
    if missing:
        action = _("Bảng cần ba cột series, time và value.")
        values = {"columns": ", ".join(sorted(missing))}
        raise BodyRefused(422, Refusal("missing_columns", _("Bảng thiếu cột: {columns}."), action, values))
    if not table.num_rows:
        raise BodyRefused(422, _empty())
    codes, time, value = (_column(table, name) for name in ("series", "time", "value"))
    if codes.null_count or time.null_count:
        cause = _("Cột series hoặc time có ô trống.")
        raise BodyRefused(422, Refusal("invalid_body", cause, _("Điền mã chuỗi và thời điểm ở mọi dòng.")))
    milliseconds, bad = _believable(_table_times(time))
    numbers = value.cast(pa.float64()) if _is_number(value.type) else None
    if numbers is None:
        raise _wrong_type("value", value.type, _("Dùng kiểu số, ví dụ double."))
    if pa.types.is_dictionary(codes.type):
        codes = pa.DictionaryArray.from_arrays(codes.indices.cast(pa.int32()), codes.dictionary.cast(pa.string()))
    elif pa.types.is_string(codes.type) or pa.types.is_large_string(codes.type):
        codes = codes.cast(pa.string()).dictionary_encode()
    else:
        raise _wrong_type("series", codes.type, _("Dùng kiểu văn bản (string)."))
    status = None
    if "status" in table.column_names:
        texts = _column(table, "status").cast(pa.string()).fill_null("00")
        if not pc.all(pc.equal(texts, "00")).as_py():
            status = texts.to_pylist()
    found = numbers.fill_null(float("nan")).to_numpy(zero_copy_only=False)
    return _without(Body(codes, milliseconds, found, status), bad)


def _column(table: pa.Table, name: str) -> pa.Array:
    if table.column_names.count(name) != 1:
        cause = _("Cột {column} xuất hiện nhiều lần.")
        raise BodyRefused(422, Refusal("invalid_body", cause, _("Mỗi tên cột chỉ dùng một lần."), {"column": name}))
    column = table[name]
    if column.num_chunks == 1:
        return column.chunk(0)
    combined = (column.unify_dictionaries() if pa.types.is_dictionary(column.type) else column).combine_chunks()
    return combined.chunk(0) if isinstance(combined, pa.ChunkedArray) else combined


def _wrong_type(column: str, kind: pa.DataType, action: str) -> BodyRefused:
    values = {"column": column, "type": str(kind)[:80]}
    return BodyRefused(422, Refusal("invalid_body", _("Cột {column} có kiểu {type}."), action, values))


_TIME_COLUMN = _("Dùng kiểu timestamp có múi giờ UTC, hoặc int64 là số mili giây tính từ năm 1970.")


def _table_times(time: pa.Array) -> npt.NDArray[np.int64]:
    if pa.types.is_timestamp(time.type):
        if time.type.tz is None:
            cause = _("Cột time không có múi giờ.")
            raise BodyRefused(422, Refusal("invalid_time", cause, _TIME_COLUMN))
        time = time.cast(pa.timestamp("ms", "UTC"), safe=False)
    elif not pa.types.is_integer(time.type):
        cause = _("Cột time có kiểu {type}, không phải thời điểm.")
        raise BodyRefused(422, Refusal("invalid_time", cause, _TIME_COLUMN, {"type": str(time.type)[:80]}))
    found: npt.NDArray[np.int64] = time.cast(pa.int64()).to_numpy(zero_copy_only=False)
    return found


def _is_number(kind: Any) -> bool:
    return bool(pa.types.is_floating(kind) or pa.types.is_integer(kind))


def _without(body: Body, bad: dict[int, Undecodable]) -> Body:
    """Turn rows whose time is no moment into rejections."""
    if not bad:
        return body
    keep = np.ones(len(body), np.bool_)
    keep[list(bad)] = False
    body.rejected += [Rejection(body.place(row), error.refusal) for row, error in sorted(bad.items())]
    return select(body, keep)


def select(body: Body, keep: npt.NDArray[np.bool_]) -> Body:
    """The rows of a mask; rejections stay."""
    rows = np.flatnonzero(keep)
    places = rows if body.index is None else body.index[rows]
    status = None if body.status is None else [body.status[row] for row in rows.tolist()]
    return Body(body.series.take(pa.array(rows)), body.time[rows], body.value[rows], status, body.rejected, places)
