"""Codes that packs may name although no pack brings them: figures that apps compute. Apps register them; packs import no app."""

from __future__ import annotations

from collections.abc import Callable, Collection

_codes: dict[str, list[Callable[[], Collection[str]]]] = {}


def register_codes(what: str, codes: Callable[[], Collection[str]]) -> None:
    """Let packs name `codes()` of a kind of thing such as "indicator"; called from an app's AppConfig.ready."""
    _codes.setdefault(what, []).append(codes)


def is_known(what: str, name: str) -> bool:
    """Whether some app knows the code."""
    return any(name in codes() for codes in _codes.get(what, ()))
