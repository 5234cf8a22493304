"""Working days counted by subtraction: a hundred thousand dossiers ask for millions of days, a calendar walks them one by one."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from datetime import date, timedelta
from itertools import accumulate

FIRST, LAST = date(2000, 1, 1), date(2060, 1, 1)


class DayCounts:
    """The working days of one calendar from FIRST up to LAST, counted once. Days outside count as the nearest of them."""

    def __init__(self, is_working_day: Callable[[date], bool]) -> None:
        days = (FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1))
        self._counts = list(accumulate(int(is_working_day(day)) for day in days))

    def days_between(self, a: date, b: date) -> int:
        """Working days after `a` up to and including `b`; negative where `b` is earlier."""
        return self._counts[self._index(b)] - self._counts[self._index(a)]

    def add_days(self, day: date, n: int) -> date:
        """The working day `n` (0 or more) working days after `day`; 0 gives `day` itself."""
        if n == 0:
            return day
        place = bisect_left(self._counts, self._counts[self._index(day)] + n)
        return FIRST + timedelta(days=min(place, len(self._counts) - 1))

    def _index(self, day: date) -> int:
        return min(max((day - FIRST).days, 0), len(self._counts) - 1)
