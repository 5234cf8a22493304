"""POST /api/v1/observations from the request to the stored row."""

from __future__ import annotations

import asyncio
import gzip
import io
import json
from typing import Any

import pyarrow as pa
import pytest
import zstandard

from sen.kernel import clock
from sen.project.http.tests.conftest import Answer, Province, call


async def post(token: str, body: Any, **headers: str) -> Answer:
    from sen.project.http.observations import observations_app

    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return await call(
        observations_app,
        path="/api/v1/observations",
        token=token,
        body=data,
        headers={n.replace("_", "-"): v for n, v in headers.items()},
    )


def item(series: str = "tram-1/pm25", **changes: Any) -> dict[str, Any]:
    return {"series": series, "time": clock.now_ms(), "value": 31.5} | changes


async def latest(rows: int) -> list[dict[str, Any]]:
    from sen.kernel.configuration import settings
    from sen.telemetry.store import TelemetryStore

    store = TelemetryStore(settings().clickhouse_url)
    async with asyncio.timeout(120):
        while (found := await asyncio.to_thread(store.latest)).num_rows < rows:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    return found.to_pylist()  # type: ignore[no-any-return]


async def test_accepted_observations_are_stored(province: Province, ingest: Any) -> None:
    answer = await post(province.secret, [item(), item("tram-1/pm10", value=40, status="01")])
    assert (answer.status, answer.json) == (202, {"accepted": 2, "rejected": []})
    stored = {row["value"]: row["flags"] for row in await latest(2)}
    assert stored == {31.5: 0, 40.0: 16}


async def test_each_bad_item_is_named_and_the_rest_taken(province: Province, ingest: Any) -> None:
    ahead = clock.now_ms() + 3_600_000
    body = [
        item(),
        item("no-slash"),
        item(time=ahead),
        item(value=None),
        item(value="x"),
        item(time="2026-01-01T00:00:00"),
        item("a/b/c", status="02"),
    ]
    answer = await post(province.token, body)
    assert answer.status == 202
    assert answer.json["accepted"] == 1
    assert [(row["index"], row["code"]) for row in answer.json["rejected"]] == [
        (1, "invalid_series"), (2, "future_time"), (3, "invalid_value"), (4, "invalid_value"), (5, "invalid_time"), (6, "unknown_series"),
    ]  # fmt: skip
    told = [row["message"] for row in answer.json["rejected"]]
    assert told[0].startswith("Mã chuỗi “no-slash” không dùng được. Ghi dạng <mã trạm>/<thông số>")
    assert "nhanh hơn đồng hồ của trung tâm" in told[1] and "+07:00" in told[1]
    assert told[2].startswith("Chuỗi “tram-1/pm25” không có giá trị mà trạng thái vẫn là 00")
    assert told[3].startswith("Giá trị “x” không phải là một số.")
    assert told[5].startswith("Không có chuỗi số liệu “a/b/c”.")


async def test_refusals_are_told_in_the_language_asked_for(province: Province, ingest: Any) -> None:
    from sen.apps.sources import interface as sources  # noqa: F401 - the app's models
    from sen.apps.sources.models import SourceHealth
    from sen.console.translations import compile_catalogues
    from sen.ingest.desk import in_database

    compile_catalogues()
    english = {"accept_language": "fr;q=0.9, en-GB;q=0.8, vi;q=0.5"}
    answer = await post(province.secret, [item(time="yesterday")], **english)
    assert answer.json["rejected"][0]["message"].startswith("The time “yesterday” is not RFC 3339.")
    for headers in ({}, {"accept_language": "*"}, {"accept_language": "xx, \xff;q=z"}):
        answer = await post(province.secret, [item(time="yesterday")], **headers)
        assert answer.json["rejected"][0]["message"].startswith("Thời điểm “yesterday” không đúng dạng RFC 3339.")
    assert (
        await in_database(lambda: SourceHealth.objects.get(source__number=ingest.directory.by_key[province.key].number))
    ).error_message.startswith("Thời điểm")
    for body, more, status, detail in (
        (b"{", {}, 400, "The JSON is cut off"),
        (b"a,b", {"content_type": "text/csv"}, 415, "The content type “text/csv” is not accepted."),
        (b"[]", {}, 422, "The content holds no observation."),
        (b"[]", {"content_length": "99000000"}, 413, "The data are larger than the limit of 32 MB."),
        (b"[]", {"content_encoding": "br"}, 415, "The compression “br” (Content-Encoding) is not accepted."),
    ):
        answer = await post(province.secret, body, **english, **more)
        assert (answer.status, answer.json["detail"].startswith(detail)) == (status, True), answer.json
        assert answer.json["action"]
    assert (await post("", b"[]", **english)).json["detail"] == "The access token is missing."


async def test_what_others_own_is_answered_like_what_does_not_exist(province: Province, ingest: Any) -> None:
    mine, theirs, nothing = item("tram-1/pm25"), item("tram-2/pm25"), item("tram-9/pm25")
    answer = await post(province.commune_token, [mine, theirs, nothing])
    assert {row["code"] for row in answer.json["rejected"]} == {"unknown_series"}
    assert len(answer.json["rejected"]) == 3
    assert (await post(province.reader_token, [mine])).status == 403
    # A source's unknown or foreign series are devices that nobody has taken yet: kept, proposed, never written to the other's series.
    assert (await post(province.secret, [theirs, nothing])).json == {"accepted": 2, "rejected": []}
    from sen.kernel.configuration import settings
    from sen.telemetry.store import TelemetryStore

    store = TelemetryStore(settings().clickhouse_url)
    async with asyncio.timeout(120):
        while not store.waiting(ingest.directory.by_key[province.key].number, "tram-9").num_rows:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    assert store.latest().num_rows == 0


async def test_without_a_credential_nothing_is_taken(province: Province, ingest: Any) -> None:
    for secret in ("", "sen_wrong", "x" * 500, "%00"):
        answer = await post(secret, [item()])
        assert answer.status == 401
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert answer.json["code"] == "unauthenticated"


async def test_what_was_created_a_moment_ago_is_known(province: Province, ingest: Any) -> None:
    from sen.apps.assets import interface as assets
    from sen.apps.sources import services as sources
    from sen.ingest.desk import in_database
    from sen.kernel.scopes import SYSTEM

    assert (await post(province.token, [item()])).json["accepted"] == 1
    issued = await in_database(
        lambda: sources.create_source(scope=SYSTEM, code="new", name="Mới", connector="http_push", owner="82")
    )
    feed = assets.Feed(issued.source.number, "tram-new", 300, 600)
    await in_database(
        lambda: assets.create_asset(
            scope=SYSTEM, code="tram-new", name="Mới", kind="air_station", owner="82", properties=["pm25"], feed=feed
        )
    )
    assert (await post(province.token, [item("tram-new/pm25")])).json == {"accepted": 1, "rejected": []}
    assert (await post(issued.secret, [item("tram-new/pm25")])).json == {"accepted": 1, "rejected": []}
    await latest(2)


async def test_a_revoked_secret_stops_working_within_seconds(province: Province, ingest: Any) -> None:
    from sen.apps.sources import services
    from sen.ingest.desk import in_database
    from sen.kernel.scopes import SYSTEM

    assert (await post(province.secret, [item()])).status == 202
    await in_database(lambda: services.revoke_secrets(scope=SYSTEM, code=province.source_code))
    async with asyncio.timeout(120):
        while (await post(province.secret, [item()])).status != 401:  # noqa: ASYNC110
            await asyncio.sleep(0.3)


async def test_bodies_may_be_packed_but_not_be_bombs(
    province: Province, ingest: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sen.project.http import observations

    good = json.dumps([item()]).encode()
    for name, packed in (("gzip", gzip.compress(good)), ("zstd", zstandard.compress(good))):
        assert (await post(province.secret, packed, content_encoding=name)).status == 202
        assert (await post(province.secret, packed[:-4], content_encoding=name)).status == 400
        assert (await post(province.secret, b"nonsense", content_encoding=name)).status == 400
    assert (await post(province.secret, good, content_encoding="br")).status == 415
    monkeypatch.setattr(observations, "MAX_UNPACKED", 1_000_000)
    bomb = b"[" + b" " * 50_000_000
    for name, packed in (("gzip", gzip.compress(bomb)), ("zstd", zstandard.compress(bomb))):
        assert len(packed) < 100_000
        assert (await post(province.secret, packed, content_encoding=name)).status == 413


async def test_too_much_is_refused_before_it_is_read(province: Province, ingest: Any) -> None:
    from sen.project.http import observations

    answer = await post(province.secret, b"[]", content_length=str(observations.MAX_BODY + 1))
    assert (answer.status, answer.json["code"]) == (413, "too_large")


async def test_unreadable_bodies_of_a_source_become_dead_letters(province: Province, ingest: Any) -> None:
    from sen.apps.sources.models import DeadLetter
    from sen.ingest.desk import in_database

    answer = await post(province.secret, b"{broken \xff")
    assert (answer.status, answer.json["code"]) == (400, "malformed_json")
    async with asyncio.timeout(120):
        while not (letters := await in_database(lambda: list(DeadLetter.objects.values_list("code", "payload")))):  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    assert [(code, bytes(payload)) for code, payload in letters] == [("malformed_json", b"{broken \xff")]


async def test_tables_are_taken_as_history(province: Province, ingest: Any) -> None:
    rows = 5_000
    now = clock.now_ms()
    times = pa.array([now - (rows - n) * 1000 for n in range(rows)], pa.timestamp("ms", "UTC"))
    table = pa.table({"series": ["tram-1/pm25"] * rows, "time": times, "value": [20.0 + n % 7 for n in range(rows)]})
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    answer = await post(province.secret, sink.getvalue(), content_type="application/vnd.apache.arrow.stream")
    assert (answer.status, answer.json) == (202, {"accepted": rows, "rejected": []})
    assert clock.to_ms((await latest(1))[0]["time"]) == now - 1000


async def test_a_log_that_is_away_is_not_answered_as_accepted(
    province: Province, ingest: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sen.eventbus import Bus

    assert (await post(province.secret, [item()])).status == 202
    monkeypatch.setattr(Bus, "connected", property(lambda self: False))
    monkeypatch.setattr("nats.aio.client.Client.is_connected", property(lambda self: False))
    answer = await post(province.secret, [item()])
    assert (answer.status, answer.headers["retry-after"]) == (503, "2")
