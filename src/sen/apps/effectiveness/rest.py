"""REST of modules: list and read with the findings of the gate, answer items, switch on and off."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from sen.apps.effectiveness import presented, queries, services
from sen.apps.organisations import interface as organisations
from sen.kernel.scopes import require, scope_of

router = Router(tags=["modules"])


class ItemOut(Schema):
    """One item of the readiness gate."""

    code: str
    title: str
    met: bool
    words: str
    next_step: str


class SourcesOut(Schema):
    """Assets of the needed kinds, their series, how many of them are in time, and the share that is needed (0 to 1).

    Of a module without devices: the sheets that the unit fills in, how many were due in the last six months, how many came in time.
    """

    assets: int
    series: int
    fresh: int
    sheets: int
    due: int
    on_time: int
    needed_share: float


class AnswersOut(Schema):
    owner: UUID | None
    procedure_number: str
    procedure_title: str
    procedure_minutes: int | None
    procedure_contact: str
    upkeep_who: str
    upkeep_money: str
    upkeep_until: date | None
    baseline_value: float | None
    baseline_on: date | None
    baseline_source: str
    target_value: float | None
    target_on: date | None


class ModuleOut(Schema):
    """`state`: on, on_not_ready, ready, preparing or offered. `reason`: why it was switched on with `switched_missing`."""

    unit: str
    module: str
    name: str
    state: str
    on: bool
    ready: bool
    items: list[ItemOut]
    sources: SourcesOut
    answers: AnswersOut | None
    version: int
    switched_at: datetime | None
    switched_by: str
    reason: str
    switched_missing: list[str]


class ModulesOut(Schema):
    items: list[ModuleOut]
    next: str | None


class AnswersIn(Schema):
    """What is left out stays; null empties. `version` is the one that was read: stale ones are refused with 409."""

    owner: UUID | None = None
    procedure_number: str = ""
    procedure_title: str = ""
    procedure_minutes: int | None = None
    procedure_contact: str = ""
    upkeep_who: str = ""
    upkeep_money: str = ""
    upkeep_until: date | None = None
    baseline_value: float | None = None
    baseline_on: date | None = None
    baseline_source: str = ""
    target_value: float | None = None
    target_on: date | None = None
    version: int | None = None


class SwitchIn(Schema):
    """`reason` (20 characters at least) is asked for when switching on with missing items."""

    reason: str = ""
    version: int | None = None


@router.get("/modules", response=ModulesOut, operation_id="list_modules", summary="Phân hệ của một đơn vị")
def list_modules(request: HttpRequest, unit: str = "") -> dict[str, Any]:
    """The modules of `unit` (the province's own where none is given) with their readiness now."""
    found = _unit(request, unit or organisations.province().code)
    several = queries.states(scope_of(request), [found.id])[found.id]
    return {"items": [_out(found.code, one) for one in several], "next": None}


@router.get("/modules/{unit}/{module}", response=ModuleOut, operation_id="get_module", summary="Một phân hệ")
def get_module(request: HttpRequest, unit: str, module: str) -> dict[str, Any]:
    return _answer(request, _unit(request, unit), module)


@router.patch("/modules/{unit}/{module}", response=ModuleOut, operation_id="answer_module", summary="Ghi điều kiện")
def answer_module(request: HttpRequest, unit: str, module: str, body: AnswersIn) -> dict[str, Any]:
    found = _unit(request, unit)
    changes = body.dict(exclude_unset=True)
    version = changes.pop("version", None)
    scope = require(scope_of(request), "effectiveness.edit", found.id)
    services.edit(scope=scope, unit_id=found.id, code=module, changes=changes, version=version)
    return _answer(request, found, module)


@router.post("/modules/{unit}/{module}/on", response=ModuleOut, operation_id="switch_module_on", summary="Bật phân hệ")
def switch_module_on(request: HttpRequest, unit: str, module: str, body: SwitchIn) -> dict[str, Any]:
    found = _unit(request, unit)
    scope = require(scope_of(request), "effectiveness.switch", found.id)
    services.switch_on(scope=scope, unit_id=found.id, code=module, reason=body.reason, version=body.version)
    return _answer(request, found, module)


@router.post(
    "/modules/{unit}/{module}/off", response=ModuleOut, operation_id="switch_module_off", summary="Tắt phân hệ"
)
def switch_module_off(request: HttpRequest, unit: str, module: str, body: SwitchIn) -> dict[str, Any]:
    found = _unit(request, unit)
    scope = require(scope_of(request), "effectiveness.switch", found.id)
    services.switch_off(scope=scope, unit_id=found.id, code=module, reason=body.reason, version=body.version)
    return _answer(request, found, module)


def _unit(request: HttpRequest, code: str) -> organisations.UnitRef:
    return queries.unit_for(scope_of(request), code)


def _answer(request: HttpRequest, unit: organisations.UnitRef, module: str) -> dict[str, Any]:
    return _out(unit.code, queries.state(scope_of(request), unit.id, module))


def _out(unit: str, found: queries.ModuleState) -> dict[str, Any]:
    row = found.row
    answers = {name: getattr(row, name) for name in services.FIELDS if name != "owner"} if row else None
    return {
        "unit": unit, "module": found.code, "name": found.name, "state": found.state, "on": found.on, "ready": found.ready,
        "items": [
            {"code": one.code, "title": one.title, "met": one.met, "words": one.words, "next_step": one.next_step}
            for one in presented.items(found)
        ],
        "sources": {
            "assets": found.sources.assets, "series": found.sources.series, "fresh": found.sources.fresh,
            "sheets": found.sources.sheets, "due": found.sources.due, "on_time": found.sources.on_time,
            "needed_share": found.module.on_time_share if found.module.by_sheets else found.module.fresh_share,
        },
        "answers": {**answers, "owner": row.owner_id} if row and answers is not None else None,
        "version": row.version if row else 0, "switched_at": row.switched_at if row else None,
        "switched_by": row.switched_by if row else "", "reason": row.switch_reason if row else "",
        "switched_missing": list(row.switched_missing) if row else [],
    }  # fmt: skip
