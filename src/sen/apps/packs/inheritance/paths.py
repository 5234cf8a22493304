"""Paths that name fields of a content: segments joined by `/`, an item of a list by its `code`; patterns in which `*` is one segment."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sen.apps.packs.inheritance.values import REMOVED

PATH = re.compile(r"(/[A-Za-z0-9][A-Za-z0-9._-]{0,63}|/[a-z_][a-z0-9_]{0,63}){1,6}")
PATTERN = re.compile(r"(/(\*|[A-Za-z0-9_][A-Za-z0-9._-]{0,63})){1,6}")
LONGEST = 300


class Missing(LookupError):
    """The path leads to nothing in this content."""


def segments(path: str) -> list[str]:
    """`/rows/pm25/maximum` → its three segments."""
    return path.strip("/").split("/")


def matches(path: str, pattern: str) -> bool:
    """Whether `pattern` opens `path`: it names the field itself or something that the field is part of."""
    parts, wanted = segments(path), segments(pattern)
    if len(parts) < len(wanted):
        return False
    return all(one in ("*", part) for part, one in zip(parts, wanted, strict=False))


def is_open(path: str, open_fields: tuple[str, ...] | list[str]) -> bool:
    """Whether one of the open fields covers `path`. The code of an item is its name and never open."""
    return any(matches(path, pattern) for pattern in open_fields)


def is_item_list(value: Any) -> bool:
    """Whether a value is a list whose items are named by a code, so that paths lead into it."""
    return isinstance(value, list) and all(isinstance(item, dict) and "code" in item for item in value)


def get(content: Any, path: str) -> Any:
    """The value at `path`. Raises Missing."""
    value = content
    for segment in segments(path):
        value = _child(value, segment)
    return value


def put(content: Any, path: str, value: Any) -> None:
    """Set the field or item at `path` in place, adding an item that is not there; REMOVED takes it away. Raises Missing."""
    *above, last = segments(path)
    parent = content
    for segment in above:
        parent = _child(parent, segment)
    if isinstance(parent, dict):
        if value is REMOVED:
            if last not in parent:
                raise Missing(path)
            del parent[last]
        else:
            parent[last] = value
    elif is_item_list(parent):
        _put_item(parent, last, value, path)
    else:
        raise Missing(path)


def _put_item(items: list[dict[str, Any]], code: str, value: Any, path: str) -> None:
    place = next((index for index, item in enumerate(items) if item["code"] == code), None)
    if value is REMOVED:
        if place is None:
            raise Missing(path)
        del items[place]
    elif not isinstance(value, dict):
        raise Missing(path)
    elif place is None:
        items.append({**value, "code": code})
    else:
        items[place] = {**value, "code": code}


def expand(content: Any, pattern: str) -> list[str]:
    """The paths of `content` that a pattern names, in the order of the content."""
    found: list[tuple[str, Any]] = [("", content)]
    for segment in segments(pattern):
        found = [
            (f"{path}/{name}", value)
            for path, parent in found
            for name, value in _children(parent)
            if segment in ("*", name)
        ]
    return [path for path, _value in found]


def leads_somewhere(content: Any, pattern: str) -> bool:
    """Whether a pattern names something of `content`, or new items of one of its lists."""
    if expand(content, pattern):
        return True
    above, _, last = pattern.rpartition("/")
    if last == "*" and above:
        return any(is_item_list(get(content, path)) for path in expand(content, above))
    return False


def item_paths(content: Any) -> Iterator[str]:
    """The path of every field that can be overridden on its own."""
    yield from _leaves(content, "")


def _leaves(value: Any, path: str) -> Iterator[str]:
    children = list(_children(value))
    if not children:
        yield path
    for name, child in children:
        yield from _leaves(child, f"{path}/{name}")


def _child(value: Any, segment: str) -> Any:
    if isinstance(value, dict):
        if segment in value:
            return value[segment]
    elif isinstance(value, list):
        for item in value:
            if isinstance(item, dict) and item.get("code") == segment:
                return item
    raise Missing(segment)


def _children(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list) and is_item_list(value):
        yield from ((str(item["code"]), item) for item in value)
