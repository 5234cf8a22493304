"""REST of centres: the communes with theirs, one with its proposal or state, open, close, take an opening back."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from sen.apps.access.interface import Role
from sen.apps.centres import policies, queries, services
from sen.apps.centres.proposal import Invited, Plan, proposal
from sen.kernel.scopes import Scope, require, scope_of

router = Router(tags=["centres"])


class CentreOut(Schema):
    """A commune and its centre. `readiness` (0 to 1): share of met conditions of the modules it took up."""

    unit: str
    unit_name: str
    open: bool
    name: str
    opened_at: datetime | None
    modules: int
    modules_on: int
    modules_ready: int
    readiness: float | None
    assets: int
    people: int
    last_seen: datetime | None
    sources: int
    sources_late: int


class CentresOut(Schema):
    items: list[CentreOut]
    next: str | None


class InvitationIn(Schema):
    role: Role
    full_name: Annotated[str, Field(min_length=1, max_length=150)]
    username: Annotated[str, Field(min_length=1, max_length=64)]


class OpenIn(Schema):
    """What is left out is taken as proposed; `people` are invited, nobody unless named."""

    name: str | None = None
    home: UUID | None = None
    modules: list[str] | None = None
    templates: list[UUID] | None = None
    people: Annotated[list[InvitationIn], Field(max_length=20)] = []


class LinkOut(Schema):
    """A person's one-time link, in this answer only."""

    username: str
    full_name: str
    path: str
    expires: datetime


class OpenedOut(CentreOut):
    links: list[LinkOut]


class CloseIn(Schema):
    """`undo` takes the last opening back (what nobody has used since vanishes); else the centre is closed with `reason`."""

    reason: str = ""
    undo: bool = False


@router.get("/centres", response=CentresOut, operation_id="list_centres", summary="Trung tâm cấp xã")
def list_centres(request: HttpRequest, q: str = "", state: Literal["", "open", "closed"] = "") -> dict[str, Any]:
    """The communes that the caller sees, open centres first."""
    return {"items": [_out(one) for one in queries.rows(scope_of(request), q=q, state=state)], "next": None}


@router.get("/centres/{unit}", response=CentreOut, operation_id="get_centre", summary="Trung tâm của một xã")
def get_centre(request: HttpRequest, unit: str) -> dict[str, Any]:
    return _one(request, unit)


@router.post("/centres/{unit}/open", response={201: OpenedOut}, operation_id="open_centre", summary="Mở trung tâm")
def open_centre(request: HttpRequest, unit: str, body: OpenIn) -> Status[dict[str, Any]]:
    """Open a commune's centre as proposed, or as the body says."""
    found = queries.unit_for(scope_of(request), unit)
    scope = require(scope_of(request), policies.OPEN, found.id)
    opened = services.open_centre(scope=scope, unit_id=found.id, plan=_plan(scope, unit, body))
    links = [
        {
            "username": one.invitation.username, "full_name": one.invitation.full_name, "path": one.path,
            "expires": one.invitation.expires_at,
        }
        for one in opened.links
    ]  # fmt: skip
    return Status(201, {**_one(request, unit), "links": links})


@router.post("/centres/{unit}/close", response=CentreOut, operation_id="close_centre", summary="Đóng trung tâm")
def close_centre(request: HttpRequest, unit: str, body: CloseIn) -> dict[str, Any]:
    """Close a centre; its data, templates, answers and accounts stay."""
    found = queries.unit_for(scope_of(request), unit)
    scope = require(scope_of(request), policies.OPEN, found.id)
    if body.undo:
        services.undo_opening(scope=scope, unit_id=found.id)
    else:
        services.close_centre(scope=scope, unit_id=found.id, reason=body.reason)
    return _one(request, unit)


def _plan(scope: Scope, unit: str, body: OpenIn) -> Plan:
    proposed = proposal(scope, queries.unit_for(scope, unit)).plan
    people = tuple(Invited(one.role, one.full_name, one.username) for one in body.people)
    return Plan(
        name=proposed.name if body.name is None else body.name,
        home=body.home or proposed.home,
        modules=proposed.modules if body.modules is None else tuple(body.modules),
        templates=proposed.templates if body.templates is None else tuple(body.templates),
        people=people,
    )


def _one(request: HttpRequest, unit: str) -> dict[str, Any]:
    found = queries.unit_for(scope_of(request), unit)
    return _out(next(one for one in queries.rows(scope_of(request), q=found.code) if one.unit.code == found.code))


def _out(row: queries.Row) -> dict[str, Any]:
    return {
        "unit": row.unit.code, "unit_name": row.unit.name, "open": row.open, "name": row.centre.name if row.centre else "",
        "opened_at": row.centre.opened_at if row.centre else None, "modules": row.modules, "modules_on": row.on,
        "modules_ready": row.ready, "readiness": row.readiness, "assets": row.assets, "people": row.people,
        "last_seen": row.last_seen, "sources": row.sources.all if row.sources else 0,
        "sources_late": row.sources.late + row.sources.lost if row.sources else 0,
    }  # fmt: skip
