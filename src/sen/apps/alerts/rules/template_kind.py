"""Rules as a kind of template: their content, what a publisher may leave open, and the names of fields."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from sen.apps.alerts.rules.checks import faults
from sen.apps.packs import interface as packs

KIND = "rule"

OPEN_CHOICES = (
    ("/when/above", _("Ngưỡng trên")),
    ("/when/below", _("Ngưỡng dưới")),
    ("/when/rise", _("Mức tăng")),
    ("/when/fall", _("Mức giảm")),
    ("/when/over_minutes", _("Tăng, giảm trong bao lâu")),
    ("/when/severity", _("Từ mức giới hạn nào")),
    ("/when/category", _("Từ mức chỉ số nào")),
    ("/when/within_hours", _("Dự báo trước bao lâu")),
    ("/when/at_least", _("Ít nhất bao nhiêu")),
    ("/when/within_km", _("Trong khoảng cách nào")),
    ("/when/window_minutes", _("Trong khoảng thời gian nào")),
    ("/duration_s", _("Kéo dài bao lâu")),
    ("/hysteresis", _("Khoảng trễ khi hết")),
    ("/clear_after_s", _("Chờ bao lâu rồi coi là hết")),
    ("/severity", _("Mức cảnh báo")),
    ("/procedure", _("Quy trình xử lý")),
    ("/clock_minutes", _("Thời hạn xử lý")),
    ("/role", _("Báo cho vai trò nào")),
    ("/hours", _("Xét vào lúc nào")),
    ("/group", _("Gộp cảnh báo theo")),
    ("/advice", _("Lời dặn")),
)
FIELD_NAMES = {
    "code": _("Mã"), "name": _("Tên"), "name_en": _("Tên tiếng Anh"), "when": _("Khi"), "kind": _("Kiểu điều kiện"), "property": _("Thông số"),
    "averaging": _("Thời gian trung bình"), "asset_kind": _("Loại tài sản"), "above": _("Ngưỡng trên"), "below": _("Ngưỡng dưới"),
    "rise": _("Mức tăng"), "fall": _("Mức giảm"), "over_minutes": _("Trong bao nhiêu phút"), "index": _("Chỉ số"),
    "category": _("Mức của chỉ số"), "within_hours": _("Trước bao nhiêu giờ"), "method": _("Cách dự báo"), "of": _("Các điều kiện"),
    "at_least": _("Ít nhất"), "within_km": _("Trong bao nhiêu km"), "window_minutes": _("Trong bao nhiêu phút"),
    "text": _("Biểu thức"), "record": _("Loại hồ sơ"), "severity": _("Mức độ"), "procedure": _("Quy trình xử lý"),
    "clock_minutes": _("Thời hạn xử lý (phút)"), "duration_s": _("Kéo dài (giây)"), "hysteresis": _("Khoảng trễ"),
    "clear_after_s": _("Chờ hết (giây)"), "hours": _("Xét vào lúc"), "tide": _("Triều"), "role": _("Báo cho"), "group": _("Gộp theo"),
    "group_minutes": _("Gộp trong (phút)"), "hazard": _("Loại sự cố"), "advice": _("Lời dặn"),
}  # fmt: skip


def register() -> None:
    """Declare the kind; called once from AppConfig.ready."""
    packs.register_template_kind(
        packs.TemplateKind(
            code=KIND, name=_("Quy tắc cảnh báo"), content=packs.Rule, open_choices=OPEN_CHOICES, check=faults,
            field_names=FIELD_NAMES,
        )
    )  # fmt: skip
