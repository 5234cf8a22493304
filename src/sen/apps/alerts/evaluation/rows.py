"""Pairs that are judged by values, means or indices as they are: from the columns of a batch to the rows of pairs, in numpy."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sen.apps.alerts.evaluation.episodes import IDLE, Episodes, Event, Floats, Ints, Mask
from sen.apps.alerts.evaluation.gates import Gates
from sen.apps.alerts.evaluation.plan import Plan


def orderly(series: Ints, time: Ints, received: Ints, good: Mask) -> Mask:
    """`good` without rows for which a later time of the series had arrived before: what batches they came in must not matter."""
    same = series[1:] == series[:-1]
    if not (same & (received[1:] < received[:-1])).any():
        return good
    rows = np.flatnonzero(good)
    if not len(rows):
        return good
    order = rows[np.lexsort((time[rows], received[rows], series[rows]))]
    since = time[order] - time.min()
    # A running maximum of each series by itself: every series begins above all of the one before.
    offset = np.cumsum(np.diff(series[order], prepend=series[order[:1]]) != 0) * (int(since.max()) + 1)
    newest = np.maximum.accumulate(since + offset) - offset
    kept = good.copy()
    kept[order[since < newest]] = False
    return kept


class DirectPairs:
    """Which pairs a series, a mean or an index concerns."""

    def __init__(self, plan: Plan, episodes: Episodes, gates: Gates, size: int) -> None:
        self._episodes, self._gates = episodes, gates
        pair_series = plan.column("pair_series")
        special = {*plan.averaging, *plan.index, *plan.silence}
        special |= {pair for found in plan.probes.values() for pair, _probe in found}
        plain = pair_series > 0
        plain[list(special)] = False
        pairs = np.flatnonzero(plain)
        order = np.argsort(pair_series[pairs], kind="stable")
        self._pairs = pairs[order]
        self._count = np.bincount(pair_series[self._pairs], minlength=size)
        self._start = np.cumsum(self._count) - self._count
        # What no pair of a series can be over, and a series of which no pair is over, needs no closer look.
        self._lowest, self._highest = np.full(size, np.inf), np.full(size, -np.inf)
        np.minimum.at(self._lowest, pair_series[self._pairs], episodes.lowest[self._pairs])
        np.maximum.at(self._highest, pair_series[self._pairs], episodes.highest[self._pairs])
        self._series_of_pair = pair_series
        self._marked = np.zeros(size, np.bool_)
        self._by_mean: dict[str, tuple[Ints, Ints]] = {}
        for averaging in sorted(set(plan.averaging.values())):
            mine = np.array([pair for pair, one in plan.averaging.items() if one == averaging], np.int64)
            self._by_mean[averaging] = (mine, pair_series[mine])
        self._by_index: dict[tuple[int, str], list[int]] = {}
        for pair, index in plan.index.items():
            self._by_index.setdefault((plan.pair_asset[pair], index), []).append(pair)

    def judge(self, series: Ints, time: Ints, value: Floats) -> list[Event]:
        """Valid rows, sorted by series and time."""
        if not len(self._pairs) or not len(series):
            return []
        hit = (value > self._lowest[series]) | (value < self._highest[series])
        self._marked[series[hit]] = True
        busy = self._series_of_pair[self._pairs[self._episodes.status[self._pairs] != IDLE]]
        self._marked[busy] = True
        rows = np.flatnonzero(self._marked[series])
        self._marked[series[hit]] = False
        self._marked[busy] = False
        if not len(rows):
            return []
        counts = self._count[series[rows]]
        row = np.repeat(rows, counts)
        place = np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts)
        pair = self._pairs[self._start[series[row]] + place]
        at = time[row]
        return self._episodes.judge(pair, at, value[row], self._gates.open(pair, at))

    def averages(self, averaging: str, series: Ints, time: Ints, mean: Floats) -> list[Event]:
        """Means, each series in order of time."""
        if averaging not in self._by_mean or not len(series):
            return []
        pairs, of = self._by_mean[averaging]
        order = np.lexsort((time, series))
        series, time, mean = series[order], time[order], mean[order]
        low, high = np.searchsorted(series, of, "left"), np.searchsorted(series, of, "right")
        counts = high - low
        pair = np.repeat(pairs, counts)
        place = np.arange(len(pair)) - np.repeat(np.cumsum(counts) - counts, counts)
        row = np.repeat(low, counts) + place
        return self._episodes.judge(pair, time[row], mean[row], self._gates.open(pair, time[row]))

    def indices(self, ranked: Sequence[tuple[int, str, int, float]]) -> list[Event]:
        """(asset, index, end of the hour, rank), each asset in order of time."""
        rows = [
            (pair, at, rank) for asset, index, at, rank in ranked for pair in self._by_index.get((asset, index), ())
        ]
        if not rows:
            return []
        pair, at, rank = (np.array(column) for column in zip(*rows, strict=True))
        return self._episodes.judge(pair, at, rank.astype(np.float64), self._gates.open(pair, at))
