"""What msgspec says about a value of the wrong type, in the words of the person who typed it."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as noop

_TYPES = {
    "float": gettext_lazy("số"),
    "int": gettext_lazy("số nguyên"),
    "str": gettext_lazy("chữ"),
    "bool": gettext_lazy("có hoặc không"),
    "null": gettext_lazy("để trống"),
    "array": gettext_lazy("danh sách"),
    "object": gettext_lazy("nhóm trường"),
}
_MESSAGES = (
    (re.compile(r"Expected `([^`]*)`, got `([^`]*)`"), noop("phải là {wanted}, nhưng nhận được {found}")),
    (re.compile(r"Object missing required field `([^`]*)`"), noop("thiếu trường “{wanted}”")),
    (re.compile(r"Object contains unknown field `([^`]*)`"), noop("không có trường nào tên “{wanted}”")),
    (re.compile(r"Invalid (?:enum )?value '([^']*)'"), noop("không có lựa chọn “{wanted}”")),
)


def in_words(message: str) -> str:
    """msgspec's message without its place, translated; one that is not known is repeated as it is."""
    for pattern, sentence in _MESSAGES:
        found = pattern.fullmatch(message)
        if found:
            wanted, *rest = (_types(part) for part in found.groups())
            return _(sentence).format(wanted=wanted, found="".join(rest))
    return _("giá trị không đúng kiểu ({detail})").format(detail=message)


def _types(text: str) -> str:
    """`float | null` as “số hoặc để trống”; other words stay."""
    return _(" hoặc ").join(str(_TYPES.get(part, part)) for part in text.split(" | "))
