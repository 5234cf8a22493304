"""Maintenance windows: while something is being worked on its alerts are kept and marked, and nobody is called for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.alerts import policies
from sen.apps.alerts.alert_models import Alert, MaintenanceWindow
from sen.apps.assets import interface as assets
from sen.apps.audit import interface as audit
from sen.apps.organisations import interface as organisations
from sen.kernel import clock
from sen.kernel.errors import InvalidInput, NotFound

LONGEST = timedelta(days=30)


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """A window as people see it; exactly one of `asset_code`, `family` and `whole_unit` says what it is about."""

    id: UUID
    unit_id: UUID
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


def mark_silent(raised: Sequence[Alert]) -> None:
    """Mark new alerts that fall into a window. Not yet written ones: the caller stores them."""
    if not raised:
        return
    moments = [one.raised_at for one in raised]
    found = list(MaintenanceWindow.objects.filter(starts_at__lte=max(moments), ends_at__gt=min(moments)))
    if not found:
        return
    below = organisations.subtrees({one.unit_id for one in found})
    for alert in raised:
        alert.silent = any(_covers(one, alert, below[one.unit_id]) for one in found)


def _covers(window: MaintenanceWindow, alert: Alert, units: frozenset[UUID]) -> bool:
    return window.starts_at <= alert.raised_at < window.ends_at and _concerns(window, alert, units)


def _concerns(window: MaintenanceWindow, alert: Alert, units: frozenset[UUID]) -> bool:
    if alert.unit_id not in units:
        return False
    if window.asset_code:
        return window.asset_code == alert.asset_code
    if window.family:
        return window.family == alert.family
    return window.whole_unit


def windows(scope: Scope, *, past: bool = False) -> list[Window]:
    """Those of units that the caller sees, the running and coming ones first; `past` adds those of the last 30 days."""
    require(scope, policies.VIEW)
    now = clock.now()
    since = now - LONGEST if past else now
    found = MaintenanceWindow.objects.filter(ends_at__gt=since)
    if not scope.everything:
        found = found.filter(unit_id__in=scope.unit_ids)
    rows = list(found)
    units = organisations.units_by_id({row.unit_id for row in rows})
    return [_value(row, units[row.unit_id].name, now) for row in rows]


def create(
    *,
    scope: Scope,
    unit_id: UUID,
    starts_at: datetime,
    ends_at: datetime,
    reason: str,
    asset_code: str = "",
    family: str = "",
) -> Window:
    """A window for an asset, a rule, or (with neither) everything of a unit. Raises InvalidInput, NotFound, Forbidden."""
    require(scope, policies.MAINTAIN, unit_id)
    now = clock.now()
    if not reason.strip():
        raise InvalidInput(
            _("Chưa ghi lý do bảo trì."), action=_("Ghi việc đang làm và người làm."), fields={"reason": _("bắt buộc")}
        )
    if ends_at <= starts_at or ends_at <= now:
        raise InvalidInput(_("Giờ kết thúc phải sau giờ bắt đầu và sau bây giờ."), fields={"ends_at": _("quá sớm")})
    if ends_at - starts_at > LONGEST:
        raise InvalidInput(
            _("Bảo trì dài nhất là {days} ngày.").format(days=LONGEST.days),
            action=_("Tắt quy tắc nếu thiết bị ngừng lâu hơn."),
            fields={"ends_at": _("quá xa")},
        )
    if asset_code:
        found = assets.asset(scope, asset_code)
        if found.owner_unit_id not in organisations.subtree_ids(unit_id):
            raise NotFound(_("Trạm này không thuộc đơn vị đã chọn."), asset=asset_code)
    with transaction.atomic():
        row = MaintenanceWindow.objects.create(
            unit_id=unit_id, asset_code=asset_code, family=family, whole_unit=not (asset_code or family), starts_at=starts_at,
            ends_at=ends_at, reason=reason.strip(), made_at=now, made_by=scope.username,
        )  # fmt: skip
        audit.record(
            scope=scope, action="alerts.maintain", object_type="maintenance_window", object_id=str(row.pk), unit_id=unit_id,
            detail={"asset": asset_code, "rule": family, "until": ends_at.isoformat(), "reason": row.reason},
        )  # fmt: skip
    return _value(row, organisations.unit_by_id(unit_id).name, now)


def end(*, scope: Scope, window_id: UUID) -> Window:
    """End a window now. NotFound where the caller may not see it or it is over."""
    now = clock.now()
    with transaction.atomic():
        row = MaintenanceWindow.objects.select_for_update().filter(pk=window_id, ends_at__gt=now).first()
        if row is None or not scope.sees(row.unit_id):
            raise NotFound(_("Không có đợt bảo trì đang hiệu lực này."))
        require(scope, policies.MAINTAIN, row.unit_id)
        row.ends_at, row.ended_by = max(now, row.starts_at), scope.username
        row.save(update_fields=["ends_at", "ended_by"])
        audit.record(
            scope=scope, action="alerts.maintain", object_type="maintenance_window", object_id=str(row.pk), unit_id=row.unit_id,
            detail={"ended": True},
        )  # fmt: skip
    return _value(row, organisations.unit_by_id(row.unit_id).name, now)


def uncovered(silent: QuerySet[Alert], now: datetime) -> list[UUID]:
    """Those of the silent alerts that no window covers any more."""
    rows = list(silent)
    if not rows:
        return []
    found = list(MaintenanceWindow.objects.filter(starts_at__lte=now, ends_at__gt=now))
    below = organisations.subtrees({one.unit_id for one in found}) if found else {}
    return [row.pk for row in rows if not any(_concerns(one, row, below[one.unit_id]) for one in found)]


def _value(row: MaintenanceWindow, unit_name: str, now: datetime) -> Window:
    return Window(
        id=row.pk, unit_id=row.unit_id, unit_name=unit_name, asset_code=row.asset_code, family=row.family,
        whole_unit=row.whole_unit, starts_at=row.starts_at, ends_at=row.ends_at, reason=row.reason, made_by=row.made_by,
        made_at=row.made_at, ended_by=row.ended_by, active=row.starts_at <= now < row.ends_at,
    )  # fmt: skip
