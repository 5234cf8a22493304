"""The daily job deletes by the class of each series."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sen.apps.assets.tests.stations import number_of, station, store_values
from sen.kernel import clock


def test_each_class_keeps_its_days(rest: Any) -> None:
    from sen.apps.assets.jobs import enforce_retention
    from sen.apps.assets.models import RetentionClass, Series
    from sen.apps.assets.readings import store

    old = clock.now() - timedelta(days=200)
    for code, retention in (("thu", RetentionClass.TEST), ("that", RetentionClass.REGULATORY)):
        station(rest, code)
        store_values(code, "pm25", [1, 2, 3], end=old)
        Series.objects.filter(asset__code=code).update(retention=retention)
    store().refresh_rollups()
    enforce_retention(timestamp=0)
    kept = {
        code: store().observations(number_of(code, "pm25"), old - timedelta(days=1), clock.now()).num_rows
        for code in ("thu", "that")
    }
    assert kept == {"thu": 0, "that": 3}
    hours = store().hourly([number_of("thu", "pm25")], old - timedelta(days=1), clock.now())
    assert sum(hours["valid"].to_pylist()) == 3
