"""REST of the packs: what is measured, with what, and against which limits. Public knowledge, but only for who is signed in."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
from django.http import HttpRequest
from ninja import Router, Schema

from sen.apps.packs import interface
from sen.apps.packs.rest_inheritance import router as inheritance_router
from sen.apps.packs.rest_packs import router as packs_router
from sen.apps.packs.rest_templates import router as templates_router
from sen.apps.packs.rest_templates import scope_of, unit_id_of
from sen.kernel import clock
from sen.kernel.errors import NotFound

router = Router(tags=["packs"])
router.add_router("", templates_router)
router.add_router("", packs_router)
router.add_router("", inheritance_router)


class PropertyOut(Schema):
    """A measured property."""

    code: str
    name: str
    name_en: str
    unit: str
    unit_label: str
    decimals: int
    minimum: float
    maximum: float
    spike_step: float | None
    stuck_hours: float | None
    default_interval_s: int
    aliases: list[str]


class AssetKindOut(Schema):
    """A kind of asset."""

    code: str
    name: str
    name_en: str
    symbol: str
    smart_data_model: str
    properties: list[str]
    index: str | None


class LimitOut(Schema):
    """A limit in force; `verified` is false where the figure has not been compared with the signed text.

    `set_…` name the limit set of a unit that the row comes from, `overridden` whether the unit changed it; null for the packs' rows.
    """

    standard: str
    property: str
    averaging: str
    minimum: float | None
    maximum: float | None
    unit: str
    water_class: str | None
    station: str | None
    severity: str
    valid_from: date
    valid_to: date | None
    verified: bool
    label: str
    source: str
    set_id: str | None = None
    set_name: str | None = None
    set_version: int | None = None
    set_owner_code: str | None = None
    overridden: bool = False


class Properties(Schema):
    """All properties; never more than one page."""

    items: list[PropertyOut]
    next: str | None = None


class AssetKinds(Schema):
    """All kinds of asset; never more than one page."""

    items: list[AssetKindOut]
    next: str | None = None


class Limits(Schema):
    """All limits asked for; never more than one page."""

    items: list[LimitOut]
    next: str | None = None


@router.get("/properties", response=Properties)
def list_properties(request: HttpRequest) -> dict[str, Any]:
    """Every property of the installed packs with its UCUM unit."""
    return _page(interface.properties().values())


@router.get("/asset-kinds", response=AssetKinds)
def list_asset_kinds(request: HttpRequest) -> dict[str, Any]:
    """Every kind of asset of the installed packs."""
    return _page(interface.asset_kinds().values())


@router.get("/limits", response=Limits)
def list_limits(
    request: HttpRequest,
    property: str | None = None,
    as_of: date | None = None,
    station: str | None = None,
    unit: str | None = None,
) -> dict[str, Any]:
    """The limits in force on the local day `as_of` (today without it), with those of one `station` (an asset's code) where asked.

    With `unit`, the code of one of the caller's units, those that hold for the stations of that unit.
    """
    known = interface.properties()
    if property is not None and property not in known:
        raise NotFound(f"Không có thông số “{property}”.", action="Xem danh mục tại /api/v1/properties.")
    day = as_of or clock.local(clock.now()).date()
    codes = list(known) if property is None else [property]
    own: tuple[interface.UnitLimit, ...] = ()
    if unit is not None:
        unit_id = unit_id_of(scope_of(request), unit)
        own = interface.limits_of_units([unit_id], as_of=day)[unit_id]
    return _page(limit for code in codes for limit in interface.limits(code, as_of=day, station=station, own=own))


def _page(rows: Any) -> dict[str, Any]:
    return {"items": [msgspec.to_builtins(row) for row in rows], "next": None}
