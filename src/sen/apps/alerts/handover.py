"""What the alerts bring to a shift's hand-over: what is open, shelved, overdue, which maintenance runs, the shift in figures."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sen.apps.access.interface import Scope
from sen.apps.alerts import alert_queries
from sen.apps.alerts.alert_models import MaintenanceWindow
from sen.apps.alerts.alert_values import AlertSummary, QueueFilter
from sen.apps.organisations import interface as organisations
from sen.apps.shifts import interface as shifts
from sen.kernel import clock

MOST = 100


def register() -> None:
    """Add the sections to every hand-over; called by ready()."""
    shifts.register_section("alerts-shift", gettext_lazy("Cảnh báo trong ca"), _figures, order=5)
    shifts.register_section("alerts", gettext_lazy("Cảnh báo đang mở"), _open, order=20)
    shifts.register_section("alerts-shelved", gettext_lazy("Cảnh báo tạm gác"), _shelved, order=25)
    shifts.register_section("maintenance", gettext_lazy("Bảo trì đang hoặc sắp diễn ra"), _maintenance, order=50)


def _open(scope: Scope, unit_id: UUID, since: datetime) -> list[shifts.Line]:
    """Open heads, those past their clock first."""
    wanted = QueueFilter(tab="all", unit_ids=organisations.subtree_ids(unit_id))
    found = alert_queries.queue(scope, wanted, limit=MOST).items
    return [_line(one) for one in sorted(found, key=lambda one: (not one.overdue, one.raised_at))]


def _line(one: AlertSummary) -> shifts.Line:
    parts = [_("quá hạn xử lý")] if one.overdue else []
    parts.append(
        _("{who} đã ghi nhận").format(who=one.acknowledged_by) if one.acknowledged_by else _("chưa ai ghi nhận")
    )
    if one.incident_number:
        parts.append(one.incident_number)
    return shifts.Line(
        f"alert:{one.id}",
        f"{one.number} {one.title}",
        " · ".join([one.why, *parts]),
        f"/alerts/{one.number}/",
        one.severity,
    )


def _shelved(scope: Scope, unit_id: UUID, since: datetime) -> list[shifts.Line]:
    wanted = QueueFilter(tab="shelved", unit_ids=organisations.subtree_ids(unit_id))
    return [
        shifts.Line(
            f"alert:{one.id}", f"{one.number} {one.title}",
            _("gác tới {time}: {reason}").format(
                time=f"{clock.local(one.shelved_until):%H:%M %d/%m}" if one.shelved_until else "", reason=one.shelved_reason
            ),
            f"/alerts/{one.number}/", one.severity,
        )
        for one in alert_queries.queue(scope, wanted, limit=MOST).items
    ]  # fmt: skip


def _maintenance(scope: Scope, unit_id: UUID, since: datetime) -> list[shifts.Line]:
    found = MaintenanceWindow.objects.filter(unit_id__in=organisations.subtree_ids(unit_id), ends_at__gt=clock.now())
    return [
        shifts.Line(
            f"maintenance:{one.pk}", f"{clock.local(one.starts_at):%H:%M %d/%m}–{clock.local(one.ends_at):%H:%M %d/%m}: {one.reason}",
            one.asset_code or one.family or _("cả đơn vị"), "/alerts/maintenance/",
        )
        for one in found.select_related("unit")[:MOST]
    ]  # fmt: skip


def _figures(scope: Scope, unit_id: UUID, since: datetime) -> list[shifts.Line]:
    """What came in since the shift began, drills apart."""
    units = list(organisations.subtree_ids(unit_id))
    mine = Q(unit_id__in=units) | Q(territory_id__in=units) | Q(desk_id__in=units)
    row = alert_queries.visible(scope).filter(mine, raised_at__gte=since, drill=False).aggregate(
        raised=Count("pk"), serious=Count("pk", filter=Q(severity="serious")),
        taken=Count("pk", filter=Q(acknowledged_at__isnull=False)), closed=Count("pk", filter=Q(closed_at__isnull=False)),
    )  # fmt: skip
    words = _("{raised} cảnh báo mới, {serious} nghiêm trọng; {taken} đã ghi nhận, {closed} đã đóng").format(**row)
    return [shifts.Line("figures", words, _("từ {time}").format(time=f"{clock.local(since):%H:%M %d/%m}"))]
