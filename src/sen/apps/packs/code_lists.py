"""The kind `code_list`: codes with names that forms and lists choose from."""

from __future__ import annotations

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sen.apps.packs.inheritance.values import Fault, TemplateKind

KIND = "code_list"


class CodeItem(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One choice; a retired one is no longer offered but still names what was entered with it."""

    code: str
    name: str
    name_en: str = ""
    retired: bool = False


class CodeList(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The content of a code list."""

    items: list[CodeItem] = []


def check(content: CodeList) -> list[Fault]:
    """Every choice needs a name."""
    return [Fault(f"/items/{item.code}/name", _("cần tên")) for item in content.items if not item.name.strip()]


TEMPLATE_KIND = TemplateKind(
    code=KIND,
    name=gettext_lazy("Danh mục mã"),
    content=CodeList,
    open_choices=(
        ("/items/*", gettext_lazy("Thêm, thay hoặc bỏ mục")),
        ("/items/*/name", gettext_lazy("Tên gọi")),
        ("/items/*/retired", gettext_lazy("Ngừng dùng")),
    ),
    check=check,
    field_names={
        "items": gettext_lazy("Các mục"),
        "name": gettext_lazy("Tên gọi"),
        "name_en": gettext_lazy("Tên tiếng Anh"),
        "retired": gettext_lazy("Ngừng dùng"),
    },
)
