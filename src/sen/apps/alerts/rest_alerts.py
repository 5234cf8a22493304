"""REST of alerts: the queue, one alert, what people do with many at once, counts, maintenance windows."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import AwareDatetime

from sen.apps.access.interface import Scope, require
from sen.apps.alerts import actions, alert_queries, maintenance, policies, undoing
from sen.apps.alerts.alert_values import Bulk, QueueFilter, Tab
from sen.apps.organisations import interface as organisations
from sen.kernel.errors import InvalidInput
from sen.kernel.scopes import scope_of

router = Router(tags=["alerts"])


class UnitOut(Schema):
    """A unit by code."""

    code: str
    name: str


class AlertOut(Schema):
    """An alert. `severity` is the gravest of its group; `state`: unseen, seen (by the caller), acknowledged, assigned, shelved, joined, closed."""

    id: UUID
    number: str
    revision: int
    title: str
    why: str
    unverified: bool
    severity: str
    state: str
    asset_code: str
    asset_name: str
    property: str
    lon: float | None
    lat: float | None
    unit: UnitOut
    territory: UnitOut | None
    onset_at: datetime
    raised_at: datetime
    arrived_at: datetime
    cleared_at: datetime | None
    last_value: float | None
    peak_value: float | None
    limit: float | None
    unit_label: str
    repeats: int
    merged: int
    due_at: datetime | None
    overdue: bool
    acknowledged_by: str
    acknowledged_at: datetime | None
    assigned_to: str
    shelved_until: datetime | None
    incident_number: str
    closed_at: datetime | None
    outcome: str
    silent: bool
    drill: bool
    simulated: bool


class AlertsOut(Schema):
    """One page, the newest first."""

    items: list[AlertOut]
    next: str | None


class EventOut(Schema):
    """A line of the history."""

    at: datetime
    kind: str
    words: str
    by: str
    note: str


class RuleOfAlert(Schema):
    """The version of the rule that fired."""

    id: UUID
    code: str
    name: str
    version: int
    content: dict[str, Any]


class AlertDetailOut(AlertOut):
    """An alert with its rule, history and the last times."""

    rule: RuleOfAlert
    facts: dict[str, Any]
    events: list[EventOut]
    members: list[str]
    earlier: list[str]


class CountsOut(Schema):
    """Open alerts by severity, those that the caller has not looked at, and the caller's own."""

    serious: int
    warning: int
    notice: int
    info: int
    unseen: int
    mine: int
    shelved: int
    loud: int


class ListQuery(Schema):
    """What to list; `unit` with everything below it."""

    tab: Tab = "all"
    severity: Literal["", "info", "notice", "warning", "serious"] = ""
    unit: str = ""
    asset: str = ""
    rule: str = ""
    q: str = ""
    drill: bool | None = None
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    members: bool = False
    cursor: str | None = None
    limit: int = alert_queries.PAGE


class TargetIn(Schema):
    """An alert and the revision that was seen; without one the action does not ask what happened meanwhile."""

    id: UUID
    revision: int | None = None


class ActionIn(Schema):
    """What to do with which alerts. `to`: `user:<id>` or `unit:<code>` for `assign`; `minutes` for `shelve`."""

    alerts: list[TargetIn]
    note: str = ""
    to: str = ""
    minutes: int = 0


class ConflictOut(Schema):
    """Why one alert was left as it is."""

    id: UUID
    number: str
    message: str
    revision: int


class BulkOut(Schema):
    """What was done, what was not and why, and what takes it back."""

    changed: list[AlertOut]
    conflicts: list[ConflictOut]
    undo: UUID | None
    undo_until: datetime | None


class WindowIn(Schema):
    """A maintenance window: of an asset, of a rule (its family), or with neither of everything of the unit."""

    unit: str
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    reason: str
    asset: str = ""
    rule: str = ""


class WindowOut(Schema):
    """A maintenance window."""

    id: UUID
    unit_name: str
    asset_code: str
    family: str
    whole_unit: bool
    starts_at: datetime
    ends_at: datetime
    reason: str
    made_by: str
    made_at: datetime
    ended_by: str
    active: bool


class WindowsOut(Schema):
    """All windows; never more than one page."""

    items: list[WindowOut]


Action = Literal["acknowledge", "assign", "shelve", "unshelve", "close", "false-alarm", "reopen", "note"]


@router.get("/alerts", response=AlertsOut, operation_id="list_alerts", summary="Danh sách cảnh báo")
def list_alerts(request: HttpRequest, asked: Query[ListQuery]) -> Any:
    """Alerts that the caller sees, the newest first; `members` also lists those under a head."""
    units = organisations.subtree_ids(organisations.unit(asked.unit).id) if asked.unit else None
    narrowed = QueueFilter(
        tab=asked.tab, severity=asked.severity, unit_ids=units, asset=asked.asset, rule=asked.rule, q=asked.q, drill=asked.drill,
        since=asked.since, until=asked.until, with_members=asked.members,
    )  # fmt: skip
    page = alert_queries.queue(_scope(request), narrowed, asked.cursor, limit=min(max(asked.limit, 1), 500))
    return {"items": [_plain(one) for one in page.items], "next": page.next}


@router.get("/alert-counts", response=CountsOut, operation_id="count_alerts", summary="Số cảnh báo đang mở")
def count_alerts(request: HttpRequest) -> Any:
    """What waits for the caller."""
    return _plain(alert_queries.counts(_scope(request)))


@router.get("/alerts/{number}", response=AlertDetailOut, operation_id="get_alert", summary="Một cảnh báo")
def get_alert(request: HttpRequest, response: HttpResponse, number: str) -> Any:
    """One alert by number or id; its ETag changes with every change."""
    found = alert_queries.alert(_scope(request), number)
    response["ETag"] = f'"{found.id}:{found.revision}"'
    rule = found.rule
    return _plain(found) | {
        "rule": {"id": rule.id, "code": rule.code, "name": rule.name, "version": rule.version, "content": rule.content.content},
        "facts": dict(found.facts), "members": [one.number for one in found.members], "earlier": [one.number for one in found.earlier],
    }  # fmt: skip


@router.post("/alert-actions/{action}", response=BulkOut, operation_id="act_on_alerts", summary="Xử lý cảnh báo")
def act_on_alerts(request: HttpRequest, action: Action, body: ActionIn) -> Any:
    """Do one thing with many alerts; those that somebody handled meanwhile are left and named."""
    scope = _scope(request)
    targets = {one.id: one.revision for one in body.alerts}
    match action:
        case "acknowledge":
            done = actions.acknowledge(scope=scope, targets=targets, note=body.note)
        case "assign":
            done = actions.assign(scope=scope, targets=targets, note=body.note, **_to(body.to))
        case "shelve":
            done = actions.shelve(scope=scope, targets=targets, minutes=body.minutes, reason=body.note)
        case "unshelve":
            done = actions.unshelve(scope=scope, targets=targets)
        case "close":
            done = actions.close(scope=scope, targets=targets, note=body.note)
        case "false-alarm":
            done = actions.false_alarm(scope=scope, targets=targets, note=body.note)
        case "reopen":
            done = actions.reopen(scope=scope, targets=targets, note=body.note)
        case "note":
            done = actions.add_note(scope=scope, targets=targets, note=body.note)
    return _bulk(done)


@router.post("/alert-undo/{undo_id}", response=BulkOut, operation_id="undo_alert_action", summary="Hoàn tác")
def undo_alert_action(request: HttpRequest, undo_id: UUID) -> Any:
    """Take an own action back within ten minutes."""
    return _bulk(undoing.undo(scope=_scope(request), undo_id=undo_id))


@router.get("/maintenance-windows", response=WindowsOut, operation_id="list_maintenance_windows", summary="Đợt bảo trì")
def list_maintenance_windows(request: HttpRequest, past: bool = False) -> Any:
    """Running and coming windows; `past` adds those of the last 30 days."""
    return {"items": [_plain(one) for one in maintenance.windows(_scope(request), past=past)]}


@router.post(
    "/maintenance-windows",
    response={201: WindowOut},
    operation_id="create_maintenance_window",
    summary="Lập đợt bảo trì",
)
def create_maintenance_window(request: HttpRequest, body: WindowIn) -> Status[Any]:
    """Begin a window now or later."""
    made = maintenance.create(
        scope=_scope(request), unit_id=organisations.unit(body.unit).id, starts_at=body.starts_at, ends_at=body.ends_at,
        reason=body.reason, asset_code=body.asset, family=body.rule,
    )  # fmt: skip
    return Status(201, _plain(made))


@router.post(
    "/maintenance-windows/{window_id}/end",
    response=WindowOut,
    operation_id="end_maintenance_window",
    summary="Kết thúc bảo trì",
)
def end_maintenance_window(request: HttpRequest, window_id: UUID) -> Any:
    """End a window before its time."""
    return _plain(maintenance.end(scope=_scope(request), window_id=window_id))


def _scope(request: HttpRequest) -> Scope:
    return require(scope_of(request), policies.VIEW)


def _plain(value: Any) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(value, builtin_types=(datetime, UUID))
    return found


def _bulk(done: Bulk) -> dict[str, Any]:
    return _plain(done)


def _to(text: str) -> dict[str, UUID]:
    """`user:<id>` or `unit:<code>`. Raises InvalidInput."""
    kind, _colon, name = text.partition(":")
    if kind == "unit":
        return {"unit_id": organisations.unit(name).id}
    try:
        return {"user_id": UUID(name)} if kind == "user" else {}
    except ValueError as error:
        raise InvalidInput(_("Không có người này."), fields={"to": _("không tìm thấy")}) from error
