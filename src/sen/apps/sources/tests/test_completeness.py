"""Completeness and heartbeat bars against observations in the real store."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sen.kernel import clock


def test_completeness_compares_what_came_with_the_promise(steward: Any) -> None:
    import pyarrow as pa

    from sen.apps.assets import interface as assets
    from sen.apps.sources import health
    from sen.apps.sources.telemetry import store
    from sen.telemetry.flags import Flag
    from sen.telemetry.schema import OBSERVATIONS

    body = {"code": "n1", "name": "n1", "connector": "http_push", "owner": "82-snnmt", "interval_s": 600}
    number = steward("POST", "/sources", body, expect=201)["number"]
    asset = {
        "code": "t1",
        "name": "t1",
        "kind": "air_station",
        "owner": "82-snnmt",
        "properties": ["pm25"],
        "source": "n1",
    }
    steward("POST", "/assets", asset, expect=201)
    (series,) = assets.directory()
    now = clock.now().replace(minute=0, second=0, microsecond=0)
    # Ten hours ago six values, nine hours ago three, eight hours ago six late ones, seven hours ago six from a broken device.
    plan = {10: (6, 0), 9: (3, 0), 8: (6, Flag.LATE), 7: (6, Flag.DEVICE_FAULT)}
    rows = [
        {
            "series": series.number,
            "time": now - timedelta(hours=back, minutes=-10 * i),
            "value": 1.0,
            "flags": int(flags),
            "source": number,
            "seq": 1,
            "received": now,
        }
        for back, (count, flags) in plan.items()
        for i in range(count)
    ]
    store().append(pa.Table.from_pylist(rows, schema=OBSERVATIONS))
    with clock.frozen(now):
        assert health.refresh_completeness() == 1 and health.refresh_completeness() == 0
        read = steward("GET", "/sources/n1")
    assert read["completeness"] == read["completeness_7d"] == round(21 / 60, 4)
    states = [bar["state"] for bar in read["bars"]]
    # Then six hours in which nothing came though it was promised, and the hour that has just begun.
    assert len(states) == 24 and states[-11:] == ["on_time", "failed", "late", "failed", *["failed"] * 6, "none"]


def test_a_source_that_never_sent_has_no_completeness(steward: Any) -> None:
    from sen.apps.sources import health

    steward("POST", "/sources", {"code": "n1", "name": "n1", "connector": "http_push", "owner": "82-snnmt"}, expect=201)
    health.refresh_completeness()
    read = steward("GET", "/sources/n1")
    assert read["completeness"] is None and {bar["state"] for bar in read["bars"]} == {"none"}
