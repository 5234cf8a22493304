"""A small answer-me-again cache: scopes are asked for with every request and may be a few seconds old."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from typing import Generic, TypeVar

V = TypeVar("V")


class Recently(Generic[V]):
    """Keeps at most `size` answers for `seconds`; thread safe. Other processes forget on their own clock."""

    def __init__(self, seconds: float, size: int = 4096) -> None:
        self._seconds, self._size = seconds, size
        self._kept: OrderedDict[str, tuple[float, V]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> tuple[bool, V | None]:
        """(True, answer) where one is kept and fresh, else (False, None)."""
        with self._lock:
            until, value = self._kept.get(key, (0.0, None))
        return (True, value) if until > time.monotonic() else (False, None)

    def put(self, key: str, value: V) -> None:
        with self._lock:
            self._kept[key] = (time.monotonic() + self._seconds, value)
            self._kept.move_to_end(key)
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)

    def forget(self) -> None:
        """Drop all answers, after a change of people, memberships, tokens or units in this process."""
        with self._lock:
            self._kept.clear()
