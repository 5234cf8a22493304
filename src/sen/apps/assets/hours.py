"""Hourly means of many series in one go: each by itself for lines and sparklines, or several put together hour by hour."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from sen.apps.assets.readings import store
from sen.apps.assets.station_view import quality_words
from sen.kernel import clock
from sen.telemetry.flags import quality_class

HOUR_MS = 3_600_000
MARKED_HOURS = 500
"""Hours without a valid value whose mark is drawn at the value that was sent; older ones are left as gaps."""


class HourOf(msgspec.Struct, frozen=True):
    """One hour of one series. `mean` is None without a valid value; `sent` is then the mean of what came all the same.

    `quality`: good, manual, invalid, fault or filled; `words` say why an hour does not count.
    """

    start_ms: int
    mean: float | None
    count: int
    valid: int
    quality: str
    sent: float | None = None
    words: str = ""


class HourTogether(msgspec.Struct, frozen=True):
    """One hour of several series: how many had a value, and their hourly means put together."""

    start_ms: int
    series: int
    mean: float
    minimum: float
    maximum: float
    total: float


class Hours(msgspec.Struct, frozen=True):
    """`apart` by series number, oldest first; `together` in the order in which the groups were asked."""

    apart: Mapping[int, list[HourOf]]
    together: Sequence[list[HourTogether]]


def hours_of(
    apart: Mapping[int, int], together: Sequence[tuple[Sequence[int], int]], *, until: datetime | None = None
) -> Hours:
    """The last hours of many series, the running one included, in four statements whatever their number.

    `apart` says for each series number how many hours; `together` has groups of series numbers with their hours.
    """
    end = until or clock.now()
    last_ms = clock.to_ms(end.replace(minute=0, second=0, microsecond=0))

    def first(hours: int) -> int:
        return last_ms - (hours - 1) * HOUR_MS

    by_length: dict[int, list[int]] = {}
    for number, length in sorted(apart.items()):
        by_length.setdefault(length, []).append(number)
    one_by_one, combined = store().hours_of_many(
        [(numbers, first(length)) for length, numbers in by_length.items()],
        [(sorted(numbers), first(length)) for numbers, length in together],
        end + timedelta(hours=1) if end == clock.from_ms(last_ms) else end,
    )
    groups: list[list[HourTogether]] = [[] for _ in together]
    names = ["span", "time", "series", "mean", "min", "max", "sum"]
    for span, at, series, mean, low, high, total in zip(*(combined[name].to_pylist() for name in names), strict=True):
        groups[span].append(HourTogether(clock.to_ms(at), series, mean, low, high, total))
    return Hours(_apart(one_by_one), groups)


def _apart(table: object) -> dict[int, list[HourOf]]:
    names = ["series", "time", "mean", "count", "valid", "flags"]
    columns = [table[name].to_pylist() for name in names]  # type: ignore[index]
    found: dict[int, list[HourOf]] = {}
    unusable: list[tuple[int, int]] = []
    for number, at, mean, count, valid, flags in zip(*columns, strict=True):
        start_ms, kind = clock.to_ms(at), quality_class(flags)
        good = valid > 0 and mean is not None and math.isfinite(mean)
        if not good and count:
            unusable.append((number, start_ms))
        quality = (
            ("filled" if kind == "filled" and valid == count else "good")
            if good
            else (kind if kind in ("fault", "invalid") else "invalid")
        )
        words = "" if good else quality_words(flags)
        found.setdefault(number, []).append(
            HourOf(start_ms, mean if good else None, count, valid, quality, None, words)
        )
    return _with_what_was_sent(found, unusable)


def _with_what_was_sent(found: dict[int, list[HourOf]], unusable: list[tuple[int, int]]) -> dict[int, list[HourOf]]:
    chosen = sorted(unusable, key=lambda one: -one[1])[:MARKED_HOURS]
    if not chosen:
        return found
    table = store().values_in_hours(sorted({number for number, _at in chosen}), sorted({at for _number, at in chosen}))
    sent = {
        (number, at): value
        for number, at, value in zip(*(table[name].to_pylist() for name in ("series", "hour_ms", "value")), strict=True)
    }
    return {
        number: [
            msgspec.structs.replace(hour, sent=sent.get((number, hour.start_ms))) if hour.mean is None else hour
            for hour in hours
        ]
        for number, hours in found.items()
    }
