"""However the stream is cut, stopped and replayed, the evaluator finds the same occurrences; and they are those that a slow reader finds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sen.apps.alerts.evaluation.evaluator import Evaluator
from sen.apps.alerts.evaluation.values import LimitLine, RuleInForce, Transition, WatchedSeries
from sen.apps.packs import interface as packs
from sen.telemetry.flags import Flag

START = 1_780_000_000_000
MINUTE = 60_000
UNIT = UUID(int=1)
Row = tuple[int, int, float, int, int]
"""series, time, value, flags, received."""


def watched() -> list[WatchedSeries]:
    """Three assets in one commune; the first two lie 1 km from each other, the third far away. Series 3k+1 pm25, 3k+2 no2."""
    lines = (
        LimitLine("instant", None, 50.0, "notice", "A"),
        LimitLine("instant", None, 70.0, "serious", "B"),
        LimitLine("instant", 2.0, None, "warning", "C"),
    )
    return [
        WatchedSeries(3 * asset + which, asset + 1, f"S{asset}", "sensor", name, UNIT, UNIT, "28249", 105.8 + lon, 21.0, 600, lines)
        for asset, lon in enumerate((0.0, 0.01, 1.0))
        for which, name in ((1, "pm25"), (2, "no2"))
    ]  # fmt: skip


def rule(code: str, when: packs.Condition, **more: Any) -> RuleInForce:
    content = packs.Rule(code=code, name=code, when=when, severity="warning", procedure="p", clock_minutes=10, **more)
    number = UUID(int=sum(code.encode()))
    return RuleInForce(
        id=number, family=f"{code}:{UNIT}", template_id=number, unit_id=UNIT, code=code, name=code, version=1, content=content,
        unit_ids=frozenset([UNIT]), watch_from=datetime.fromtimestamp(START / 1000 + 600, UTC),
    )  # fmt: skip


RULES = [
    rule("over", packs.Beyond(property="pm25", above=60, below=5), duration_s=600, hysteresis=3.0, clear_after_s=300),
    rule("limit", packs.OverLimit(property="no2"), hysteresis=2.0),
    rule("rate", packs.Rate(property="pm25", rise=30, fall=40, over_minutes=30)),
    rule("silence", packs.Silence(asset_kind="sensor"), duration_s=900),
    rule("both", packs.Several(of=[packs.Beyond(property="pm25", above=55), packs.Beyond(property="no2", above=55)])),
    rule("near", packs.Neighbours(of=packs.Beyond(property="pm25", above=55), at_least=2, within_km=5)),
    rule("commune", packs.Neighbours(of=packs.Beyond(property="no2", above=55), at_least=3, window_minutes=20)),
    rule("formula", packs.Expression(text="if(no2 > 20, pm25 / no2, 0) > 2"), duration_s=300),
    rule("office", packs.Beyond(property="pm25", above=65), hours="working"),
]

steps = st.tuples(
    st.integers(0, 2), st.integers(1, 2), st.sampled_from([30_000, 5 * MINUTE, 20 * MINUTE]),
    st.sampled_from([1.0, 4.0, 30.0, 48.5, 52.0, 57.0, 59.0, 61.0, 69.0, 72.0, 90.0]), st.sampled_from([0, 0, 0, 0, int(Flag.SPIKE)]),
    st.sampled_from([0, 0, 0, 7 * MINUTE]),
)  # fmt: skip


def stream(found: Sequence[tuple[int, int, int, float, int, int]]) -> list[Row]:
    """Rows in the order of the log: the clock goes on by a step, and some rows tell of a moment that is past."""
    now, rows = START, []
    for asset, which, step, value, flags, late in found:
        now += step
        rows.append((3 * asset + which, now - late, value, flags, now))
    return rows


def feed(evaluator: Evaluator, rows: Sequence[Row]) -> list[Transition]:
    """One batch, as ingest hands it over."""
    once = {(series, time): row for row in rows for series, time in [row[:2]]}
    columns = [np.array(column) for column in zip(*sorted(once.values()), strict=True)] if once else []
    return evaluator.feed(*columns) if columns else []


def occurrences(found: Iterable[Transition]) -> set[tuple[str, str, int]]:
    return {one.occurrence for one in found if one.change == "raised"}


def straight(rows: Sequence[Row]) -> list[Transition]:
    """Row by row, never stopped."""
    evaluator = Evaluator(RULES, watched(), always_listening=True)
    return [one for row in rows for one in feed(evaluator, [row])]


@settings(max_examples=120)
@given(st.lists(steps, max_size=60), st.lists(st.integers(0, 60), max_size=6), st.integers(0, 8))
def test_cuts_stops_and_replays_change_nothing(found: Any, cuts: list[int], lost: int) -> None:
    rows = stream(found)
    expected = straight(rows)
    bounds = sorted({0, len(rows), *(min(cut, len(rows)) for cut in cuts)})
    whole = Evaluator(RULES, watched(), always_listening=True)
    stopped = Evaluator(RULES, watched(), always_listening=True)
    got: list[Transition] = []
    after: list[Transition] = []
    for low, high in pairwise(bounds):
        got += feed(whole, rows[low:high])
        # Killed after every batch: the snapshot is from before it, or from some rows earlier, and the log comes again.
        kept = stopped.dump()
        after += feed(stopped, rows[low:high])
        stopped = Evaluator(RULES, watched(), always_listening=True)
        assert stopped.restore(kept, rows[low][4]) == []
        after += feed(stopped, rows[low:high])
        after += feed(stopped, rows[max(0, high - lost) : high])
    assert occurrences(got) == occurrences(expected)
    assert occurrences(after) == occurrences(expected)
    assert [(one.change, *one.occurrence) for one in sorted(got, key=_order)] == [
        (one.change, *one.occurrence) for one in sorted(expected, key=_order)
    ]


def _order(one: Transition) -> tuple[Any, ...]:
    return one.family, one.subject, one.onset, one.at, one.change


@settings(max_examples=80)
@given(st.lists(steps, max_size=60))
def test_a_slow_reader_finds_the_same_episodes(found: Any) -> None:
    """The rule `over` retold in plain Python, series by series."""
    rows = stream(found)
    expected = set()
    for series in (1, 4, 7):
        newest = 0
        onset = over_since = clear_since = None
        raised = False
        for number, time, value, flags, _received in rows:
            if number != series or time <= newest or flags:
                continue
            newest = time
            if time < START + 600_000:
                continue
            over = value > 60 or value < 5
            if raised:
                if over or value > 57 or value < 8:
                    clear_since = None
                else:
                    clear_since = time if clear_since is None else clear_since
                    if time - clear_since >= 300_000:
                        raised, over_since, clear_since = False, None, None
            elif over:
                over_since = time if over_since is None else over_since
                if time - over_since >= 600_000:
                    onset, raised = over_since, True
                    expected.add((RULES[0].family, f"asset:S{(series - 1) // 3}", onset))
            else:
                over_since = None
    got = {one for one in occurrences(straight(rows)) if one[0] == RULES[0].family}
    assert got == expected
