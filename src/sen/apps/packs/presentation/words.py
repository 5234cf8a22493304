"""Values, paths, versions, audiences and decisions of templates in words for people."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from sen.apps.organisations import interface as organisations
from sen.apps.packs.inheritance import diffs, kinds
from sen.apps.packs.inheritance.values import REMOVED, Audience, Decision

NOTHING = "–"


def plain(value: Any) -> str:
    """A value as people read it: `12,5`, `có`, `22/11/2026`, the parts of an item one after the other."""
    if value is REMOVED:
        return _("bỏ dòng này")
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return _("có") if value else _("không")
    if isinstance(value, int | float):
        return decimal(value)
    if isinstance(value, dict | list | tuple):
        inside = value.values() if isinstance(value, dict) else value
        return ", ".join(plain(one) for one in inside if one not in (None, "", [])) or NOTHING
    return _day(str(value))


def decimal(value: float) -> str:
    """A number without needless zeros, a comma before the decimals (a point on English pages)."""
    text = f"{value:.6f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
    return text if (get_language() or "vi").startswith("en") else text.replace(".", ",")


def _day(text: str) -> str:
    if len(text) != len("2026-11-22"):
        return text
    try:
        return date.fromisoformat(text).strftime("%d/%m/%Y")
    except ValueError:
        return text


def kind_name(code: str) -> str:
    """The name of a kind of template."""
    known = kinds.template_kinds().get(code)
    return str(known.name) if known else code


def path_words(kind: str, content: Mapping[str, Any], path: str) -> str:
    """A path in words, by the titles of items and the kind's names of fields; without the name of the list itself."""
    known = kinds.template_kinds().get(kind)
    said = diffs.words_of(dict(content), path, known.field_names if known else {})
    _list, sep, rest = said.partition(" › ")
    return rest if sep else said


def who(username: str) -> str:
    """Who decided something: a user name, or the system itself."""
    return _("hệ thống") if username == "system" else username


def open_words(kind: str, patterns: tuple[str, ...]) -> str:
    """What units may change, in words."""
    known = kinds.template_kinds().get(kind)
    names = dict(known.open_choices) if known else {}
    return ", ".join(_small(str(names.get(one, one))) for one in patterns)


def _small(words: str) -> str:
    return words[:1].lower() + words[1:]


def version_name(number: int) -> str:
    """`Bản 3`."""
    return _("Bản %(n)d") % {"n": number}


def audience_words(audience: Audience) -> str:
    """For whom a version is."""
    if audience.rule == "own":
        return _("chỉ đơn vị ban hành")
    if audience.rule == "all":
        return _("mọi đơn vị cấp dưới")
    if audience.rule == "kinds":
        return ", ".join(unit_kind_name(one).lower() for one in audience.kinds)
    return unit_names(audience.unit_ids)


def unit_names(unit_ids: tuple[UUID, ...], most: int = 3) -> str:
    """The first names, then how many more."""
    found = organisations.units_by_id(unit_ids[:most])
    names = ", ".join(one.name for one in found.values())
    more = len(unit_ids) - len(found)
    return names + (ngettext(" và %(n)d đơn vị khác", " và %(n)d đơn vị khác", more) % {"n": more} if more > 0 else "")


def unit_kind_name(kind: str) -> str:
    """A kind of unit in words."""
    return {
        "province": _("Tỉnh"),
        "city": _("Thành phố trực thuộc Trung ương"),
        "ward": _("Phường"),
        "commune": _("Xã"),
        "special_zone": _("Đặc khu"),
        "department": _("Sở, ban, ngành"),
    }.get(kind, kind)


def decision_words(one: Decision) -> str:
    """What was decided, in one line."""
    said = {
        "create": _("Tạo mẫu"),
        "publish": _("Ban hành"),
        "withdraw": _("Thu hồi"),
        "retire": _("Thôi dùng mẫu trong toàn bộ phạm vi"),
        "inherit": _("Nhận dùng mẫu"),
        "accept": _("Nhận bản mới"),
        "decline": _("Từ chối"),
        "leave": _("Thôi dùng mẫu"),
        "override": _("Sửa tại đơn vị"),
        "reset": _("Trở về giá trị của mẫu"),
        "undo": _("Hoàn tác"),
    }.get(one.action, one.action)
    return f"{said} ({version_name(one.version).lower()})" if one.version else said


class Fold(msgspec.Struct, frozen=True):
    """A row of a list of changes: where, before and after in words."""

    words: str
    kind: str
    before: str
    after: str
    path: str
    own: str = ""
