"""REST of the emergency app: what is near, who is affected, the register, broadcasts with who confirmed."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import msgspec
from django.http import HttpRequest
from ninja import Router, Schema, Status

from sen.apps.emergency import broadcasts, contacts, declarations, policies, resources, telling_state
from sen.apps.emergency.affected import affected, parse
from sen.kernel.scopes import require, scope_of

router = Router(tags=["emergency"])
PAGE = 200


class AreaIn(Schema):
    """`{"kind": "circle", "lon", "lat", "km"}`, `{"kind": "polygon", "points": [[lon, lat], …]}`, or a GeoJSON Polygon or Feature."""

    area: dict[str, Any]


class BroadcastIn(Schema):
    """`to`: codes of units whose contacts are told. The same `key` gives the same broadcast."""

    unit: str
    to: list[str]
    title: str
    words: str
    hazard: str = "other"
    severity: str = "serious"
    drill: bool = False
    first_only: bool = False
    remind_minutes: int = 10
    escalate_minutes: int = 20
    key: str = ""


class StateIn(Schema):
    state: str
    note: str = ""


class ListOut(Schema):
    items: list[dict[str, Any]]
    next: str | None


def _plain(value: Any) -> Any:
    return msgspec.to_builtins(value)


@router.get("/emergency/near", response=ListOut, operation_id="list_near_resources", summary="Nguồn lực ở gần một điểm")
def near(request: HttpRequest, lon: float, lat: float, km: float = 5.0, kinds: str = "") -> dict[str, Any]:
    """Within `km` (at most 100), the nearest first; `kinds` separated by commas."""
    scope = require(scope_of(request), policies.VIEW)
    wanted = [one for one in kinds.split(",") if one]
    return {"items": _plain(resources.near(scope, lon, lat, min(km, 100.0), wanted)), "next": None}


@router.post("/emergency/affected", response=dict[str, Any], operation_id="find_affected", summary="Ai bị ảnh hưởng trong một vùng")  # fmt: skip
def find_affected(request: HttpRequest, body: AreaIn) -> Any:
    """Households, people, communes, sites and resources within, with the sources of the figures."""
    scope = require(scope_of(request), policies.VIEW)
    return _plain(affected(scope, parse(json.dumps(body.area))))


@router.get("/emergency/resources", response=ListOut, operation_id="list_resources", summary="Nguồn lực")
def list_resources(request: HttpRequest, kind: str = "", state: str = "", cursor: str = "") -> dict[str, Any]:
    scope = require(scope_of(request), policies.VIEW)
    found = resources.resources(scope).filter(code__gt=cursor).distinct().order_by("code")
    if kind:
        found = found.filter(kind=kind)
    if state:
        found = found.filter(state=state)
    rows = list(found[: PAGE + 1])
    items = [
        {
            "code": one.code, "name": one.name, "kind": one.kind, "type": one.type, "unit": one.unit.code, "quantity": one.quantity,
            "measure": one.measure, "lon": one.lon, "lat": one.lat, "state": one.state, "state_at": one.state_at.isoformat(),
            "source": one.source, "as_of": one.as_of.isoformat(), "simulated": one.simulated,
        }
        for one in rows[:PAGE]
    ]  # fmt: skip
    return {"items": items, "next": rows[PAGE - 1].code if len(rows) > PAGE else None}


@router.post("/emergency/resources/{code}/state", response=dict[str, str], operation_id="set_resource_state", summary="Đổi trạng thái nguồn lực")  # fmt: skip
def set_resource_state(request: HttpRequest, code: str, body: StateIn) -> dict[str, str]:
    scope = require(scope_of(request), policies.KEEP)
    found = resources.set_state(scope=scope, code=code, state=body.state, note=body.note)
    return {"code": found.code, "state": found.state}


@router.get("/emergency/contacts", response=ListOut, operation_id="list_contacts", summary="Cây đầu mối")
def list_contacts(request: HttpRequest, unit: str = "", cursor: str = "") -> dict[str, Any]:
    """Numbers are masked for roles that do not need them on duty."""
    scope = require(scope_of(request), policies.VIEW)
    found = contacts.visible(scope).filter(code__gt=cursor).order_by("code")
    if unit:
        found = found.filter(unit__code=unit)
    rows = list(found[: PAGE + 1])
    items = [
        {
            "code": one.code, "unit": one.unit.code, "name": one.name, "office": one.office, "phone": contacts.shown_phone(scope, one),
            "order": one.order, "deputy_of": one.deputy_of.code if one.deputy_of else None, "simulated": one.simulated,
        }
        for one in rows[:PAGE]
    ]  # fmt: skip
    return {"items": items, "next": rows[PAGE - 1].code if len(rows) > PAGE else None}


@router.get("/emergency/broadcasts", response=ListOut, operation_id="list_broadcasts", summary="Lần phát tin")
def list_broadcasts(request: HttpRequest) -> dict[str, Any]:
    """The newest 200 with how many confirmed."""
    scope = require(scope_of(request), policies.VIEW)
    rows = telling_state.counted(list(broadcasts.visible(scope)[:PAGE]))
    items = [
        {
            "id": str(one.pk), "number": one.number, "unit": one.unit.code, "title": one.title, "state": one.state, "drill": one.drill,
            "told": getattr(one, "told", 0), "acknowledged": getattr(one, "confirmed", 0),
        }
        for one in rows
    ]  # fmt: skip
    return {"items": items, "next": None}


@router.post("/emergency/broadcasts", response={201: dict[str, str]}, operation_id="write_broadcast", summary="Soạn tin")  # fmt: skip
def write_broadcast(request: HttpRequest, body: BroadcastIn) -> Status[dict[str, str]]:
    """A draft; nobody is told before `send`."""
    scope = require(scope_of(request), policies.BROADCAST)
    given = body.dict()
    made = broadcasts.write(scope=scope, to_units=given.pop("to"), **given)
    return Status(201, {"id": str(made.pk), "number": made.number})


@router.post("/emergency/broadcasts/{broadcast_id}/send", response=dict[str, str], operation_id="send_broadcast", summary="Phát tin")  # fmt: skip
def send_broadcast(request: HttpRequest, broadcast_id: UUID) -> dict[str, str]:
    scope = require(scope_of(request), policies.BROADCAST)
    found = broadcasts.send(scope=scope, broadcast_id=broadcast_id)
    return {"id": str(found.pk), "state": found.state}


@router.get("/emergency/broadcasts/{broadcast_id}", response=dict[str, Any], operation_id="get_broadcast", summary="Một lần phát tin")  # fmt: skip
def get_broadcast(request: HttpRequest, broadcast_id: UUID) -> dict[str, Any]:
    """The words and every person with what became of their messages."""
    scope = require(scope_of(request), policies.VIEW)
    found = broadcasts.broadcast_for(scope, broadcast_id)
    return {
        "id": str(found.pk), "number": found.number, "title": found.title, "words": found.words, "state": found.state,
        "drill": found.drill, "people": _plain(telling_state.people(scope, found)),
    }  # fmt: skip


@router.get("/emergency/declarations", response=ListOut, operation_id="list_declarations", summary="Chế độ khẩn cấp đang ban bố")  # fmt: skip
def list_declarations(request: HttpRequest) -> dict[str, Any]:
    scope = require(scope_of(request), policies.VIEW)
    items = [
        {
            "id": str(one.pk), "unit": one.unit.code, "hazard": one.hazard, "reason": one.reason, "drill": one.drill,
            "declared_at": one.declared_at.isoformat(),
        }
        for one in declarations.active(scope)
    ]  # fmt: skip
    return {"items": items, "next": None}
