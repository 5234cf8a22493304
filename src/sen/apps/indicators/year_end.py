"""The forecast of a year's last figure from the figures so far and from earlier years. Pure arithmetic; the same input gives the same answer.

Four plain rules each propose a figure. How far each of them was off in the earlier years, seen from the same month, says how much it
counts now and how wide the interval is. Nothing is fitted, nothing is random: a person can repeat it with a pocket calculator.

`shape`   the part of the year that was usually reached by now (a figure that does not add up: what usually changed until the end)
`pace`    last year's end moved as this month stands to the same month of last year
`growth`  last year's end and the usual change from year to year
`mean`    the mean of the last years' ends
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

Rule = Literal["shape", "pace", "growth", "mean"]
Reason = Literal["", "no_history", "nothing_yet", "not_positive"]
"""Why there is no forecast: no earlier year is whole, no year holds anything, or a figure that adds up is not above 0."""

RULES: tuple[Rule, ...] = ("shape", "pace", "growth", "mean")
LAST_YEARS = 5
"""Earlier years that count; older ones say little about this one."""

PRIOR_ERRORS = 2.0
"""The prior error of a rule counts as if it had been seen this often."""
_PRIOR_MULTIPLIED: Mapping[Rule, float] = {"shape": 0.10, "pace": 0.10, "growth": 0.12, "mean": 0.25}
_PRIOR_ADDED: Mapping[Rule, float] = {"shape": 0.05, "pace": 0.07, "growth": 0.08, "mean": 0.10}
_EVEN_ERROR = 0.20
"""Standard error (as a share) of going on evenly from the middle of the year where no earlier year is known."""

# 90 % quantile of Student's t by degrees of freedom: an interval of 80 % leaves 10 % on either side.
_T90 = (3.078, 1.886, 1.638, 1.533, 1.476, 1.440, 1.415, 1.397, 1.383, 1.372, 1.363, 1.356)
_NORMAL90 = 1.2816


class Observed(msgspec.Struct, frozen=True):
    """One figure: `part` counts the periods of its year from 1. A cumulative figure counts from the beginning of its year."""

    year: int
    part: int
    value: float


class YearEnd(msgspec.Struct, frozen=True, kw_only=True):
    """The figure to expect at the end of `year`, and the interval that holds it in 8 of 10 years.

    `part` of `parts`: how far the year is known. `years`: earlier whole years it rests on. `weights`: how much each rule counts, in sum 1.
    `usual_share`: the part of the year (0 to 1) usually reached by now, of cumulative figures. `method`: final (the year is over),
    rules, even (no earlier year: it goes on as it did), or none with its `reason`.
    """

    year: int
    value: float | None = None
    low: float | None = None
    high: float | None = None
    method: Literal["final", "rules", "even", "none"] = "none"
    reason: Reason = ""
    part: int = 0
    parts: int = 12
    years: int = 0
    usual_share: float | None = None
    weights: Mapping[str, float] = {}


def forecast(observed: Sequence[Observed], *, year: int, parts: int, cumulative: bool) -> YearEnd:
    """What the last period of `year` will show; `parts` periods make a year (12, 4, 2, 1).

    `cumulative`: figures count from the beginning of their year, so the last one is the whole year, and errors are shares of it;
    else the last period's own figure is meant, and errors are differences. Of two figures of one period the later in the list counts.
    """
    by_year: dict[int, dict[int, float]] = {}
    for one in observed:
        if math.isfinite(one.value) and 1 <= one.part <= parts:
            by_year.setdefault(one.year, {})[one.part] = one.value
    now = by_year.get(year, {})
    part = max(now, default=0)
    if part == parts:
        final = now[part]
        return YearEnd(year=year, value=final, low=final, high=final, method="final", part=part, parts=parts)
    return _ahead(by_year, now.get(part), year=year, part=part, parts=parts, cumulative=cumulative)


def _ahead(
    by_year: Mapping[int, Mapping[int, float]], now: float | None, *, year: int, part: int, parts: int, cumulative: bool
) -> YearEnd:
    earlier = [
        (values.get(part) if part else None, values[parts])
        for one, values in sorted(by_year.items())
        if year - LAST_YEARS <= one < year and parts in values and (not part or part in values)
    ]
    none = YearEnd(year=year, part=part, parts=parts, years=len(earlier))
    if not earlier:
        return _even(none, now, cumulative)
    figures = [value for pair in earlier for value in pair if value is not None] + ([now] if now is not None else [])
    if cumulative and min(figures) <= 0:
        return msgspec.structs.replace(none, reason="not_positive")
    if cumulative:
        earlier = [(None if so_far is None else math.log(so_far), math.log(end)) for so_far, end in earlier]
        now = None if now is None else math.log(now)
    centre, spread, weights = _combined(earlier, now, _priors(earlier, part, parts, cumulative))
    values = [centre, centre - spread, centre + spread]
    if cumulative:
        values = [math.exp(one) for one in values]
    elif min(figures) >= 0:
        values = [max(0.0, one) for one in values]
    share = None
    if cumulative and part:
        share = math.exp(sum(so_far - end for so_far, end in earlier if so_far is not None) / len(earlier))
    return YearEnd(
        year=year, value=values[0], low=values[1], high=values[2], method="rules", part=part, parts=parts, years=len(earlier),
        usual_share=share, weights=weights,
    )  # fmt: skip


def _even(none: YearEnd, now: float | None, cumulative: bool) -> YearEnd:
    """Without any earlier year only a figure that adds up can go on as it did, and only from the middle of the year."""
    if now is None:
        return msgspec.structs.replace(none, reason="nothing_yet")
    if not cumulative or now <= 0 or none.part * 2 < none.parts:
        return msgspec.structs.replace(none, reason="no_history")
    value = now * none.parts / none.part
    spread = _NORMAL90 * _EVEN_ERROR * math.sqrt((none.parts - none.part) / none.parts)
    return msgspec.structs.replace(
        none, value=value, low=value * math.exp(-spread), high=value * math.exp(spread), method="even"
    )


Pair = tuple[float | None, float]
"""A year as seen from the same part of it: the figure then (None before the first), and the figure of its end."""


def _combined(
    earlier: Sequence[Pair], now: float | None, priors: Mapping[Rule, float]
) -> tuple[float, float, dict[str, float]]:
    """The weighted proposal, half the width of its 80 % interval, and the weights of the rules."""
    proposals = _proposals(earlier, now)
    missed: dict[Rule, list[float]] = {rule: [] for rule in proposals}
    for place in range(1, len(earlier)):
        then, end = earlier[place]
        for rule, proposed in _proposals(earlier[:place], then).items():
            missed[rule].append(proposed - end)
    precision = {
        rule: (PRIOR_ERRORS + len(errors)) / (PRIOR_ERRORS * priors[rule] ** 2 + sum(one * one for one in errors))
        for rule, errors in missed.items()
    }
    total = sum(precision.values())
    weights = {rule: one / total for rule, one in precision.items()}
    centre = sum(weights[rule] * proposed for rule, proposed in proposals.items())
    together = [sum(weights[rule] * missed[rule][place] for rule in proposals) for place in range(len(earlier) - 1)]
    prior = 1 / math.sqrt(sum(weights[rule] / priors[rule] ** 2 for rule in proposals))
    # The weights were chosen by the same errors: one of them is used up.
    freedom = max(1.0, PRIOR_ERRORS + len(together) - 1)
    variance = (PRIOR_ERRORS * prior**2 + sum(one * one for one in together)) / freedom
    return centre, _t90(int(freedom)) * math.sqrt(variance), {str(rule): one for rule, one in weights.items()}


def _proposals(earlier: Sequence[Pair], now: float | None) -> dict[Rule, float]:
    """What each rule says from these earlier years (at least one) and the figure so far; rules over it are left out where it is None."""
    ends = [end for _so_far, end in earlier]
    found: dict[Rule, float] = {}
    last_then, last_end = earlier[-1]
    if now is not None and last_then is not None:
        rest = [end - so_far for so_far, end in earlier if so_far is not None]
        found["shape"] = now + sum(rest) / len(rest)
        found["pace"] = now + (last_end - last_then)
    # One year of no change is added: with few years the usual change is hardly known.
    found["growth"] = last_end + (ends[-1] - ends[0]) / len(ends)
    found["mean"] = sum(ends) / len(ends)
    return found


def _priors(earlier: Sequence[Pair], part: int, parts: int, cumulative: bool) -> dict[Rule, float]:
    """What each rule is thought to be off by before anything was seen; the more of the year is known, the less."""
    if cumulative:
        known = math.sqrt((parts - part) / part) if part else 1.0
        return {rule: one * (known if rule in ("shape", "pace") else 1.0) for rule, one in _PRIOR_MULTIPLIED.items()}
    size = max(sum(abs(end) for _so_far, end in earlier) / len(earlier), 1e-9)
    return {rule: one * size for rule, one in _PRIOR_ADDED.items()}


def _t90(freedom: int) -> float:
    return _T90[freedom - 1] if freedom <= len(_T90) else _NORMAL90
