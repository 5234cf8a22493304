"""Whatever bytes come, a message ends as rows, as waiting readings or as a letter with a reason; others are not touched."""

from __future__ import annotations

import json
from uuid import uuid4

import msgspec
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sen.eventbus import LogBatch
from sen.ingest import decode
from sen.ingest.directory import Device, Directory, Limits, Origin
from sen.ingest.resolve import BATCH_SCHEMA, Resolved, Resolver
from sen.telemetry.flags import names

NOW = 1_780_000_000_000
STAMP = NOW * 1_000_000 + 5_000_000
TOPIC = b"$MQTT.msgs.v1.key1.telemetry"


def directory() -> Directory:
    origin = Origin(7, "src", "key1", "mqtt", True, uuid4(), {"KHI001": Device({"pm25": 1, "pm10": 2})})
    return Directory(1, {"key1": origin}, {7: origin}, {}, {}, {}, Limits.sized(3))


def resolve(*payloads: bytes, subject: bytes = TOPIC) -> Resolved:
    size = len(payloads)
    batch = LogBatch(
        [subject] * size, list(payloads), [b""] * size, [STAMP + n for n in range(size)], list(range(size))
    )
    resolver = Resolver(directory())
    resolver.resolve(LogBatch([TOPIC], [b"{}"], [b""], [1], [1]))
    return resolver.resolve(batch)


def reading(**changes: object) -> bytes:
    return json.dumps({"device": "KHI001", "time": NOW, "values": {"pm25": 31.2}} | changes).encode()


def test_a_reading_becomes_rows() -> None:
    found = resolve(reading(values={"pm25": 31.2, "pm10": 44}), reading(time="2026-05-28T20:26:40+00:00"))
    assert found.rows.series.tolist() == [1, 2, 1]
    assert found.rows.value.tolist() == [31.2, 44.0, 31.2]
    assert found.rows.time.tolist() == [NOW, NOW, 1780000000000]
    assert found.rows.source.tolist() == [7, 7, 7]
    assert found.rows.seq.tolist() == [STAMP, STAMP, STAMP + 1]
    assert not found.letters
    assert found.messages == {7: 2}


def test_aliases_of_the_packs_are_known() -> None:
    assert resolve(reading(values={"PM2,5": 1, "PM10": 2})).rows.series.tolist() == [1, 2]


def test_status_and_hand_become_flags() -> None:
    found = resolve(
        reading(values={"pm25": 1, "pm10": None}, status={"pm25": "01", "pm10": "02"}),
        reading(status={"pm25": "77"}, manual=True),
    )
    assert [names(int(bits)) for bits in found.rows.flags] == [
        ["calibrating"], ["device_fault", "no_value"], ["unknown_status", "manual"],
    ]  # fmt: skip


def test_unknown_devices_and_properties_wait() -> None:
    found = resolve(
        reading(device="NEW"), reading(values={"pm25": 1, "xyz": 2}), reading(device="NEW", values={"a": None})
    )
    assert found.rows.series.tolist() == [1]
    assert [(row.device, row.property) for row in found.waiting] == [("NEW", "pm25"), ("KHI001", "xyz"), ("NEW", "a")]
    assert {(row.device, tuple(row.properties), row.messages) for row in found.unknown} == {
        ("NEW", ("a", "pm25"), 2), ("KHI001", ("xyz",), 1),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        (b"", "malformed_json"),
        (b"\x00", "malformed_json"),
        (b"\xff\xfe{}", "malformed_json"),
        (reading()[:-1], "malformed_json"),
        (b'{"device":"KHI001","time":1780000000000,"values":{"pm25":NaN}}', "malformed_json"),
        (b"[" * 200_000, "invalid_message"),
        (b'{"a":' * 200_000, "malformed_json"),
        (b"{}", "invalid_message"),
        (b"null", "invalid_message"),
        (b'"text"', "invalid_message"),
        (b"[1]", "invalid_message"),
        (b'{"device":"\xc3\x28","time":1,"values":{}}', "malformed_json"),
        (reading(device=""), "invalid_message"),
        (reading(device="x" * 129), "invalid_message"),
        (reading(values={}), "invalid_message"),
        (reading(values={"pm25": "31"}), "invalid_message"),
        (reading(values={"pm25": True}), "invalid_message"),
        (b'{"device":"KHI001","time":1780000000000,"values":{"pm25":1e999}}', "invalid_message"),
        (reading(time="2026-05-28T20:26:40"), "invalid_message"),
        (reading(time="yesterday"), "invalid_message"),
        (reading(time=1_780_000_000), "invalid_time"),
        (reading(time=-5), "invalid_time"),
        (reading(time=10**30), "invalid_time"),
        (reading(time="9999-12-31T23:59:59Z"), "invalid_time"),
    ],
)
def test_hostile_messages_become_letters_and_harm_nobody(payload: bytes, code: str) -> None:
    found = resolve(reading(), payload, reading())
    assert [(letter.code, letter.payload, letter.source) for letter in found.letters] == [(code, payload, 7)]
    assert found.letters[0].message
    assert found.rows.series.tolist() == [1, 1]


def test_seconds_are_explained() -> None:
    assert "Nhân với 1000" in resolve(reading(time=1_780_000_000)).letters[0].message


def test_foreign_topics_and_unknown_keys_are_letters() -> None:
    assert resolve(reading(), subject=b"$MQTT.msgs.v1.key1.other").letters[0].code == "unknown_topic"
    assert resolve(reading(), subject=b"readings.nobody").letters[0].code == "unknown_source"
    assert resolve(reading(), subject=b"readings.key1").rows.series.tolist() == [1]


def test_an_array_is_taken_whole_or_not_at_all() -> None:
    good = json.loads(reading())
    assert len(resolve(json.dumps([good, good | {"time": NOW + 1}]).encode()).rows) == 2
    found = resolve(json.dumps([good, good | {"time": 1}]).encode())
    assert not len(found.rows)
    assert len(found.letters) == 1


def test_a_batch_message_that_is_none_becomes_a_letter() -> None:
    other = pa.table({"x": [1]})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, other.schema) as writer:
        writer.write_table(other)
    for payload in (b"", b"nonsense", sink.getvalue().to_pybytes()):
        assert [letter.code for letter in resolve(payload, subject=b"observations.batch").letters] == [
            "invalid_message"
        ]
    assert BATCH_SCHEMA.names == ["series", "time", "value", "flags", "source"]


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_either_readings_or_refused(payload: bytes) -> None:
    try:
        assert all(isinstance(one, decode.Reading) for one in decode.readings(payload))
    except decode.Undecodable as error:
        assert error.code
        assert str(error)


values = st.dictionaries(
    st.text(min_size=1, max_size=20),
    st.none() | st.floats(allow_nan=False, allow_infinity=False),
    min_size=1,
    max_size=5,
)
moments = st.integers(decode.MIN_MS, decode.MAX_MS - 1)


@settings(max_examples=200, deadline=None)
@given(st.text(min_size=1, max_size=40), moments, values)
def test_every_well_formed_reading_is_kept(device: str, time: int, found: dict[str, float | None]) -> None:
    result = resolve(msgspec.json.encode({"device": device, "time": time, "values": found}))
    assert not result.letters
    assert len(result.rows) + len(result.waiting) == len(found)
    assert all("\x00" not in row.device + row.property for row in result.waiting)


@settings(max_examples=200, deadline=None)
@given(
    st.datetimes(
        min_value=__import__("datetime").datetime(2000, 1, 2), max_value=__import__("datetime").datetime(2099, 12, 30)
    ),
    st.integers(-14, 14),
)
def test_times_with_offset_are_read_exactly(moment, hours) -> None:  # type: ignore[no-untyped-def]
    from datetime import timedelta, timezone

    aware = moment.replace(microsecond=moment.microsecond // 1000 * 1000, tzinfo=timezone(timedelta(hours=hours)))
    assert decode.parse_time(aware.isoformat()) == round(aware.timestamp() * 1000)
