"""REST of units: the dated tree, what became of a unit, its ground."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import ConfigDict, Field

from sen.apps.organisations import queries, rest_days, split_shares, territories
from sen.apps.organisations.models import Succession, Unit, UnitEvent
from sen.kernel.errors import InvalidInput, NotFound
from sen.kernel.scopes import require, scope_of

router = Router(tags=["units"])
router.add_router("/working-days", rest_days.router)
Limit = Annotated[int, Query(ge=1, le=1000)]


class UnitOut(Schema):
    """A unit under the name of the day that was asked for."""

    id: UUID
    code: str
    name: str
    kind: str
    level: str
    parent_code: str | None
    valid_from: date | None
    valid_to: date | None
    seat: dict[str, Any] | None


class UnitsOut(Schema):
    items: list[UnitOut]
    next: str | None


class SuccessionOut(Schema):
    """One step between an old unit and a new one; `is_split` where only a part went over."""

    code: str
    name: str
    level: str
    valid_from: date | None
    valid_to: date | None
    on: date
    kind: str
    is_split: bool
    is_main: bool
    legal_source: str
    verified: bool


class UnitDetailOut(UnitOut):
    predecessors: list[SuccessionOut]
    successors: list[SuccessionOut]
    territory_approximate: bool | None


class EventOut(Schema):
    id: UUID
    kind: str
    on: date
    legal_source: str
    verified: bool
    predecessors: list[str]
    successors: list[str]


class EventsOut(Schema):
    items: list[EventOut]
    next: str | None


class ShareOut(Schema):
    """What one successor of a split unit took, 0 to 1."""

    code: str
    name: str
    share: float | None


class SplitBasisOut(Schema):
    """The shares in force for one basis (population, households, area, other), and where they come from."""

    basis: str
    measured_on: date
    source: str
    recorded_by: str
    shares: list[ShareOut]


class SplitSharesOut(Schema):
    items: list[SplitBasisOut]
    next: str | None


class SplitSharesIn(Schema):
    """Shares by the successors' codes of today, together 1."""

    model_config = ConfigDict(extra="forbid")
    basis: str = Field(max_length=20)
    shares: dict[str, float] = Field(min_length=2, max_length=50)
    measured_on: date
    source: str = Field(min_length=1, max_length=300)


@router.get("/units", response=UnitsOut, operation_id="list_units", summary="Đơn vị tại một ngày")
def list_units(
    request: HttpRequest,
    *,
    q: str = "",
    as_of: date | None = None,
    parent: str | None = None,
    level: str | None = None,
    limit: Limit = 100,
    cursor: str | None = None,
) -> dict[str, Any]:
    """Units standing on `as_of` (today), by code; `q` ignores diacritics and also finds the beginning of a code."""
    require(scope_of(request), "organisations.view")
    found = queries.units(q=q, as_of=as_of, parent=parent, level=level)
    items, following = queries.page(found, limit, cursor, _unit)
    return {"items": items, "next": following}


@router.get("/units/{code}", response=UnitDetailOut, operation_id="get_unit", summary="Một đơn vị và lịch sử của nó")
def get_unit(request: HttpRequest, code: str, as_of: date | None = None) -> dict[str, Any]:
    """The unit that bears the code on a day, what it was made of and what it went over into."""
    require(scope_of(request), "organisations.view")
    unit = queries.unit(code, as_of=as_of)
    ground = territories.feature(unit.pk)
    return {
        **_unit(unit),
        "predecessors": [_step(link, link.predecessor) for link in queries.predecessors(unit) if link.predecessor],
        "successors": [_step(link, link.successor) for link in queries.successors(unit) if link.successor],
        "territory_approximate": ground["properties"]["approximate"] if ground else None,
    }


@router.get(
    "/units/{code}/territory", response=dict[str, Any], operation_id="get_territory", summary="Địa bàn của một đơn vị"
)
def get_territory(request: HttpRequest, code: str) -> dict[str, Any]:
    """The ground of a unit of today as a GeoJSON Feature; `approximate` is true until boundaries are imported."""
    require(scope_of(request), "organisations.view")
    ground = territories.feature(queries.unit(code).pk)
    if ground is None:
        raise NotFound(
            "Chưa có ranh giới của đơn vị này.", action="Nhập ranh giới bằng `./sen import boundaries`.", unit=code
        )
    return ground


@router.get(
    "/units/{code}/split-shares",
    response=SplitSharesOut,
    operation_id="list_split_shares",
    summary="Tỷ lệ chia của đơn vị đã tách",
)
def list_split_shares(request: HttpRequest, code: str, as_of: date) -> dict[str, Any]:
    """The recorded shares of the unit that bore the code on `as_of` and was split later; 404 where it was not split."""
    require(scope_of(request), "organisations.view")
    return _split_shares(queries.unit(code, as_of=as_of).pk)


@router.put(
    "/units/{code}/split-shares",
    response=SplitSharesOut,
    operation_id="record_split_shares",
    summary="Ghi tỷ lệ chia của đơn vị đã tách",
)
def record_split_shares(request: HttpRequest, code: str, as_of: date, body: SplitSharesIn) -> dict[str, Any]:
    """Record how a split unit divides; the shares recorded before for the basis are kept as replaced."""
    scope = require(scope_of(request), "organisations.change")
    unit = queries.unit(code, as_of=as_of)
    by_code = {link.successor.code: link.successor_id for link in split_shares.split_of(unit.pk)[1] if link.successor}
    unknown = set(body.shares) - set(by_code)
    if unknown:
        raise InvalidInput(
            "Có mã không phải đơn vị kế tục.", action="Dùng mã trong danh sách kế tục.", fields={"shares": ", ".join(sorted(unknown))}
        )  # fmt: skip
    shares = {identifier: body.shares[key] for key, identifier in by_code.items() if key in body.shares and identifier}
    split_shares.record_split_shares(
        scope=scope, unit_id=unit.pk, basis=body.basis, shares=shares, measured_on=body.measured_on, source=body.source
    )
    return _split_shares(unit.pk)


def _split_shares(unit_id: UUID) -> dict[str, Any]:
    items = [
        {
            "basis": one.basis,
            "measured_on": one.measured_on,
            "source": one.source,
            "recorded_by": one.recorded_by,
            "shares": [
                {"code": part.successor.code, "name": part.successor.name, "share": part.share} for part in one.parts
            ],
        }
        for one in split_shares.bases_of(unit_id)
    ]
    return {"items": items, "next": None}


@router.get(
    "/territories", response=dict[str, Any], operation_id="list_territories", summary="Địa bàn các xã, phường, đặc khu"
)
def list_territories(request: HttpRequest) -> dict[str, Any]:
    """The ground of all communes of today as a GeoJSON FeatureCollection."""
    require(scope_of(request), "organisations.view")
    return territories.commune_features()


@router.get("/unit-events", response=EventsOut, operation_id="list_unit_events", summary="Sáp nhập, chia tách, đổi tên")
def list_unit_events(
    request: HttpRequest, since: date | None = None, until: date | None = None, limit: Limit = 100, cursor: int = 0
) -> dict[str, Any]:
    """Acts that changed the tree, newest first; `cursor` is a position."""
    require(scope_of(request), "organisations.view")
    start = max(0, min(cursor, 10_000_000))
    rows = list(queries.events(since=since, until=until)[start : start + limit + 1])
    return {"items": [_event(row) for row in rows[:limit]], "next": str(start + limit) if len(rows) > limit else None}


def _unit(unit: Unit) -> dict[str, Any]:
    seat = None
    if unit.seat_lon is not None and unit.seat_lat is not None:
        seat = {"type": "Point", "coordinates": [unit.seat_lon, unit.seat_lat]}
    return {
        "id": unit.pk,
        "code": unit.code,
        "name": getattr(unit, "name_then", None) or unit.name,
        "kind": getattr(unit, "kind_then", None) or unit.kind,
        "level": unit.level,
        "parent_code": getattr(unit, "parent_code", None),
        "valid_from": unit.valid_from,
        "valid_to": unit.valid_to,
        "seat": seat,
    }


def _step(link: Succession, other: Unit) -> dict[str, Any]:
    return {
        "code": other.code,
        "name": other.name,
        "level": other.level,
        "valid_from": other.valid_from,
        "valid_to": other.valid_to,
        "on": link.event.on,
        "kind": link.event.kind,
        "is_split": link.is_split,
        "is_main": link.is_main,
        "legal_source": link.event.legal_source,
        "verified": link.event.verified,
    }


def _event(event: UnitEvent) -> dict[str, Any]:
    links = list(event.successions.all())
    return {
        "id": event.pk,
        "kind": event.kind,
        "on": event.on,
        "legal_source": event.legal_source,
        "verified": event.verified,
        "predecessors": sorted({link.predecessor.code for link in links if link.predecessor}),
        "successors": sorted({link.successor.code for link in links if link.successor}),
    }
