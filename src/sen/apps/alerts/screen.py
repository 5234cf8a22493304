"""What the screens of alerts say beyond the alert itself: who may do what, figures, what was done before, who was not reached."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from sen.apps.access import interface as access
from sen.apps.access.interface import Role, Scope
from sen.apps.alerts import policies
from sen.apps.alerts.alert_values import AlertDetail, EarlierAlert
from sen.apps.alerts.rules import words
from sen.apps.assets import interface as assets
from sen.apps.notifications import interface as notifications
from sen.apps.organisations import interface as organisations
from sen.apps.shifts import interface as shifts
from sen.kernel import clock

ACTIONS = {
    "acknowledge": policies.ACKNOWLEDGE, "assign": policies.HANDLE, "shelve": policies.HANDLE, "unshelve": policies.HANDLE, "join": policies.HANDLE,
    "false_alarm": policies.HANDLE, "close": policies.HANDLE, "reopen": policies.HANDLE, "note": policies.HANDLE, "incident": "incidents.open",
}  # fmt: skip
"""What a button or key does → the action that it needs."""

WHILE = {
    "acknowledge": {"unseen", "seen"},
    "assign": {"unseen", "seen", "acknowledged", "assigned"},
    "incident": {"unseen", "seen", "acknowledged", "assigned", "shelved"},
    "join": {"unseen", "seen", "acknowledged", "assigned", "shelved"},
    "shelve": {"unseen", "seen", "acknowledged", "assigned"},
    "unshelve": {"shelved"},
    "false_alarm": {"unseen", "seen", "acknowledged", "assigned", "shelved"},
    "close": {"unseen", "seen", "acknowledged", "assigned", "shelved"},
    "reopen": {"closed"},
    "note": {"unseen", "seen", "acknowledged", "assigned", "shelved", "joined", "closed"},
}
"""In which states of an alert an action makes sense."""

KM_PER_DEGREE = 111.32
SHELVE_MINUTES = (15, 30, 60, 120, 240, 480)


@dataclass(frozen=True)
class StateLine:
    """One line about where an alert stands, with an address where there is more to see."""

    icon: str
    words: str
    address: str = ""
    link: str = ""


def allowed(scope: Scope, unit_id: UUID | None = None) -> list[str]:
    """What the caller may do with alerts (of a unit)."""
    return [name for name, action in ACTIONS.items() if _may(scope, action, unit_id)]


def _may(scope: Scope, action: str, unit_id: UUID | None) -> bool:
    try:
        return scope.allows(action, unit_id) if unit_id else scope.allows(action)
    except KeyError:
        return False


def possible(scope: Scope, alert: AlertDetail) -> list[str]:
    """What the caller may do with this alert as it stands."""
    places = [one.id for one in (alert.unit, alert.territory) if one]
    may = {name for place in places for name in allowed(scope, place)}
    return [name for name in ACTIONS if name in may and alert.state in WHILE[name]]


def dialogs(scope: Scope) -> dict[str, Any]:
    """What the dialogs offer: for how long to shelve, and to whom to assign."""
    memberships = organisations.memberships(scope.user_id) if scope.user_id else []
    unit = memberships[0].unit if memberships else organisations.province()
    on_duty = shifts.on_duty(unit.id, Role.DUTY_OFFICER, clock.now())
    known = {one.id for one in on_duty} | {scope.user_id}
    people = access.people_by_id(organisations.member_ids([unit.id]) - known)
    units = [one for one in [*organisations.departments(), *organisations.communes()] if scope.sees(one.id)]
    return {
        "shelve_for": [(minutes, words.minutes(minutes)) for minutes in SHELVE_MINUTES],
        "on_duty": [one for one in on_duty if one.id != scope.user_id],
        "people": [{"id": key, "name": name} for key, name in sorted(people.items(), key=lambda one: one[1])],
        "assignable_units": [(one.code, one.name) for one in units],
    }  # fmt: skip


def state_lines(alert: AlertDetail) -> list[StateLine]:
    """Where the alert stands with people, in the order in which an officer asks."""
    lines: list[StateLine] = []
    if alert.silent:
        lines.append(StateLine("clock", _("Báo trong thời gian bảo trì: không ai được nhắn.")))
    if alert.acknowledged_at:
        said = _("{name} đã xác nhận lúc {when}.").format(name=alert.acknowledged_by, when=_when(alert.acknowledged_at))
        lines.append(StateLine("check", said))
    if alert.assigned_to:
        lines.append(StateLine("user", _("Giao cho {name}.").format(name=alert.assigned_to)))
    if alert.shelved_until:
        said = _("{name} tạm ẩn đến {when}: {reason}").format(
            name=alert.shelved_by, when=_when(alert.shelved_until), reason=alert.shelved_reason
        )
        lines.append(StateLine("clock", said))
    if alert.incident_number:
        lines.append(StateLine("flag", _("Thuộc sự cố"), f"/incidents/{alert.incident_number}/", alert.incident_number))
    if alert.cleared_at:
        lines.append(StateLine("check", _("Đã trở lại bình thường lúc {when}.").format(when=_when(alert.cleared_at))))
    if alert.closed_at:
        said = _("{name} đóng lúc {when}: {note}").format(
            name=alert.closed_by or _("Trung tâm"), when=_when(alert.closed_at), note=alert.outcome_note or _outcome(alert.outcome)
        )  # fmt: skip
        lines.append(StateLine("check", said))
    return lines


def _when(at: datetime) -> str:
    local = clock.local(at)
    return f"{local:%H:%M}" if local.date() == clock.local(clock.now()).date() else f"{local:%H:%M %d/%m/%Y}"


def _outcome(outcome: str) -> str:
    return {
        "handled": _("đã xử lý"), "false_alarm": _("báo động giả"), "joined": _("xử lý trong sự cố"), "cleared_by_itself": _("tự hết"),
    }.get(outcome, "")  # fmt: skip


@dataclass(frozen=True)
class Before:
    """An earlier occurrence as a row: when, how far it went, what was done, how long that took."""

    number: str
    at: datetime
    peak: str
    done: str
    took: str


def before(alert: AlertDetail) -> list[Before]:
    """The last five times and what people did then."""
    return [
        Before(one.number, one.raised_at, words.measured(one.peak_value, alert.property) if one.peak_value is not None else "", _done(one), _took(one))
        for one in alert.earlier[:5]
    ]  # fmt: skip


def _done(one: EarlierAlert) -> str:
    if one.incident_number:
        return _("Mở sự cố {number}").format(number=one.incident_number)
    if one.note:
        return one.note
    if one.outcome:
        return _outcome(one.outcome).capitalize()
    return _("{name} xác nhận").format(name=one.acknowledged_by) if one.acknowledged_by else _("Chưa ai xử lý")


def _took(one: EarlierAlert) -> str:
    end = one.closed_at or one.cleared_at
    return words.seconds(int((end - one.raised_at).total_seconds())) if end else "–"


def undelivered(alert: AlertDetail) -> list[dict[str, str]]:
    """Who could not be told about the alert, and why."""
    found = notifications.state_of([f"alert:{alert.id}"]).get(f"alert:{alert.id}")
    return [{"name": one.name, "why": f"{one.carrier}, {one.reason}"} for one in found.undeliverable] if found else []


@dataclass(frozen=True)
class Near:
    """Something that stands near an alert, with its distance in km."""

    code: str
    name: str
    kind_name: str
    km: float


NEAR_DEGREES = 0.12
NEAR_SHOWN = 5


def nearby(scope: Scope, alert: AlertDetail) -> list[Near]:
    """Cameras first, then gates, pumps and what else of another kind stands within about 13 km, the nearest of them."""
    if alert.lon is None or alert.lat is None:
        return []
    west, south, east, north = (
        alert.lon - NEAR_DEGREES,
        alert.lat - NEAR_DEGREES,
        alert.lon + NEAR_DEGREES,
        alert.lat + NEAR_DEGREES,
    )
    picture = assets.map_picture(scope, bbox=f"{west},{south},{east},{north}", zoom=22.0)
    shrink = math.cos(math.radians(alert.lat))
    found = [
        Near(
            one["code"], one["name"], words.asset_kind(one["kind"]),
            math.hypot((one["lon"] - alert.lon) * shrink, one["lat"] - alert.lat) * KM_PER_DEGREE,
        )
        for one in picture["items"]
        if one["type"] == "asset" and one["kind"] != alert.asset_kind
    ]  # fmt: skip
    cameras = {one["code"] for one in picture["items"] if "camera" in one.get("kind", "")}
    return sorted(found, key=lambda one: (one.code not in cameras, one.km))[:NEAR_SHOWN]
