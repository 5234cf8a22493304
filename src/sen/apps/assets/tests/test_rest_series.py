"""Observations through REST: rows, steps, paging, CSV, refusals, and who sees them."""

from __future__ import annotations

import csv
import io
import math
from datetime import timedelta
from typing import Any

import pytest

from sen.apps.assets.tests.stations import hours_ago, station, store_values, this_minute
from sen.kernel import clock
from sen.telemetry.flags import Flag


def _ms(moment: Any) -> str:
    return str(clock.to_ms(moment))


def test_rows_come_with_flags_unit_owner_and_completeness(rest: Any) -> None:
    station(rest, "kk-1")
    end = this_minute()
    store_values("kk-1", "pm25", [10, 20, 30], end=end)
    store_values(
        "kk-1", "pm25", [math.nan], end=end - timedelta(minutes=15), flags=int(Flag.NO_VALUE | Flag.DEVICE_FAULT)
    )
    answer = rest("dulieu")(
        "GET",
        f"/series/kk-1/pm25/observations?from={_ms(end - timedelta(minutes=20))}&to={_ms(end + timedelta(minutes=1))}",
    )
    assert [item["value"] for item in answer["items"]] == [None, 10.0, 20.0, 30.0]
    assert answer["items"][0]["flags"] == ["device_fault", "no_value"]
    assert [item["count"] for item in answer["items"]] == [0, 1, 1, 1]
    assert (answer["unit"], answer["owner"], answer["simulated"], answer["next"]) == ("ug/m3", "82-snnmt", False, None)
    assert answer["completeness"] == pytest.approx(0.75, abs=0.01)


def test_pages_join_without_gap_or_repetition(rest: Any) -> None:
    station(rest, "kk-2")
    end = this_minute()
    store_values("kk-2", "pm25", range(10), end=end)
    for step in ("", "&step=5minutes"):
        seen: list[float] = []
        path = f"/series/kk-2/pm25/observations?from={_ms(hours_ago(2))}&to={_ms(end + timedelta(seconds=1))}&limit=3{step}"
        cursor = ""
        while True:
            page = rest("dulieu")("GET", path + cursor)
            seen += [item["value"] for item in page["items"]]
            if page["next"] is None:
                break
            cursor = f"&cursor={page['next']}"
        assert seen == [float(i) for i in range(10)]


def test_steps_leave_out_what_is_not_valid(rest: Any) -> None:
    station(rest, "kk-3")
    hour = hours_ago(3).replace(minute=0)
    store_values("kk-3", "pm25", [1, 2, 3], end=hour + timedelta(minutes=30))
    store_values("kk-3", "pm25", [900], end=hour + timedelta(minutes=40), flags=int(Flag.OUT_OF_RANGE))
    for fn, expected in {"mean": 2.0, "min": 1.0, "max": 3.0, "sum": 6.0, "count": 3.0}.items():
        path = f"/series/kk-3/pm25/observations?from={_ms(hour)}&to={_ms(hour + timedelta(hours=1))}&step=hour&fn={fn}"
        (item,) = rest("dulieu")("GET", path)["items"]
        assert (item["value"], item["count"], item["flags"]) == (expected, 3, ["out_of_range"])


def test_csv_carries_the_flags(rest: Any) -> None:
    station(rest, "kk-4")
    store_values("kk-4", "pm25", [12.5], end=this_minute(), flags=int(Flag.SPIKE | Flag.LATE))
    answer = rest("dulieu")._client.get("/api/v1/series/kk-4/pm25/observations?format=csv")
    assert answer["Content-Type"].startswith("text/csv")
    (row,) = csv.DictReader(io.StringIO(answer.content.decode()))
    assert (row["value"], row["flags"], row["unit"]) == ("12.5", "spike|late", "ug/m3")


REFUSED = {
    "from=hôm-qua": "bad_time",
    "from=2026-05-04T07:00:00": "bad_time",
    "to=99999999999999999": "bad_time",
    "from=2026-05-04T07:00:00Z&to=2026-05-03T07:00:00Z": "bad_range",
    "step=week": "bad_step",
    "step=hour&fn=median": "bad_function",
    "cursor=abc": "invalid_cursor",
    "limit=0": "invalid_input",
    "step=minute&from=2020-01-01T00:00:00Z": "too_many_steps",
}


def test_what_cannot_be_asked_is_a_problem(rest: Any) -> None:
    station(rest, "kk-5")
    for query, code in REFUSED.items():
        assert rest("dulieu")("GET", f"/series/kk-5/pm25/observations?{query}", expect=422)["code"] == code
    # A plus sign that was not encoded arrives as a blank.
    rest("dulieu")("GET", "/series/kk-5/pm25/observations?from=2026-05-04T07:00:00+07:00&to=2026-05-05T07:00:00+07:00")


def test_other_departments_see_nothing(rest: Any) -> None:
    station(rest, "kk-7")
    for path in (
        "/series/kk-7/pm25/observations",
        "/series/kk-7/pm25/latest",
        "/assets/kk-7/index",
        "/assets/kk-7/state",
    ):
        rest("dulieu")("GET", path)
        rest("xaydung")("GET", path, expect=404)
    rest("dulieu")("GET", "/series/kk-7/khong-co/latest", expect=404)
    assert rest("xaydung")("GET", "/series?asset=kk-7")["items"] == []
    assert "kk-7" not in str(rest("xaydung")("GET", "/latest"))


def test_series_are_listed_in_pages(rest: Any) -> None:
    station(rest, "kk-8", properties=("pm25", "pm10", "no2"))
    first = rest("dulieu")("GET", "/series?asset=kk-8&limit=2")
    second = rest("dulieu")("GET", f"/series?asset=kk-8&limit=2&cursor={first['next']}")
    assert [one["property"] for one in first["items"] + second["items"]] == ["no2", "pm10", "pm25"]
    assert second["next"] is None


def test_latest_tells_age_and_freshness(rest: Any) -> None:
    station(rest, "kk-9")
    assert rest("dulieu")("GET", "/series/kk-9/pm25/latest")["time"] is None
    store_values("kk-9", "pm25", [7], end=hours_ago(5))
    old = rest("dulieu")("GET", "/series/kk-9/pm25/latest")
    assert not old["fresh"] and old["value"] == 7.0 and old["age_s"] >= 5 * 3600
    store_values("kk-9", "pm25", [8], end=this_minute())
    assert rest("dulieu")("GET", "/series/kk-9/pm25/latest")["fresh"]
    assert {"kk-9/pm25"} <= {one["series"] for one in rest("dulieu")("GET", "/latest")["items"]}


def test_the_index_of_a_station_now_and_before(rest: Any) -> None:
    import pyarrow as pa

    from sen.apps.assets.readings import store
    from sen.telemetry.schema import INDEX_VALUES

    number = station(rest, "kk-10")["number"]
    nothing = rest("dulieu")("GET", "/assets/kk-10/index")
    assert (nothing["name"], nothing["value"]) == ("VN_AQI", None)
    hour = this_minute().replace(minute=0)
    rows = [
        {"asset": number, "name": "VN_AQI", "period": "hour", "time": hour - timedelta(hours=back), "value": 60 + back,
         "category": "moderate", "main_parameter": "pm25", "details": '{"parameters": {"pm25": {"index": 60}}}'}
        for back in range(3)
    ]  # fmt: skip
    store().append_index(pa.Table.from_pylist(rows, schema=INDEX_VALUES))
    now = rest("dulieu")("GET", f"/assets/kk-10/index?from={_ms(hour - timedelta(hours=5))}")
    assert (now["value"], now["main_parameter"], now["parameters"]["pm25"]["index"]) == (60, "pm25", 60)
    assert [item["value"] for item in now["items"]] == [62, 61, 60]
    station(rest, "mn-1", kind="water_level_station", properties=("water_level",))
    assert rest("dulieu")("GET", "/assets/mn-1/index", expect=404)["code"] == "no_index"
