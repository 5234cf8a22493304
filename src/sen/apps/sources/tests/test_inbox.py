"""What waits for a person: unknown devices and dead letters, down to the log and back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sen.apps.assets import interface as assets_
from sen.kernel import clock

OWNER = "82-snnmt"


@pytest.fixture
def number(steward: Any) -> int:
    body = {"code": "n1", "name": "Nguồn 1", "connector": "mqtt", "owner": OWNER}
    return int(steward("POST", "/sources", body, expect=201)["number"])


def propose(number: int, device: str = "KHI001", *properties: str) -> None:
    from sen.apps.sources import interface as sources

    now = clock.now()
    sources.propose_devices(
        [sources.ProposedDevice(number, device, properties or ("pm25",), now, now, 3, {"device": device})]
    )


def wait(number: int, device: str, *values: float) -> None:
    """Readings that wait for the device, as ingest keeps them."""
    import pyarrow as pa

    from sen.apps.sources.telemetry import store
    from sen.telemetry.schema import WAITING

    now = clock.now()
    rows = [
        {
            "source": number,
            "device": device,
            "property": "pm25",
            "time": now + timedelta(minutes=i),
            "value": value,
            "status": "00",
            "seq": i,
            "received": now,
        }
        for i, value in enumerate(values)
    ]
    names = set(WAITING.names)
    store().append_waiting(
        pa.Table.from_pylist([{k: v for k, v in row.items() if k in names} for row in rows], schema=WAITING)
    )


def in_log(key: str) -> int:
    """How many messages the log holds for a source."""
    import msgspec

    from sen.eventbus.process_bus import process_bus

    answer = process_bus().request(
        "$JS.API.STREAM.INFO.READINGS", msgspec.json.encode({"subjects_filter": f"readings.{key}"})
    )
    return sum((msgspec.json.decode(answer)["state"].get("subjects") or {}).values())


def test_accepting_makes_the_asset_and_sends_what_waited(steward: Any, number: int) -> None:
    from sen.apps.sources.telemetry import store

    key = steward("GET", "/sources/n1")["key"]
    wait(number, "KHI001", 31.2, 32.5)
    propose(number)
    propose(number, "KHI001", "pm10")
    (proposal,) = steward("GET", "/proposals")["items"]
    assert (proposal["device"], proposal["properties"], proposal["messages"]) == ("KHI001", ["pm10", "pm25"], 6)
    new_asset = {
        "code": "tram-1",
        "name": "Trạm 1",
        "kind": "air_station",
        "location": {"type": "Point", "coordinates": [105.63, 10.46]},
    }
    accepted = steward("POST", f"/proposals/{proposal['id']}/accept", {"new_asset": new_asset})
    assert (accepted["state"], accepted["asset"], accepted["replayed"]) == ("accepted", "tram-1", 2)
    assert {(e.code, e.device, e.source_number) for e in assets_.directory()} == {
        ("tram-1/pm25", "KHI001", number),
        ("tram-1/pm10", "KHI001", number),
    }
    assert in_log(key) == 1 and store().waiting(number, "KHI001").num_rows == 0
    steward("POST", f"/proposals/{proposal['id']}/accept", {"asset": "tram-1"}, expect=409)
    assert steward("POST", f"/proposals/{proposal['id']}/undo")["state"] == "open"
    assert {e.source_number for e in assets_.directory()} == {None}
    linked = steward("POST", f"/proposals/{proposal['id']}/accept", {"asset": "tram-1", "properties": ["pm25"]})
    assert linked["state"] == "accepted"


def test_symbols_that_no_pack_knows_do_not_stand_in_the_way(steward: Any, number: int) -> None:
    propose(number, "KHI001", "pm25", "XYZ")
    propose(number, "KHI002", "XYZ")
    items = {p["device"]: p["id"] for p in steward("GET", "/proposals")["items"]}
    new_asset = {"code": "tram-1", "name": "Trạm 1", "kind": "air_station"}
    steward("POST", f"/proposals/{items['KHI001']}/accept", {"new_asset": new_asset})
    assert [e.code for e in assets_.directory()] == ["tram-1/pm25"]
    refused = steward(
        "POST", f"/proposals/{items['KHI002']}/accept", {"new_asset": new_asset | {"code": "tram-2"}}, expect=422
    )
    assert refused["code"] == "no_known_property"
    steward("GET", "/assets/tram-2", expect=404)


def test_rejecting_needs_a_reason_and_can_be_undone(steward: Any, rest: Any, number: int) -> None:
    propose(number)
    (proposal,) = steward("GET", "/proposals?source=n1")["items"]
    where = f"/proposals/{proposal['id']}"
    steward("POST", f"{where}/reject", {"reason": ""}, expect=422)
    rest("xaydung")("POST", f"{where}/reject", {"reason": "x"}, expect=404)
    rest("lanhdao")("POST", f"{where}/reject", {"reason": "x"}, expect=403)
    assert steward("POST", f"{where}/reject", {"reason": "thiết bị thử"})["state"] == "rejected"
    propose(number)
    assert steward("GET", "/proposals")["items"] == []
    assert steward("POST", f"{where}/undo")["state"] == "open"
    steward("POST", f"{where}/accept", {}, expect=422)
    steward("POST", f"{where}/accept", {"asset": "khong-co"}, expect=404)
    steward("POST", "/proposals/khong-co/accept", {}, expect=422)


def test_a_device_named_like_an_unfed_asset_of_its_owner_is_linked_at_once(steward: Any, number: int) -> None:
    made = {"code": "KHI001", "name": "Trạm 1", "kind": "air_station", "owner": OWNER, "properties": ["pm25"]}
    steward("POST", "/assets", made, expect=201)
    steward("POST", "/assets", made | {"code": "KHI002", "owner": "82-sxd"}, expect=201)
    propose(number)
    propose(number, "KHI002")
    states = {p["device"]: p["state"] for p in steward("GET", "/proposals?state=")["items"]}
    assert states == {"KHI001": "accepted", "KHI002": "open"}
    assert [(e.code, e.device) for e in assets_.directory() if e.source_number] == [("KHI001/pm25", "KHI001")]


def letter(number: int | None, payload: bytes, *, code: str = "malformed_json", seq: int | None = None) -> None:
    from sen.apps.sources import interface as sources

    sources.add_dead_letters(
        [sources.DeadLetterRow(number, clock.now(), "mqtt", "v1/x/telemetry", payload, code, "không phải JSON", seq)]
    )


def test_a_dead_letter_is_seen_corrected_and_replayed(steward: Any, rest: Any, number: int) -> None:
    key = steward("GET", "/sources/n1")["key"]
    letter(number, b'{"device": "d", \x00\x1b[31m', seq=7)
    letter(number, b'{"device": "d", \x00\x1b[31m', seq=7)
    (item,) = steward("GET", "/dead-letters?source=n1&code=malformed_json")["items"]
    where = f"/dead-letters/{item['id']}"
    shown = steward("GET", where)["payload"]
    assert shown["text"] == '{"device": "d", \\x00\\x1b[31m' and shown["hex"].startswith("7b 22") and shown["complete"]
    assert steward("GET", "/sources/n1")["last_error"]["action"]
    assert steward("POST", f"{where}/replay", {"payload": '{"device": 1}'}, expect=422)["code"] == "still_invalid"
    rest("moitruong")("POST", f"{where}/replay", {}, expect=403)
    rest("xaydung")("GET", where, expect=404)
    fixed = '{"device": "d", "time": 1763700000000, "values": {"pm25": 1}}'
    assert steward("POST", f"{where}/replay", {"payload": fixed})["state"] == "replayed"
    assert in_log(key) == 1
    steward("POST", f"{where}/replay", {"payload": fixed}, expect=409)


def test_redelivered_letters_are_neither_shown_nor_counted_again(steward: Any, number: int) -> None:
    for _ in range(3):
        letter(number, b"hong", seq=7)
    letter(number, b"hong", seq=8)
    letter(number, b"khac", seq=8)
    assert len(steward("GET", "/dead-letters?source=n1")["items"]) == 3
    assert steward("GET", "/sources/n1")["rejected"] == 3


def test_letters_are_discarded_with_a_reason_and_replayed_in_bulk(steward: Any, number: int) -> None:
    for seq in range(5):
        letter(number, b'{"device": "d", "time": 1763700000000, "values": {"pm25": 1}}', seq=seq)
    letter(number, b"hong", seq=9)
    letter(None, b"khong ai", seq=10)
    first = steward("GET", "/dead-letters")["items"][0]
    assert first["source"] is None
    steward("POST", f"/dead-letters/{first['id']}/replay", {}, expect=422)
    steward("POST", f"/dead-letters/{first['id']}/discard", {"reason": "rác"})
    assert steward("POST", f"/dead-letters/{first['id']}/reopen")["state"] == "open"
    step = steward("POST", "/dead-letters/replay", {"source": "n1", "limit": 4})
    assert (step["replayed"], step["remaining"]) == (4, 2)
    step = steward("POST", "/dead-letters/replay", {"source": "n1", "after": step["cursor"]})
    assert (step["replayed"], step["remaining"], len(step["failed"])) == (1, 0, 1)


def test_a_flood_is_counted_not_kept(steward: Any, number: int) -> None:
    from sen.apps.sources import interface as sources
    from sen.apps.sources.observed import KEPT_PER_HOUR

    now = clock.now()
    sources.add_dead_letters(
        [
            sources.DeadLetterRow(number, now, "mqtt", "t", b"x%d" % i, "malformed_json", "m", i)
            for i in range(KEPT_PER_HOUR + 40)
        ]
    )
    counted = steward("GET", "/dead-letters?code=too_many_to_keep")["items"]
    assert [row["repeats"] for row in counted] == [40]
    assert steward("GET", "/sources/n1")["rejected"] == KEPT_PER_HOUR + 40
