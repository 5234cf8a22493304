"""What a unit descends from: who stands above it on a day, and which ended units it and those above it were made of."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

import msgspec

from sen.apps.organisations import tree
from sen.apps.organisations.queries import today
from sen.apps.organisations.refs import UnitRef


class Lineage(msgspec.Struct, frozen=True):
    """A standing unit with its ancestors. `before` are the ended units that it was made of, a split one counting for its main
    successor; `above` stand over it on the day, the nearest first; `before_above` are what those were made of."""

    unit_id: UUID
    kind: str
    above: tuple[UUID, ...]
    before: frozenset[UUID]
    before_above: frozenset[UUID]


def lineages(unit_ids: Collection[UUID], *, as_of: date | None = None) -> dict[UUID, Lineage]:
    """The lineage of each unit that stands on a day (today)."""
    day, held = as_of or today(), tree.tree()
    standing = [held.units[unit] for unit in unit_ids if unit in held.units and tree.holds(held.units[unit], day)]
    return {one.id: _lineage(one, day, held) for one in standing}


def _lineage(one: UnitRef, day: date, held: tree.Tree) -> Lineage:
    sets: dict[tuple[bool, bool], dict[UUID, None]] = {}
    for unit, height, ended in held.line(one.id, day):
        sets.setdefault((height > 0, ended), {})[unit] = None
    return Lineage(
        one.id,
        one.kind,
        above=tuple(sets.get((True, False), ())),
        before=frozenset(sets.get((False, True), ())),
        before_above=frozenset(sets.get((True, True), ())),
    )
