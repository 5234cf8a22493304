"""Carries values from the units of their time to the units of any day, over any number of reorganisations.

Pure: no database, no clock, no words. What cannot be carried without inventing has no value and a gap that says why. The rules
are docs/adr/0008.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal
from uuid import UUID

Rule = Literal["sum", "mean", "weighted_mean", "none"]
Period = tuple[date | None, date | None]
"""First day and first day after; None where unknown or still standing."""


@dataclass(frozen=True, slots=True)
class Step:
    """`predecessor` went over into `successor` on a day; `share` is the recorded part of it where `is_split`."""

    predecessor: UUID
    successor: UUID
    on: date
    is_split: bool = False
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Family:
    """Units with their periods and every step between them. A unit stands in it once; steps never form a circle."""

    periods: Mapping[UUID, Period]
    steps: tuple[Step, ...]
    down: Mapping[UUID, tuple[Step, ...]] = field(init=False, repr=False, compare=False)
    up: Mapping[UUID, tuple[Step, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # A rename joins a unit with itself: the identity goes on, so there is nothing to follow.
        steps = sorted({step for step in self.steps if step.predecessor != step.successor}, key=_step_order)
        object.__setattr__(self, "down", _grouped(steps, lambda step: step.predecessor))
        object.__setattr__(self, "up", _grouped(steps, lambda step: step.successor))

    def stands(self, unit: UUID, day: date) -> bool:
        """Whether the unit exists on a day."""
        begin, end = self.periods.get(unit, (None, None))
        return (begin is None or begin <= day) and (end is None or end > day)

    def ended(self, unit: UUID, day: date) -> bool:
        """Whether the unit is no more on a day."""
        end = self.periods.get(unit, (None, None))[1]
        return end is not None and end <= day

    def heirs(self, unit: UUID, day: date) -> frozenset[UUID]:
        """The units that stand on `day` in place of `unit` and came after it; itself while it stands."""
        return self._reached(unit, day, lambda one: [step.successor for step in self.down.get(one, ())])

    def roots(self, unit: UUID, day: date) -> frozenset[UUID]:
        """The units that stood on `day` and of which `unit` was made later; itself where it stood already."""
        return self._reached(unit, day, lambda one: [step.predecessor for step in self.up.get(one, ())])

    def _reached(self, unit: UUID, day: date, following: Callable[[UUID], list[UUID]]) -> frozenset[UUID]:
        found, waiting, seen = set[UUID](), [unit], set[UUID]()
        while waiting:
            one = waiting.pop()
            if one in seen:
                continue
            seen.add(one)
            if self.stands(one, day):
                found.add(one)
            else:
                waiting += following(one)
        return frozenset(found)


GapKind = Literal["split_without_share", "missing_parts", "not_additive", "no_weight", "would_divide", "ended"]


@dataclass(frozen=True, slots=True)
class Gap:
    """Why there is no value, the units that it is about, and the day of the act."""

    kind: GapKind
    units: tuple[UUID, ...]
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """What one unit of the values' time gives: its value (None = nothing recorded) and the share of it that counts."""

    unit: UUID
    value: float | None
    share: float | None = 1.0


@dataclass(frozen=True, slots=True)
class Result:
    """The value of `unit` on the wanted day, or None with a gap. `known` is what the recorded parts alone would give."""

    unit: UUID
    value: float | None
    parts: tuple[Part, ...]
    gap: Gap | None = None
    known: float | None = None


def carry(
    family: Family,
    values: Mapping[UUID, float],
    *,
    to: date,
    rule: Rule,
    weights: Mapping[UUID, float] | None = None,
) -> list[Result]:
    """A result for every unit standing on `to` that a value concerns, and one with a gap for each value that leads nowhere.

    `values` and `weights` are keyed by the units of their time. Values recorded for a unit itself win over those of its
    predecessors. Ordered by unit.
    """
    targets, lost = set[UUID](), set[UUID]()
    for unit in values:
        reached = family.heirs(unit, to) if family.ended(unit, to) else family.roots(unit, to)
        targets |= reached
        if not reached:
            lost.add(unit)
    found = [_result(family, values, target, to=to, rule=rule, weights=weights) for target in targets]
    for unit in lost:
        ended = Gap("ended", (unit,), family.periods.get(unit, (None, None))[1])
        found.append(Result(unit, None, (Part(unit, values[unit]),), ended))
    return sorted(found, key=lambda one: one.unit)


@dataclass(frozen=True, slots=True)
class _Source:
    """A unit that a target's value comes from. `blocked` is the split on the way that has no share."""

    unit: UUID
    value: float | None
    share: float = 1.0
    blocked: Step | None = None


def _result(
    family: Family,
    values: Mapping[UUID, float],
    target: UUID,
    *,
    to: date,
    rule: Rule,
    weights: Mapping[UUID, float] | None,
) -> Result:
    if target in values:
        return Result(target, values[target], (Part(target, values[target]),))
    earlier = _joined(_sources(family, values, target), lambda one: family.heirs(one, to) == {target})
    if any(source.value is not None for source in earlier):
        return _combined(target, earlier, rule, weights)
    later = _later(family, values, target)
    torn = next((unit for unit in later if family.roots(unit, to) != {target}), None)
    if torn is not None:
        parts = tuple(Part(unit, values.get(unit), None) for unit in later)
        return Result(target, None, parts, Gap("would_divide", (torn,), family.periods.get(torn, (None, None))[0]))
    return _combined(target, [_Source(unit, values.get(unit)) for unit in later], rule, weights)


def _sources(family: Family, values: Mapping[UUID, float], unit: UUID) -> list[_Source]:
    """The recorded units above `unit`, and the topmost ones for which nothing is recorded."""
    if unit in values:
        return [_Source(unit, values[unit])]
    found: list[_Source] = []
    for step in family.up.get(unit, ()):
        for source in _sources(family, values, step.predecessor):
            share = (step.share if step.share is not None else 1.0) if step.is_split else 1.0
            blocked = step if step.is_split and step.share is None else None
            found.append(_Source(source.unit, source.value, source.share * share, source.blocked or blocked))
    return found if any(source.value is not None for source in found) else [_Source(unit, None)]


def _joined(sources: Iterable[_Source], whole: Callable[[UUID], bool]) -> list[_Source]:
    """Each unit once, its ways added up. What went over into one target alone, however it was split, went over whole."""
    found: dict[UUID, _Source] = {}
    for source in sources:
        before = found.get(source.unit, _Source(source.unit, source.value, 0.0))
        found[source.unit] = _Source(
            source.unit, source.value, before.share + source.share, before.blocked or source.blocked
        )
    return [_Source(one.unit, one.value) if whole(one.unit) else one for one in found.values()]


def _later(family: Family, values: Mapping[UUID, float], unit: UUID) -> list[UUID]:
    """The recorded units below `unit`, and the lowest ones without a value beside them."""
    if unit in values:
        return [unit]
    found: dict[UUID, None] = {}
    for step in family.down.get(unit, ()):
        found.update(dict.fromkeys(_later(family, values, step.successor)))
    return list(found) if any(one in values for one in found) else [unit]


def _combined(target: UUID, sources: list[_Source], rule: Rule, weights: Mapping[UUID, float] | None) -> Result:
    parts = tuple(Part(one.unit, one.value, None if one.blocked else one.share) for one in sources)
    blocked = next((one for one in sources if one.blocked), None)
    if blocked and blocked.blocked:
        return Result(target, None, parts, Gap("split_without_share", (blocked.unit,), blocked.blocked.on))
    if rule == "none" and (len(sources) > 1 or sources[0].share < 1):
        return Result(target, None, parts, Gap("not_additive", tuple(one.unit for one in sources)))
    known = [one for one in sources if one.value is not None]
    if rule == "weighted_mean":
        unweighted = tuple(one.unit for one in known if (weights or {}).get(one.unit) is None)
        if unweighted and len(sources) > 1:
            return Result(target, None, parts, Gap("no_weight", unweighted))
    value = _value(known, rule, weights or {})
    missing = tuple(one.unit for one in sources if one.value is None)
    if missing:
        return Result(target, None, parts, Gap("missing_parts", missing), known=value)
    if value is None:
        return Result(target, None, parts, Gap("no_weight", tuple(one.unit for one in known)))
    return Result(target, value, parts)


def _value(known: list[_Source], rule: Rule, weights: Mapping[UUID, float]) -> float | None:
    """Sums divide by the share, means pass; a weighted mean weighs by weight times share. None where all weights are 0."""
    given = [(one.value, one.share, one.unit) for one in known if one.value is not None]
    if rule == "sum":
        return sum(value * share for value, share, _unit in given)
    if len(given) == 1:
        return given[0][0]
    if rule == "weighted_mean":
        total = sum(weights[unit] * share for _value, share, unit in given)
        return sum(value * weights[unit] * share for value, share, unit in given) / total if total else None
    return sum(value for value, _share, _unit in given) / len(given) if given else None


def _grouped(steps: list[Step], key: Callable[[Step], UUID]) -> dict[UUID, tuple[Step, ...]]:
    found: dict[UUID, list[Step]] = {}
    for step in steps:
        found.setdefault(key(step), []).append(step)
    return {unit: tuple(some) for unit, some in found.items()}


def _step_order(step: Step) -> tuple[date, UUID, UUID, bool, float]:
    return step.on, step.predecessor, step.successor, step.is_split, step.share if step.share is not None else -1.0
