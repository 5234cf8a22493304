"""The value under which other apps know a unit."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import msgspec

from sen.apps.organisations.models import Unit


class UnitRef(msgspec.Struct, frozen=True):
    """A unit as others see it. `kind`: province, city, department, ward, commune, special_zone; before July 2025 also
    district and township. `level`: province, department, district or commune. `valid_to` is the first day on which it is no more."""

    id: UUID
    code: str
    name: str
    kind: str
    level: str
    parent_code: str | None = None
    short_name: str = ""
    seat_lon: float | None = None
    seat_lat: float | None = None
    valid_from: date | None = None
    valid_to: date | None = None


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
        valid_from=found.valid_from,
        valid_to=found.valid_to,
    )
