"""The evaluator's state as it is kept over restarts and handed from one evaluator to another."""

from __future__ import annotations

from typing import Any

import msgspec


class State(msgspec.Struct, array_like=True):
    """Compact; only pairs with an episode, or with a memory of what they have judged, are in it."""

    families: list[str]
    last_time: list[bytes]
    """Series numbers and the time of the newest judged row of each, as int64; empty = nothing."""
    pairs: list[tuple[str, str, str, tuple[Any, ...]]]
    """Family, rule in force, subject, state."""
    silences: tuple[dict[int, int], int, int]
    tides: dict[int, list[tuple[int, float]]]
    memories: dict[int, list[Any]]
    """Asset → what is remembered of it."""
    clusters: dict[str, tuple[dict[int, int], dict[int, int]]]
    """Family → when and since when the condition held, by asset."""
