"""What can be chosen in each field of a rule, by name in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, get_args

from django.utils.translation import gettext as _

from sen.apps.alerts.rules import words
from sen.apps.alerts.rules.record_kinds import record_kinds
from sen.apps.packs import interface as packs
from sen.kernel.scopes import Role

Choices = list[tuple[str, str]]
_INDICES = ("VN_AQI", "VN_WQI")
_HAZARDS = (
    "",
    "flood",
    "salinity",
    "air",
    "water",
    "fire",
    "traffic",
    "health",
    "media",
    "power",
    "station",
    "camera",
    "other",
)


def of_frame(key: str, procedures: Mapping[str, str], present: Any) -> Choices:
    """What a field of the rule around its condition offers; empty for fields that are typed. `procedures`: code → name."""
    if key == "procedure":
        return _procedures(procedures, str(present or ""))
    codes, name = _FRAME.get(key, ((), str))
    return [(str(one), name(str(one))) for one in codes]


def of_condition(kind: str, key: str, content: Mapping[str, Any]) -> Choices:
    """What a field of a condition offers, given what stands in the others."""
    found = _CONDITION.get(key)
    return found(kind, content) if found else []


_FRAME: dict[str, tuple[tuple[Any, ...], Callable[[str], str]]] = {
    "severity": (get_args(packs.Severity), words.severity),
    "role": (tuple(Role), words.role),
    "hours": (("always", "working", "outside_working", "holidays"), words.hours),
    "tide": (("", "rising", "falling"), words.tide),
    "group": (("asset", "territory", "rule"), words.grouping),
    "hazard": (_HAZARDS, words.hazard),
}


def _procedures(named: Mapping[str, str], present: str) -> Choices:
    every = dict(named)
    if present and present not in every:
        every[present] = _("{code} (đơn vị không dùng)").format(code=present)
    return [("", _("chưa chọn quy trình")), *sorted(every.items(), key=lambda one: one[1])]


def _properties(kind: str, content: Mapping[str, Any]) -> Choices:
    english = words.english()
    named = [(one.code, one.name_en if english else one.name) for one in packs.properties().values()]
    if kind == "silence":
        chosen = packs.asset_kinds().get(str(content.get("asset_kind", "")))
        mine = [one for one in named if chosen is not None and one[0] in chosen.properties]
        return [("", _("số liệu nào")), *sorted(mine, key=lambda one: one[1])]
    return sorted(named, key=lambda one: one[1])


def _asset_kinds(kind: str, content: Mapping[str, Any]) -> Choices:
    name, any_fits = content.get("property"), kind in ("silence", "expression", "index")
    fit = [one for one in packs.asset_kinds().values() if any_fits or name in one.properties]
    named = sorted(((one.code, words.asset_kind(one.code)) for one in fit), key=lambda one: one[1])
    return named if kind == "silence" else [("", _("mọi tài sản")), *named]


def _averagings(_kind: str, _content: Mapping[str, Any]) -> Choices:
    return [
        ("", _("mọi cách tính")), ("instant", _("từng số đo")), ("1h", _("trung bình 1 giờ")), ("8h", _("trung bình 8 giờ")),
        ("24h", _("trung bình 24 giờ")),
    ]  # fmt: skip


def _severities(_kind: str, _content: Mapping[str, Any]) -> Choices:
    said = _("giới hạn từ mức {severity}")
    levels = get_args(packs.Severity)
    return [
        ("", _("bất kỳ giới hạn nào")),
        *((one, said.format(severity=words.severity(one).lower())) for one in levels),
    ]


def _indices(_kind: str, _content: Mapping[str, Any]) -> Choices:
    return [(one, words.index(one)) for one in _INDICES if _has_index(one)]


def _categories(_kind: str, content: Mapping[str, Any]) -> Choices:
    code = str(content.get("index", ""))
    if not _has_index(code):
        return []
    return [(one.code, words.category(code, one.code)) for one in packs.index_table(code).categories]


def _methods(_kind: str, _content: Mapping[str, Any]) -> Choices:
    return [("trend", words.method("trend")), ("tide", words.method("tide"))]


def _records(_kind: str, _content: Mapping[str, Any]) -> Choices:
    return [(one.code, str(one.name)) for one in record_kinds().values()]


_CONDITION: dict[str, Callable[[str, Mapping[str, Any]], Choices]] = {
    "property": _properties, "asset_kind": _asset_kinds, "averaging": _averagings, "severity": _severities, "index": _indices,
    "category": _categories, "method": _methods, "record": _records,
}  # fmt: skip


def _has_index(code: str) -> bool:
    try:
        packs.index_table(code)
    except KeyError:
        return False
    return True
