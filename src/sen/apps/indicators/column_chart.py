"""A figure over time as columns: former units stacked where they add up, as dots where they average, and a line at each act."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

import msgspec

from sen.apps.indicators.figure import Figure, FigurePart
from sen.apps.indicators.periods import Period
from sen.apps.organisations.interface import Act

HEIGHT, TOP, FLOOR = 280, 34, 252
COLOURS = 7
MAX_LABELS = 12


class Block(msgspec.Struct, frozen=True):
    """A rectangle (or dot): `x`, `width` in percent, `y`, `height` in pixels; `colour` 1 to 7, 0 = grey."""

    x: float
    y: float
    width: float
    height: float
    colour: int
    words: str


class Mark(msgspec.Struct, frozen=True):
    """An act at `x` percent; `right` says that its words stand on its left side."""

    x: float
    act: Act
    right: bool


class Tick(msgspec.Struct, frozen=True):
    """A line of the value axis (`y` pixels) or a period below the columns (`x` percent)."""

    at: float
    words: str


class ColumnChart(msgspec.Struct, frozen=True):
    """All that the template draws. `gaps` are periods without a value; `legend` names the colours."""

    height: int
    top: int
    floor: int
    blocks: tuple[Block, ...]
    dots: tuple[Block, ...]
    gaps: tuple[Block, ...]
    marks: tuple[Mark, ...]
    values: tuple[tuple[float, float], ...]
    periods: tuple[Tick, ...]
    legend: tuple[tuple[int, str], ...]


def chart_of(
    figures: Sequence[Figure], periods: Sequence[Period], acts: Sequence[Act], *, adds_up: bool, decimals: int
) -> ColumnChart:
    """Columns for `periods` in order; `adds_up` stacks the parts."""
    by_period = {one.period: one for one in figures}
    numbers = [one.value for one in figures if one.value is not None] + [
        one.known for one in figures if one.known is not None
    ]
    if not adds_up:
        numbers += [part.value for one in figures for part in one.parts if part.value is not None]
    top = _round_up(max(numbers, default=1.0) or 1.0)
    step = 100 / max(1, len(periods))
    colours = _colours(figures) if adds_up else {}
    blocks, dots, gaps = list[Block](), list[Block](), list[Block]()

    def high(value: float) -> float:
        return max(0.0, value) / top * (FLOOR - TOP)

    for place, period in enumerate(periods):
        one, x, width = by_period.get(period), place * step + step * 0.16, step * 0.68
        if one is None:
            continue
        if one.value is None:
            gaps.append(Block(x, TOP, width, FLOOR - TOP, 0, f"{period.words}: {one.reason}"))
        stack = list(_stack(one)) if adds_up else []
        if stack and colours:
            y = float(FLOOR)
            for part, value in stack:
                y -= high(value)
                blocks.append(
                    Block(
                        x, y, width, high(value), colours.get(part.label, 0), _said(part.label, value, decimals, period)
                    )
                )
        elif one.value is not None:
            blocks.append(
                Block(
                    x,
                    FLOOR - high(one.value),
                    width,
                    high(one.value),
                    1,
                    _said(one.unit.name, one.value, decimals, period),
                )
            )
        if not adds_up:
            dots += [
                Block(
                    place * step + step / 2,
                    FLOOR - high(part.value),
                    0,
                    0,
                    0,
                    _said(part.label, part.value, decimals, period),
                )
                for part in one.parts
                if part.value is not None
            ]
    return ColumnChart(
        HEIGHT, TOP, FLOOR, tuple(blocks), tuple(dots), tuple(gaps), tuple(_marks(periods, acts)),
        tuple((FLOOR - share * (FLOOR - TOP), top * share) for share in (0, 0.25, 0.5, 0.75, 1)),
        tuple(_labels(periods, step)), tuple((colour, label) for label, colour in colours.items()),
    )  # fmt: skip


def _stack(one: Figure) -> list[tuple[FigurePart, float]]:
    """What each part adds; parts whose share is not known add nothing."""
    return [
        (part, part.value * part.share)
        for part in one.parts
        if part.unit and part.value is not None and part.share is not None
    ]


def _colours(figures: Sequence[Figure]) -> dict[str, int]:
    """A colour for the unit itself and for each of its parts, the largest first; those beyond the seventh are grey."""
    sizes: dict[str, float] = {}
    for one in figures:
        for part, value in _stack(one):
            sizes[part.label] = max(sizes.get(part.label, 0.0), value)
    if not sizes:
        return {}
    names = sorted(sizes, key=lambda label: (-sizes[label], label))
    own = [one.unit.name for one in figures if not one.parts][:1]
    return {
        label: place if place <= COLOURS else 0
        for place, label in enumerate([*own, *(n for n in names if n not in own)], 1)
    }


def _said(label: str, value: float, decimals: int, period: Period) -> str:
    from django.utils.formats import number_format

    return f"{label}, {period.words}: {number_format(value, decimals)}"


def _marks(periods: Sequence[Period], acts: Sequence[Act]) -> list[Mark]:
    """Each day of acts once, where it lies within the chart."""
    found: dict[date, Mark] = {}
    for act in acts:
        for place, period in enumerate(periods):
            if period.start <= act.on < period.end and act.on not in found:
                inside = (act.on - period.start).days / (period.end - period.start).days
                x = (place + inside) * 100 / len(periods)
                if 0 < x < 100:
                    found[act.on] = Mark(x, act, x > 60)
    return list(found.values())


def _labels(periods: Sequence[Period], step: float) -> list[Tick]:
    every = max(1, math.ceil(len(periods) / MAX_LABELS))
    return [Tick(place * step + step / 2, period.short) for place, period in enumerate(periods) if place % every == 0]


def _round_up(value: float) -> float:
    """The next of 1, 2, 4, 5, 8, 10 × 10ⁿ, so that quarters are plain numbers."""
    size = 10.0 ** math.floor(math.log10(value)) if value > 0 else 1.0
    return next(step * size for step in (1, 2, 4, 5, 8, 10) if step * size >= value)
