"""A text with its passages marked: cut wherever a passage or a deadline begins or ends, so that passages may overlap."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import msgspec

Span = tuple[int, int]
Marked = tuple[Span, Span | None, str]
"""A passage, the words of its deadline, and whose it is; several owners of one passage are separated by spaces."""


class Piece(msgspec.Struct, frozen=True):
    """A stretch of the text. `owners`: whose passage it is in, space-separated, "" outside all; `first`: begins a passage of `anchor`."""

    text: str
    start: int
    owners: str = ""
    deadline: bool = False
    anchor: str = ""


def marked(text: str, spans: Sequence[Marked]) -> list[Piece]:
    """The pieces of the text, in order; together they are the text."""
    cuts = {0, len(text)}
    for span, deadline, _owner in spans:
        cuts.update(span)
        cuts.update(deadline or ())
    edges = sorted(cut for cut in cuts if 0 <= cut <= len(text))
    pieces = []
    seen: set[str] = set()
    for start, end in pairwise(edges):
        owners = [owner for (begin, stop), _, owner in spans if begin <= start < stop]
        in_deadline = any(deadline and deadline[0] <= start < deadline[1] for _, deadline, _ in spans)
        anchor = next((owner for owner in owners if owner not in seen), "").partition(" ")[0]
        seen.update(owners)
        pieces.append(Piece(text[start:end], start, " ".join(owners), in_deadline and bool(owners), anchor))
    return pieces
