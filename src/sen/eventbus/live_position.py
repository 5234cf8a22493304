"""How far this process has followed the LIVE stream. A page carries it, so that its browser misses nothing that came after it was drawn."""

from __future__ import annotations

_reached = [0]


def reached(sequence: int) -> None:
    """The stream was followed up to a sequence."""
    _reached[0] = max(_reached[0], sequence)


def position() -> int:
    """The sequence of the last message seen; 0 where this process follows nothing yet."""
    return _reached[0]
