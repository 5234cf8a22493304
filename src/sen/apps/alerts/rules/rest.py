"""REST of rules: those of a unit, switching on and off, trying on past data, and the version that an alert names."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.http import HttpRequest
from django.utils.html import strip_tags
from ninja import Router, Schema

from sen.apps.access.interface import Scope, require
from sen.apps.alerts.rules import in_force, policies, queries, record_kinds, services, testing
from sen.apps.alerts.rules.values import RuleInForce, RuleTest
from sen.apps.organisations import interface as organisations
from sen.apps.organisations.interface import UnitRef
from sen.kernel.errors import InvalidInput, NotFound

router = Router(tags=["rules"])


class RuleOut(Schema):
    """A rule as it stands in a unit. `state`: on, above, waiting, off, offered, draft; `owner`: `role:<role>` or `user:<id>`."""

    template: UUID
    code: str
    name: str
    sentence: str
    theme: str
    state: str
    above: str
    waiting: str
    version: int | None
    pending: int | None
    open_fields: list[str]
    overridden: list[str]
    owner: str
    revision: int
    in_force: UUID | None
    fired_30_days: int
    false_30_days: int
    content: dict[str, Any]


class RulesOut(Schema):
    """All rules of a unit; never more than one page."""

    items: list[RuleOut]


class SwitchOnIn(Schema):
    """`owner`: `role:<role>` or `user:<id>`; `untested_reason` where the rule was not tried on past data."""

    owner: str
    untested_reason: str = ""
    revision: int | None = None
    simulated_only: bool = False


class SwitchOffIn(Schema):
    """Why the rule is switched off."""

    reason: str
    revision: int | None = None


class TestIn(Schema):
    """What to try: without `content` the rule as it holds in the unit."""

    days: int = testing.DAYS
    content: dict[str, Any] | None = None


class TestOut(Schema):
    """A test on past data. Times of firings are milliseconds since the epoch."""

    id: UUID
    template: UUID | None
    version: int | None
    state: str
    progress: float
    since: datetime
    until: datetime
    asked_at: datetime
    asked_by: str
    rows_read: int
    count: int
    subjects: int
    assets: int
    chattering: list[str]
    firings: list[dict[str, Any]]
    error: str


class InForceOut(Schema):
    """A version of a rule that is or was judged."""

    id: UUID
    template: UUID
    unit: str
    code: str
    name: str
    version: int
    label: str
    sentence: str
    watch_from: datetime
    until: datetime | None
    content: dict[str, Any]


class RecordKindOut(Schema):
    """A kind of record that rules can watch, and the fields that their formulas may name."""

    code: str
    name: str
    fields: dict[str, str]


class RecordKindsOut(Schema):
    """All kinds of record."""

    items: list[RecordKindOut]


@router.get("/rules", response=RulesOut)
def list_rules(request: HttpRequest, unit: str = "") -> dict[str, Any]:
    """The rules that hold in a unit (without `unit` the province), are offered to it or drafted there."""
    scope = _scope(request)
    return {"items": [_row(one) for one in queries.rules_of(scope, _unit(scope, unit))]}


@router.get("/rules/record-kinds", response=RecordKindsOut)
def list_record_kinds(request: HttpRequest) -> dict[str, Any]:
    """What rules over records can watch."""
    _scope(request)
    kinds = record_kinds.record_kinds().values()
    return {
        "items": [
            {"code": one.code, "name": str(one.name), "fields": {key: str(name) for key, name in one.fields.items()}}
            for one in kinds
        ]
    }


@router.get("/rules/in-force/{rule}", response=InForceOut)
def read_rule_in_force(request: HttpRequest, rule: UUID) -> dict[str, Any]:
    """The version that an alert names, also after it was closed."""
    scope = _scope(request)
    found = in_force.rule_in_force(rule)
    if not scope.sees(found.unit_id) and not any(scope.sees(one) for one in found.unit_ids):
        raise NotFound("Không tìm thấy quy tắc này.")
    return _in_force(found)


@router.get("/rules/{template}", response=RuleOut)
def read_rule(request: HttpRequest, template: UUID, unit: str = "") -> dict[str, Any]:
    """One rule as it stands in a unit."""
    scope = _scope(request)
    return _row(queries.rule_page(scope, template, _unit(scope, unit)).row)


@router.post("/rules/{template}/on", response=RuleOut)
def switch_rule_on(request: HttpRequest, template: UUID, data: SwitchOnIn, unit: str = "") -> dict[str, Any]:
    """Switch a rule on in a unit. 422 `not_ready` says in `missing` what it lacks, `not_tested` that it was never tried."""
    scope = _scope(request)
    here = _unit(scope, unit)
    role, user_id = owner_of(data.owner)
    services.switch_on(
        scope=scope, unit_id=here.id, template_id=template, owner_role=role, owner_user_id=user_id,
        untested_reason=data.untested_reason, revision=data.revision, simulated_only=data.simulated_only,
    )  # fmt: skip
    return _row(queries.rule_page(scope, template, here).row)


@router.post("/rules/{template}/off", response=RuleOut)
def switch_rule_off(request: HttpRequest, template: UUID, data: SwitchOffIn, unit: str = "") -> dict[str, Any]:
    """Switch a rule off in a unit, with a reason."""
    scope = _scope(request)
    here = _unit(scope, unit)
    services.switch_off(scope=scope, unit_id=here.id, template_id=template, reason=data.reason, revision=data.revision)
    return _row(queries.rule_page(scope, template, here).row)


@router.post("/rules/{template}/tests", response=TestOut)
def try_rule(request: HttpRequest, template: UUID, data: TestIn, unit: str = "") -> dict[str, Any]:
    """Have a rule tried on past data; poll `GET /rule-tests/{id}`."""
    scope = _scope(request)
    here = _unit(scope, unit)
    page = queries.rule_page(scope, template, here)
    content = data.content if data.content is not None else msgspec.to_builtins(page.row.rule)
    version = page.row.version if data.content is None else None
    return _test(
        testing.ask(
            scope=scope, unit_id=here.id, content=content, template_id=template, version=version, days=data.days
        )
    )


@router.get("/rule-tests/{test}", response=TestOut)
def read_test(request: HttpRequest, test: UUID) -> dict[str, Any]:
    """How far a test is, or what it found."""
    return _test(testing.test(_scope(request), test))


@router.post("/rule-tests/{test}/cancel", response=TestOut)
def cancel_test(request: HttpRequest, test: UUID) -> dict[str, Any]:
    """Stop a test."""
    return _test(testing.cancel(scope=_scope(request), test_id=test))


def owner_of(text: str) -> tuple[str, UUID | None]:
    """`role:<role>` or `user:<id>` → role and person. Raises InvalidInput."""
    kind, _colon, rest = text.partition(":")
    try:
        if kind == "user":
            return "", UUID(rest)
    except ValueError:
        kind = ""
    if kind == "role" or not text:
        return rest, None
    raise InvalidInput(
        "Người chịu trách nhiệm phải viết là role:<vai trò> hoặc user:<mã tài khoản>.", fields={"owner": text}
    )


def _scope(request: HttpRequest) -> Scope:
    scope: Scope = request.scope_of_user  # type: ignore[attr-defined]
    return require(scope, policies.VIEW)


def _unit(scope: Scope, code: str) -> UnitRef:
    """The unit of a code, without one the caller's own. NotFound where it is not visible."""
    if not code:
        own = organisations.memberships(scope.user_id) if scope.user_id else []
        return own[0].unit if own else organisations.province()
    unit = organisations.unit(code)
    if not scope.sees(unit.id):
        raise NotFound("Không tìm thấy đơn vị.", action="Kiểm tra lại mã đơn vị.")
    return unit


def _row(row: queries.RuleRow) -> dict[str, Any]:
    active, there = row.activation, row.effective
    owner = ""
    if active is not None:
        owner = f"user:{active.owner_user_id}" if active.owner_user_id else f"role:{active.owner_role}"
    return {
        "template": row.template.id, "code": row.template.code, "name": row.name, "sentence": strip_tags(row.sentence),
        "theme": row.theme, "state": row.state, "above": row.above, "waiting": active.waiting if active else "",
        "version": row.version, "pending": there.pending if there else None,
        "open_fields": list(there.open_fields) if there else [], "overridden": list(there.overridden) if there else [],
        "owner": owner, "revision": active.revision if active else 0, "in_force": active.in_force_id if active else None,
        "fired_30_days": row.fired.count, "false_30_days": row.fired.false_alarms, "content": msgspec.to_builtins(row.rule),
    }  # fmt: skip


def _test(one: RuleTest) -> dict[str, Any]:
    return {
        "id": one.id, "template": one.template_id, "version": one.version, "state": one.state, "progress": one.progress,
        "since": one.since, "until": one.until, "asked_at": one.asked_at, "asked_by": one.asked_by,
        "rows_read": one.rows_read, "count": one.count, "subjects": one.subjects, "assets": one.assets,
        "chattering": list(one.chattering), "firings": [msgspec.to_builtins(each) for each in one.firings],
        "error": one.error,
    }  # fmt: skip


def _in_force(found: RuleInForce) -> dict[str, Any]:
    from sen.apps.alerts.rules.sentences import sentence

    return {
        "id": found.id, "template": found.template_id, "unit": organisations.unit_by_id(found.unit_id).code,
        "code": found.code, "name": found.name, "version": found.version, "label": found.label,
        "sentence": strip_tags(sentence(found.content)), "watch_from": found.watch_from, "until": found.until,
        "content": msgspec.to_builtins(found.content),
    }  # fmt: skip
