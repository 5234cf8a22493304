"""The rail: only what works in this version, each entry with its key after `g`, its part of the site and who sees it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sen.apps.access.interface import Scope


@dataclass(frozen=True, slots=True)
class Entry:
    """One word of the rail. `action` hides it from those who may do nothing there."""

    key: str
    words: str | Promise
    icon: str
    address: str
    section: str
    action: str = ""
    last: bool = False
    short: str | Promise = ""
    """What stands in the bar of a phone, where it differs."""


RAIL = (
    Entry("t", _("Tổng quan"), "home", "/", "home"),
    Entry("a", _("Cảnh báo"), "bell", "/alerts/", "alerts", "alerts.view"),
    Entry("s", _("Sự cố"), "flag", "/incidents/", "incidents", "incidents.view"),
    Entry("b", _("Bản đồ"), "map", "/map/", "map"),
    Entry("c", _("Chỉ tiêu & nhiệm vụ"), "goal", "/figures/", "figures", "indicators.view", short=_("Chỉ tiêu")),
    Entry("d", _("Dữ liệu"), "data", "/data/connections/", "data"),
    Entry("q", _("Quản trị"), "adm", "/admin/units/", "admin", last=True),
)

HOME = (
    Entry("", _("Trang đầu"), "", "/", "home"),
    Entry("", _("Bảng điều hành"), "", "/dashboards/", "dashboards", "dashboards.view"),
    Entry("", _("Màn hình"), "", "/walls/", "walls", "dashboards.view"),
)

ALERTS = (
    Entry("", _("Hàng chờ"), "", "/alerts/", "alerts", "alerts.view"),
    Entry("", _("Quy tắc"), "", "/rules/", "rules", "alerts.view_rules"),
    Entry("", _("Chất lượng"), "", "/alerts/quality/", "quality", "alerts.view_quality"),
    Entry("", _("Bảo trì"), "", "/alerts/maintenance/", "maintenance", "alerts.view"),
    Entry("", _("Ca trực"), "", "/shifts/", "shifts", "shifts.view"),
)

INCIDENTS = (
    Entry("", _("Danh sách sự cố"), "", "/incidents/", "incidents", "incidents.view"),
    Entry("", _("Được giao"), "", "/incidents/dispatches/", "dispatches", "incidents.answer"),
    Entry("", _("Quy trình"), "", "/procedures/", "procedures", "incidents.view"),
    Entry("", _("Khẩn cấp"), "", "/emergency/", "emergency", "emergency.view"),
)

WORK = (
    Entry("", _("Chỉ tiêu"), "", "/figures/", "figures", "indicators.view"),
    Entry("", _("Nhập số liệu"), "", "/figures/sheets/", "sheets", "indicators.view"),
    Entry("", _("Nhiệm vụ"), "", "/tasks/", "tasks", "directives.view"),
    Entry("", _("Thủ tục"), "", "/dossiers/", "dossiers", "procedures.view"),
    Entry("", _("Văn bản"), "", "/documents/", "documents", "documents.view"),
    Entry("", _("Chương trình"), "", "/programme/", "programme", "programme.view"),
)

DATA = (
    Entry("", _("Bàn kết nối"), "", "/data/connections/", "connections"),
    Entry("", _("Thiết bị mới"), "", "/data/proposals/", "proposals", "sources.view"),
    Entry("", _("Bản ghi lỗi"), "", "/data/dead-letters/", "dead-letters", "sources.see_payloads"),
    Entry("", _("Ngưỡng và gói"), "", "/data/limits/", "limits"),
    Entry("", _("Phân hệ"), "", "/modules/", "modules", "effectiveness.view"),
)

ADMINISTRATION = (
    Entry("", _("Đơn vị"), "", "/admin/units/", "units"),
    Entry("", _("Lịch làm việc"), "", "/admin/working-days/", "working-days"),
    Entry("", _("Người dùng"), "", "/admin/people/", "people", "access.list_people"),
    Entry("", _("Mẫu dùng chung"), "", "/templates/", "templates"),
    Entry("", _("Trung tâm cấp xã"), "", "/centres/", "centres", "centres.view"),
    Entry("", _("Gói dữ liệu"), "", "/admin/packs/", "packs", "packs.view"),
    Entry("", _("Nhật ký"), "", "/admin/audit/", "audit", "audit.list"),
    Entry("", _("Tình trạng hệ thống"), "", "/admin/health/", "health"),
)


def visible(entries: tuple[Entry, ...], scope: Scope | None) -> list[Entry]:
    """The entries that this caller may use."""
    return [entry for entry in entries if not entry.action or (scope is not None and _allows(scope, entry.action))]


def _allows(scope: Scope, action: str) -> bool:
    try:
        return scope.allows(action)
    except KeyError:
        return False
