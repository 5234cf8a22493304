"""The form of one field, or of one whole row, of an inherited template: what it holds, whether it is open, what was typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from sen.apps.packs.inheritance import paths
from sen.apps.packs.inheritance.values import Effective
from sen.apps.packs.presentation import reading, words
from sen.apps.packs.presentation.contents import in_words
from sen.apps.packs.presentation.sheets import Column, Sheet, sheet_of
from sen.kernel.errors import InvalidInput

NEW = "+"


class Input(msgspec.Struct, frozen=True, kw_only=True):
    """One field to fill; has what packs/input.html asks of a column."""

    id: str
    key: str
    words: str
    form: str
    choices: tuple[tuple[str, str], ...]
    value: str
    error: str = ""
    unique: bool = False


class FieldForm(msgspec.Struct, frozen=True, kw_only=True):
    """What the form of a field says; `closed` ones are refused in words and have no inputs."""

    path: str
    words: str
    closed: bool
    refusal: str
    refusal_action: str
    now: str
    base: str
    base_label: str
    changed: bool
    is_row: bool
    inputs: list[Input]


def field_form(
    held: Effective, base: Mapping[str, Any], path: str, *, posted: Mapping[str, str] | None = None, errors: Mapping[str, str] | None = None
) -> FieldForm:  # fmt: skip
    """The form of `path`. A field that the content does not have is shown without a value."""
    kind, owner = held.template.kind, held.template.owner_name
    sheet = sheet_of(kind)
    is_row = sheet is not None and len(paths.segments(path)) == 2
    is_new = is_row and path.endswith(f"/{NEW}")
    value = None if is_new else _value(held.content, path)
    before = None if is_new else _value(base, path)
    closed = not paths.is_open(path, held.open_fields)
    said = _("Dòng mới của đơn vị") if is_new else words.path_words(kind, held.content, path)
    refusal = _("%(owner)s không mở mục này cho đơn vị sửa.") % {"owner": owner}
    action = _(
        "Đơn vị dùng đúng giá trị của mẫu. Nếu không phù hợp với địa bàn, đề nghị %(owner)s mở mục này ở bản sau."
    ) % {"owner": owner}
    return FieldForm(
        path=path, words=said, closed=closed, refusal=refusal, refusal_action=action, now=in_words(kind, path, value),
        base=in_words(kind, path, before), base_label=_("Theo %(owner)s") % {"owner": owner},
        changed=any(path == one or path.startswith(f"{one}/") for one in held.overridden), is_row=is_row,
        inputs=_inputs(sheet, path, value, posted, errors or {}, is_row=is_row),
    )  # fmt: skip


def read_field(held: Effective, base: Mapping[str, Any], path: str, posted: Mapping[str, str]) -> dict[str, Any]:
    """Path → value from a posted form. Raises InvalidInput with `fields` for what could not be read."""
    sheet = sheet_of(held.template.kind)
    parts = paths.segments(path)
    if sheet is not None and len(parts) == 2:
        return _read_row(sheet, held, path, posted)
    column = (sheet.column(parts[-1]) if sheet else None) or _plain_column(parts[-1], _value(base, path))
    try:
        return {path: reading.value_of(column, posted.get(column.key, ""))}
    except reading.Misread as misread:
        raise _unread({column.key: str(misread)}) from misread


def _read_row(sheet: Sheet, held: Effective, path: str, posted: Mapping[str, str]) -> dict[str, Any]:
    items = list(held.content.get(sheet.list_name, ()))
    taken = {str(item["code"]) for item in items}
    given = {column.key: posted.get(column.key, "") for column in sheet.editing}
    is_new = path.endswith(f"/{NEW}")
    code = (given["code"].strip() or reading.new_code(sheet, given, taken)) if is_new else paths.segments(path)[-1]
    row: dict[str, Any] = {} if is_new else dict(_value(held.content, path) or {})
    errors = {}
    for column in sheet.editing:
        try:
            row[column.key] = code if column.key == "code" else reading.value_of(column, given[column.key])
        except reading.Misread as misread:
            errors[column.key] = str(misread)
    if errors:
        raise _unread(errors)
    return {f"/{sheet.list_name}/{code}": reading.completed(sheet, row)}


def _unread(errors: dict[str, str]) -> InvalidInput:
    return InvalidInput(_("Chưa đọc được giá trị."), action=_("Sửa các ô được đánh dấu rồi lưu lại."), fields=errors)


def _inputs(
    sheet: Sheet | None, path: str, value: Any, posted: Mapping[str, str] | None, errors: Mapping[str, str], *, is_row: bool
) -> list[Input]:  # fmt: skip
    if sheet is not None and is_row:
        item = value if isinstance(value, Mapping) else {}
        return [_input(one, item.get(one.key, one.default), posted, errors) for one in sheet.editing]
    key = paths.segments(path)[-1]
    return [_input((sheet.column(key) if sheet else None) or _plain_column(key, value), value, posted, errors)]


def _input(column: Column, value: Any, posted: Mapping[str, str] | None, errors: Mapping[str, str]) -> Input:
    typed = posted.get(column.key, "") if posted is not None else reading.typed_of(column, value)
    return Input(
        id=f"ff-{column.key}", key=column.key, words=column.words, form=column.form, choices=column.choices, value=typed,
        error=errors.get(column.key, ""), unique=column.unique,
    )  # fmt: skip


def _plain_column(key: str, value: Any) -> Column:
    """A column for a field of a kind without a sheet, by the type that the value has."""
    if isinstance(value, bool):
        return Column(key=key, words=_("Giá trị"), form="flag", choices=(("", _("không")), ("1", _("có"))))
    return Column(key=key, words=_("Giá trị"), form="number" if isinstance(value, int | float) else "text")


def _value(content: Mapping[str, Any], path: str) -> Any:
    try:
        return paths.get(dict(content), path)
    except paths.Missing:
        return None
