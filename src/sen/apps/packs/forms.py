"""The kind `form`: the fields that a unit asks for, in order."""

from __future__ import annotations

from typing import Literal

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sen.apps.packs.inheritance.values import Fault, TemplateKind
from sen.kernel.identifiers import is_code

KIND = "form"


class FormField(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One field. `code_list` names the list that a choice is made from; `unit`, `minimum`, `maximum` are for numbers.

    `personal`: what is filled in is personal data, masked for who has no reason to read it.
    """

    code: str
    label: str
    type: Literal["text", "number", "date", "choice", "file", "yes_no"]
    required: bool = False
    personal: bool = False
    code_list: str = ""
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None


class Form(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The content of a form."""

    fields: list[FormField] = []


def check(content: Form) -> list[Fault]:
    """What is wrong with the fields: no label, a choice without its list, bounds where there is no number."""
    faults: list[Fault] = []
    for field in content.fields:
        at = f"/fields/{field.code}"
        if not field.label.strip():
            faults.append(Fault(f"{at}/label", _("cần nhãn")))
        if field.type == "choice" and not is_code(field.code_list):
            faults.append(Fault(f"{at}/code_list", _("mục lựa chọn cần mã danh mục")))
        if field.type != "choice" and field.code_list:
            faults.append(Fault(f"{at}/code_list", _("chỉ mục lựa chọn mới có danh mục")))
        if field.type != "number" and (field.unit or field.minimum is not None or field.maximum is not None):
            faults.append(Fault(at, _("chỉ mục số mới có đơn vị đo và khoảng giá trị")))
        if field.minimum is not None and field.maximum is not None and field.minimum > field.maximum:
            faults.append(Fault(f"{at}/minimum", _("giá trị thấp nhất không được lớn hơn giá trị cao nhất")))
    return faults


TEMPLATE_KIND = TemplateKind(
    code=KIND,
    name=gettext_lazy("Biểu mẫu"),
    content=Form,
    open_choices=(
        ("/fields/*", gettext_lazy("Thêm, thay hoặc bỏ mục")),
        ("/fields/*/label", gettext_lazy("Nhãn")),
        ("/fields/*/required", gettext_lazy("Bắt buộc nhập")),
    ),
    check=check,
    field_names={
        "fields": gettext_lazy("Các mục"),
        "label": gettext_lazy("Nhãn"),
        "type": gettext_lazy("Kiểu"),
        "required": gettext_lazy("Bắt buộc nhập"),
        "personal": gettext_lazy("Dữ liệu cá nhân"),
        "code_list": gettext_lazy("Danh mục"),
        "unit": gettext_lazy("Đơn vị đo"),
        "minimum": gettext_lazy("Giá trị thấp nhất"),
        "maximum": gettext_lazy("Giá trị cao nhất"),
    },
)
