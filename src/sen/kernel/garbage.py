"""Keeps Python's collector of cycles away from what a process holds for long: a board of 100,000 assets is a million objects.

Without this every few dozen large answers set off a full collection of 150 ms that finds nothing.
"""

from __future__ import annotations

import gc


def spare_what_lives() -> None:
    """Exempt everything that is alive now from later collections; garbage of the last such call is collected first.

    Call it after something large was built that stays. What it replaced goes by its reference count as always.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def collect_less_often() -> None:
    """For a process whose answers are tens of thousands of short-lived objects without cycles: look for cycles every 20,000, not every 700."""
    gc.set_threshold(20_000, 20, 20)
