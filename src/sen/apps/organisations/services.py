"""Every write to units: reorganisations, departments, boundaries, memberships. One transaction and one audit event each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from shapely.errors import ShapelyError
from shapely.geometry import mapping, shape
from shapely.ops import unary_union
from shapely.validation import make_valid

from sen.apps.audit import interface as audit
from sen.apps.organisations import queries
from sen.apps.organisations.models import (
    FormerName,
    Level,
    Membership,
    Succession,
    Territory,
    TreeEdge,
    Unit,
    UnitEvent,
    UnitKind,
)
from sen.kernel.errors import Conflict, InvalidInput
from sen.kernel.identifiers import is_code
from sen.kernel.scopes import Role, Scope, require
from sen.kernel.text import folded, normal


@transaction.atomic
def create_unit(
    *,
    scope: Scope,
    code: str,
    name: str,
    kind: UnitKind,
    level: Level,
    parent: Unit | None,
    valid_from: date | None = None,
) -> Unit:
    """A new unit under `parent`. Conflict where the code is borne by a standing unit of that level."""
    require(scope, "organisations.change", parent.pk if parent else None)
    if not is_code(code):
        raise InvalidInput("Mã đơn vị không hợp lệ.", action="Dùng chữ, số và . _ -", fields={"code": code})
    if Unit.objects.filter(code=code, level=level, valid_to=None).exists():
        raise Conflict("Mã đơn vị đang được dùng.", action="Chọn mã khác.", unit=code)
    unit = Unit.objects.create(
        code=code,
        name=normal(name),
        short_name=normal(name),
        folded_name=folded(name),
        kind=kind,
        level=level,
        valid_from=valid_from,
    )
    if parent:
        TreeEdge.objects.create(unit=unit, parent=parent, valid_from=valid_from)
    _record(scope, "organisations.create_unit", unit, {"code": code, "name": unit.name})
    return unit


@transaction.atomic
def rename_unit(
    *, scope: Scope, unit: Unit, name: str, on: date, legal_source: str, kind: UnitKind | None = None
) -> UnitEvent:
    """Give a standing unit another name (and kind) from a day; the former name stays readable before it."""
    require(scope, "organisations.change", unit.pk)
    _must_stand(unit, on)
    last = unit.former_names.order_by("-valid_to").first()
    began = last.valid_to if last else unit.valid_from
    if began and began >= on:
        raise InvalidInput("Ngày đổi tên phải sau lần đổi trước.", action="Chọn ngày muộn hơn.", fields={"on": str(on)})
    FormerName.objects.create(unit=unit, name=unit.name, kind=unit.kind, valid_from=began, valid_to=on)
    former = unit.name
    unit.name, unit.kind = normal(name), kind or unit.kind
    unit.short_name, unit.folded_name = unit.name, folded(name)
    unit.save()
    event = UnitEvent.objects.create(kind=UnitEvent.Kind.RENAME, on=on, legal_source=legal_source)
    Succession.objects.create(event=event, predecessor=unit, successor=unit)
    _record(
        scope, "organisations.rename_unit", unit, {"from": former, "to": unit.name, "on": on, "source": legal_source}
    )
    return event


@transaction.atomic
def merge_units(
    *, scope: Scope, parts: Sequence[Unit], code: str, name: str, kind: UnitKind, on: date, legal_source: str
) -> Unit:
    """End `parts` on a day and found one unit in their place, under the parent of the first."""
    for part in parts:
        require(scope, "organisations.change", part.pk)
        _must_stand(part, on)
    if len(parts) < 2:
        raise InvalidInput("Cần ít nhất hai đơn vị để hợp nhất.", action="Chọn thêm đơn vị.")
    parent = parts[0].edges_up.get(valid_to=None).parent
    merged = _found(code=code, name=name, kind=kind, level=parts[0].level, parent=parent, on=on, among=parts)
    for part in parts:
        _hand_over(part, merged, on)
        _end(part, on)
    event = UnitEvent.objects.create(kind=UnitEvent.Kind.MERGE, on=on, legal_source=legal_source)
    Succession.objects.bulk_create(Succession(event=event, predecessor=part, successor=merged) for part in parts)
    _record(
        scope,
        "organisations.merge_units",
        merged,
        {"parts": [part.code for part in parts], "on": on, "source": legal_source},
    )
    return merged


@transaction.atomic
def split_unit(
    *, scope: Scope, unit: Unit, into: Sequence[tuple[str, str, UnitKind]], on: date, legal_source: str
) -> list[Unit]:
    """End a unit on a day and found several (code, name, kind) in its place; the first is its main successor."""
    require(scope, "organisations.change", unit.pk)
    _must_stand(unit, on)
    if len(into) < 2:
        raise InvalidInput("Cần ít nhất hai đơn vị sau khi chia tách.", action="Thêm đơn vị mới.")
    if unit.edges_down.filter(valid_to=None).exists():
        raise Conflict("Đơn vị còn đơn vị trực thuộc.", action="Chuyển các đơn vị trực thuộc trước.", unit=unit.code)
    parent = unit.edges_up.get(valid_to=None).parent
    event = UnitEvent.objects.create(kind=UnitEvent.Kind.SPLIT, on=on, legal_source=legal_source)
    made = [
        _found(code=code, name=name, kind=kind, level=unit.level, parent=parent, on=on, among=[unit])
        for code, name, kind in into
    ]
    _hand_over(unit, made[0], on)
    _end(unit, on)
    Succession.objects.bulk_create(
        Succession(event=event, predecessor=unit, successor=part, is_split=True, is_main=part is made[0])
        for part in made
    )
    _record(
        scope,
        "organisations.split_unit",
        unit,
        {"into": [part.code for part in made], "on": on, "source": legal_source},
    )
    return made


@transaction.atomic
def set_boundary(
    *, scope: Scope, unit_id: UUID, geometry: dict[str, Any], source: str, valid_from: date | None = None
) -> Territory:
    """Replace the ground of a unit from a day on (from ever where none is given). An approximate cell is dropped, not kept."""
    require(scope, "organisations.import", unit_id)
    ground = _ground(geometry)
    standing = Territory.objects.select_for_update().filter(unit_id=unit_id, valid_to=None)
    if valid_from is None:
        standing.delete()
    else:
        standing.filter(Q(approximate=True) | Q(valid_from__gte=valid_from)).delete()
        standing.update(valid_to=valid_from)
    west, south, east, north = ground.bounds
    territory = Territory.objects.create(
        unit_id=unit_id,
        geometry=mapping(ground),
        west=west,
        south=south,
        east=east,
        north=north,
        approximate=False,
        source=source,
        valid_from=valid_from,
    )
    _record(scope, "organisations.set_boundary", territory.unit, {"source": source, "valid_from": valid_from})
    return territory


@transaction.atomic
def add_member(*, scope: Scope, user_id: UUID, unit_id: UUID, role: Role, valid_from: date | None = None) -> Membership:
    """Give a person a role in a unit from a day (today); nothing changes where they hold it."""
    require(scope, "organisations.change", unit_id)
    membership, created = Membership.objects.get_or_create(
        user_id=user_id,
        unit_id=unit_id,
        role=role.value,
        valid_to=None,
        defaults={"valid_from": valid_from or queries.today()},
    )
    if created:
        detail = {"user": user_id, "role": role.value, "from": membership.valid_from}
        _record(scope, "organisations.add_member", membership.unit, detail)
    return membership


@transaction.atomic
def end_membership(*, scope: Scope, membership: Membership, on: date) -> None:
    """Take a role away from a day on."""
    require(scope, "organisations.change", membership.unit_id)
    membership.valid_to = on
    membership.save()
    _record(
        scope,
        "organisations.end_membership",
        membership.unit,
        {"user": membership.user_id, "role": membership.role, "on": on},
    )


def _must_stand(unit: Unit, on: date) -> None:
    if unit.valid_to is not None or (unit.valid_from and unit.valid_from >= on):
        raise Conflict(
            "Đơn vị không còn hoặc chưa hoạt động vào ngày này.", action="Kiểm tra ngày hiệu lực.", unit=unit.code
        )


def _end(unit: Unit, on: date) -> None:
    unit.valid_to = on
    unit.save()
    TreeEdge.objects.filter(unit=unit, valid_to=None).update(valid_to=on)
    Territory.objects.filter(unit=unit, valid_to=None).update(valid_to=on)


def _hand_over(old: Unit, new: Unit, on: date) -> None:
    """What stands under `old` and who works there goes on under `new`."""
    for edge in TreeEdge.objects.filter(parent=old, valid_to=None):
        edge.valid_to = on
        edge.save()
        TreeEdge.objects.create(unit=edge.unit, parent=new, valid_from=on)
    for membership in Membership.objects.filter(unit=old, valid_to=None):
        membership.valid_to = on
        membership.save()
        Membership.objects.get_or_create(
            user_id=membership.user_id, unit=new, role=membership.role, valid_to=None, defaults={"valid_from": on}
        )


def _found(*, code: str, name: str, kind: UnitKind, level: str, parent: Unit, on: date, among: Sequence[Unit]) -> Unit:
    """A unit that begins on a day. Its code is free, or one that `among` gives up on that day."""
    bearer = Unit.objects.filter(code=code, level=level, valid_to=None).first()
    if bearer and bearer.pk not in {one.pk for one in among}:
        raise Conflict("Mã đơn vị đang được dùng.", action="Chọn mã khác.", unit=code)
    if bearer:
        _end(bearer, on)
    name = normal(name)
    unit = Unit.objects.create(
        code=code, name=name, short_name=name, folded_name=folded(name), kind=kind, level=level, valid_from=on
    )
    TreeEdge.objects.create(unit=unit, parent=parent, valid_from=on)
    return unit


def _ground(geometry: dict[str, Any]) -> Any:
    """The geometry as a valid polygon or multipolygon in Vietnam's longitudes and latitudes; InvalidInput otherwise."""
    try:
        ground = make_valid(shape(geometry))
    except (ShapelyError, ValueError, TypeError, KeyError, AttributeError, IndexError):
        raise InvalidInput("Ranh giới không đọc được.", action="Gửi GeoJSON Polygon hoặc MultiPolygon.") from None
    if ground.geom_type == "GeometryCollection":  # make_valid leaves lines where a ring touched itself
        ground = unary_union([part for part in ground.geoms if part.geom_type in {"Polygon", "MultiPolygon"}])
    if ground.is_empty or ground.geom_type not in {"Polygon", "MultiPolygon"}:
        raise InvalidInput("Ranh giới phải là vùng.", action="Gửi GeoJSON Polygon hoặc MultiPolygon.")
    west, south, east, north = ground.bounds
    if not (west >= 100 and east <= 120 and south >= 5 and north <= 25):
        raise InvalidInput("Ranh giới nằm ngoài Việt Nam.", action="Dùng kinh độ, vĩ độ WGS 84.")
    return ground


def _record(scope: Scope, action: str, unit: Unit, detail: dict[str, Any]) -> None:
    audit.record(scope=scope, action=action, object_type="unit", object_id=unit.code, unit_id=unit.pk, detail=detail)
