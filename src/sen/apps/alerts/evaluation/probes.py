"""Conditions that look at an asset as a whole: a change over time, several conditions at once, an expression."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sen.apps.alerts.evaluation.gates import working
from sen.apps.alerts.evaluation.memory import MINUTE_MS, Memory, Window
from sen.apps.alerts.evaluation.values import SEVERITIES, LimitLine, WatchedSeries
from sen.apps.packs import interface as packs
from sen.kernel import clock, formula
from sen.kernel.errors import InvalidInput
from sen.kernel.office_calendar import OfficeCalendar

Signal = Callable[[Memory, int], float | None]
"""The signal of an asset at a moment (ms); None where it cannot be known, which changes nothing."""

FALLS = frozenset({"VN_WQI"})
"""Indices of which a lower value is worse."""
STALE_GAPS = 3
STALE_LEAST_MS = 3_600_000
"""In `several`, a value older than three gaps of its source, at least an hour, says nothing about now."""


@dataclass(frozen=True)
class Probe:
    """How a condition looks at one asset: on which kinds of news, and what it sees."""

    signal: Signal
    properties: frozenset[str]
    """Properties whose values change the signal."""
    hourly: bool = False
    """Whether means and indices change it."""


def _categories(index: str) -> list[str]:
    """The categories of an index from best to worst. Raises InvalidInput."""
    try:
        table = packs.index_table(index)
    except KeyError:
        raise InvalidInput(f"Không có chỉ số {index!r}.") from None
    return [row.code for row in sorted(table.categories, key=lambda row: row.minimum, reverse=index in FALLS)]


def rank_of(index: str, category: str) -> int:
    """The place of a category among those of an index, 0 = best. Raises InvalidInput."""
    codes = _categories(index)
    if category not in codes:
        raise InvalidInput(f"Chỉ số {index} không có mức {category!r}.")
    return codes.index(category)


def category_at(index: str, rank: int) -> str:
    """The reverse of `rank_of`."""
    return _categories(index)[rank]


def lines_of(series: WatchedSeries, when: packs.OverLimit, averaging: str) -> list[LimitLine]:
    """The limits of a series that a condition means, of one averaging."""
    least = SEVERITIES.index(when.severity) if when.severity else 0
    return [line for line in series.limits if line.averaging == averaging and SEVERITIES.index(line.severity) >= least]


def averagings_of(series: WatchedSeries, when: packs.OverLimit) -> list[str]:
    """The averagings by which a condition judges a series; a yearly mean is no matter for an alert."""
    wanted = [when.averaging] if when.averaging else ["instant", "1h", "8h", "24h"]
    return [one for one in wanted if one != "year" and lines_of(series, when, one)]


def probe(when: packs.Condition, asset: Sequence[WatchedSeries], duration_s: int, prepare: Memory) -> Probe | None:
    """How `when` looks at an asset with these series; None where it does not concern it.

    Windows that it needs are put into `prepare`. Raises InvalidInput for what cannot be judged from measurements.
    """
    kind = getattr(when, "asset_kind", "")
    if kind and asset[0].asset_kind != kind:
        return None
    match when:
        case packs.Expression():
            return _expression(when, frozenset(one.property for one in asset), asset[0].calendar)
        case packs.Several():
            return _several(when, asset, duration_s, prepare)
        case packs.IndexReaches():
            return _index(when)
        case packs.Silence():
            return _silence(when, asset, duration_s)
        case packs.Rate() | packs.Beyond() | packs.OverLimit():
            mine = next((one for one in asset if one.property == when.property), None)
            return None if mine is None else _of_property(when, mine, prepare)
    raise InvalidInput("Điều kiện này không xét được bằng số đo.", action="Tách nó thành quy tắc riêng.")


def _of_property(
    when: packs.Rate | packs.Beyond | packs.OverLimit, series: WatchedSeries, prepare: Memory
) -> Probe | None:
    if isinstance(when, packs.Rate):
        return _rate(when, prepare)
    return _beyond(when, series) if isinstance(when, packs.Beyond) else _over_limit(when, series)


def change_bounds(when: packs.Rate) -> tuple[float, float]:
    """(up, down) bounds for the signed change that a rate condition signals."""
    up = float("inf") if when.rise is None else when.rise
    return up, float("-inf") if when.fall is None else -when.fall


def _rate(when: packs.Rate, prepare: Memory) -> Probe:
    name, key = when.property, (when.property, when.over_minutes)
    prepare.windows.setdefault(key, Window(when.over_minutes * MINUTE_MS))

    def signal(memory: Memory, time: int) -> float | None:
        known = memory.values.get(name)
        window = memory.windows.get(key)
        if known is None or known[0] != time or window is None or not window.low:
            return None
        rise, fall = window.rise(known[1]), window.fall(known[1])
        if when.fall is None:
            return rise
        if when.rise is None:
            return -fall
        return rise if rise / when.rise >= fall / when.fall else -fall

    return Probe(signal, frozenset({name}))


def _expression(when: packs.Expression, has: frozenset[str], calendar: OfficeCalendar) -> Probe | None:
    parsed = formula.parse(when.text)
    named = sorted(parsed.names - packs.EXPRESSION_NAMES)
    if not named or not has.issuperset(named):
        return None
    run, asks = formula.compiled(parsed), parsed.names & packs.EXPRESSION_NAMES

    def signal(memory: Memory, time: int) -> float | None:
        known = memory.values
        try:
            values = {name: known[name][1] for name in named}
        except KeyError:
            return _in_part(parsed, memory, time, named, calendar)
        if asks:
            values |= _moment(time, min(known[name][0] for name in named), asks, calendar)
        outcome = run(values)
        return None if outcome is None else float(outcome != 0)

    return Probe(signal, frozenset(named))


def _in_part(
    parsed: formula.Formula, memory: Memory, time: int, named: Sequence[str], calendar: OfficeCalendar
) -> float | None:
    """An expression of which some properties have never had a value: `coalesce` and `if` may do without them."""
    known = {name: memory.values[name] for name in named if name in memory.values}
    if not known:
        return None
    oldest = min(at for at, _value in known.values())
    values: dict[str, float | None] = {name: value for name, (_at, value) in known.items()}
    outcome = parsed.evaluate(values | _moment(time, oldest, parsed.names, calendar)).value
    return None if outcome is None else float(outcome != 0)


def _moment(time: int, oldest: int, asked: frozenset[str], calendar: OfficeCalendar) -> dict[str, float]:
    """What an expression may ask beside the asset's properties."""
    here = clock.local(clock.from_ms(time))
    found = {"age_minutes": (time - oldest) / MINUTE_MS, "hour": here.hour + here.minute / 60}
    if "is_working_time" in asked:
        found["is_working_time"] = float(working(time // MINUTE_MS, calendar))
    return found


def _fresh_for(series: WatchedSeries) -> int:
    return max(STALE_LEAST_MS, STALE_GAPS * series.allowed_silence_s * 1000)


def _beyond(when: packs.Beyond, series: WatchedSeries) -> Probe:
    name, longest = when.property, _fresh_for(series)

    def signal(memory: Memory, time: int) -> float | None:
        known = memory.values.get(name)
        if known is None or time - known[0] > longest:
            return None
        value = known[1]
        over = (when.above is not None and value > when.above) or (when.below is not None and value < when.below)
        return float(over)

    return Probe(signal, frozenset({name}))


def _over_limit(when: packs.OverLimit, series: WatchedSeries) -> Probe | None:
    averagings = averagings_of(series, when)
    if not averagings:
        return None
    lines = {one: lines_of(series, when, one) for one in averagings}
    name, longest = when.property, _fresh_for(series)

    def signal(memory: Memory, time: int) -> float | None:
        answers: list[bool] = []
        for averaging, limits in lines.items():
            known = memory.values.get(name) if averaging == "instant" else memory.means.get((name, averaging))
            if known is not None and time - known[0] <= max(longest, 2 * STALE_LEAST_MS):
                answers.append(any(_outside(known[1], line) for line in limits))
        return float(any(answers)) if answers else None

    instant, hourly = "instant" in averagings, any(one != "instant" for one in averagings)
    return Probe(signal, frozenset({name}) if instant else frozenset(), hourly)


def _outside(value: float, line: LimitLine) -> bool:
    return (line.maximum is not None and value > line.maximum) or (line.minimum is not None and value < line.minimum)


def _index(when: packs.IndexReaches) -> Probe:
    rank, name = rank_of(when.index, when.category), when.index

    def signal(memory: Memory, time: int) -> float | None:
        known = memory.indices.get(name)
        return None if known is None or time - known[0] > 2 * STALE_LEAST_MS else float(known[1] >= rank)

    return Probe(signal, frozenset(), True)


def _silence(when: packs.Silence, asset: Sequence[WatchedSeries], duration_s: int) -> Probe | None:
    of = [one for one in asset if not when.property or one.property == when.property]
    if not of:
        return None
    longest = 1000 * max(duration_s, min(one.allowed_silence_s for one in of))
    names = [one.property for one in of]

    def signal(memory: Memory, time: int) -> float | None:
        heard = max((memory.heard.get(name, 0) for name in names), default=0)
        return float(time - heard > longest) if heard else None

    return Probe(signal, frozenset(one.property for one in asset))


def _several(when: packs.Several, asset: Sequence[WatchedSeries], duration_s: int, prepare: Memory) -> Probe | None:
    parts = [truth(one, asset, duration_s, prepare) for one in when.of]
    needed = when.at_least or len(when.of)
    known = [one for one in parts if one is not None]
    if len(known) < needed:
        return None

    parts_of, all_of = [part.signal for part in known], needed == len(known)

    def signal(memory: Memory, time: int) -> float | None:
        answers: list[float | None] = []
        for part in parts_of:
            answer = part(memory, time)
            if all_of and answer == 0.0:
                return 0.0
            answers.append(answer)
        true = sum(1 for answer in answers if answer)
        if true >= needed:
            return 1.0
        # What nobody knows may still be true; only what is known for sure makes it false.
        return 0.0 if sum(1 for answer in answers if answer is not None) - true > len(known) - needed else None

    properties = frozenset(name for part in known for name in part.properties)
    return Probe(signal, properties, any(part.hourly for part in known))


def truth(when: packs.Condition, asset: Sequence[WatchedSeries], duration_s: int, prepare: Memory) -> Probe | None:
    """A part of `several`: like `probe`, with a signal of 1 or 0. A change is remembered between two values of its property."""
    found = probe(when, asset, duration_s, prepare)
    if found is None or not isinstance(when, packs.Rate):
        return found
    up, down = change_bounds(when)
    name, key = when.property, (when.property, when.over_minutes)

    def signal(memory: Memory, time: int) -> float | None:
        known, window = memory.values.get(name), memory.windows.get(key)
        if known is None or window is None or not window.low or time - known[0] > window.span:
            return None
        return float(window.rise(known[1]) > up or -window.fall(known[1]) < down)

    return Probe(signal, found.properties)
