"""Handing a table in through REST, down to the durable log."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from sen.connector_sdk.messages import decode_readings

TABLE = "Thời gian;tram-1/pm25\n21/11/2026 10:30;31,5\nhôm qua;1\n".encode()


def test_good_rows_reach_the_log_and_bad_rows_are_answered(steward: Any, rest: Any) -> None:
    from sen.kernel.configuration import settings

    made = steward(
        "POST",
        "/sources",
        {"code": "bang", "name": "Bảng", "connector": "table_upload", "owner": "82-snnmt"},
        expect=201,
    )
    preview = steward.upload("/sources/bang/uploads", "bang.csv", TABLE, dry_run="true").json()
    assert preview["upload"] is None and preview["accepted"] == 1 and preview["preview"][0]["accepted"]
    answer = _uploaded_with_log(
        lambda: steward.upload("/sources/bang/uploads", "bang.csv", TABLE, by_hand="true").json(), made["key"]
    )
    result, (message,) = answer
    assert (result["accepted"], result["rows"]) == (1, 2) and result["rejected"][0]["row"] == 3
    assert message.values == {"pm25": 31.5} and message.manual
    kept = list(Path(settings().data, "files", "uploads", made["key"]).rglob("*.csv"))
    assert [path.read_bytes() for path in kept] == [TABLE]
    assert rest("xaydung").upload("/sources/bang/uploads", "bang.csv", TABLE).status_code == 404
    assert rest("lanhdao").upload("/sources/bang/uploads", "bang.csv", TABLE).status_code == 403
    assert steward.upload("/sources/bang/uploads", "x.csv", b"\x00").json()["code"] == "bad_file"


def _uploaded_with_log(upload: Any, key: str) -> Any:
    from sen.connector_sdk.testing import eventually
    from sen.eventbus import connect
    from sen.kernel.configuration import settings

    async def both() -> Any:
        bus = await connect(settings().nats_url)
        found: list[Any] = []

        async def collect(message: Any) -> None:
            found.extend(decode_readings(message.data))

        async def arrived() -> bool:
            return bool(found)

        await bus.subscribe(f"readings.{key}", collect)
        answer = await asyncio.to_thread(upload)
        await eventually(arrived)
        await bus.close()
        return answer, found

    return asyncio.run(both())
