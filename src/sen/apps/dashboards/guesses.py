"""Counts wrong tokens and pairing codes in memory, by address and altogether, within a sliding window.

The web is one process; a restart forgives, which costs an attacker more than it gives: a code lives ten minutes.
"""

from __future__ import annotations

import threading
from collections import deque
from datetime import timedelta

from sen.kernel import clock

MAX_KEPT = 10_000


class Guesses:
    """At most `each` wrong answers from one address and `all_together` from everywhere within `minutes`."""

    def __init__(self, each: int, all_together: int, minutes: int) -> None:
        self._each, self._all_together = each, all_together
        self._window = int(timedelta(minutes=minutes) / timedelta(milliseconds=1))
        self._by_address: dict[str, deque[int]] = {}
        self._all: deque[int] = deque()
        self._right: set[str] = set()
        self._lock = threading.Lock()

    def too_many(self, address: str) -> bool:
        """Whether this address has to wait."""
        with self._lock:
            return len(self._recent(self._by_address.get(address, deque()))) >= self._each

    def wrong(self, address: str) -> bool:
        """Count one; True when all addresses together reached the limit with it, once."""
        now = clock.now_ms()
        with self._lock:
            if len(self._by_address) >= MAX_KEPT:
                self._by_address.clear()
            self._recent(self._by_address.setdefault(address, deque())).append(now)
            self._recent(self._all).append(now)
            full = len(self._all) >= self._all_together
            if full:
                self._all.clear()
            return full

    def right(self, key: str) -> None:
        """Remember the hash of an answer that was right."""
        with self._lock:
            if len(self._right) >= MAX_KEPT:
                self._right.clear()
            self._right.add(key)

    def was_right(self, key: str) -> bool:
        """Whether this hash was right since the start."""
        return key in self._right

    def forget(self) -> None:
        """Begin anew."""
        with self._lock:
            self._by_address.clear()
            self._all.clear()
            self._right.clear()

    def _recent(self, moments: deque[int]) -> deque[int]:
        oldest = clock.now_ms() - self._window
        while moments and moments[0] < oldest:
            moments.popleft()
        return moments
