"""What other apps may call of units, their tree, their ground and memberships."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from sen.apps.organisations import queries, services, territories
from sen.apps.organisations.models import Level, Unit, UnitKind
from sen.kernel.errors import NotFound
from sen.kernel.scopes import Role, Scope


class UnitRef(msgspec.Struct, frozen=True):
    """A unit as others see it. `kind`: province, city, department, ward, commune, special_zone; before July 2025 also
    district and township. `level`: province, department, district or commune."""

    id: UUID
    code: str
    name: str
    kind: str
    level: str
    parent_code: str | None = None
    short_name: str = ""
    seat_lon: float | None = None
    seat_lat: float | None = None


class MembershipRef(msgspec.Struct, frozen=True):
    """A person's role in a unit."""

    unit: UnitRef
    role: str


def ref(found: Unit) -> UnitRef:
    """The value of a model instance, under the name that it bore on the day of the query."""
    return UnitRef(
        id=found.pk,
        code=found.code,
        name=getattr(found, "name_then", None) or found.name,
        kind=getattr(found, "kind_then", None) or found.kind,
        level=found.level,
        parent_code=getattr(found, "parent_code", None),
        short_name=found.short_name,
        seat_lon=found.seat_lon,
        seat_lat=found.seat_lat,
    )


def unit(code: str, *, as_of: date | None = None) -> UnitRef:
    """The unit that bears `code` (on a day); NotFound where there is none."""
    return ref(queries.unit(code, as_of=as_of))


def unit_by_id(unit_id: UUID) -> UnitRef:
    """The unit of an id, whether it still stands or not; NotFound where there is none."""
    found = units_by_id([unit_id])
    if unit_id not in found:
        raise NotFound("Không tìm thấy đơn vị.")
    return found[unit_id]


def units_by_id(unit_ids: Collection[UUID]) -> dict[UUID, UnitRef]:
    """The units of many ids in one query; unknown ids are left out."""
    return {found.pk: ref(found) for found in Unit.objects.filter(pk__in=unit_ids)}


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


def subtree_ids(unit_id: UUID) -> frozenset[UUID]:
    """A unit and all below it today."""
    return queries.subtrees([unit_id])[unit_id]


def subtrees(unit_ids: Collection[UUID]) -> dict[UUID, frozenset[UUID]]:
    """Each unit → itself and all below it today, in one query."""
    return queries.subtrees(unit_ids)


def province() -> UnitRef:
    """The province that runs this centre; NotFound before `install_province`."""
    return ref(queries.province())


def departments() -> list[UnitRef]:
    """The province's departments, by code."""
    return [ref(found) for found in queries.units(level="department")]


def communes() -> list[UnitRef]:
    """The communes, wards and special zones of today, by code."""
    return [ref(found) for found in queries.units(level="commune")]


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
