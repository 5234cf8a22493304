"""The content of a template as it stands in a unit: every field with its value, whose it is, and whether the unit may change it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec
from django.utils.translation import gettext as _

from sen.apps.packs.inheritance import paths
from sen.apps.packs.inheritance.values import REMOVED, Change, OverrideRef, Version
from sen.apps.packs.presentation import words
from sen.apps.packs.presentation.sheets import Column, Sheet, sheet_of
from sen.apps.packs.presentation.words import Fold

State = Literal["fixed", "closed", "open", "changed"]


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """One field. `state`: fixed (nothing to decide here), closed, open, or changed by the unit; `before` is the publisher's value."""

    path: str
    words: str
    state: State
    state_words: str = ""
    before: str = ""
    hint: str = ""
    form: str = "text"
    severity: str = ""
    unverified: bool = False


class Row(msgspec.Struct, frozen=True):
    """One item of the content; `state` is empty, row-added or row-removed."""

    path: str
    state: str
    cells: list[Cell]


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """A field outside a sheet, with its name in words."""

    path: str
    label: str
    cell: Cell


class View(msgspec.Struct, frozen=True, kw_only=True):
    """How a content is shown: rows of a sheet, or names and values where the kind has none."""

    rows: list[Row]
    plain: list[Field]


def view(
    kind: str,
    content: Mapping[str, Any],
    *,
    base: Mapping[str, Any] | None = None,
    open_fields: Sequence[str] = (),
    applied: Sequence[str] = (),
    owner_name: str = "",
) -> View:
    """`content` as it holds; `base` is the publisher's own where the unit inherits it (None: nothing to tell apart)."""
    known = sheet_of(kind)
    look = _Look(kind, content, base, list(open_fields), frozenset(applied), owner_name)
    if known is None:
        leaves = [
            path for path in paths.item_paths(dict(content)) if path and paths.get(dict(content), path) not in ([], {})
        ]
        return View(rows=[], plain=[look.field(path) for path in leaves])
    items = list(content.get(known.list_name, ()))
    held = {item["code"] for item in items}
    rows = [look.row(known, item) for item in items]
    if base is not None:
        rows += [look.gone(known, item) for item in base.get(known.list_name, ()) if item["code"] not in held]
    return View(rows=rows, plain=[])


class _Look:
    def __init__(  # noqa: PLR0917 - what a content is read against
        self, kind: str, content: Any, base: Any, open_fields: list[str], applied: frozenset[str], owner_name: str
    ) -> None:
        self.kind, self.content, self.base, self.owner_name = kind, dict(content), base, owner_name
        self.open_fields, self.applied = open_fields, applied

    def state(self, path: str) -> State:
        if self.base is None:
            return "fixed"
        if path in self.applied:
            return "changed"
        return "open" if paths.is_open(path, self.open_fields) else "closed"

    def said(self, state: State) -> str:
        return {
            "fixed": "",
            "closed": _("khóa"),
            "open": _("được sửa tại đơn vị"),
            "changed": _("đã sửa tại đơn vị"),
        }[state]

    def row(self, sheet: Sheet, item: Mapping[str, Any]) -> Row:
        path = f"/{sheet.list_name}/{item['code']}"
        added = path in self.applied and not self._in_base(path)
        return Row(path, "row-added" if added else "", [self.cell(sheet, one, item, path) for one in sheet.columns])

    def gone(self, sheet: Sheet, item: Mapping[str, Any]) -> Row:
        path = f"/{sheet.list_name}/{item['code']}"
        cells = [
            Cell(path=f"{path}/{one.key}", words=sheet.shown(one, item), state="fixed", form=one.form)
            for one in sheet.columns
        ]
        return Row(path, "row-removed", cells)

    def cell(self, sheet: Sheet, column: Column, item: Mapping[str, Any], row_path: str) -> Cell:
        path = f"{row_path}/{column.key}"
        state = self.state(path)
        if row_path in self.applied and state != "fixed":
            state = "changed"
        before = ""
        if state == "changed" and self._in_base(path):
            was = sheet.shown_value(column, paths.get(self.base, path))
            before = _("%(name)s: %(value)s") % {"name": self.owner_name, "value": was}
        value = item.get(column.key)
        return Cell(
            path=path, words=sheet.shown(column, item), state=state, state_words=self.said(state), before=before,
            hint=sheet.hint(column, item), form=column.form,
            severity=str(value) if column.form == "severity" else "", unverified=column.key == "verified" and not value,
        )  # fmt: skip

    def field(self, path: str) -> Field:
        state = self.state(path)
        value = paths.get(self.content, path)
        cell = Cell(
            path=path, words=words.plain(value), state=state, state_words=self.said(state),
            before=words.plain(paths.get(self.base, path)) if state == "changed" and self._in_base(path) else "",
        )  # fmt: skip
        return Field(path=path, label=words.path_words(self.kind, self.content, path), cell=cell)

    def _in_base(self, path: str) -> bool:
        try:
            paths.get(self.base, path)
        except paths.Missing:
            return False
        return True


def folds(kind: str, changes: Sequence[Change], overridden: Sequence[str] = ()) -> list[Fold]:
    """Changes between two contents in words; those that meet an own change of the unit say so."""
    found = []
    for one in changes:
        meets = any(_meet(one.path, own) for own in overridden)
        said = _without_list(one.words)
        found.append(
            Fold(said, one.kind, in_words(kind, one.path, one.before), in_words(kind, one.path, one.after), one.path,
                 _("đơn vị đang dùng giá trị riêng ở mục này") if meets else "")
        )  # fmt: skip
    return found


def in_words(kind: str, path: str, value: Any) -> str:
    """A value at a path in words: choices by their names, whole items field by field."""
    known = sheet_of(kind)
    if known is None or value is REMOVED:
        return words.plain(value)
    parts = paths.segments(path)
    if len(parts) == 2 and isinstance(value, Mapping):
        said = ((str(one.words), known.shown_value(one, value.get(one.key))) for one in known.editing)
        return "\n".join(f"{name}: {text}" for name, text in said if text != words.NOTHING)
    column = known.column(parts[-1])
    return known.shown_value(column, value) if column else words.plain(value)


def _without_list(said: str) -> str:
    _list, sep, rest = said.partition(" › ")
    return rest if sep else said


def _meet(one: str, other: str) -> bool:
    return one == other or one.startswith(f"{other}/") or other.startswith(f"{one}/")


class Effect(msgspec.Struct, frozen=True):
    """What a new version means for one own change. `state`: kept, conflict (the publisher changed it too) or lost."""

    path: str
    words: str
    value: str
    state: Literal["kept", "conflict", "lost"]
    meaning: str


def effects(
    kind: str, made: Sequence[OverrideRef], old: Mapping[str, Any], new: Version, changes: Sequence[Change]
) -> list[Effect]:  # fmt: skip
    """What becomes of the unit's own changes of `old` under the version `new`, which differs by `changes`."""
    found = []
    for one in made:
        said = words.path_words(kind, old, one.path)
        value = in_words(kind, one.path, one.value)
        if not paths.is_open(one.path, list(new.open_fields)):
            meaning = _("Bản mới khóa mục này: áp dụng giá trị của bản mới. Giá trị riêng được giữ lại, không áp dụng.")
            found.append(Effect(one.path, said, value, "lost", meaning))
        elif not _still_there(new.content, one):
            meaning = _("Bản mới không còn dòng này. Giá trị riêng được giữ lại, không áp dụng.")
            found.append(Effect(one.path, said, value, "lost", meaning))
        elif any(_meet(change.path, one.path) for change in changes):
            meaning = _(
                "Đơn vị ban hành cũng đổi mục này. Giá trị của đơn vị vẫn được dùng, trừ khi đơn vị bỏ giá trị riêng."
            )
            found.append(Effect(one.path, said, value, "conflict", meaning))
        else:
            found.append(Effect(one.path, said, value, "kept", _("Vẫn được sửa; giá trị của đơn vị tiếp tục áp dụng.")))
    return found


def _still_there(content: Mapping[str, Any], made: OverrideRef) -> bool:
    try:
        paths.get(dict(content), made.path)
    except paths.Missing:
        parent = made.path.rpartition("/")[0]
        return isinstance(made.value, Mapping) and len(paths.segments(parent)) == 1  # an item of the unit's own
    return True
