"""The register of forces, vehicles, stock and places, and of household groups: kept by units, imported, read by nearness."""

from __future__ import annotations

import math
from collections.abc import Collection
from datetime import date
from uuid import UUID

import msgspec
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from sen.apps.access import interface as access
from sen.apps.audit import interface as audit
from sen.apps.emergency import policies
from sen.apps.emergency.announcing import changed_after_commit
from sen.apps.emergency.models import HouseholdGroup, Resource
from sen.apps.organisations import interface as organisations
from sen.kernel import clock
from sen.kernel.errors import InvalidInput, NotFound
from sen.kernel.identifiers import is_code
from sen.kernel.scopes import Scope, require

EARTH_KM = 6371.0088  # mean radius, IUGG


class ResourceRow(msgspec.Struct, frozen=True):
    """A resource as an import brings it."""

    code: str
    unit: str
    name: str
    kind: str
    source: str
    as_of: date
    type: str = ""
    quantity: float = 1.0
    measure: str = ""
    lon: float | None = None
    lat: float | None = None
    address: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    state: str = "ready"
    simulated: bool = False


class HouseholdRow(msgspec.Struct, frozen=True):
    """A household group as an import brings it; the unit is the commune."""

    code: str
    unit: str
    name: str
    lon: float
    lat: float
    households: int
    people: int
    source: str
    as_of: date
    elderly: int = 0
    children: int = 0
    disabled: int = 0
    poor_households: int = 0
    simulated: bool = False


class Near(msgspec.Struct, frozen=True):
    """A resource with its distance in a straight line."""

    id: UUID
    code: str
    name: str
    kind: str
    type: str
    quantity: float
    measure: str
    state: str
    unit: str
    lon: float
    lat: float
    km: float
    simulated: bool


def resources(scope: Scope) -> QuerySet[Resource]:
    """What the caller's units own, and what stands on their ground."""
    require(scope, policies.VIEW)
    found = Resource.objects.select_related("unit")
    if scope.everything:
        return found
    return found.filter(unit_id__in=scope.unit_ids) | found.filter(territory_id__in=scope.unit_ids)


def households(scope: Scope) -> QuerySet[HouseholdGroup]:
    """The household groups of the caller's communes."""
    require(scope, policies.VIEW)
    found = HouseholdGroup.objects.select_related("unit")
    return found if scope.everything else found.filter(unit_id__in=scope.unit_ids)


def distance_km(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Along the great circle (haversine)."""
    a, b = math.radians(lat), math.radians(other_lat)
    h = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(math.radians(other_lon - lon) / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(h))


def near(scope: Scope, lon: float, lat: float, km: float, kinds: Collection[str] = ()) -> list[Near]:
    """Resources within `km` of a point, the nearest first."""
    margin = km / 111.0
    wide = margin / max(math.cos(math.radians(lat)), 0.1)
    found = resources(scope).filter(lat__range=(lat - margin, lat + margin), lon__range=(lon - wide, lon + wide))
    if kinds:
        found = found.filter(kind__in=kinds)
    listed = [
        Near(
            one.pk, one.code, one.name, one.kind, one.type, one.quantity, one.measure, one.state, one.unit.name, one.lon, one.lat,
            round(distance_km(lon, lat, one.lon, one.lat), 3), one.simulated,
        )
        for one in found if one.lon is not None and one.lat is not None
    ]  # fmt: skip
    return sorted((one for one in listed if one.km <= km), key=lambda one: (one.km, one.code))


@transaction.atomic
def set_state(*, scope: Scope, code: str, state: str, note: str = "") -> Resource:
    """Ready, in use, broken; with who said so and when. Raises NotFound, Forbidden, InvalidInput."""
    found = resources(scope).filter(code=code).first()
    if found is None:
        raise NotFound(_("Không có nguồn lực này."))
    require(scope, policies.KEEP, found.unit_id)
    if state not in Resource.State.values:
        raise InvalidInput(_("Trạng thái không hợp lệ."), code="unknown_state")
    before = found.state
    found.state, found.state_at, found.state_note = state, clock.now(), note.strip()[:200]
    found.save(update_fields=["state", "state_at", "state_note"])
    changed_after_commit(f"resource:{code}", state=state)
    audit.record(
        scope=scope, action="emergency.set_resource_state", object_type="resource", object_id=code, unit_id=found.unit_id,
        detail={"before": before, "after": state, "note": found.state_note},
    )  # fmt: skip
    return found


@transaction.atomic
def put_resource(*, scope: Scope, row: ResourceRow) -> Resource:
    """A new resource, or the one of that code changed. Raises NotFound, Forbidden, InvalidInput."""
    unit = _owner(scope, row.code, row.unit, Resource.objects.filter(code=row.code).first())
    if row.kind not in Resource.Kind.values or row.state not in Resource.State.values:
        raise InvalidInput(_("Loại phải là force, vehicle, stock hoặc place; trạng thái là ready, in_use hoặc broken."), code="unknown_kind")  # fmt: skip
    if not row.name.strip() or not row.source.strip() or row.quantity < 0:
        raise InvalidInput(_("Thiếu tên hoặc nguồn số liệu, hoặc số lượng âm."), code="incomplete")
    ground = organisations.commune_at(*_point(row.lon, row.lat)) if row.lon is not None and row.lat is not None else None  # fmt: skip
    known = Resource.objects.filter(code=row.code).first()
    found = known or Resource(code=row.code)
    if known is None or known.state != row.state:
        found.state, found.state_at = row.state, clock.now()
    found.unit_id, found.territory_id = unit, ground.id if ground else None
    found.name, found.kind, found.type, found.quantity, found.measure = row.name.strip(), row.kind, row.type, row.quantity, row.measure  # fmt: skip
    found.lon, found.lat, found.address = row.lon, row.lat, row.address
    found.contact_name, found.contact_phone = row.contact_name, access.phone_number(row.contact_phone)
    found.source, found.as_of, found.simulated = row.source.strip(), row.as_of, row.simulated
    found.save()
    audit.record(scope=scope, action="emergency.keep_resource", object_type="resource", object_id=row.code, unit_id=unit)  # fmt: skip
    return found


@transaction.atomic
def put_households(*, scope: Scope, row: HouseholdRow) -> HouseholdGroup:
    """New figures of a household group. Raises NotFound, Forbidden, InvalidInput."""
    known = HouseholdGroup.objects.filter(code=row.code).first()
    unit = _owner(scope, row.code, row.unit, known)
    _point(row.lon, row.lat)
    if not row.name.strip() or not row.source.strip():
        raise InvalidInput(_("Thiếu tên hoặc nguồn số liệu."), code="incomplete")
    parts = (row.elderly, row.children, row.disabled)
    if min(row.households, row.people, row.poor_households, *parts) < 0 or max(parts) > row.people or row.poor_households > row.households:  # fmt: skip
        raise InvalidInput(_("Số người trong nhóm yếu thế hoặc hộ nghèo lớn hơn tổng số, hoặc có số âm."), code="impossible_figures")  # fmt: skip
    found = known or HouseholdGroup(code=row.code)
    for name in ("name", "lon", "lat", "households", "people", "elderly", "children", "disabled", "poor_households", "source", "as_of", "simulated"):  # fmt: skip
        setattr(found, name, getattr(row, name))
    found.unit_id = unit
    found.save()
    audit.record(scope=scope, action="emergency.keep_households", object_type="household_group", object_id=row.code, unit_id=unit)  # fmt: skip
    return found


def _owner(scope: Scope, code: str, unit: str, known: Resource | HouseholdGroup | None) -> UUID:
    if not is_code(code):
        raise InvalidInput(_("Mã chỉ gồm chữ không dấu, số, dấu chấm, gạch."), code="bad_code")
    owner = organisations.unit(unit)
    require(scope, policies.KEEP, owner.id)
    if known is not None:
        require(scope, policies.KEEP, known.unit_id)
    return owner.id


def _point(lon: float, lat: float) -> tuple[float, float]:
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise InvalidInput(_("Kinh độ hoặc vĩ độ không hợp lệ."), action=_("Kinh độ của Việt Nam từ 102 đến 110, vĩ độ từ 8 đến 24."))  # fmt: skip
    return lon, lat
