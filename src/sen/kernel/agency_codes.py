"""Electronic identifiers of agencies (QĐ 20/2020/QĐ-TTg, amended by QĐ 09/2025/QĐ-TTg): two renderings, one canonical form.

The new rendering reads from left to right (`H55.02.03`); the old one of QCVN 102:2016/BTTTT has 13 characters and reads from right to
left (`000.00.02.H55`), in the wild also shortened (`28.22.H17`). The canonical form here is the new one.
"""

from __future__ import annotations

import re

_NEW = re.compile(r"([A-Z]\d{2})((?:\.\d{2,3})*)")
_OLD = re.compile(r"((?:\d{2,3}\.)+)([A-Z]\d{2})")
_WIDTHS = (2, 2, 3)
"""Digits of the second, third and fourth level in the old rendering."""


def canonical(text: str) -> str | None:
    """The code in the new rendering, from either; None where it is neither. Outer groups of zeros are left out: they say «none»."""
    wanted = text.strip().upper()
    if found := _NEW.fullmatch(wanted):
        return _joined(found[1], found[2].strip(".").split("."))
    if found := _OLD.fullmatch(wanted):
        return _joined(found[2], found[1].strip(".").split(".")[::-1])
    return None


def old_rendering(code: str) -> str:
    """A canonical code as QCVN 102 writes it; a code that does not fit its three two- and three-digit groups stays as it is."""
    head, *groups = code.split(".")
    if len(groups) > len(_WIDTHS) or any(len(group) > width for group, width in zip(groups, _WIDTHS, strict=False)):
        return code
    padded = [group.rjust(width, "0") for group, width in zip(groups, _WIDTHS, strict=False)]
    padded += ["0" * width for width in _WIDTHS[len(padded) :]]
    return ".".join([*padded[::-1], head])


def parent(code: str) -> str:
    """The code of the agency above; "" above the first level."""
    return code.rpartition(".")[0]


def _joined(head: str, groups: list[str]) -> str:
    while groups and not groups[-1].strip("0"):
        groups.pop()
    return ".".join([head, *groups])
