"""The parser against files as loggers write them, and against anything at all."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sen.connectors.station_files.parser import MAX_FILE, number, parse, read_name, readings
from sen.connectors.station_files.settings import DEFAULT_PATTERN, StationFilesSettings
from sen.kernel import clock
from sen.kernel.clock import VIETNAM

FIXTURES = Path(__file__).parent.parent / "fixtures"
HALF_PAST = datetime(2026, 11, 21, 10, 30, tzinfo=VIETNAM)


@pytest.fixture(autouse=True)
def _on_that_day() -> object:
    with clock.frozen(datetime(2026, 11, 21, 11, 0, tzinfo=VIETNAM)):
        yield


def fixture(case: str) -> bytes:
    return next(FIXTURES.glob(f"*_{case}.txt")).read_bytes()


def test_a_normal_file() -> None:
    parsed = parse(fixture("normal"))
    assert not parsed.code and not parsed.problems
    (message,) = readings(parsed.rows, "KHI001")
    assert message.device == "KHI001" and message.time == clock.to_ms(HALF_PAST)
    assert message.values == {"PM2,5": 31.2, "PM10": 58.4, "NO2": 22.1, "CO": 812.0, "Temp": 29.8}
    assert message.units["PM2,5"] == "µg/Nm3" and set(message.status.values()) == {"00"}


def test_byte_order_mark_does_not_spoil_the_first_symbol() -> None:
    assert [row.symbol for row in parse(fixture("bom")).rows] == ["PM2,5", "O3"]


def test_decimal_commas_and_thousands() -> None:
    assert [row.value for row in parse(fixture("decimal-comma")).rows] == [7.12, 25.4, 1238.2]


def test_status_and_empty_value_of_a_faulty_device() -> None:
    rows = {row.symbol: (row.value, row.status) for row in parse(fixture("fault")).rows}
    assert rows == {
        "TSS": (25.4, "00"),
        "COD": (38.2, "01"),
        "pH": (7.12, "00"),
        "NH4": (None, "02"),
        "TN": (3.1, "03"),
    }


def test_trailing_blanks_and_bare_line_feeds() -> None:
    assert [(r.symbol, r.value, r.status) for r in parse(fixture("trailing-blanks-lf")).rows] == [
        ("PM2,5", 31.2, "00"),
        ("PM10", 58.0, "00"),
    ]


def test_of_duplicate_lines_the_last_wins() -> None:
    (message,) = readings(parse(fixture("duplicate-lines")).rows, "KHI001")
    assert message.values == {"PM10": 59.0}


def test_bad_lines_are_named_and_good_lines_go_on() -> None:
    parsed = parse(fixture("bad-lines"))
    assert [row.symbol for row in parsed.rows] == ["PM10", "O3"]
    assert [(p.line, p.code) for p in parsed.problems] == [(2, "wrong_columns"), (3, "bad_value"), (4, "bad_time")]


def test_a_backlog_comes_out_in_order() -> None:
    assert [m.values["PM10"] for m in readings(parse(fixture("backlog-out-of-order")).rows, "K")] == [57.0, 57.5, 58.0]


def test_other_encodings() -> None:
    assert parse(fixture("utf16")).rows[0].unit == "µg/Nm3"
    assert parse(fixture("windows-1258")).rows[0].unit == "°C"
    assert parse("PM10\t58\t\t20261121103000\t00".encode("utf-16-le")).code == "bad_encoding"
    assert parse(bytes(range(128, 256)) + b"\t\x01").code == "bad_encoding"


def test_what_is_not_a_station_file_is_refused_whole() -> None:
    assert parse(b"").code == "empty_file" and parse(b"\r\n \r\n").code == "empty_file"
    assert parse(b"x" * (MAX_FILE + 1)).code == "too_large"
    assert parse(b"\n" * 30_000).code == "too_large"


@pytest.mark.parametrize(("raw", "value"), [
    ("3.5", 3.5), ("3,5", 3.5), ("-0,5", -0.5), ("1.234,5", 1234.5), ("1,234.5", 1234.5), ("1e3", 1000.0), (".5", 0.5), ("12", 12.0),
    ("", None), ("-", None), ("NaN", None), ("N/A", None),
])  # fmt: skip
def test_numbers(raw: str, value: float | None) -> None:
    assert number(raw) == value


@pytest.mark.parametrize("raw", ["hai", "1 2", "--5", "1.2.3", "1,2,3,4", "inf", "1e999", "０", "0x10", "1_000"])
def test_no_numbers(raw: str) -> None:
    assert isinstance(number(raw), str)


@pytest.mark.parametrize(("name", "station"), [
    ("HN_ABCD_NUO001_20261121103000.txt", "NUO001"), ("NUO001_20261121103000.txt", "NUO001"),
    ("TH_BSON_KHILO2__20261121103000.TXT", "KHILO2"), ("NUO-001_20261121103000.txt", "NUO-001"),
])  # fmt: skip
def test_file_names_of_the_field(name: str, station: str) -> None:
    found = read_name(name, DEFAULT_PATTERN)
    assert found is not None and (found.station, found.time) == (station, HALF_PAST)


@pytest.mark.parametrize("name", [
    "NUO001.txt", "20261121103000.txt", "_20261121103000.txt", "NUO001_2026112110300.txt", "NUO001_20261121103000.csv",
    "../NUO001_20261121103000.txt", "a/NUO001_20261121103000.txt", "NUO\x00001_20261121103000.txt", "",
])  # fmt: skip
def test_names_that_do_not_follow_the_pattern(name: str) -> None:
    assert read_name(name, DEFAULT_PATTERN) is None


def test_names_can_be_configured() -> None:
    assert read_name("20261121103000-NUO001.dat", "{time}-{station}.dat").station == "NUO001"  # type: ignore[union-attr]
    assert read_name("data20261121103000.txt", "data{time}.txt", station="NUO001").station == "NUO001"  # type: ignore[union-attr]
    for wrong in ("{station}.txt", "{station}_{time}_{time}.txt", "{hour}_{time}.txt"):
        with pytest.raises(ValueError):
            StationFilesSettings(file_name_pattern=wrong)


@given(st.binary(max_size=3000))
def test_no_bytes_break_the_parser(content: bytes) -> None:
    parsed = parse(content)
    assert parsed.code or parsed.rows or parsed.problem_count
    readings(parsed.rows, "K")


@given(st.text(max_size=200))
def test_no_name_breaks_the_pattern(name: str) -> None:
    found = read_name(name, DEFAULT_PATTERN)
    assert found is None or ("/" not in found.station and found.station)


_cell = st.text("ABHMNOPRSTVgmp0123456789,.µ³°/ệ-", min_size=1, max_size=12)
_value = st.floats(-1e6, 1e6).map(lambda value: round(value, 4))
_status = st.sampled_from(["00", "01", "02", "03"])


@given(
    rows=st.lists(st.tuples(_cell, _value, _status), min_size=1, max_size=30),
    decimal=st.sampled_from([".", ","]),
    ending=st.sampled_from(["\n", "\r\n"]),
    mark=st.booleans(),
)
def test_what_a_logger_writes_is_read_back(
    rows: list[tuple[str, float, str]], decimal: str, ending: str, mark: bool
) -> None:
    lines = [
        f"{symbol}\t{f'{value:.4f}'.replace('.', decimal)}\tmg/l\t20261121103000\t{status}"
        for symbol, value, status in rows
    ]
    parsed = parse((("\ufeff" if mark else "") + ending.join(lines)).encode())
    assert [(r.symbol, r.value, r.status) for r in parsed.rows] == rows
