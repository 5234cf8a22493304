"""Flags of hand-made cases, and the vectorised rules against a plain reading of the same rules on random batches."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sen.ingest.directory import Limits
from sen.ingest.quality import Quality
from sen.ingest.rows import Rows
from sen.telemetry.flags import Flag, names

HOUR = 3_600_000
T0 = 1_780_000_000_000
SERIES = 5


def limits() -> Limits:
    found = Limits.sized(SERIES + 1)
    found.minimum[:] = 0
    found.maximum[:] = 100
    found.spike_step[:] = 10
    found.stuck_ms[:] = 3 * HOUR
    found.allowed_delay_ms[:] = HOUR
    return found


def rows(*found: tuple[int, int, float], seq: int = 1, delay: int = 0, flags: int = 0) -> Rows:
    """(series, ms after T0, value); each row its own seq, received `delay` after it was measured."""
    size = len(found)
    times = [T0 + at for _, at, _ in found]
    return Rows.build(
        [s for s, _, _ in found], times, [v for _, _, v in found], [flags] * size, [1] * size,
        list(range(seq, seq + size)), [at + delay for at in times],
    )  # fmt: skip


def marked(quality: Quality, batch: Rows) -> list[list[str]]:
    return [names(int(bits)) for bits in quality.mark(batch)[0].flags]


def test_good_values_have_no_flag() -> None:
    assert marked(Quality(limits()), rows((1, 0, 20.0), (1, HOUR, 25.0), (2, 0, 99.0))) == [[], [], []]


def test_range_missing_future_late_and_simulated() -> None:
    rules = limits()
    rules.simulated[2] = True
    quality = Quality(rules)
    assert marked(quality, rows((1, 0, -1.0), (1, 1, 101.0), (1, 2, float("nan")), (2, 3, 5.0))) == [
        ["out_of_range"], ["out_of_range"], ["no_value"], ["simulated"],
    ]  # fmt: skip
    assert marked(quality, rows((3, 0, 5.0), delay=-700_000)) == [["future"]]
    assert marked(quality, rows((3, 10, 5.0), delay=HOUR + 1)) == [["late"]]


def test_one_spike_does_not_condemn_what_follows() -> None:
    quality = Quality(limits())
    assert marked(quality, rows((1, 0, 20.0), (1, 1000, 80.0), (1, 2000, 21.0))) == [[], ["spike"], []]
    assert marked(quality, rows((1, 3000, 90.0), seq=10)) == [["spike"]]
    assert marked(quality, rows((1, 4000, 22.0), seq=20)) == [[]]


def test_a_new_level_is_believed_after_the_hours_it_may_take() -> None:
    quality = Quality(limits())
    assert marked(quality, rows((1, 0, 20.0), (1, HOUR, 50.0), (1, 2 * HOUR, 51.0), (1, 3 * HOUR, 50.0))) == [
        [],
        ["spike"],
        ["spike"],
        [],
    ]


def test_standstill_is_found_across_batches() -> None:
    quality = Quality(limits())
    assert marked(quality, rows((1, 0, 20.0), (1, HOUR, 20.0))) == [[], []]
    assert marked(quality, rows((1, 2 * HOUR, 20.0), (1, 3 * HOUR, 20.0), seq=10)) == [[], ["stuck"]]
    assert marked(quality, rows((1, 4 * HOUR, 20.0), (1, 5 * HOUR, 20.5), (1, 6 * HOUR, 20.5), seq=20)) == [
        ["stuck"],
        [],
        [],
    ]


def test_the_same_moment_again_is_a_duplicate_but_a_redelivery_is_not() -> None:
    quality = Quality(limits())
    first = rows((1, 0, 20.0))
    assert marked(quality, first) == [[]]
    assert marked(quality, rows((1, 0, 20.0))) == [[]]
    assert marked(quality, rows((1, 0, 20.5), seq=2)) == [["duplicate"]]
    both = rows((2, 0, 1.0), (2, 0, 2.0))
    found, timely = quality.mark(both)
    assert found.value.tolist() == [2.0]
    assert names(int(found.flags[0])) == ["duplicate"]
    assert timely.all()


def test_device_status_keeps_a_value_out_of_comparisons() -> None:
    quality = Quality(limits())
    marked(quality, rows((1, 0, 20.0)))
    assert marked(quality, rows((1, 1000, 95.0), seq=5, flags=int(Flag.CALIBRATING))) == [["calibrating"]]
    assert marked(quality, rows((1, 2000, 21.0), seq=6)) == [[]]


def test_late_history_is_not_live_and_leaves_the_state_alone() -> None:
    quality = Quality(limits())
    quality.mark(rows((1, 10 * HOUR, 20.0)))
    found, timely = quality.mark(rows((1, 0, 90.0), (1, HOUR, 20.0), seq=5))
    assert not timely.any()
    assert [names(int(bits)) for bits in found.flags] == [[], ["spike"]]
    assert marked(quality, rows((1, 10 * HOUR + 1000, 21.0), seq=9)) == [[]]


def test_series_that_the_directory_does_not_know_are_stored_without_complaint() -> None:
    assert marked(Quality(limits()), rows((4_000, 0, 1e9))) == [[]]


def test_restored_state_gives_the_same_flags() -> None:
    history = [(1, step * 600_000, 20.0 + step % 3) for step in range(30)] + [
        (2, step * 1_200_000, 7.0) for step in range(15)
    ]
    after = [(1, 30 * 600_000, 80.0), (1, 31 * 600_000, 21.0), (2, 18_600_000, 7.0), (1, 29 * 600_000, 22.0)]
    straight = Quality(limits())
    stored, _ = straight.mark(rows(*history))
    expected = marked(straight, rows(*after, seq=1000))
    restarted = Quality(limits())
    kept = np.concatenate([np.flatnonzero(stored.series == number)[-8:] for number in (1, 2)])
    restarted.restore(stored.take(kept), {2: T0})
    assert marked(restarted, rows(*after, seq=1000)) == expected
    assert ["stuck"] in expected
    assert ["duplicate"] in expected


class Plain:
    """The rules of quality.py, one row at a time."""

    def __init__(self) -> None:
        self.good: dict[int, tuple[int, float]] = {}
        self.run: dict[int, tuple[int, float]] = {}
        self.last: dict[int, int] = {}

    def mark(self, batch: list[tuple[int, int, float]]) -> dict[tuple[int, int], set[str]]:
        out: dict[tuple[int, int], set[str]] = {}
        newest = dict(self.last)
        for series, at, value in sorted(batch):
            if at <= newest.get(series, -1):
                continue
            flags = {"out_of_range"} if not 0 <= value <= 100 else set()
            self.last[series] = max(self.last.get(series, -1), at)
            if not flags:
                before = self.good.get(series)
                if before and abs(value - before[1]) > 10 * max((at - before[0]) / HOUR, 1.0):
                    flags.add("spike")
                else:
                    self.good[series] = (at, value)
                start, same = self.run.get(series, (at, float("nan")))
                if value != same:
                    start = at
                self.run[series] = (start, value)
                if at - start >= 3 * HOUR:
                    flags.add("stuck")
            out[series, at] = flags
        return out


batches = st.lists(
    st.lists(
        st.tuples(
            st.integers(1, SERIES), st.integers(0, 40), st.sampled_from([10.0, 10.0, 12.0, 19.0, 31.0, 60.0, 120.0])
        ),
        max_size=25,
        unique_by=lambda row: row[:2],
    ),
    max_size=6,
)


@settings(max_examples=300, deadline=None)
@given(batches)
def test_vectorised_rules_are_the_plain_rules(found: list[list[tuple[int, int, float]]]) -> None:
    quality, plain, seq = Quality(limits()), Plain(), 1
    for batch in found:
        shaped = [(series, at * 1_800_000, value) for series, at, value in batch]
        expected = plain.mark(shaped)
        result, timely = quality.mark(rows(*shaped, seq=seq))
        seq += len(shaped) + 1
        got = {
            (int(series), int(time) - T0): set(names(int(bits))) - {"duplicate"}
            for series, time, bits, new in zip(result.series, result.time, result.flags, timely, strict=True)
            if new
        }
        assert got == expected


@pytest.mark.parametrize("value", [float("inf"), float("-inf"), float("nan"), 1e308])
def test_no_value_breaks_the_rules(value: float) -> None:
    quality = Quality(limits())
    quality.mark(rows((1, 0, value)))
    assert marked(quality, rows((1, HOUR, 50.0), seq=9)) == [[]]
