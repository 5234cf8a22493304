"""Response procedures as a kind of template: their content, what a publisher may leave open, and the names of fields."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from sen.apps.incidents.procedures.checks import faults
from sen.apps.packs import interface as packs

KIND = "sop"

OPEN_CHOICES = (
    ("/steps/*/minutes", _("Thời hạn của các bước")),
    ("/steps/*/clock", _("Cách tính thời hạn")),
    ("/steps/*/words", _("Lời của các bước")),
    ("/steps/*/role", _("Vai trò của các bước")),
    ("/steps/*/dispatch", _("Giao cho ai")),
    ("/steps/*/form", _("Biểu mẫu kèm theo")),
    ("/steps/*", _("Cả bước: thêm, thay, bỏ")),
    ("/messages/*/words", _("Lời của các mẫu tin")),
    ("/messages/*", _("Cả mẫu tin: thêm, thay, bỏ")),
)
FIELD_NAMES = {
    "steps": _("Các bước"), "messages": _("Các mẫu tin"), "words": _("Nội dung"), "words_en": _("Nội dung tiếng Anh"), "role": _("Vai trò"),
    "minutes": _("Thời hạn (phút)"), "clock": _("Cách tính thời hạn"), "after": _("Làm sau bước"), "when": _("Chỉ làm khi"),
    "question": _("Câu hỏi"), "answers": _("Các câu trả lời"), "form": _("Biểu mẫu"), "message": _("Mẫu tin"), "dispatch": _("Giao cho"),
    "optional": _("Không bắt buộc"), "audience": _("Gửi cho"), "hazard": _("Loại sự cố"), "source": _("Căn cứ"), "name": _("Tên"),
    "name_en": _("Tên tiếng Anh"), "code": _("Mã"),
}  # fmt: skip


def register() -> None:
    """Declare the kind; called once from AppConfig.ready."""
    packs.register_template_kind(
        packs.TemplateKind(
            code=KIND,
            name=_("Quy trình ứng phó"),
            content=packs.Sop,
            open_choices=OPEN_CHOICES,
            check=faults,
            field_names=FIELD_NAMES,
        )
    )
