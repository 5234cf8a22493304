"""GET /live: who sees what, what a returning browser is told, and that slow readers cost nothing."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from sen.kernel import clock
from sen.project.http.tests.conftest import Province, call, stream
from sen.project.http.tests.test_observations import item, post


def events(text: str) -> list[dict[str, Any]]:
    """The data of the observation events in a stream."""
    blocks = [block for block in text.split("\n\n") if "event: observation" in block]
    return [json.loads(block.split("data: ", 1)[1]) for block in blocks]


def last_id(text: str) -> str:
    return [line for line in text.split("\n") if line.startswith("id: ")][-1].removeprefix("id: ")


async def test_values_arrive_with_their_place_and_flags(province: Province, ingest: Any) -> None:
    from sen.project.http.live import live_app

    async with stream(live_app, token=province.token, query="topics=asset:tram-1") as until:
        await until(lambda text: ": open" in text)
        moment = clock.now_ms()
        await post(province.secret, [item(time=moment, value=12.5), item("tram-1/pm10", time=moment, value=1e6)])
        await post(province.other_secret, [item("tram-2/pm25", time=moment)])
        text = await until(lambda text: len(events(text)) >= 2)
    assert text.startswith("status 200")
    assert events(text)[:2] == [
        {"asset": "tram-1", "property": "pm25", "time": moment, "value": 12.5, "flags": []},
        {"asset": "tram-1", "property": "pm10", "time": moment, "value": 1e6, "flags": ["out_of_range"]},
    ]
    assert all(event["asset"] == "tram-1" for event in events(text))


async def test_a_returning_browser_gets_what_it_missed(province: Province, ingest: Any) -> None:
    from sen.project.http.live import live_app

    async with stream(live_app, token=province.token, query="topics=unit:82") as until:
        await until(lambda text: ": open" in text)
        await post(province.secret, [item(value=1)])
        seen = last_id(await until(lambda text: len(events(text)) == 1))
    await asyncio.sleep(0.01)
    await post(province.secret, [item(value=2)])
    await asyncio.sleep(1)
    async with stream(live_app, token=province.token, query="topics=unit:82", last=seen) as until:
        missed = events(await until(lambda text: bool(events(text))))
        await post(province.secret, [item("tram-1/pm10", value=3)])
        now = events(await until(lambda text: len(events(text)) == 2))
    assert [event["value"] for event in missed] == [2.0]
    assert now[-1]["value"] == 3.0
    for impossible in ("99999999", "-1", "nonsense"):
        async with stream(live_app, token=province.token, query="topics=unit:82", last=impossible) as until:
            await until(lambda text: "event: reset" in text)


async def test_a_page_hears_what_came_between_its_drawing_and_its_connection(province: Province, ingest: Any) -> None:
    from sen.eventbus.live_position import position
    from sen.project.http.live import live_app

    async with stream(live_app, token=province.token, query="topics=unit:82") as until:
        await until(lambda text: ": open" in text)
        await post(province.secret, [item(value=1)])
        await until(lambda text: len(events(text)) == 1)
        drawn = position()
        await post(province.secret, [item(value=2)])
        await until(lambda text: len(events(text)) == 2)
    # The browser follows other topics now; what it may hear of them since then is given first.
    async with stream(live_app, token=province.token, query=f"topics=asset:tram-1&last_event_id={drawn}") as until:
        [event] = events(await until(lambda text: len(events(text)) == 1))
    assert event["value"] == 2.0


async def test_topics_are_checked(province: Province, ingest: Any) -> None:
    from sen.project.http.live import live_app

    for query, status in (
        ("", 400),
        ("topics=", 400),
        ("topics=nonsense", 400),
        ("topics=asset:tram-9", 404),
        ("topics=unit:none", 404),
    ):
        answer = await call(live_app, path="/live", token=province.token, query=query)
        assert (answer.status, answer.json["status"]) == (status, status)


async def test_others_stations_do_not_exist(province: Province, ingest: Any) -> None:
    from sen.project.http.live import live_app

    assert (await call(live_app, path="/live", token=province.commune_token, query="topics=asset:tram-1")).status == 404
    assert (
        await call(live_app, path="/live", token=province.commune_token, query="topics=unit:82-snnmt")
    ).status == 404
    assert (await call(live_app, path="/live", query="topics=unit:82")).status == 401


async def test_a_slow_reader_finds_only_the_newest_values(province: Province, ingest: Any) -> None:
    from sen.apps.access.interface import SYSTEM
    from sen.project.http.audience import Audience, Wish

    audience = Audience(Wish.of(SYSTEM, {"tram-1", "tram-2"}, [], sources=False), ingest.directory)
    for sequence in range(1, 10_001):
        audience.put(sequence % 4, b"event %d\n" % sequence, sequence)
    assert len(audience.since(0)) < 100
    assert audience.since(9_998).split(b"\n")[:3] == [b"id: 10000", b"event 9999", b"event 10000"]
    assert audience.since(10_000) == b""


async def test_records_are_bounded_and_who_missed_some_reads_anew(province: Province, ingest: Any) -> None:
    from sen.apps.access.interface import SYSTEM
    from sen.project.http.audience import MOST_RECORDS, Audience, Wish

    audience = Audience(Wish.of(SYSTEM, set(), [], sources=False, records=frozenset({"alert"})), ingest.directory)
    for sequence in range(1, MOST_RECORDS + 11):
        audience.put_record(("alert", sequence), b"event %d\n" % sequence, sequence)
    assert b"event: reset" in audience.since(9)
    assert audience.since(10).count(b"event ") == MOST_RECORDS
    assert audience.since(MOST_RECORDS + 9) == b"id: %d\nevent %d\n" % (MOST_RECORDS + 10, MOST_RECORDS + 10)


async def test_a_new_station_appears_in_an_open_stream(province: Province, ingest: Any) -> None:
    from sen.apps.assets import interface as assets
    from sen.ingest.desk import in_database
    from sen.kernel.scopes import SYSTEM
    from sen.project.http.live import live_app

    number = ingest.directory.by_key[province.key].number
    async with stream(live_app, token=province.token, query="topics=unit:82") as until:
        await until(lambda text: ": open" in text)
        feed = assets.Feed(number, "tram-3", 300, 600)
        await in_database(
            lambda: assets.create_asset(
                scope=SYSTEM,
                code="tram-3",
                name="Trạm 3",
                kind="air_station",
                owner="82",
                properties=["pm25"],
                feed=feed,
            )
        )
        async with asyncio.timeout(120):
            while "tram-3/pm25" not in ingest.directory.by_code:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        await asyncio.sleep(1.2)
        await post(province.secret, [item("tram-3/pm25", value=5)])
        assert events(await until(lambda text: "tram-3" in text))[-1]["asset"] == "tram-3"
