"""From hourly means to the means over 1, 8 and 24 hours that limits are compared with. Pure."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sen.apps.alerts.evaluation.episodes import Floats, Ints

HOUR_MS = 3_600_000
WINDOWS = {"1h": 1, "8h": 8, "24h": 24}
ENOUGH = 0.75
"""Share of the hours of a window that must have a mean (as the roll-ups and charts count it)."""


def trailing_means(
    series: Ints, hour: Ints, mean: Floats, since: int, until: int
) -> Iterator[tuple[str, Ints, Ints, Floats]]:
    """(averaging, series, end of the window, mean) for every hour that ends in (since, until], NaN left out.

    `hour` is the start of each hour in ms; the 23 hours before `since` have to be in it too.
    """
    first = since // HOUR_MS * HOUR_MS - 23 * HOUR_MS
    count = (until - first) // HOUR_MS
    if not len(series) or count <= 23:
        return
    numbers, row = np.unique(series, return_inverse=True)
    grid = np.full((len(numbers), count), np.nan)
    column = (hour - first) // HOUR_MS
    inside = (column >= 0) & (column < count)
    grid[row[inside], column[inside]] = mean[inside]
    known = ~np.isnan(grid)
    sums = np.cumsum(np.pad(np.where(known, grid, 0.0), ((0, 0), (1, 0))), axis=1)
    counts = np.cumsum(np.pad(known, ((0, 0), (1, 0))), axis=1)
    for averaging, width in WINDOWS.items():
        ends = np.arange(24, count + 1)
        number = counts[:, ends] - counts[:, ends - width]
        with np.errstate(invalid="ignore", divide="ignore"):
            found = (sums[:, ends] - sums[:, ends - width]) / number
        which, at = np.nonzero(number >= ENOUGH * width)
        times = first + ends[at] * HOUR_MS
        late = times > since
        yield averaging, numbers[which][late].astype(np.int64), times[late], found[which, at][late]
