"""From when to when each condition holds: duration, hysteresis and levels for a hundred thousand conditions at once.

A *pair* is one rule about one subject; it gets a signal (a value, a change, a count) in order of time. Most rows change nothing:
those are told apart for a whole batch in numpy, and only pairs with a row that may change something are walked row by row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from sen.apps.alerts.evaluation.values import SEVERITIES, Change

Ints = npt.NDArray[np.int64]
AnyInts = npt.NDArray[np.integer[Any]]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

IDLE, PENDING, ACTIVE = 0, 1, 2
NEVER = np.iinfo(np.int64).min
LEVELS = len(SEVERITIES)
_LEVEL = np.arange(1, LEVELS + 1, dtype=np.int8)


@dataclass(frozen=True)
class Settings:
    """What each of n pairs is judged by. Figures in the signal's unit, times in ms; row k of `up`/`down` is severity k.

    A signal above `up` or below `down` is at that level; ±inf where a severity has no bound.
    """

    up: Floats
    down: Floats
    hysteresis: Floats
    duration: Ints
    clear_after: Ints
    watch_from: Ints

    def __len__(self) -> int:
        return len(self.duration)

    @classmethod
    def empty(cls, size: int) -> Settings:
        """Pairs that never fire."""
        bounds = np.full((size, LEVELS), np.inf)
        ints = [np.zeros(size, np.int64) for _ in range(3)]
        return cls(bounds, -bounds, np.zeros(size), *ints)


@dataclass(frozen=True, slots=True)
class Event:
    """A change of one pair; `level` 1 to 4 is what it had or has, `peak` the worst signal of the episode."""

    change: Change
    pair: int
    onset: int
    at: int
    value: float
    level: int
    peak: float


class Episodes:
    """The state of n pairs. `judge` a batch or `step` one row; rows of a pair come in order of time."""

    def __init__(self, settings: Settings) -> None:
        size = len(settings)
        self.settings = settings
        self.lowest = settings.up.min(axis=1) if size else np.zeros(0)
        self.highest = settings.down.max(axis=1) if size else np.zeros(0)
        self.status = np.zeros(size, np.int8)
        self.level = np.zeros(size, np.int8)
        self.side = np.ones(size, np.int8)
        """1 where the signal was above its bound at the onset, -1 where it was below."""
        self.onset = np.zeros(size, np.int64)
        self.clear_since = np.full(size, NEVER, np.int64)
        self.peak = np.full(size, np.nan)
        self.last = np.full(size, np.nan)
        self.seen = settings.watch_from - 1
        self.disabled = np.zeros(size, np.bool_)
        self._walked = np.zeros(size, np.bool_)

    def __len__(self) -> int:
        return len(self.settings)

    def judge(self, pair: Ints, time: Ints, value: Floats, open_: Mask | None = None) -> list[Event]:
        """Take the rows (pair, time, signal); where `open_` is false the condition does not hold whatever the signal says."""
        wanted = (time > self.seen[pair]) & ~self.disabled[pair]
        if not wanted.all():
            pair, time, value = pair[wanted], time[wanted], value[wanted]
            open_ = None if open_ is None else open_[wanted]
        if not len(pair):
            return []
        status = self.status[pair]
        over = (value > self.lowest[pair]) | (value < self.highest[pair])
        if open_ is not None:
            over &= open_
        calm = (status == IDLE) & ~over
        if not calm.all():
            pending = over & (status == PENDING)
            if pending.any():
                calm |= pending & (time - self.onset[pair] < self.settings.duration[pair])
            self._stay(pair, value, np.flatnonzero(status == ACTIVE), open_, calm)
        # Of equal places the last assignment holds, and rows of a pair are in order of time.
        self.seen[pair] = time
        restless = pair[~calm]
        self._walked[restless] = True
        walked = self._walked[pair]
        self._walked[restless] = False
        self._worst(pair, value, ~walked & (status != IDLE))
        if not len(restless):
            return []
        rows = np.flatnonzero(walked)
        rows = rows[np.lexsort((time[rows], pair[rows]))]
        opened = np.ones(len(rows), np.bool_) if open_ is None else open_[rows]
        events: list[Event] = []
        columns = (pair[rows].tolist(), time[rows].tolist(), value[rows].tolist(), opened.tolist())
        for one in zip(*columns, strict=True):
            events += self.step(*one)
        return events

    def _stay(self, pair: Ints, value: Floats, active: npt.NDArray[np.intp], open_: Mask | None, calm: Mask) -> None:
        """Note in `calm` the rows of active pairs that keep the level they have."""
        if not len(active):
            return
        which, level = pair[active], self.level[pair[active]]
        now = self._levels(which, value[active], level)
        if open_ is not None:
            now[~open_[active]] = 0
        calm[active] = (now == level) & (self.clear_since[which] == NEVER)

    def _worst(self, pair: Ints, value: Floats, rows: Mask) -> None:
        """Remember the worst signal of rows that change nothing else."""
        which, signal = pair[rows], value[rows]
        self.last[which] = signal
        above = self.side[which] > 0
        np.fmax.at(self.peak, which[above], signal[above])
        np.fmin.at(self.peak, which[~above], signal[~above])

    def _levels(self, pair: Ints, value: Floats, held: npt.NDArray[np.int8]) -> npt.NDArray[np.int8]:
        """The level of each row; up to the level `held` a bound counts as exceeded until the signal is back by the hysteresis."""
        signal, slack = value[:, None], self.settings.hysteresis[pair][:, None]
        up, down = self.settings.up[pair], self.settings.down[pair]
        over = (signal > up) | (signal < down)
        over |= ((signal > up - slack) | (signal < down + slack)) & (held[:, None] >= _LEVEL)
        found: npt.NDArray[np.int8] = (over * _LEVEL).max(axis=1)
        return found

    def _level(self, pair: int, value: float, held: int) -> int:
        up, down, slack = self.settings.up[pair], self.settings.down[pair], self.settings.hysteresis[pair]
        for level in range(LEVELS, 0, -1):
            allowance = slack if level <= held else 0.0
            if value > up[level - 1] - allowance or value < down[level - 1] + allowance:
                return level
        return 0

    def step(self, pair: int, time: int, value: float, opened: bool = True) -> list[Event]:
        """One row of one pair, whether or not it was seen before."""
        status = int(self.status[pair])
        level = self._level(pair, value, int(self.level[pair]) if status == ACTIVE else 0) if opened else 0
        self.last[pair] = value
        if status == ACTIVE:
            return self._while_active(pair, time, value, level)
        if not level:
            self.status[pair] = IDLE
            return []
        if status == IDLE:
            self.status[pair], self.onset[pair], self.peak[pair] = PENDING, time, value
            self.side[pair] = 1 if value > self.lowest[pair] else -1
        self._peak(pair, value)
        onset = int(self.onset[pair])
        if time - onset < self.settings.duration[pair]:
            return []
        self.status[pair], self.level[pair], self.clear_since[pair] = ACTIVE, level, NEVER
        return [Event("raised", pair, onset, time, value, level, float(self.peak[pair]))]

    def _while_active(self, pair: int, time: int, value: float, level: int) -> list[Event]:
        onset, before = int(self.onset[pair]), int(self.level[pair])
        if not level:
            if self.clear_since[pair] == NEVER:
                self.clear_since[pair] = time
            if time - self.clear_since[pair] < self.settings.clear_after[pair]:
                return []
            self.status[pair] = IDLE
            return [Event("cleared", pair, onset, time, value, before, float(self.peak[pair]))]
        self.clear_since[pair] = NEVER
        self._peak(pair, value)
        if level == before:
            return []
        self.level[pair] = level
        change: Literal["worse", "better"] = "worse" if level > before else "better"
        return [Event(change, pair, onset, time, value, level, float(self.peak[pair]))]

    def _peak(self, pair: int, value: float) -> None:
        peak = float(self.peak[pair])
        if not (value <= peak if self.side[pair] > 0 else value >= peak):
            self.peak[pair] = value

    def end(self, pair: int, time: int) -> Event:
        """End an active episode from outside: its rule or its subject is gone."""
        self.status[pair] = IDLE
        last, peak = float(self.last[pair]), float(self.peak[pair])
        return Event("cleared", pair, int(self.onset[pair]), time, last, int(self.level[pair]), peak)

    _STATE = ("status", "level", "side", "onset", "clear_since", "peak", "last", "seen")

    def state(self, pair: int) -> tuple[float | int, ...]:
        """What is known of one pair, for another Episodes or a snapshot."""
        return tuple(getattr(self, name)[pair].item() for name in self._STATE)

    def take_over(self, pair: int, state: tuple[float | int, ...]) -> None:
        """Go on from a state of `state`; what it has seen is not judged again."""
        for name, value in zip(self._STATE, state, strict=True):
            getattr(self, name)[pair] = value
        self.seen[pair] = max(self.seen[pair], int(self.settings.watch_from[pair]) - 1)

    @classmethod
    def is_active(cls, state: tuple[float | int, ...]) -> bool:
        """Whether a state of `state` is of an episode that was raised and not cleared."""
        return state[cls._STATE.index("status")] == ACTIVE

    @classmethod
    def onset_of(cls, state: tuple[float | int, ...]) -> int:
        """The onset in a state of `state`."""
        return int(state[cls._STATE.index("onset")])
