"""What is remembered of an asset for conditions that need more than one value: newest values, means, indices, a sliding window."""

from __future__ import annotations

from collections import deque
from typing import Any

MINUTE_MS = 60_000


class Window:
    """The smallest and the largest value of the last `span` ms, each in constant time per value."""

    __slots__ = ("high", "low", "span")

    def __init__(self, span: int) -> None:
        self.span = span
        self.low: deque[tuple[int, float]] = deque()
        self.high: deque[tuple[int, float]] = deque()

    def add(self, time: int, value: float) -> None:
        """Take the next value."""
        low, high, since = self.low, self.high, time - self.span
        while low and low[-1][1] >= value:
            low.pop()
        low.append((time, value))
        while high and high[-1][1] <= value:
            high.pop()
        high.append((time, value))
        while low[0][0] < since:
            low.popleft()
        while high[0][0] < since:
            high.popleft()

    def rise(self, value: float) -> float:
        """How far `value`, the newest, is above the smallest."""
        return value - self.low[0][1]

    def fall(self, value: float) -> float:
        """How far `value`, the newest, is below the largest."""
        return self.high[0][1] - value


class Memory:
    """One asset. Times in ms since the epoch."""

    __slots__ = ("heard", "indices", "means", "values", "windows")

    def __init__(self) -> None:
        self.values: dict[str, tuple[int, float]] = {}
        """Property → time and newest valid value."""
        self.heard: dict[str, int] = {}
        """Property → newest arrival, valid or not."""
        self.means: dict[tuple[str, str], tuple[int, float]] = {}
        """Property and averaging → end of the hour and mean."""
        self.indices: dict[str, tuple[int, float]] = {}
        """Index → end of the hour and rank of its category, 0 = best."""
        self.windows: dict[tuple[str, int], Window] = {}
        """Property and minutes → window; made by the conditions that ask."""

    def take(self, property_: str, time: int, value: float) -> None:
        """The next valid value of a property."""
        self.values[property_] = (time, value)
        for (name, _minutes), window in self.windows.items():
            if name == property_:
                window.add(time, value)

    def state(self) -> list[Any]:
        """For a snapshot."""
        windows = [[name, minutes, list(w.low), list(w.high)] for (name, minutes), w in self.windows.items()]
        means = [[name, averaging, *found] for (name, averaging), found in self.means.items()]
        return [self.values, self.heard, means, self.indices, windows]

    def take_over(self, state: list[Any]) -> None:
        """Go on from `state`, where it is newer; windows that nobody asks for any more are left out."""
        values, heard, means, indices, windows = state
        for name, (at, value) in values.items():
            if name not in self.values or self.values[name][0] <= at:
                self.values[name] = (at, value)
        for name, at in heard.items():
            self.heard[name] = max(at, self.heard.get(name, 0))
        for name, averaging, at, mean in means:
            if (name, averaging) not in self.means or self.means[name, averaging][0] <= at:
                self.means[name, averaging] = (at, mean)
        for name, (at, rank) in indices.items():
            if name not in self.indices or self.indices[name][0] <= at:
                self.indices[name] = (at, rank)
        for name, minutes, low, high in windows:
            if low and (window := self.windows.get((name, minutes))) is not None:
                window.low = deque((at, value) for at, value in low)
                window.high = deque((at, value) for at, value in high)
