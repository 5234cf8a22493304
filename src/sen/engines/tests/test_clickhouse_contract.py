"""What a real client may expect of the embedded ClickHouse, asked through clickhouse-connect and plain HTTP."""

from __future__ import annotations

import base64
import gzip
import json
import os
import signal
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import clickhouse_connect
import numpy as np
import pyarrow as pa
import pytest
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import DatabaseError, OperationalError

from sen.engines import EngineSet
from sen.engines.secret_file import engine_password


def connect(url: str, **options: object) -> Client:
    parts = urlsplit(url)
    return clickhouse_connect.get_client(
        host=parts.hostname,
        port=parts.port,
        username=options.pop("username", parts.username),
        password=options.pop("password", parts.password),
        database=options.pop("database", parts.path.strip("/")),
        **options,
    )


@pytest.fixture(scope="module")
def url(engines: EngineSet) -> str:
    return engines.urls.clickhouse


@pytest.fixture(scope="module")
def client(url: str) -> Iterator[Client]:
    with connect(url, autogenerate_session_id=False) as client:
        yield client


@pytest.fixture
def table(client: Client) -> Iterator[str]:
    name = f"contract_{time.monotonic_ns()}"
    client.command(
        f"CREATE TABLE {name} (id UInt32, at DateTime64(3, 'UTC'), name String, value Float64) ENGINE = MergeTree ORDER BY id"
    )
    yield name
    client.command(f"DROP TABLE {name} SYNC")


def rows(first: int, count: int) -> pa.Table:
    return pa.table(
        {
            "id": pa.array(np.arange(first, first + count), pa.uint32()),
            "at": pa.array(np.full(count, 1_750_000_000_000), pa.timestamp("ms", "UTC")),
            "name": pa.array([f"trạm {i}" for i in range(count)]),
            "value": pa.array(np.linspace(0, 1, count)),
        }
    )


def call(
    url: str, statement: bytes = b"", *, headers: dict[str, str] | None = None, path: str = "/", **parameters: str
):
    parts = urlsplit(url)
    basic = base64.b64encode(f"{parts.username}:{parts.password}".encode()).decode()
    request = urllib.request.Request(
        f"http://{parts.hostname}:{parts.port}{path}?{urlencode(parameters)}",
        statement or None,
        {"Authorization": f"Basic {basic}"} | (headers or {}),
    )
    return urllib.request.urlopen(request, timeout=30)


def refusal(url: str, statement: bytes = b"", **options: object) -> tuple[int, int, str]:
    """Status, ClickHouse's code and the text of a request that must fail."""
    with pytest.raises(urllib.error.HTTPError) as failed:
        call(url, statement, **options)
    return failed.value.code, int(failed.value.headers["X-ClickHouse-Exception-Code"]), failed.value.read().decode()


class TestQueries:
    def test_types_arrive_as_they_are(self, client: Client) -> None:
        result = client.query(
            "SELECT toUInt8(1), -2.5, 'Cao Lãnh', toDateTime64('2025-07-01 00:00:00.123', 3, 'UTC'), [1, 2], NULL, map('a', 1)"
        )
        first = result.first_row
        assert first[:3] == (1, -2.5, "Cao Lãnh")
        assert first[3] == datetime(2025, 7, 1, microsecond=123000)  # noqa: DTZ001 - the client's way of saying UTC
        assert first[4:] == ([1, 2], None, {"a": 1})

    def test_parameters_are_bound_not_pasted(self, client: Client) -> None:
        hostile = "o'hara \\ \t\n -- ; DROP TABLE x"
        result = client.query(
            "SELECT {text:String}, {numbers:Array(UInt32)}, {moment:DateTime64(3)}, {none:Nullable(String)}",
            parameters={
                "text": hostile,
                "numbers": [1, 2, 3],
                "moment": datetime(2025, 7, 1, tzinfo=UTC),
                "none": None,
            },
        )
        assert result.first_row[0] == hostile
        assert result.first_row[1] == [1, 2, 3]
        assert result.first_row[3] is None

    def test_an_empty_answer_names_its_columns(self, client: Client, table: str) -> None:
        result = client.query(f"SELECT id, name FROM {table} WHERE id > {{least:UInt32}}", parameters={"least": 5})
        assert result.result_rows == []
        assert result.column_names == ("id", "name")

    def test_a_long_answer_is_streamed_in_blocks(self, client: Client) -> None:
        with client.query_row_block_stream("SELECT number FROM numbers(1000000)") as stream:
            blocks = [len(block) for block in stream]
        assert sum(blocks) == 1_000_000
        assert len(blocks) > 1

    def test_arrow_and_text_formats(self, client: Client) -> None:
        assert client.query_arrow("SELECT number AS n FROM numbers(100000)").num_rows == 100_000
        assert json.loads(client.raw_query("SELECT 1 AS n FORMAT JSONEachRow")) == {"n": 1}
        assert client.raw_query("SELECT 'a' AS x, 2 AS y", fmt="CSVWithNames") == b'"x","y"\n"a",2\n'

    def test_settings_hold_for_one_request(self, client: Client) -> None:
        asked = "SELECT getSetting('max_block_size')"
        usual = client.query(asked).first_row
        assert client.query(asked, settings={"max_block_size": 1234}).first_row == (1234,)
        assert client.query(asked).first_row == usual

    def test_a_session_keeps_its_temporary_tables(self, url: str) -> None:
        with connect(url) as client, connect(url) as other:
            client.command("CREATE TEMPORARY TABLE mine (a UInt8)")
            client.command("INSERT INTO mine VALUES (1), (2)")
            assert client.command("SELECT sum(a) FROM mine") == 3
            with pytest.raises(DatabaseError, match="UNKNOWN_TABLE"):
                other.command("SELECT * FROM mine")

    @pytest.mark.parametrize("compression", ["lz4", "zstd", "gzip", False])
    def test_compression_both_ways(self, url: str, table: str, compression: str | bool) -> None:
        with connect(url, compress=compression) as client:
            client.insert_arrow(table, rows(0, 5000))
            answer = client.query(f"SELECT id, name FROM {table} ORDER BY id")
            assert answer.row_count == 5000
            assert answer.result_rows[4999] == (4999, "trạm 4999")

    async def test_the_asynchronous_client(self, url: str, table: str) -> None:
        parts = urlsplit(url)
        client = await clickhouse_connect.get_async_client(
            host=parts.hostname, port=parts.port, username=parts.username, password=parts.password, database="sen"
        )
        try:
            await client.insert_arrow(table, rows(0, 10))
            answer = await client.query(f"SELECT count() FROM {table} WHERE id < {{n:UInt32}}", parameters={"n": 4})
            assert answer.first_row == (4,)
        finally:
            await client.close()


class TestInserts:
    def test_native_and_arrow(self, client: Client, table: str) -> None:
        moment = datetime(2025, 7, 1, tzinfo=UTC)
        client.insert(table, [[1, moment, "một", 0.5], [2, moment, "hai", 1.5]])
        summary = client.insert_arrow(table, rows(3, 1000))
        assert summary.written_rows == 1000
        assert client.command(f"SELECT count() FROM {table}") == 1002

    def test_text_formats_values_and_select(self, client: Client, url: str, table: str) -> None:
        call(
            url,
            f"INSERT INTO {table} (id, name) FORMAT JSONEachRow\n".encode() + b'{"id": 1, "name": "FORMAT x"}',
            database="sen",
        )
        call(url, b'7,"a;b"\n', query=f"INSERT INTO {table} (id, name) FORMAT CSV", database="sen")
        client.command(f"INSERT INTO {table} (id, name) VALUES (8, 'x -- ; FORMAT Native')")
        client.command(f"INSERT INTO {table} (id, name) SELECT id + 10, name FROM {table}")
        assert client.query(f"SELECT id FROM {table} ORDER BY id").result_columns[0] == [1, 7, 8, 11, 17, 18]

    def test_compressed_body(self, client: Client, url: str, table: str) -> None:
        body = gzip.compress(f"INSERT INTO {table} (id) FORMAT TSV\n1\n2\n".encode())
        call(url, body, headers={"Content-Encoding": "gzip"}, database="sen")
        assert client.command(f"SELECT count() FROM {table}") == 2
        assert refusal(url, b"not gzip", headers={"Content-Encoding": "gzip"})[0] == 400

    def test_damaged_rows_leave_nothing_behind(self, client: Client, url: str, table: str) -> None:
        status, code, text = refusal(
            url, f"INSERT INTO {table} (id) FORMAT TSV\n1\nnot a number\n".encode(), database="sen"
        )
        assert (status, code) == (500, 27)
        assert "CANNOT_PARSE_INPUT_ASSERTION_FAILED" in text
        assert client.command(f"SELECT count() FROM {table}") == 0

    def test_an_insert_is_on_the_disk_before_it_is_answered(self, client: Client) -> None:
        asked = "SELECT count() FROM system.merge_tree_settings WHERE name IN ('fsync_after_insert', 'fsync_part_directory') AND value = '1'"
        assert client.command(asked) == 2

    def test_reads_go_on_during_inserts(self, url: str, table: str) -> None:
        stop = threading.Event()

        def write(number: int) -> int:
            with connect(url) as client:
                for step in range(10):
                    client.insert_arrow(table, rows(number * 100_000 + step * 1000, 1000))
            return 10_000

        def read() -> int:
            asked = 0
            with connect(url) as client:
                while not stop.is_set():
                    assert client.command(f"SELECT count() FROM {table}") % 1000 == 0
                    asked += 1
            return asked

        with ThreadPoolExecutor(7) as threads:
            readers = [threads.submit(read) for _ in range(3)]
            written = sum(threads.map(write, range(4)))
            stop.set()
            assert all(reader.result() > 0 for reader in readers)
        with connect(url) as client:
            assert client.command(f"SELECT uniqExact(id) FROM {table}") == written == 40_000

    @pytest.mark.chaos
    def test_acknowledged_rows_survive_sigkill_once(self, engines: EngineSet, url: str, table: str) -> None:
        acknowledged: list[int] = []
        killed = threading.Event()

        def write() -> None:
            first = 0
            with connect(url) as client:
                while not killed.is_set():
                    try:
                        client.insert_arrow(table, rows(first, 500))
                    except (DatabaseError, OperationalError, OSError):
                        return
                    acknowledged.append(first)
                    first += 500

        writer = threading.Thread(target=write)
        writer.start()
        while len(acknowledged) < 20:
            time.sleep(0.01)
        os.kill(engines.pids()["clickhouse"], signal.SIGKILL)
        killed.set()
        writer.join()
        engines.restart("clickhouse")
        with connect(url) as client:
            stored = client.query(
                f"SELECT intDiv(id, 500) * 500 AS batch, count() FROM {table} GROUP BY batch"
            ).result_rows
        counts = dict(stored)
        assert {first: counts.get(first) for first in acknowledged} == dict.fromkeys(acknowledged, 500)


class TestRefusals:
    @pytest.mark.parametrize(
        ("statement", "code", "status"),
        [
            (b"SELEC 1", 62, 400),
            (b"SELECT * FROM nowhere", 60, 404),
            (b"SELECT no_such_function(1)", 46, 400),
            (b"SELECT throwIf(1)", 395, 500),
            (b"SELECT 1; DROP TABLE x", 62, 400),
            (b"", 62, 400),
            (b"SELECT 1 INTO OUTFILE '/tmp/x'", 48, 501),
            (b"INSERT INTO x FROM INFILE '/etc/passwd' FORMAT LineAsString", 48, 501),
            (b"SELECT {p:UInt8}", 456, 500),
        ],
    )
    def test_errors_carry_clickhouse_codes(self, url: str, statement: bytes, code: int, status: int) -> None:
        got_status, got_code, text = refusal(url, statement or b" ")
        assert (got_code, f"Code: {code}." in text) == (code, True), text
        assert got_status == status

    def test_limits_of_the_caller_hold(self, url: str) -> None:
        endless = b"SELECT count() FROM numbers(100000000000)"
        assert refusal(url, endless, max_execution_time="1")[1] == 159
        assert refusal(url, b"SELECT groupArray(number) FROM numbers(10000000)", max_memory_usage="10000000")[1] == 241
        assert refusal(url, b"SELECT number FROM numbers(100)", max_result_rows="5")[1] == 396
        assert refusal(url, b"SELECT 1", no_such_setting="1")[1] == 115

    @pytest.mark.parametrize("user", ["sen", "nobody", "default"])
    def test_wrong_credentials(self, url: str, user: str) -> None:
        for headers in ({"X-ClickHouse-User": user, "X-ClickHouse-Key": "wrong"}, {"Authorization": "Basic !!"}):
            assert refusal(url, b"SELECT 1", headers=headers)[:2] == (403, 516)
        with pytest.raises(DatabaseError, match="516"):
            connect(url, username=user, password="wrong")

    def test_a_body_above_the_limit(self, url: str) -> None:
        status, code, _ = refusal(url, b"SELECT 1", headers={"Content-Length": str(10**10)})
        assert (status, code) == (413, 164)

    def test_the_reader_changes_nothing(self, engines: EngineSet, url: str, table: str) -> None:
        password = engine_password(engines.data, "clickhouse_reader")
        with connect(url, username="reader", password=password) as reader:
            assert reader.query("SELECT {n:UInt8} + 1", parameters={"n": 1}).first_row == (2,)
            for statement in (
                f"INSERT INTO {table} (id) VALUES (1)",
                f"DROP TABLE {table}",
                "SET readonly = 0",
                "SELECT * FROM file('/etc/passwd', 'LineAsString')",
            ):
                with pytest.raises(DatabaseError, match="READONLY"):
                    reader.command(statement)

    def test_get_reads_only(self, url: str, table: str) -> None:
        assert refusal(url, query=f"DROP TABLE sen.{table}")[1] == 164
        assert call(url, query="SELECT 7").read() == b"7\n"

    def test_a_client_that_leaves_frees_its_statement(self, client: Client, url: str) -> None:
        marked = "SELECT count() FROM numbers(100000000000) WHERE 'left-alone' != ''"
        with pytest.raises(TimeoutError):
            urllib.request.urlopen(
                urllib.request.Request(_with_login(url, query=marked), method="POST", data=b""), timeout=1
            )
        running = (
            "SELECT count() FROM system.processes WHERE query LIKE '%left-alone%' AND query NOT LIKE '%processes%'"
        )
        for _ in range(200):
            if client.command(running) == 0:
                return
            time.sleep(0.05)
        pytest.fail("the statement still runs")


def test_ping_needs_no_login(url: str) -> None:
    parts = urlsplit(url)
    for path in ("/ping", "/replicas_status", "/"):
        with urllib.request.urlopen(f"http://{parts.hostname}:{parts.port}{path}", timeout=10) as response:
            assert response.read() == b"Ok.\n"


def test_it_listens_on_loopback_only(engines: EngineSet) -> None:
    listening = set()
    for line in Path(f"/proc/{engines.pids()['clickhouse']}/net/tcp").read_text().splitlines()[1:]:
        address, state = line.split()[1], line.split()[3]
        if state == "0A" and int(address.split(":")[1], 16) == urlsplit(engines.urls.clickhouse).port:
            listening.add(address.split(":")[0])
    assert listening == {"0100007F"}


def _with_login(url: str, **parameters: str) -> str:
    parts = urlsplit(url)
    login = urlencode({"user": parts.username, "password": parts.password} | parameters, quote_via=quote)
    return f"http://{parts.hostname}:{parts.port}/?{login}"
