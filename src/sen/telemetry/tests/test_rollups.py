"""Roll-ups: never stale, never counted twice, equal to a naive computation whatever arrives in whatever order."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sen.kernel import clock
from sen.kernel.errors import InvalidInput
from sen.telemetry import retention
from sen.telemetry.flags import INVALID, Flag
from sen.telemetry.store import TelemetryStore
from sen.telemetry.tests.rows import START, every, rows

DAY = timedelta(days=1)
_numbers = itertools.count(1000)


def _hours(store: TelemetryStore, series: int, fn: str = "sum") -> list[float]:
    return store.aggregate(series, START, START + timedelta(hours=3), "hour", fn)["value"].to_pylist()


def test_a_replay_does_not_count_twice(store: TelemetryStore) -> None:
    batch = rows(1, every(10, 12), [1] * 12)
    for _ in range(3):
        store.append(batch)
        store.refresh_rollups()
        assert _hours(store, 1) == [6.0, 6.0]
        assert store.daily([1], START, START + DAY)["count"].to_pylist() == [12]


def test_late_data_and_corrections_repair_finished_hours(store: TelemetryStore) -> None:
    store.append(rows(2, every(10, 12), [1] * 12))
    store.refresh_rollups()
    store.append(rows(2, [START + timedelta(minutes=5)], [100]))
    store.append(rows(2, every(10, 1), [2], seq=2))
    store.refresh_rollups()
    assert _hours(store, 2) == [107.0, 6.0]
    assert store.daily([2], START, START + DAY)["sum"].to_pylist() == [113.0]


def test_a_dirty_hour_never_shows_its_old_figures(store: TelemetryStore) -> None:
    store.append(rows(3, every(10, 12), [1] * 12))
    store.refresh_rollups()
    store.append(rows(3, every(10, 1), [50], seq=2))  # no refresh after it
    assert _hours(store, 3) == [55.0, 6.0]
    assert store.hourly([3], START, START + DAY)["max"].to_pylist() == [50.0, 1.0]
    assert store.daily([3], START, START + DAY)["sum"].to_pylist() == [61.0]
    assert store.aggregate(3, START, START + DAY, "month", "max")["value"].to_pylist() == [50.0]


def test_a_dirty_hour_of_one_group_stays_out_of_the_others(store: TelemetryStore) -> None:
    groups = ([8001, 8002], [8003]), ([8001], [8002, 8003])
    for number, value in ((8001, 1.0), (8002, 10.0), (8003, 100.0)):
        store.append(rows(number, every(10, 12), [value] * 12))
    store.refresh_rollups()
    for changed in (None, 8003, 8001):
        if changed:
            store.append(rows(changed, every(10, 1), [changed * 1.0], seq=2))  # no refresh after it
        expected = {number: store.hourly([number], START, START + timedelta(hours=2)) for number in (8001, 8002, 8003)}
        for apart, together in itertools.product(groups, groups):
            one_by_one, combined = store.hours_of_many(
                [(numbers, clock.to_ms(START)) for numbers in apart],
                [(numbers, clock.to_ms(START)) for numbers in together],
                START + timedelta(hours=2),
            )
            assert one_by_one["series"].to_pylist() == [8001, 8001, 8002, 8002, 8003, 8003]
            assert one_by_one["mean"].to_pylist() == [m for one in expected.values() for m in one["mean"].to_pylist()]
            sums = [sum(expected[n]["mean"][hour].as_py() for n in numbers) for numbers in together for hour in (0, 1)]
            assert combined["sum"].to_pylist() == pytest.approx(sums)
            assert combined["series"].to_pylist() == [len(numbers) for numbers in together for _ in range(2)]


def test_a_refresh_reports_what_it_touched_and_then_rests(store: TelemetryStore) -> None:
    store.refresh_rollups()
    store.append(rows(4, every(30, 4), [1] * 4))
    result = store.refresh_rollups()
    assert sorted(result.touched["hour"].to_pylist()) == [START, START + timedelta(hours=1)]
    assert set(result.touched["series"].to_pylist()) == {4}
    assert store.refresh_rollups().hours == 0


def test_a_refresh_in_small_steps_says_that_more_waits(store: TelemetryStore) -> None:
    store.refresh_rollups()
    for month in range(1, 5):
        store.append(rows(5, every(60, 2, datetime(2025, month, 3, tzinfo=UTC)), [1, 2]))
    first = store.refresh_rollups(max_hours=1)
    assert first.remaining
    assert first.touched["hour"].to_pylist()[0].month == 4  # the newest month first
    while store.refresh_rollups(max_hours=1).remaining:
        pass
    assert store.refresh_rollups().hours == 0


def test_a_subtraction_applied_twice_shows_as_dirty_and_heals(store: TelemetryStore) -> None:
    store.append(rows(6, every(10, 6), [1] * 6))
    store.refresh_rollups()
    stray = pa.table(
        {
            "series": pa.array([6], pa.uint32()),
            "hour": pa.array([int(START.timestamp())], pa.uint32()),
            "mark": pa.array([12345], pa.uint64()),
        }
    )
    store.insert("touched_hours", stray)
    assert _hours(store, 6) == [6.0]
    assert store.refresh_rollups().hours == 1
    assert store.refresh_rollups().hours == 0
    assert _hours(store, 6) == [6.0]


def test_invalid_values_and_nan_are_left_out_but_counted_and_flagged(store: TelemetryStore) -> None:
    flags = [0, Flag.SPIKE, 0, Flag.LATE, Flag.NO_VALUE, Flag.DEVICE_FAULT | Flag.MANUAL]
    store.append(rows(7, every(10, 6), [1, 1000, math.inf, 3, math.nan, 5], flags=[int(f) for f in flags]))
    for refreshed in (False, True):
        if refreshed:
            store.refresh_rollups()
        row = store.hourly([7], START, START + DAY).to_pylist()[0]
        assert (row["count"], row["valid"], row["mean"], row["min"], row["max"]) == (6, 2, 2.0, 1.0, 3.0)
        assert (row["first"], row["last"]) == (1.0, 3.0)
        assert row["flags"] == Flag.SPIKE | Flag.LATE | Flag.NO_VALUE | Flag.DEVICE_FAULT | Flag.MANUAL


def test_an_hour_without_a_valid_value_has_no_mean(store: TelemetryStore) -> None:
    store.append(rows(8, every(10, 3), [1, 2, 3], flags=int(Flag.CALIBRATING)))
    store.refresh_rollups()
    row = store.aggregate(8, START, START + timedelta(hours=1), "hour", "sum").to_pylist()[0]
    assert math.isnan(row["value"])
    assert row["count"] == 0


def test_a_local_day_begins_at_17_utc(store: TelemetryStore) -> None:
    edge = datetime(2026, 5, 4, 17, 0, tzinfo=UTC)
    store.append(rows(9, [edge - timedelta(minutes=1), edge, edge + timedelta(minutes=1)], [1, 10, 100]))
    for refreshed in (False, True):
        if refreshed:
            store.refresh_rollups()
        days = store.daily([9], edge - DAY, edge + DAY).to_pylist()
        assert [(row["time"], row["sum"]) for row in days] == [(edge - DAY, 1.0), (edge, 110.0)]


def test_months_are_local(store: TelemetryStore) -> None:
    edge = datetime(2026, 5, 31, 17, 0, tzinfo=UTC)
    store.append(rows(10, [edge - timedelta(hours=1), edge], [1, 3]))
    read = store.aggregate(10, edge - DAY, edge + DAY, "month", "mean").to_pylist()
    assert [(row["time"], row["value"]) for row in read] == [(datetime(2026, 4, 30, 17, tzinfo=UTC), 1.0), (edge, 3.0)]


def test_short_steps_come_straight_from_the_observations(store: TelemetryStore) -> None:
    store.append(rows(11, every(1, 10), range(10)))
    read = store.aggregate(11, START, START + timedelta(minutes=10), "5minutes", "last")
    assert read["value"].to_pylist() == [4.0, 9.0]


@pytest.mark.parametrize(
    ("step", "fn", "code"),
    [("week", "mean", "bad_step"), ("hour", "median", "bad_function"), ("minute", "mean", "too_many_steps")],
)
def test_what_cannot_be_asked_is_refused(store: TelemetryStore, step: str, fn: str, code: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        store.aggregate(1, START, START + timedelta(days=400), step, fn)  # type: ignore[arg-type]
    assert caught.value.code == code


_moments = st.integers(0, 60 * 48).map(lambda minutes: START + timedelta(minutes=minutes))
_row = st.tuples(
    _moments,
    st.one_of(st.floats(-1e6, 1e6, width=32), st.just(math.nan)),
    st.sampled_from([0, 0, 0, int(Flag.SPIKE), int(Flag.LATE), int(Flag.NO_VALUE | Flag.MANUAL)]),
)
_batches = st.lists(
    st.tuples(st.lists(_row, min_size=1, max_size=12, unique_by=lambda r: r[0]), st.booleans()), min_size=1, max_size=5
)


def _naive(
    kept: dict[datetime, tuple[int, float, int]], step: timedelta, offset: timedelta
) -> dict[datetime, tuple[int, int, float]]:
    origin = datetime(2026, 1, 1, tzinfo=UTC) - offset
    buckets: dict[datetime, list[tuple[float, int]]] = defaultdict(list)
    for moment, (_, value, flags) in kept.items():
        buckets[origin + (moment - origin) // step * step].append((value, flags))
    figures = {}
    for start, members in buckets.items():
        valid = [value for value, flags in members if not flags & INVALID and math.isfinite(value)]
        figures[start] = (len(members), len(valid), math.fsum(valid))
    return figures


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_batches)
def test_roll_ups_equal_a_naive_computation(
    store: TelemetryStore, batches: list[tuple[list[tuple[datetime, float, int]], bool]]
) -> None:
    """Batches in any order, overlapping, replayed, with refreshes between some of them."""
    series = next(_numbers)
    kept: dict[datetime, tuple[int, float, int]] = {}
    for seq, (batch, refresh) in enumerate(batches, start=1):
        table = rows(series, [r[0] for r in batch], [r[1] for r in batch], seq=seq, flags=[r[2] for r in batch])
        store.append(table)
        if refresh:
            store.refresh_rollups()
            store.append(table)
        for moment, value, flags in batch:
            kept[moment] = (seq, value, flags)
    end = START + timedelta(days=3)
    for read, step, offset in (
        (store.hourly([series], START, end), timedelta(hours=1), timedelta(0)),
        (store.daily([series], START, end), DAY, timedelta(hours=7)),
    ):
        expected = _naive(kept, step, offset)
        found = {row["time"].astimezone(UTC): row for row in read.to_pylist()}
        assert found.keys() == expected.keys()
        for start, (count, valid, total) in expected.items():
            assert (found[start]["count"], found[start]["valid"]) == (count, valid)
            assert found[start]["sum"] == pytest.approx(total, rel=1e-9, abs=1e-6)


def test_retention_deletes_by_class_and_keeps_the_figures(store: TelemetryStore) -> None:
    now = datetime(2026, 11, 15, tzinfo=UTC)
    old, middle = datetime(2023, 1, 10, tzinfo=UTC), datetime(2026, 5, 20, tzinfo=UTC)
    for series in (500, 501):
        for start in (old, middle):
            store.append(rows(series, every(10, 6, start), [1] * 6))
    while store.refresh_rollups().remaining:
        pass
    with clock.frozen(now):
        done = retention.enforce(store, {"regulatory": [500], "test": [501]})
    assert done.kept_from["test"] == datetime(2026, 8, 1, tzinfo=UTC)
    assert 202301 in done.dropped_months
    assert store.observations(500, old, now).num_rows == 6  # the middle is within three years
    assert store.observations(501, old, now).num_rows == 0
    assert store.hourly([501], middle, middle + DAY)["count"].to_pylist() == [6]
    # A late row for a deleted hour does not overwrite the hour's figures with itself alone.
    store.append(rows(501, [middle], [99], seq=9))
    store.refresh_rollups()
    assert store.hourly([501], middle, middle + DAY)["sum"].to_pylist() == [6.0]
