"""Dashboards as a kind of template: what their content is, what a publisher may leave open, and the names of fields."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from sen.apps.dashboards.content import Content, faults
from sen.apps.packs import interface as packs

KIND = "dashboard"

OPEN_CHOICES = (
    ("/tiles/*", _("Mọi ô: thêm, sửa, bỏ")),
    ("/tiles/*/settings", _("Cài đặt của các ô")),
    ("/tiles/*/settings/hours", _("Khoảng thời gian của các ô")),
    ("/tiles/*/settings/series", _("Chuỗi số liệu của các ô")),
    ("/tiles/*/settings/text", _("Nội dung ghi chú")),
    ("/tiles/*/title", _("Tiêu đề các ô")),
)
FIELD_NAMES = {
    "tiles": _("Ô"), "title": _("Tiêu đề"), "title_en": _("Tiêu đề tiếng Anh"), "kind": _("Loại ô"), "x": _("Cột"), "y": _("Hàng"),
    "w": _("Rộng"), "h": _("Cao"), "settings": _("Cài đặt"), "series": _("Chuỗi số liệu"), "property": _("Thông số"),
    "asset_kind": _("Loại trạm"), "fn": _("Cách tính"), "hours": _("Số giờ"), "name": _("Chỉ số"), "what": _("Danh sách"),
    "limit": _("Số dòng"), "kinds": _("Loại trạm trên bản đồ"), "tree": _("Cây đơn vị"), "text": _("Nội dung"), "code": _("Mã"),
}  # fmt: skip


def _check(content: Content) -> Sequence[packs.Fault]:
    return [packs.Fault(path, message) for path, message in faults(content)]


def register() -> None:
    """Declare the kind; called once from AppConfig.ready."""
    packs.register_template_kind(
        packs.TemplateKind(
            code=KIND,
            name=_("Bảng điều hành"),
            content=Content,
            open_choices=OPEN_CHOICES,
            check=_check,
            field_names=FIELD_NAMES,
        )
    )
