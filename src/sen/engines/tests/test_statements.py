"""Where insert data begins and which format answers, read without being fooled by strings, comments or names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sen.engines.clickhouse.statements import StatementError, parse


@pytest.mark.parametrize(
    ("raw", "text", "output", "data"),
    [
        (b"INSERT INTO t FORMAT Native\n\x00\xff", "INSERT INTO t", "Native", b"\x00\xff"),
        (b"insert into a.b (x, format) settings max_threads=1 format JSONEachRow {}", None, "JSONEachRow", b"{}"),
        (b"INSERT INTO t FORMAT CSV  \r\n\n1", "INSERT INTO t", "CSV", b"\n1"),
        (b"INSERT INTO db.format FORMAT TSV\n1", "INSERT INTO db.format", "TSV", b"1"),
        (b"INSERT INTO format FORMAT TSV\n1", "INSERT INTO format", "TSV", b"1"),
        (b"INSERT INTO `t FORMAT x` FORMAT TSV\n1", "INSERT INTO `t FORMAT x`", "TSV", b"1"),
        (b"INSERT /* FORMAT a */ INTO t -- FORMAT b\nFORMAT TSV\n1", None, "TSV", b"1"),
        (b"INSERT INTO t VALUES (1, 'FORMAT')", "INSERT INTO t", "Values", b" (1, 'FORMAT')"),
        (b"INSERT INTO TABLE FUNCTION f('FORMAT x') FORMAT TSV\n1", None, "TSV", b"1"),
    ],
)
def test_insert_with_data(raw: bytes, text: str | None, output: str, data: bytes) -> None:
    found = parse(raw)
    assert (found.verb, found.format, found.data) == ("INSERT", output, data)
    assert text is None or found.text == text


@pytest.mark.parametrize(
    ("raw", "verb", "output"),
    [
        (b"SELECT 1", "SELECT", None),
        (b"SELECT 1 FORMAT JSON;", "SELECT", "JSON"),
        (b"SELECT 'a FORMAT b' -- FORMAT c", "SELECT", None),
        (b"SELECT format('{}', 1)", "SELECT", None),
        (b"SELECT ';' FORMAT CSV SETTINGS max_threads = 1", "SELECT", "CSV"),
        (b"/* a; b */ WITH x AS (SELECT 1) SELECT * FROM x", "WITH", None),
        (b"SELECT $tag$ ; FORMAT $tag$", "SELECT", None),
        (b"INSERT INTO t SELECT format FROM u", "INSERT", None),
    ],
)
def test_statement_without_data(raw: bytes, verb: str, output: str | None) -> None:
    found = parse(raw)
    assert (found.verb, found.data) == (verb, None)
    assert found.verb == "INSERT" or found.format == output


@pytest.mark.parametrize("raw", [b"", b"  -- nothing\n", b"SELECT 1; SELECT 2", b"SELECT '\xff'"])
def test_refused(raw: bytes) -> None:
    with pytest.raises(StatementError):
        parse(raw)


@given(st.text(max_size=200), st.binary(max_size=200))
def test_a_quoted_text_never_ends_a_statement(text: str, data: bytes) -> None:
    literal = "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
    assert parse(f"SELECT {literal}".encode("utf-8", "ignore")).format is None
    assert parse(f"INSERT INTO f({literal}) FORMAT Native\n".encode("utf-8", "ignore") + data).data == data


@given(st.binary(max_size=300))
def test_any_bytes_give_a_statement_or_a_refusal(raw: bytes) -> None:
    try:
        parse(raw)
    except StatementError:
        return
