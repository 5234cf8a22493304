"""A task while it is put together, and how one sentence with several deadlines is cut into tasks."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from sen.apps.directives.extraction.deadlines import Deadline
from sen.apps.directives.extraction.surface import Surface


@dataclass(slots=True)
class Draft:
    """A task being put together; positions refer to the document's clean text."""

    leads: list[str]
    coordinating: list[str]
    start: int
    work: int
    end: int
    heading: int
    deadline: Deadline | None = None
    deadline_at: int = 0
    evidence_end: int = 0
    warnings: list[str] = field(default_factory=list)
    said: str = ""  # the words of the work where they are no one piece of the text

    def due(self, deadline: Deadline) -> None:
        """Give it this deadline instead of the one it had."""
        if self.deadline:
            self.warnings = [note for note in self.warnings if note not in self.deadline.warnings]
        self.deadline = deadline
        self.warnings += [note for note in deadline.warnings if note not in self.warnings]


def pieces(surface: Surface, draft: Draft, found: list[Deadline]) -> list[tuple[Draft, Deadline | None]]:
    days = {one.day for one in found if one.day}
    if len(days) < 2:
        best = next((one for one in found if one.day), found[0] if found else None)
        return [(draft, best)]
    cuts = [match.end() for match in re.compile(r";\s*").finditer(surface.lower, draft.work, draft.end)]
    parts = list(zip([draft.work, *cuts], [*cuts, draft.end], strict=True))
    owners = [[one for one in found if begin <= one.start < end] for begin, end in parts]
    if sum(bool(one) for one in owners) < 2:
        first = next(one for one in found if one.day)
        others = sorted({f"{one.day:%d/%m/%Y}" for one in found if one.day and one.day != first.day})
        draft.warnings.append(f"Câu còn mốc thời gian khác: {', '.join(others)}.")
        return [(draft, first)]
    return _cut(draft, parts, owners)


def _cut(
    draft: Draft, parts: list[tuple[int, int]], owners: list[list[Deadline]]
) -> list[tuple[Draft, Deadline | None]]:
    pieces: list[tuple[Draft, Deadline | None]] = []
    begin = draft.start
    work = draft.work
    for (_, end), own in zip(parts, owners, strict=True):
        if not own and end != parts[-1][1]:
            continue
        piece = Draft(
            list(draft.leads),
            list(draft.coordinating),
            begin,
            work,
            end,
            draft.heading,
            warnings=list(draft.warnings),
        )
        pieces.append((piece, next((one for one in own if one.day), own[0] if own else None)))
        begin = work = end
    return pieces
