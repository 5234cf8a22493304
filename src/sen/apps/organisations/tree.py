"""The whole dated tree in memory: units, edges, former names, successions and shares of splits, as of one version of the database's.

Every write to these tables gives the tree a version never used before (migration 0004), so one small statement says whether what is kept
still holds: in other processes, inside a transaction that changes the tree, and after its rollback. A request that only reads asks once.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from django.db import connection

from sen.apps.organisations.carry import Family, Step
from sen.apps.organisations.models import FormerName, SplitShare, Succession, TreeEdge, Unit
from sen.apps.organisations.refs import UnitRef, ref
from sen.kernel.reading import once

T = TypeVar("T")
VERSIONS_KEPT = 3
"""A transaction that changes the tree reads another version than its neighbours: none of them throws the other's out."""
SMALL_KEPT, LARGE_KEPT = 4_000, 60
"""Answers kept with a version: sets of ids below a unit, and whole trees of a day or families, which weigh some hundred kilobytes."""

LEVEL_ORDER = {"province": 0, "department": 1, "district": 2, "commune": 3}

# Where several bases are recorded for a split and none is asked for, the first of these counts.
BASES = ("population", "households", "area", "other")


class Edge(msgspec.Struct, frozen=True):
    """`unit` belongs to `parent` for a period."""

    unit: UUID
    parent: UUID
    valid_from: date | None
    valid_to: date | None


class Named(msgspec.Struct, frozen=True):
    """What a unit was called for a period."""

    name: str
    kind: str
    valid_from: date | None
    valid_to: date | None


class Link(msgspec.Struct, frozen=True):
    """One unit's going over into another; `legal_source` is the act's."""

    id: int
    predecessor: UUID
    successor: UUID
    on: date
    legal_source: str
    is_split: bool
    is_main: bool


class Standing(msgspec.Struct, frozen=True):
    """The units of a day by code and id, under the names of that day; where levels share a code, `by_code` has the highest."""

    units: tuple[UnitRef, ...]
    by_code: dict[str, UnitRef]


def holds(one: UnitRef | Edge | Named, day: date) -> bool:
    """Whether something with a period holds on a day."""
    return (one.valid_from is None or one.valid_from <= day) and (one.valid_to is None or one.valid_to > day)


@dataclass(eq=False)
class Tree:
    """One version of the tree, never changed; what was asked already is not worked out again."""

    units: dict[UUID, UnitRef]
    """All that ever stood, by code and id, under their present or last names and without parent."""
    above: dict[UUID, list[Edge]]
    below: dict[UUID, list[Edge]]
    names: dict[UUID, list[Named]]
    down: dict[UUID, list[Link]]
    up: dict[UUID, list[Link]]
    shares: dict[int, dict[str, float]]
    kin: dict[UUID, UUID]
    """Unit → one of those that are connected with it over any number of reorganisations, the same for all of them."""
    _small: OrderedDict[Any, frozenset[UUID]] = field(default_factory=OrderedDict)
    _days: OrderedDict[Any, Standing] = field(default_factory=OrderedDict)
    _families: OrderedDict[Any, Family] = field(default_factory=OrderedDict)

    def on(self, day: date) -> Standing:
        """The units that stand on a day."""
        return _kept_in(self._days, day, lambda: self._on(day), LARGE_KEPT)

    def _on(self, day: date) -> Standing:
        units = tuple(self._then(one, day) for one in self.units.values() if holds(one, day))
        ordered = sorted(units, key=lambda one: -LEVEL_ORDER[one.level])
        by_code: dict[str, UnitRef] = {}
        for one in ordered:
            by_code[one.code] = one
        return Standing(units, by_code)

    def _then(self, one: UnitRef, day: date) -> UnitRef:
        named = next((name for name in self.names.get(one.id, ()) if holds(name, day)), None)
        edge = next((edge for edge in self.above.get(one.id, ()) if holds(edge, day)), None)
        return msgspec.structs.replace(
            one, name=named.name if named else one.name, kind=named.kind if named else one.kind,
            parent_code=self.units[edge.parent].code if edge else None,
        )  # fmt: skip

    def subtree(self, root: UUID, day: date, *, with_ended: bool) -> frozenset[UUID]:
        """A unit and all below it on a day; `with_ended` also those that had ended and whose main successor is one of them."""
        key = (root, day, with_ended)
        return _kept_in(self._small, key, lambda: self._subtree(root, day, with_ended), SMALL_KEPT)

    def _subtree(self, root: UUID, day: date, with_ended: bool) -> frozenset[UUID]:
        found = {root} & self.units.keys()
        waiting = list(found)
        while waiting:
            one = waiting.pop()
            following = [edge.unit for edge in self.below.get(one, ()) if holds(edge, day)]
            if with_ended:
                following += [link.predecessor for link in self.up.get(one, ()) if self._main_of_ended(link, day)]
            waiting += [unit for unit in following if unit not in found]
            found.update(following)
        return frozenset(found)

    def _main_of_ended(self, link: Link, day: date) -> bool:
        ended = self.units[link.predecessor].valid_to
        return link.is_main and ended is not None and ended <= day

    def line(self, root: UUID, day: date) -> list[tuple[UUID, int, bool]]:
        """What a unit descends from: (unit, how many edges higher, whether it had ended and was what a standing one was made of)."""
        found: dict[tuple[UUID, int, bool], None] = {(root, 0, False): None}
        waiting = list(found)
        while waiting:
            one, height, ended = waiting.pop()
            following = [
                (link.predecessor, height, True) for link in self.up.get(one, ()) if self._main_of_ended(link, day)
            ]
            if not ended:
                following += [(edge.parent, height + 1, False) for edge in self.above.get(one, ()) if holds(edge, day)]
            fresh = [step for step in following if step not in found]
            found.update(dict.fromkeys(fresh))
            waiting += fresh
        return sorted((step for step in found if step[0] != root), key=lambda step: step[1])

    def main_heir(self, unit: UUID) -> UnitRef | None:
        """The standing unit to assume in place of an ended one, over as many reorganisations as there were."""
        one: UnitRef | None = self.units.get(unit)
        while one is not None and one.valid_to is not None:
            ended = one.id
            link = next((link for link in self.down.get(ended, ()) if link.is_main and link.successor != ended), None)
            one = self.units[link.successor] if link else None
        return one

    def family(self, units: Collection[UUID], basis: str = "") -> Family:
        """The units with all they came from and went over into; shares of splits by `basis`."""
        groups = frozenset(self.kin[unit] for unit in units if unit in self.kin)
        return _kept_in(self._families, (groups, basis), lambda: self._family(groups, basis), LARGE_KEPT)

    def _family(self, groups: frozenset[UUID], basis: str) -> Family:
        members = {unit for unit, group in self.kin.items() if group in groups}
        periods = {unit: (self.units[unit].valid_from, self.units[unit].valid_to) for unit in members}
        steps = (
            Step(link.predecessor, link.successor, link.on, link.is_split, self._share(link, basis))
            for unit in members
            for link in self.down.get(unit, ())
        )
        return Family(periods, tuple(steps))

    def _share(self, link: Link, basis: str) -> float | None:
        known = self.shares.get(link.id, {}) if link.is_split else {}
        return next((known[one] for one in ((basis,) if basis else BASES) if one in known), None)


def _kept_in(answers: OrderedDict[Any, T], key: Any, make: Callable[[], T], most: int) -> T:
    """The answer to `key`, made once; of many the latest are kept."""
    known = answers.get(key)
    if known is None:
        known = answers[key] = make()
        if len(answers) > most:
            answers.popitem(last=False)
    return known


_kept: OrderedDict[UUID, Tree] = OrderedDict()


def version() -> UUID | None:
    """Differs whenever the tree or somebody's working days have changed; None while the table is empty. One statement at most."""
    return once("organisations.version", _version)


def tree() -> Tree:
    """The tree as this transaction sees it."""
    return once("organisations.tree", lambda: _of_version(version()))


def _version() -> UUID | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT version FROM organisations_treeversion WHERE id = 1")
        row = cursor.fetchone()
    return row[0] if row else None


def _of_version(wanted: UUID | None) -> Tree:
    if wanted is not None and (known := _kept.get(wanted)):
        return known
    while True:
        found = _load()
        now = _version()
        if now == wanted:  # else somebody committed between two of its statements
            break
        wanted = now
    if wanted is not None:
        _kept[wanted] = found
        while len(_kept) > VERSIONS_KEPT:
            _kept.popitem(last=False)
    return found


def _load() -> Tree:
    """Five statements, some milliseconds for a province with its former units."""
    units = {one.pk: ref(one) for one in Unit.objects.order_by("code", "id")}
    above, below = dict[UUID, list[Edge]](), dict[UUID, list[Edge]]()
    for row in TreeEdge.objects.order_by("id").values_list("unit_id", "parent_id", "valid_from", "valid_to"):
        edge = Edge(*row)
        above.setdefault(edge.unit, []).append(edge)
        below.setdefault(edge.parent, []).append(edge)
    names: dict[UUID, list[Named]] = {}
    for one in FormerName.objects.order_by("id"):
        names.setdefault(one.unit_id, []).append(Named(one.name, one.kind, one.valid_from, one.valid_to))
    links = _links()
    down, up = dict[UUID, list[Link]](), dict[UUID, list[Link]]()
    for link in links:
        down.setdefault(link.predecessor, []).append(link)
        up.setdefault(link.successor, []).append(link)
    shares: dict[int, dict[str, float]] = {}
    in_force = SplitShare.objects.filter(replaced_at=None).values_list("succession_id", "basis", "share")
    for succession, basis, share in in_force:
        shares.setdefault(succession, {})[basis] = share
    return Tree(units, above, below, names, down, up, shares, _kin(list(units), down, up))


def _links() -> list[Link]:
    """The successions between two units in the order of their making."""
    rows = Succession.objects.exclude(predecessor=None).exclude(successor=None).order_by("id")
    columns = ("id", "predecessor_id", "successor_id", "event__on", "event__legal_source", "is_split", "is_main")
    return [Link(*row) for row in rows.values_list(*columns)]


def _kin(units: Sequence[UUID], down: dict[UUID, list[Link]], up: dict[UUID, list[Link]]) -> dict[UUID, UUID]:
    """Each unit → the first of those that reorganisations connect it with."""
    found: dict[UUID, UUID] = {}
    for first in units:
        waiting = [first]
        while waiting:
            one = waiting.pop()
            if one not in found:
                found[one] = first
                waiting += [link.successor for link in down.get(one, ())]
                waiting += [link.predecessor for link in up.get(one, ())]
    return found
