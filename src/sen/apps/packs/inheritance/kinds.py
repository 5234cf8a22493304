"""The kinds of template, registered by the app each belongs to, and what makes a content valid."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from sen.apps.packs.inheritance.type_faults import in_words
from sen.apps.packs.inheritance.values import Fault, TemplateKind
from sen.kernel.errors import InvalidInput
from sen.kernel.identifiers import is_code

LARGEST = 512 * 1024
"""Bytes of JSON that a content may have."""

_kinds: dict[str, TemplateKind] = {}
_PLACE = re.compile(r" - at `\$([^`]*)`$")
_STEP = re.compile(r"\.([A-Za-z0-9_]+)|\[(\d+)\]|\[(\.\.\.)\]")


def register_template_kind(kind: TemplateKind) -> None:
    """Declare a kind; called by the app's AppConfig.ready. Another kind of the same code is a programming error (ValueError)."""
    if _kinds.setdefault(kind.code, kind) is not kind:
        raise ValueError(f"The template kind {kind.code!r} is already registered.")


def template_kinds() -> dict[str, TemplateKind]:
    """All registered kinds by code."""
    return dict(_kinds)


def kind_of(code: str) -> TemplateKind:
    """The kind of a code. Raises InvalidInput."""
    if code not in _kinds:
        raise InvalidInput(
            _("Không có loại mẫu “{kind}”.").format(kind=code),
            action=_("Dùng một trong: {kinds}.").format(kinds=", ".join(sorted(_kinds))),
            code="unknown_template_kind",
            fields={"kind": code},
        )
    return _kinds[code]


def read(kind: TemplateKind, content: Any) -> tuple[dict[str, Any] | None, list[Fault]]:
    """The content with every field written out, and what is wrong with it; None where it is not even of the right type."""
    try:
        value: Any = msgspec.convert(content, kind.content, strict=True)
    except msgspec.ValidationError as error:
        return None, [_type_fault(content, str(error))]
    normal: dict[str, Any] = msgspec.to_builtins(value)
    faults = list(_code_faults(normal, ""))
    if not faults and kind.check is not None:
        faults += kind.check(value)
    return normal, faults


def checked(kind: TemplateKind, content: Any) -> dict[str, Any]:
    """The content with every field written out. Raises InvalidInput that lists every fault by its path."""
    if len(msgspec.json.encode(content)) > LARGEST:
        raise InvalidInput(
            _("Nội dung mẫu quá lớn."), action=_("Tách thành nhiều mẫu nhỏ hơn."), code="template_too_large"
        )
    normal, faults = read(kind, content)
    if normal is None or faults:
        raise InvalidInput(
            _("Nội dung mẫu chưa dùng được: {faults}").format(faults="; ".join(words(fault) for fault in faults[:10])),
            action=_("Sửa các chỗ nêu trên rồi lưu lại."),
            code="invalid_template",
            fields={fault.path or "/": fault.message for fault in faults},
        )
    return normal


def words(fault: Fault) -> str:
    """A fault in one line."""
    return f"{fault.path}: {fault.message}" if fault.path else fault.message


def _type_fault(content: Any, text: str) -> Fault:
    """msgspec's message, its place `$.rows[0].maximum` as a path."""
    place = _PLACE.search(text)
    path = ""
    value: Any = content
    for name, index, _any in _STEP.findall(place[1]) if place else ():
        try:
            if name:
                path, value = f"{path}/{name}", value[name]
            elif index:
                value = value[int(index)]
                path = f"{path}/{value.get('code', index)}" if isinstance(value, dict) else f"{path}/{index}"
        except (LookupError, TypeError):
            break
    return Fault(path, in_words(_PLACE.sub("", text)))


def _code_faults(value: Any, path: str) -> Iterator[Fault]:
    """Items are named by their code, so codes must be codes and different from each other."""
    if isinstance(value, dict):
        for name, child in value.items():
            yield from _code_faults(child, f"{path}/{name}")
    elif isinstance(value, list):
        seen: set[str] = set()
        for item in value:
            if not (isinstance(item, dict) and "code" in item):
                continue
            code = str(item["code"])
            if not is_code(code):
                yield Fault(f"{path}/{code}", _("mã “{code}” chỉ được gồm chữ, số và . _ -").format(code=code))
            if code in seen:
                yield Fault(f"{path}/{code}", _("mã “{code}” bị trùng").format(code=code))
            seen.add(code)
            yield from _code_faults(item, f"{path}/{code}")
