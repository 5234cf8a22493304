"""What people typed into a sheet, as the content of a template: rows by position, numbers with a comma, codes that name themselves."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sen.apps.packs import interface as packs
from sen.apps.packs.presentation.sheets import Column, Sheet
from sen.kernel.text import folded

_THOUSANDS = re.compile(r"-?\d{1,3}\.\d{3}")


class Misread(Exception):
    """What was typed is not what the column holds; the words say how to write it."""


class Entered(msgspec.Struct, frozen=True):
    """Rows as typed (for showing them again), as content, and what could not be read: (row, column) → words."""

    typed: list[dict[str, str]]
    items: list[dict[str, Any]]
    errors: dict[tuple[int, str], str]


def number(text: str) -> float | None:
    """`12,5` and `1.234,5` as numbers; empty is None. A point that could be read in two ways is refused (Misread)."""
    plain = text.strip().replace(" ", "").replace(" ", "")
    if not plain:
        return None
    english = (get_language() or "vi").startswith("en")
    if not english and _THOUSANDS.fullmatch(plain):
        raise Misread(_("“%(text)s” đọc được hai cách: viết %(whole)s hoặc %(part)s.")
                      % {"text": text, "whole": plain.replace(".", ""), "part": plain.replace(".", ",")})  # fmt: skip
    if "," in plain:
        plain = plain.replace(",", "") if english else plain.replace(".", "").replace(",", ".")
    try:
        found = float(plain)
    except ValueError as error:
        raise Misread(_("“%(text)s” không phải là số.") % {"text": text}) from error
    return int(found) if found.is_integer() else found


def value_of(column: Column, text: str) -> Any:
    """The value of a column from what was typed. Raises Misread."""
    text = text.strip()
    if column.form == "number":
        if column.required and not text:
            raise Misread(_needed(column))
        return number(text)
    if column.form == "flag":
        return text == "1"
    if column.form == "list":
        return [part.strip() for part in text.split(",") if part.strip()]
    if column.required and not text:
        raise Misread(_needed(column))
    if not text:
        return None if column.form == "date" or column.nullable else ""
    return text


def _needed(column: Column) -> str:
    return _("Cần nhập %(name)s.") % {"name": column.words[:1].lower() + column.words[1:]}


def typed_of(column: Column, value: Any) -> str:
    """A stored value as it stands in the field."""
    if value is None:
        return ""
    if column.form == "flag":
        return "1" if value else ""
    if column.form == "list":
        return ("," if column.choices else ", ").join(map(str, value))
    if isinstance(value, float | int) and not isinstance(value, bool):
        text = f"{value:.6f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
        return text if (get_language() or "vi").startswith("en") else text.replace(".", ",")
    return str(value)


def read_head(
    sheet: Sheet, posted: QueryDict, old: Mapping[str, Any]
) -> tuple[dict[str, str], dict[str, Any], dict[str, str]]:
    """What is said once above the rows: as typed, as content, and what could not be read by key. Fields not posted stay as they were."""
    typed, values, errors = dict[str, str](), dict[str, Any](), dict[str, str]()
    for column in sheet.head:
        name = f"head-{column.key}"
        typed[column.key] = posted.get(name, typed_of(column, old.get(column.key)))
        try:
            values[column.key] = value_of(column, str(posted[name])) if name in posted else old.get(column.key)
        except Misread as misread:
            errors[column.key] = str(misread)
    return typed, {key: value for key, value in values.items() if value is not None}, errors


def read_rows(sheet: Sheet, posted: QueryDict, old: list[Mapping[str, Any]]) -> Entered:
    """The rows of a posted sheet; fields that the sheet does not show keep what the item of that code had."""
    columns = [posted.getlist(one.key) for one in sheet.editing]
    count = max((len(one) for one in columns), default=0)
    kept = {str(item.get("code")): dict(item) for item in old}
    typed: list[dict[str, str]] = []
    for place in range(count):
        row = {
            one.key: (cells[place] if place < len(cells) else "")
            for one, cells in zip(sheet.editing, columns, strict=True)
        }
        if any(row[one.key].strip() for one in sheet.editing if not one.choices):
            typed.append(row)
    taken = {row["code"].strip() for row in typed}
    items, errors = [], dict[tuple[int, str], str]()
    for place, row in enumerate(typed):
        code = row["code"].strip() or new_code(sheet, row, taken)
        taken.add(code)
        item = dict(kept.get(code, {}))
        for column in sheet.editing:
            try:
                item[column.key] = code if column.key == "code" else value_of(column, row[column.key])
            except Misread as misread:
                errors[place, column.key] = str(misread)
        items.append(completed(sheet, item))
    return Entered(typed, items, errors)


def completed(sheet: Sheet, item: dict[str, Any]) -> dict[str, Any]:
    """An item with what follows from its other fields: the unit of a limit is its property's."""
    prop = packs.properties().get(str(item.get("property", ""))) if sheet.kind == "limit_set" else None
    return {**item, "unit": prop.unit} if prop else item


def new_code(sheet: Sheet, row: Mapping[str, str], taken: set[str]) -> str:
    """A code for a row that has none: from what tells it apart, with a number where that is taken."""
    parts = (
        [row[key] for key in ("property", "averaging", "station") if row.get(key)]
        if sheet.kind == "limit_set"
        else [row.get("label", "") or row.get("name", "")]
    )
    stem = "-".join("".join(sign if sign.isalnum() else " " for sign in folded(" ".join(parts))).split())[:48] or "dong"
    code, at = stem, 2
    while code in taken:
        code, at = f"{stem}-{at}", at + 1
    return code
