"""What other apps may call of units, their tree, their ground and memberships."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from sen.apps.organisations import carried as _carried
from sen.apps.organisations import lineage as _lineage
from sen.apps.organisations import queries, services, split_shares, territories
from sen.apps.organisations import tree as _tree
from sen.apps.organisations import working_days as _working_days
from sen.apps.organisations.carried import Act, Carried, CarriedPart, Load
from sen.apps.organisations.carry import Family, Rule
from sen.apps.organisations.lineage import Lineage
from sen.apps.organisations.models import Level, UnitKind
from sen.apps.organisations.refs import UnitRef, ref
from sen.apps.organisations.working_days import WorkingCalendar
from sen.kernel.configuration import settings
from sen.kernel.errors import NotFound
from sen.kernel.office_calendar import OfficeCalendar
from sen.kernel.reading import once
from sen.kernel.scopes import Role, Scope

__all__ = [
    "Act", "Carried", "CarriedPart", "Family", "Lineage", "Load", "MembershipRef", "Rule", "UnitRef", "WorkingCalendar", "acts_of", "add_member", "carry", "carry_each", "commune_at",
    "commune_features", "communes", "create_unit", "departments", "family", "install_province", "lineages", "member_ids", "members_by_unit", "memberships",
    "memberships_of_people", "name_today", "office_calendars_of", "province", "record_split_shares", "ref", "set_boundary", "standing_ids", "subtree_ids", "subtrees", "territory",
    "unit", "unit_by_id", "units", "units_by_id", "units_on", "working_calendar_of", "working_calendars_of", "working_calendars_version",
]  # fmt: skip


class MembershipRef(msgspec.Struct, frozen=True):
    """A person's role in a unit."""

    unit: UnitRef
    role: str


def unit(code: str, *, as_of: date | None = None) -> UnitRef:
    """The unit that bears `code` (on a day); NotFound where there is none."""
    found = _tree.tree().on(as_of or queries.today()).by_code.get(code)
    return found or ref(queries.unit(code, as_of=as_of))  # which raises, and says what to do


def unit_by_id(unit_id: UUID) -> UnitRef:
    """The unit of an id, whether it still stands or not; NotFound where there is none."""
    found = units_by_id([unit_id])
    if unit_id not in found:
        raise NotFound("Không tìm thấy đơn vị.")
    return found[unit_id]


def units_by_id(unit_ids: Collection[UUID]) -> dict[UUID, UnitRef]:
    """The units of many ids under their present or last names and without parent; unknown ids are left out."""
    held = _tree.tree().units
    return {unit_id: held[unit_id] for unit_id in unit_ids if unit_id in held}


def units(
    q: str = "",
    as_of: date | None = None,
    parent: str | None = None,
    limit: int = 50,
    cursor: str | None = None,
    *,
    level: str | None = None,
) -> tuple[list[UnitRef], str | None]:
    """A page of units by code, and the cursor of the next page. The cursor is the last code and id seen."""
    found = queries.units(q=q, as_of=as_of, parent=parent, level=level)
    return queries.page(found, limit, cursor, ref)


def units_on(day: date) -> dict[str, UnitRef]:
    """All units standing on a day by code; where levels share a code, the highest as in `unit`."""
    return dict(_tree.tree().on(day).by_code)


def subtree_ids(unit_id: UUID) -> frozenset[UUID]:
    """A unit and all below it today, with the ended units that went over into one of them: what its staff see and manage."""
    return queries.subtrees([unit_id])[unit_id]


def subtrees(unit_ids: Collection[UUID]) -> dict[UUID, frozenset[UUID]]:
    """Each unit → itself and all below it today, with the ended units that went over into one of them."""
    return queries.subtrees(unit_ids)


def standing_ids(unit_id: UUID) -> frozenset[UUID]:
    """A unit and all below it that stand today, without ended units: those to whom something new can be given."""
    return queries.subtrees([unit_id], with_ended=False)[unit_id]


def name_today(unit_id: UUID) -> str:
    """The unit's name; of an ended unit with its main successor: `Phường 4 (nay là Phường Đạo Thạnh)`."""
    return queries.name_today(unit_id)


def family(unit_ids: Collection[UUID], basis: str = "") -> Family:
    """The units with all they came from and went over into; to be given to `carry` as `among`."""
    return _tree.tree().family(unit_ids, basis)


def carry(
    values: Mapping[UUID, float],
    *,
    to: date,
    rule: Rule,
    weights: Mapping[UUID, float] | None = None,
    basis: str = "",
    among: Family | None = None,
) -> list[Carried]:
    """Values keyed by the units of their time → the units standing on the day `to`, over all reorganisations between.

    Merged units add up (`sum`), average (`mean`, `weighted_mean` by `weights`) or have no value (`none`). A split divides only by
    recorded shares (`basis`: population, households, area, other; "" takes the first recorded). What is not known has no value and
    a reason. docs/adr/0008.
    """
    return _carried.carry_each([Load(values, to, weights)], rule=rule, basis=basis, among=among)[0]


def carry_each(
    loads: Sequence[Load], *, rule: Rule, basis: str = "", among: Family | None = None
) -> list[list[Carried]]:
    """Like `carry` for many periods at once."""
    return _carried.carry_each(loads, rule=rule, basis=basis, among=among)


def acts_of(unit_ids: Collection[UUID]) -> list[Act]:
    """The acts that made or ended any of these units or changed their names, oldest first."""
    return _carried.acts_of(unit_ids)


def lineages(unit_ids: Collection[UUID], *, as_of: date | None = None) -> dict[UUID, Lineage]:
    """What stands above each unit on a day and what it was made of; units that do not stand are left out."""
    return _lineage.lineages(unit_ids, as_of=as_of)


def province() -> UnitRef:
    """The province that runs this centre; NotFound before `install_province`."""
    return unit(settings().province)


def departments() -> list[UnitRef]:
    """The province's departments, by code."""
    return _standing("department")


def communes() -> list[UnitRef]:
    """The communes, wards and special zones of today, by code."""
    return _standing("commune")


def commune_count() -> int:
    """How many communes, wards and special zones there are today."""
    return len(_standing("commune"))


def _standing(level: str) -> list[UnitRef]:
    return [one for one in _tree.tree().on(queries.today()).units if one.level == level]


def commune_at(lon: float, lat: float) -> UnitRef | None:
    """The commune on whose ground a point lies: by boundary or cell, else None outside the province."""
    found = territories.commune_at(lon, lat)
    return ref(found) if found else None


def territory(unit_id: UUID) -> dict[str, Any] | None:
    """The ground of a unit today as a GeoJSON Feature with `approximate` and `source`; None where unknown."""
    return territories.feature(unit_id)


def commune_features() -> dict[str, Any]:
    """The ground of all communes of today as a GeoJSON FeatureCollection for the map."""
    return territories.commune_features()


def memberships(user_id: UUID, *, as_of: date | None = None) -> list[MembershipRef]:
    """The roles that a person holds on a day (today)."""
    return list(once(("organisations.memberships", user_id, as_of), lambda: _memberships(user_id, as_of)))


def _memberships(user_id: UUID, as_of: date | None) -> list[MembershipRef]:
    return [MembershipRef(ref(one.unit), one.role) for one in queries.memberships_of(user_id, as_of=as_of)]


def memberships_of_people(user_ids: Collection[UUID]) -> dict[UUID, list[MembershipRef]]:
    """The roles of many people today, by account; those without a role are left out."""
    found: dict[UUID, list[MembershipRef]] = {}
    for one in queries.memberships_of_people(user_ids):
        found.setdefault(one.user_id, []).append(MembershipRef(ref(one.unit), one.role))
    return found


def member_ids(unit_ids: Collection[UUID]) -> frozenset[UUID]:
    """The accounts that hold a role in one of these units today."""
    return frozenset(queries.members(unit_ids).values_list("user_id", flat=True))


def members_by_unit(unit_ids: Collection[UUID]) -> dict[UUID, dict[UUID, list[str]]]:
    """Unit → account → the roles that it holds in that very unit today; one query."""
    found: dict[UUID, dict[UUID, list[str]]] = {}
    for unit_id, user_id, role in queries.members(unit_ids).values_list("unit_id", "user_id", "role"):
        found.setdefault(unit_id, {}).setdefault(user_id, []).append(role)
    return found


def add_member(*, scope: Scope, user_id: UUID, unit_id: UUID, role: Role, valid_from: date | None = None) -> None:
    """Give a person a role in a unit."""
    services.add_member(scope=scope, user_id=user_id, unit_id=unit_id, role=role, valid_from=valid_from)


def install_province(code: str, *, scope: Scope) -> int:
    """Load one of the 34 provinces with its old units and the reorganisation of July 2025; the number of new units.

    Does nothing where it is installed. NotFound for a code that is not one of the 34.
    """
    from sen.apps.organisations import installation

    return installation.install_province(scope=scope, code=code)


def create_unit(
    *,
    scope: Scope,
    code: str,
    name: str,
    kind: str,
    level: str,
    parent: str | None = None,
    valid_from: date | None = None,
) -> UnitRef:
    """A new unit under the standing unit with the code `parent`. NotFound, Conflict, InvalidInput; see services.create_unit."""
    above = queries.unit(parent) if parent else None
    made = services.create_unit(
        scope=scope, code=code, name=name, kind=UnitKind(kind), level=Level(level), parent=above, valid_from=valid_from
    )
    return ref(made)


def set_boundary(
    *, scope: Scope, unit_id: UUID, geometry: dict[str, Any], source: str, valid_from: date | None = None
) -> None:
    """Replace the ground of a unit with an imported boundary (GeoJSON Polygon or MultiPolygon, WGS 84)."""
    services.set_boundary(scope=scope, unit_id=unit_id, geometry=geometry, source=source, valid_from=valid_from)


def record_split_shares(
    *, scope: Scope, unit_id: UUID, basis: str, shares: Mapping[UUID, float], measured_on: date, source: str
) -> None:
    """Record how a split unit divides: `shares` by successor's id, together 1. Raises NotFound, Forbidden, InvalidInput."""
    split_shares.record_split_shares(
        scope=scope, unit_id=unit_id, basis=basis, shares=shares, measured_on=measured_on, source=source
    )


def working_calendar_of(unit_id: UUID | None) -> WorkingCalendar:
    """The working calendar of a unit: its own days and office hours, then those of the units above it; None = the province's.

    Counts with `.add_days(day, n)`, `.days_between(a, b)`, `.add_minutes(at, n)`, `.minutes_between(a, b)`, `.is_working_day(day)`,
    `.is_working_time(at)`; `.warnings(a, b)` says what to tell beside a count. One small statement; see docs/operations/working-days.md.
    """
    return _working_days.working_calendar_of(unit_id)


def working_calendars_of(unit_ids: Collection[UUID | None]) -> dict[UUID | None, WorkingCalendar]:
    """The working calendars of many units at the cost of one."""
    return _working_days.working_calendars_of(unit_ids)


def office_calendars_of(unit_ids: Collection[UUID]) -> dict[UUID, OfficeCalendar]:
    """Like `working_calendars_of`, for plans that are made without a database later: units that count alike share one object."""
    return _working_days.office_calendars_of(unit_ids)


def working_calendars_version() -> UUID | None:
    """Differs whenever the calendar of a unit has changed; for those who hold calendars for longer. One small statement."""
    return _tree.version()
