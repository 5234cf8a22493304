"""Quality flags, computed in numpy for a whole batch with a small state per series.

An observation is judged against its series' last *good* value before it, so one spike does not condemn what follows, and a real
change of level is believed after the hours that it may take. Rows that arrive out of order are judged among themselves only.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from sen.ingest.directory import Limits
from sen.ingest.rows import Rows
from sen.telemetry.flags import INVALID, Flag

HOUR_MS = 3_600_000
FUTURE_MS = 600_000
"""A measurement further ahead of its arrival than this was made by a wrong clock."""
REMEMBERED = 8
"""Measurement times remembered per series to recognise what was sent twice."""
_NEVER = np.iinfo(np.int64).min

Mask = npt.NDArray[np.bool_]
_NOT_COMPARED = np.uint32(INVALID & ~(int(Flag.SPIKE) | int(Flag.STUCK)))
_COMPUTED = np.uint32(
    Flag.OUT_OF_RANGE
    | Flag.SPIKE
    | Flag.STUCK
    | Flag.LATE
    | Flag.DUPLICATE
    | Flag.NO_VALUE
    | Flag.SIMULATED
    | Flag.FUTURE
)


class Quality:
    """State of all series as arrays indexed by series number; `mark` must see batches in log order."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        size = len(limits)
        self._last_time = np.full(size, _NEVER, np.int64)
        self._good_time = np.full(size, _NEVER, np.int64)
        self._good_value = np.full(size, np.nan)
        self._run_value = np.full(size, np.nan)
        self._run_start = np.full(size, _NEVER, np.int64)
        self._times = np.full((size, REMEMBERED), _NEVER, np.int64)
        self._seqs = np.zeros((size, REMEMBERED), np.uint64)
        self._next = np.zeros(size, np.uint8)

    def use(self, limits: Limits) -> None:
        """Judge by another version of the directory from now on; what is known of the series stays."""
        self._limits = limits
        self._grow(len(limits))

    def mark(self, rows: Rows) -> tuple[Rows, Mask]:
        """The rows sorted by series and time, each time of a series once (the last in log order), with flags set.

        The mask says which rows are newer than anything known of their series: those may be announced as live. Flags that the
        caller set (status, by hand) stay. The state then includes these rows.
        """
        if not len(rows):
            return rows, np.zeros(0, np.bool_)
        self._grow(int(rows.series.max()) + 1)
        rows = _sorted_once(rows)
        series, time = rows.series, rows.time
        fresh = time > self._last_time[series]
        rows.flags |= self._alone(rows)
        rows.flags[~fresh & self._sent_before(rows, ~fresh)] |= np.uint32(Flag.DUPLICATE)
        judged = np.flatnonzero((rows.flags & _NOT_COMPARED) == 0)
        if len(judged):
            spikes = self._spikes(rows, judged, fresh)
            rows.flags[judged[spikes]] |= np.uint32(Flag.SPIKE)
            rows.flags[judged[self._stuck(rows, judged, fresh)]] |= np.uint32(Flag.STUCK)
        timely = fresh & ((rows.flags & np.uint32(Flag.FUTURE)) == 0)
        self._remember(rows, timely)
        return rows, timely

    def restore(self, rows: Rows, run_starts: dict[int, int] | None = None) -> None:
        """Take over what the store holds (any order), with the flags that were given then.

        `run_starts` maps series to the time in ms since when the newest value has not changed.
        """
        if not len(rows):
            return
        self._grow(int(rows.series.max()) + 1)
        rows = _sorted_once(rows)
        usable = np.flatnonzero((rows.flags & _NOT_COMPARED) == 0)
        if len(usable):
            fresh = np.ones(len(rows), np.bool_)
            self._stuck(rows, usable, fresh)
            good = usable[(rows.flags[usable] & np.uint32(Flag.SPIKE)) == 0]
            last = good[_last_of_group(rows.series[good])]
            self._good_time[rows.series[last]] = rows.time[last]
            self._good_value[rows.series[last]] = rows.value[last]
        for number, start in (run_starts or {}).items():
            if number < len(self._run_start) and self._run_start[number] != _NEVER:
                self._run_start[number] = min(self._run_start[number], start)
        self._remember(rows, (rows.flags & np.uint32(Flag.FUTURE)) == 0)

    def _alone(self, rows: Rows) -> npt.NDArray[np.uint32]:
        """Flags that need nothing but the row and its series' limits."""
        limits, series = self._limits, rows.series
        flags = np.zeros(len(rows), np.uint32)
        with np.errstate(invalid="ignore"):
            outside = (rows.value < limits.minimum[series]) | (rows.value > limits.maximum[series])
        flags[outside] = np.uint32(Flag.OUT_OF_RANGE)
        flags[np.isnan(rows.value)] |= np.uint32(Flag.NO_VALUE)
        age = rows.received - rows.time
        flags[age > limits.allowed_delay_ms[series]] |= np.uint32(Flag.LATE)
        flags[age < -FUTURE_MS] |= np.uint32(Flag.FUTURE)
        flags[limits.simulated[series]] |= np.uint32(Flag.SIMULATED)
        return flags

    def _sent_before(self, rows: Rows, candidates: Mask) -> Mask:
        """Which candidates repeat a remembered time with a later seq; the same seq is only the same message again."""
        found = np.zeros(len(rows), np.bool_)
        at = np.flatnonzero(candidates)
        if len(at):
            series = rows.series[at]
            same = (self._times[series] == rows.time[at, None]) & (self._seqs[series] < rows.seq[at, None])
            found[at] = same.any(axis=1)
        return found

    def _spikes(self, rows: Rows, judged: npt.NDArray[np.intp], fresh: Mask) -> Mask:
        """Mask over `judged`: |change since the last good value| > step per hour x max(1 h, hours since); updates the state."""
        series, time, value = rows.series[judged], rows.time[judged], rows.value[judged]
        new = fresh[judged]
        head = np.ones(len(judged), np.bool_)
        head[1:] = (series[1:] != series[:-1]) | (new[1:] != new[:-1])
        before_time, before_value = np.roll(time, 1), np.roll(value, 1)
        from_state = head & new
        before_time[from_state] = self._good_time[series[from_state]]
        before_value[from_state] = self._good_value[series[from_state]]
        before_value[head & ~new] = np.nan
        step = self._limits.spike_step[series]
        jump = _jumped(before_time, before_value, time, value, step)
        if jump.any():
            group = np.cumsum(head) - 1
            starts = np.flatnonzero(head)
            ends = np.append(starts[1:], len(head))
            for number in np.unique(group[jump]):
                low, high = int(starts[number]), int(ends[number])
                jump[low:high] = _in_sequence(
                    int(before_time[low]), float(before_value[low]), time[low:high], value[low:high], float(step[low])
                )
        good = np.flatnonzero(~jump & new)
        last = good[_last_of_group(series[good])]
        self._good_time[series[last]] = time[last]
        self._good_value[series[last]] = value[last]
        return jump

    def _stuck(self, rows: Rows, judged: npt.NDArray[np.intp], fresh: Mask) -> Mask:
        """Mask over `judged`: the value has not changed for the series' longest believable standstill; updates the state."""
        series, time, value = rows.series[judged], rows.time[judged], rows.value[judged]
        new = fresh[judged]
        head = np.ones(len(judged), np.bool_)
        head[1:] = (series[1:] != series[:-1]) | (new[1:] != new[:-1])
        change = head.copy()
        change[1:] |= value[1:] != value[:-1]
        index = np.maximum.accumulate(np.where(change, np.arange(len(judged)), 0))
        start = time[index]
        goes_on = np.flatnonzero(head & new & (value == self._run_value[series]))
        if len(goes_on):
            continued = np.zeros(len(judged), np.bool_)
            continued[goes_on] = True
            of_state = continued[index]
            start[of_state] = self._run_start[series[of_state]]
        last = np.flatnonzero(new)
        last = last[_last_of_group(series[last])]
        self._run_value[series[last]] = value[last]
        self._run_start[series[last]] = start[last]
        return (time - start) >= self._limits.stuck_ms[series]

    def _remember(self, rows: Rows, timely: Mask) -> None:
        """The newest time of each series, and the last few (time, seq) to recognise repetitions."""
        newest = np.flatnonzero(timely)
        if len(newest):
            last = newest[_last_of_group(rows.series[newest])]
            np.maximum.at(self._last_time, rows.series[last], rows.time[last])
        from_end = _rank_from_end(rows.series)
        kept = np.flatnonzero(from_end < REMEMBERED)
        series, rank = rows.series[kept], from_end[kept]
        slot = (self._next[series].astype(np.int64) + rank) % REMEMBERED
        self._times[series, slot] = rows.time[kept]
        self._seqs[series, slot] = rows.seq[kept]
        which, counts = np.unique(series, return_counts=True)
        self._next[which] = (self._next[which] + counts) % REMEMBERED

    def _grow(self, size: int) -> None:
        have = len(self._last_time)
        if size > len(self._limits):
            self._limits = _padded(self._limits, size)
        if size <= have:
            return
        more = max(size, have + have // 2) - have
        for name, empty in (
            ("_last_time", _NEVER),
            ("_good_time", _NEVER),
            ("_run_start", _NEVER),
            ("_good_value", np.nan),
            ("_run_value", np.nan),
        ):
            old = getattr(self, name)
            setattr(self, name, np.concatenate([old, np.full(more, empty, old.dtype)]))
        self._times = np.concatenate([self._times, np.full((more, REMEMBERED), _NEVER, np.int64)])
        self._seqs = np.concatenate([self._seqs, np.zeros((more, REMEMBERED), np.uint64)])
        self._next = np.concatenate([self._next, np.zeros(more, np.uint8)])


def _padded(limits: Limits, size: int) -> Limits:
    """Limits for series that the directory does not know (deleted since): nothing is found wrong with them."""
    wide = Limits.sized(size)
    for name in ("minimum", "maximum", "spike_step", "stuck_ms", "allowed_delay_ms", "simulated", "known"):
        getattr(wide, name)[: len(limits)] = getattr(limits, name)
    return wide


def _sorted_once(rows: Rows) -> Rows:
    """Sorted by series, then time; of equal ones the last in log order stays, flagged as sent twice."""
    series, time = rows.series, rows.time
    ordered = (series[1:] > series[:-1]) | ((series[1:] == series[:-1]) & (time[1:] > time[:-1]))
    if bool(ordered.all()):
        return replace(rows, flags=rows.flags.copy())
    rows = rows.take(np.lexsort((rows.seq, time, series)))
    same = (rows.series[1:] == rows.series[:-1]) & (rows.time[1:] == rows.time[:-1])
    if same.any():
        rows.flags[1:][same] |= np.uint32(Flag.DUPLICATE)
        rows = rows.take(np.append(~same, True))
    return rows


def _jumped(
    before_time: npt.NDArray[np.int64],
    before_value: npt.NDArray[np.float64],
    time: npt.NDArray[np.int64],
    value: npt.NDArray[np.float64],
    step: npt.NDArray[np.float64],
) -> Mask:
    hours = np.maximum((time - before_time) / HOUR_MS, 1.0)
    with np.errstate(invalid="ignore"):
        found: Mask = np.abs(value - before_value) > step * hours
    return found


def _in_sequence(
    good_time: int, good_value: float, time: npt.NDArray[np.int64], value: npt.NDArray[np.float64], step: float
) -> Mask:
    """The rule of `_spikes` row by row, for the few groups in which something jumped."""
    found = np.zeros(len(time), np.bool_)
    for index, (at, now) in enumerate(zip(time.tolist(), value.tolist(), strict=True)):
        if abs(now - good_value) > step * max((at - good_time) / HOUR_MS, 1.0):
            found[index] = True
        else:
            good_time, good_value = at, now
    return found


def _last_of_group(series: npt.NDArray[np.uint32]) -> Mask:
    """Where a sorted column changes next: the last row of each group."""
    last = np.ones(len(series), np.bool_)
    last[:-1] = series[1:] != series[:-1]
    return last


def _rank_from_end(series: npt.NDArray[np.uint32]) -> npt.NDArray[np.int64]:
    """How many rows of the same series follow each row of a sorted column."""
    last = np.flatnonzero(_last_of_group(series))
    group = np.cumsum(np.concatenate([[False], series[1:] != series[:-1]]))
    rank: npt.NDArray[np.int64] = last[group] - np.arange(len(series))
    return rank
