"""What differs between two contents, field by field, items of lists matched by their code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.functional import Promise

from sen.apps.packs.inheritance import paths
from sen.apps.packs.inheritance.kinds import template_kinds
from sen.apps.packs.inheritance.values import Change


def diff(old: Mapping[str, Any], new: Mapping[str, Any], *, kind: str = "") -> list[Change]:
    """Every difference from `old` to `new`; `kind` names the fields in words. Lists without codes count as one value."""
    known = template_kinds().get(kind)
    names = known.field_names if known else {}
    return list(_differences(dict(old), dict(new), "", (), names))


def words_of(content: Any, path: str, names: Mapping[str, Promise | str]) -> str:
    """A path for people: the titles of items and the names of fields."""
    found: list[str] = []
    value = content
    for segment in paths.segments(path):
        if isinstance(value, dict):
            found.append(str(names.get(segment, segment)))
            value = value.get(segment)
        else:
            value = next((i for i in value or () if isinstance(i, dict) and i.get("code") == segment), None)
            found.append(_title(value) or segment)
    return " › ".join(found)


def _title(item: Any) -> str:
    if not isinstance(item, dict):
        return ""
    return next((str(item[name]) for name in ("label", "title", "name", "words") if item.get(name)), "")


def _differences(
    old: Any, new: Any, path: str, words: tuple[str, ...], names: Mapping[str, Promise | str]
) -> Iterator[Change]:
    if isinstance(old, dict) and isinstance(new, dict):
        for name in [*old, *(name for name in new if name not in old)]:
            below = (f"{path}/{name}", (*words, str(names.get(name, name))))
            yield from _pair(name in old, old.get(name), name in new, new.get(name), *below, names)
    elif _items(old) and _items(new) and (old or new):
        before = {item["code"]: item for item in old}
        after = {item["code"]: item for item in new}
        for code in [*before, *(code for code in after if code not in before)]:
            title = _title(after.get(code)) or _title(before.get(code)) or str(code)
            below = (f"{path}/{code}", (*words, title))
            yield from _pair(code in before, before.get(code), code in after, after.get(code), *below, names)
    elif old != new:
        yield Change(path, " › ".join(words), "changed", old, new)


def _pair(  # noqa: PLR0917 - what is there on both sides, and where
    was: bool, old: Any, now: bool, new: Any, path: str, words: tuple[str, ...], names: Mapping[str, Promise | str]
) -> Iterator[Change]:
    if was and now:
        yield from _differences(old, new, path, words, names)
    elif was:
        yield Change(path, " › ".join(words), "removed", old, None)
    else:
        yield Change(path, " › ".join(words), "added", None, new)


def _items(value: Any) -> bool:
    return paths.is_item_list(value)
