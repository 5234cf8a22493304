"""Bodies of the observations endpoint: what is good is taken, each bad item is named, and no body breaks the parser."""

from __future__ import annotations

import io
import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sen.ingest import bodies
from sen.ingest.bodies import ARROW, JSON, PARQUET, Body, BodyRefused, parse

NOW = 1_780_000_000_000


def item(**changes: object) -> dict[str, object]:
    return {"series": "tram-1/pm25", "time": NOW, "value": 3.5} | changes


def table(rows: int = 3, **columns: object) -> pa.Table:
    good = {
        "series": ["a/b"] * rows,
        "time": pa.array([NOW + n for n in range(rows)], pa.int64()),
        "value": [1.0] * rows,
    }
    return pa.table(good | columns)


def arrow(found: pa.Table) -> bytes:
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, found.schema) as writer:
        writer.write_table(found)
    return sink.getvalue()


def parquet(found: pa.Table) -> bytes:
    sink = io.BytesIO()
    pq.write_table(found, sink)
    return sink.getvalue()


def codes(body: Body) -> list[str]:
    return body.series.to_pylist()


@pytest.mark.parametrize(
    "data",
    [
        json.dumps(item()),
        json.dumps(item(), indent=2),
        json.dumps([item()]),
        "\n" + json.dumps(item()) + "\n\n",
    ],
)
def test_one_object_in_every_spelling(data: str) -> None:
    body = parse(JSON, data.encode())
    assert (codes(body), body.time.tolist(), body.value.tolist(), body.rejected) == (["tram-1/pm25"], [NOW], [3.5], [])


def test_lines_are_taken_one_by_one() -> None:
    data = "\n".join(
        [json.dumps(item()), "{broken", json.dumps(item(series="x/y")), '{"series": 5, "time": 1, "value": 1}']
    )
    for kind in ("application/x-ndjson", JSON):
        body = parse(kind, data.encode())
        assert codes(body) == ["tram-1/pm25", "x/y"]
        assert [(row.index, row.code) for row in body.rejected] == [(1, "malformed_json"), (3, "invalid_series")]
        assert [body.place(row) for row in range(2)] == [0, 2]


def test_times_are_the_same_in_every_form() -> None:
    forms: list[object] = [
        NOW,
        float(NOW),
        "2026-05-28T20:26:40Z",
        "2026-05-29T03:26:40+07:00",
        "2026-05-28T20:26:40.000000+00:00",
    ]
    assert parse(JSON, json.dumps([item(time=form) for form in forms]).encode()).time.tolist() == [NOW] * len(forms)
    texts = [form for form in forms if isinstance(form, str)]
    assert parse(JSON, json.dumps([item(time=form) for form in texts]).encode()).time.tolist() == [NOW] * len(texts)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"time": "2026-05-28T20:26:40"}, "invalid_time"),
        ({"time": "2026-05-28"}, "invalid_time"),
        ({"time": "never"}, "invalid_time"),
        ({"time": NOW // 1000}, "invalid_time"),
        ({"time": 10**40}, "invalid_time"),
        ({"time": True}, "invalid_time"),
        ({"time": None}, "invalid_time"),
        ({"value": "3.5"}, "invalid_value"),
        ({"value": True}, "invalid_value"),
        ({"value": [1]}, "invalid_value"),
        ({"series": None}, "invalid_series"),
        ({"series": "x" * 300}, "invalid_series"),
        ({"status": 0}, "invalid_item"),
    ],
)
def test_a_bad_item_is_named_and_the_others_taken(change: dict[str, object], code: str) -> None:
    body = parse(JSON, json.dumps([item(), item(**change), item(series="c/d")]).encode())
    assert codes(body) == ["tram-1/pm25", "c/d"]
    assert [(row.index, row.code) for row in body.rejected] == [(1, code)]
    assert [body.place(row) for row in range(2)] == [0, 2]


@pytest.mark.parametrize(
    ("kind", "data", "status"),
    [
        (JSON, b"", 400),
        (JSON, b"{", 400),
        (JSON, b"[" * 100_000, 400),
        (JSON, b'{"series":' * 100_000, 400),
        (JSON, b"\xff\xfe\x00", 400),
        (JSON, b'[{"series":"a/b","time":1780000000000,"value":NaN}]', 400),
        (JSON, b"[]", 422),
        (JSON, b"17", 422),
        (JSON, b'"text"', 422),
        (JSON, b"null", 422),
        ("text/csv", b"a,b", 415),
        (ARROW, b"", 400),
        (ARROW, b"nonsense", 400),
        (ARROW, b"\xff" * 1000, 400),
        (PARQUET, b"PAR1nonsensePAR1", 400),
        (PARQUET, b"", 400),
    ],
)
def test_useless_bodies_are_refused_as_a_whole(kind: str, data: bytes, status: int) -> None:
    with pytest.raises(BodyRefused) as refused:
        parse(kind, data)
    assert refused.value.status == status


@pytest.mark.parametrize("write", [arrow, parquet])
def test_tables_give_the_same_columns(write) -> None:  # type: ignore[no-untyped-def]
    kind = ARROW if write is arrow else PARQUET
    stamps = pa.array([NOW, NOW + 1, NOW + 2], pa.timestamp("ms", "UTC"))
    for found in (
        table(),
        table(time=stamps),
        table(series=pa.array(["a/b"] * 3).dictionary_encode()),
        table(value=pa.array([1, 1, 1])),
    ):
        body = parse(kind, write(found))
        assert (codes(body), body.time.tolist(), body.value.tolist()) == (
            ["a/b"] * 3,
            [NOW, NOW + 1, NOW + 2],
            [1.0] * 3,
        )
        assert body.status is None
    assert parse(kind, write(table(status=["00", "02", "01"]))).status == ["00", "02", "01"]
    early = parse(kind, write(table(time=pa.array([NOW, 5, NOW], pa.int64()))))
    assert [(row.index, row.code) for row in early.rejected] == [(1, "invalid_time")]


@pytest.mark.parametrize(
    "found",
    [
        table().drop_columns("value"),
        table(0),
        table(time=pa.array([NOW] * 3, pa.timestamp("ms"))),
        table(time=["a", "b", "c"]),
        table(value=["1", "2", "3"]),
        table(series=pa.array([1, 2, 3])),
        table(series=["a/b", None, "c/d"]),
    ],
)
def test_tables_of_another_shape_are_refused(found: pa.Table) -> None:
    for kind, data in ((ARROW, arrow(found)), (PARQUET, parquet(found))):
        with pytest.raises(BodyRefused) as refused:
            parse(kind, data)
        assert refused.value.status == 422


def test_a_table_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "MAX_ITEMS", 2)
    for kind, data in ((ARROW, arrow(table())), (PARQUET, parquet(table())), (JSON, json.dumps([item()] * 3).encode())):
        with pytest.raises(BodyRefused) as refused:
            parse(kind, data)
        assert refused.value.status == 413


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.sampled_from([JSON, ARROW, PARQUET, "application/x-ndjson"]))
def test_no_bytes_break_the_parser(data: bytes, kind: str) -> None:
    try:
        body = parse(kind, data)
    except BodyRefused as refused:
        assert refused.status in {400, 413, 415, 422}
    else:
        assert len(body) + len(body.rejected) > 0


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**31), st.integers(1, 40))
def test_damaged_tables_are_refused_or_read(seed: int, flips: int) -> None:
    random = np.random.default_rng(seed)
    for kind, good in ((ARROW, arrow(table(50))), (PARQUET, parquet(table(50)))):
        data = bytearray(good)
        for at in random.integers(0, len(data), flips):
            data[at] ^= int(random.integers(1, 256))
        try:
            parse(kind, bytes(data))
        except BodyRefused as refused:
            assert refused.status in {400, 413, 422}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["series", "time", "value", "status"]), inner, max_size=4)
    ),
    max_leaves=20,
)


@settings(max_examples=300, deadline=None)
@given(json_values)
def test_any_json_is_answered(found: object) -> None:
    try:
        body = parse(JSON, json.dumps(found).encode())
    except BodyRefused as refused:
        assert refused.status in {400, 422}
    else:
        expected = len(found) if isinstance(found, list) else 1
        assert len(body) + len(body.rejected) == expected
