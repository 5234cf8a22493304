"""Tables as offices make them, and files that only look like tables."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sen.connectors.table_upload.reader import read_table
from sen.kernel.clock import VIETNAM, to_ms
from sen.kernel.errors import InvalidInput

HALF_PAST = to_ms(datetime(2026, 11, 21, 10, 30, tzinfo=VIETNAM))


def read(content: bytes | str, name: str = "bang.csv", **chosen: Any) -> Any:
    raw = content.encode() if isinstance(content, str) else content
    return read_table(raw, file_name=name, settings=chosen)


def excel(rows: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_wide_tables_of_any_separator(separator: str) -> None:
    table = "\ufeffThời gian;tram-1/pm25;tram-1/pm10 (µg/m3)\r\n21/11/2026 10:30;31.5;58\r\n".replace(";", separator)
    result = read(table)
    (message,) = result.messages
    assert (message.device, message.time, message.values) == ("tram-1", HALF_PAST, {"pm25": 31.5, "pm10": 58.0})
    assert (result.layout, result.rows, result.accepted_rows, list(result.problems)) == ("wide", 1, 1, [])


def test_a_long_table_with_decimal_commas_units_and_status() -> None:
    table = "Ngày giờ;Trạm;Thông số;Giá trị;Đơn vị;Trạng thái\n21/11/2026 10:30;tram-1;PM2,5;1.031,5;µg/m3;0\n10:30 21/11/2026;tram-1;PM10;;;2\n"
    result = read(table)
    (message,) = result.messages
    assert message.values == {"PM2,5": 1031.5, "PM10": None} and message.status == {"PM2,5": "00", "PM10": "02"}
    assert message.units == {"PM2,5": "µg/m3"} and result.layout == "long"


def test_every_bad_row_is_named_and_good_rows_are_kept() -> None:
    table = "Thời gian;pm25;pm10\n21/11/2026 10:30;1;2\nhôm qua;1;2\n21/11/2026 10:35;hai;2\n31/02/2026 10:00;1;2\n\n21/11/2026 10:40;;\n"
    result = read(table, device="t")
    assert [(p.row, p.column, p.code) for p in result.problems] == [
        (3, "Thời gian", "bad_time"), (4, "pm25", "bad_value"), (5, "Thời gian", "bad_time"), (7, "", "no_value"),
    ]  # fmt: skip
    assert (result.rows, result.accepted_rows) == (5, 2)
    assert [m.values for m in result.messages] == [{"pm25": 1.0, "pm10": 2.0}, {"pm10": 2.0}]


def test_excel_with_real_dates_and_hand_typed_values() -> None:
    typed = datetime(2026, 11, 21, 10, 30)  # noqa: DTZ001 - a cell of a spreadsheet knows no time zone
    result = read(excel([["Thời gian", "tram-1/ph"], [typed, 7.1], ["21/11/2026 10:35", "7,2"]]), typed_by_hand=True)
    assert [m.values["ph"] for m in result.messages] == [7.1, 7.2] and all(m.manual for m in result.messages)
    assert result.messages[0].time == HALF_PAST


@pytest.mark.parametrize(("content", "code"), [
    (b"", "no_time_column"), (b"a;b\n1;2\n", "no_time_column"), ("Thời gian;pm25\n".encode(), "no_device"),
    ("Thời gian\n21/11/2026\n".encode(), "no_value_column"), ("Thời gian;t/pm25\n".encode(), "empty_table"),
    (b"\x00\x01", "bad_file"), (b"%PDF-1.7 x", "bad_file"), (b"PK\x03\x04junk", "bad_excel"),
])  # fmt: skip
def test_what_is_no_table_is_refused_with_a_reason(content: bytes, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read(content)
    assert refused.value.code == code and refused.value.message


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    import zipfile

    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as file,
    ):
        for _ in range(300):
            file.write(bytes(1024 * 1024))
    with pytest.raises(InvalidInput) as refused:
        read(out.getvalue(), "bom.xlsx")
    assert refused.value.code == "too_large"


@settings(max_examples=60)
@given(st.binary(max_size=500))
def test_no_bytes_break_the_reader(content: bytes) -> None:
    for prefix in (b"", b"PK\x03\x04", "Thời gian;t/pm25\n".encode()):
        try:
            result = read(prefix + content)
        except InvalidInput:
            continue
        assert result.accepted_rows <= result.rows


_moments = st.datetimes(datetime(2000, 1, 2), datetime(2099, 1, 1))  # noqa: DTZ001
_rows = st.lists(
    st.tuples(_moments, st.floats(-1e6, 1e6)),
    min_size=1,
    max_size=20,
    unique_by=lambda row: row[0].replace(second=0, microsecond=0),
)


@given(_rows)
def test_what_is_written_is_read_back(rows: list[tuple[datetime, float]]) -> None:
    lines = [f"{moment:%d/%m/%Y %H:%M};{f'{value:.3f}'.replace('.', ',')}" for moment, value in rows]
    result = read("Thời gian;t/pm25\n" + "\n".join(lines))
    assert [m.values["pm25"] for m in result.messages] == [float(f"{value:.3f}") for _moment, value in rows]
