"""Tables of tasks drawn with blanks, as `pdftotext -layout` and typewriters do: the columns stand where the heads stand."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field

from sen.apps.directives.extraction import tables
from sen.apps.directives.extraction.deadlines import Issued
from sen.apps.directives.extraction.drafts import Draft
from sen.apps.directives.extraction.surface import Surface
from sen.apps.directives.extraction.tables import Cell, Table

_SEGMENT = re.compile(r"\S+(?: \S+)*")
_NUMBER_HEAD = re.compile(r"(?:s?tt|số\s*tt)\.?")
_ROW = re.compile(r"\d{1,3}\s*[.)]?")
_SECTION = re.compile(r"[IVXA-H]{1,5}\.?")
SLACK = 3  # characters by which a cell may stand left of its head
MAX_HEAD_LINES = 4


@dataclass(slots=True)
class _Line:
    """Where a line begins and its pieces of text."""

    start: int
    pieces: list[Cell]

    def at(self, number: int) -> int:
        """The column of the screen at which a piece begins."""
        return self.pieces[number][0] - self.start


@dataclass(slots=True)
class _Row:
    cells: dict[int, list[Cell]] = field(default_factory=lambda: defaultdict(list))

    @property
    def span(self) -> Cell:
        pieces = [piece for cell in self.cells.values() for piece in cell]
        return min(start for start, _ in pieces), max(end for _, end in pieces)


def find(surface: Surface, issued: Issued) -> list[Table]:
    """The tables whose head begins with "TT" and names who leads and what is to be done."""
    lines = _lines(surface)
    found: list[Table] = []
    for at, line in enumerate(lines):
        if found and line.start < found[-1].end:
            continue
        if len(line.pieces) < 3 or not _NUMBER_HEAD.fullmatch(surface.lower[slice(*line.pieces[0])]):
            continue
        table = _table(surface, lines[at:], issued)
        if table:
            found.append(table)
    return found


def _lines(surface: Surface) -> list[_Line]:
    return [
        _Line(match.start(), [one.span() for one in _SEGMENT.finditer(surface.clean, match.start(), match.end())])
        for match in re.finditer(r"[^\n]+", surface.clean)
        if match[0].strip()
    ]


def _table(surface: Surface, lines: list[_Line], issued: Issued) -> Table | None:
    stops = [lines[0].at(number) for number in range(len(lines[0].pieces))]
    heads: dict[int, str] = defaultdict(str)
    rows: list[_Row] = []
    in_head = False
    for number, line in enumerate(lines):
        if rows and _is_head_again(surface, lines, number):
            in_head = True
        placed = _placed(line, stops)
        first = placed.get(0)
        is_row = bool(first) and bool(_ROW.fullmatch(surface.clean[slice(*first[0])])) if first else False
        if not rows and not is_row:
            if number >= MAX_HEAD_LINES:
                return None
            for column, pieces in placed.items():
                heads[column] += " " + " ".join(surface.lower[slice(*piece)] for piece in pieces)
            continue
        in_head = in_head and not (first and (is_row or _SECTION.fullmatch(surface.clean[slice(*first[0])])))
        if in_head:
            continue  # repeated on the next page
        if first and not is_row:
            if not _SECTION.fullmatch(surface.clean[slice(*first[0])]):
                break  # text that begins where the numbers stand: the table is over
            continue
        if is_row:
            rows.append(_Row())
        elif len(placed) == 1 and line.at(0) < SLACK:
            break
        for column, pieces in placed.items():
            if column:
                rows[-1].cells[column] += pieces
    columns = tables.columns_of(dict(heads))
    drafts = [draft for row in rows if columns and (draft := _draft(surface, row, columns, issued))]
    return Table(lines[0].start, rows[-1].span[1], tuple(drafts)) if drafts else None


def _is_head_again(surface: Surface, lines: list[_Line], number: int) -> bool:
    """Whether the head begins again here, or a page's number stands alone right before it."""
    for line in lines[number : number + 2]:
        text = surface.lower[slice(*line.pieces[0])]
        if len(line.pieces) > 2 and _NUMBER_HEAD.fullmatch(text):
            return True
        if len(line.pieces) > 1 or not re.fullmatch(r"[\s–-]*\d{1,3}[\s–-]*", text):
            return False
    return False


def _placed(line: _Line, stops: list[int]) -> dict[int, list[Cell]]:
    """The pieces of a line by column."""
    placed: dict[int, list[Cell]] = defaultdict(list)
    for number, piece in enumerate(line.pieces):
        # A row's number that ends before the next head belongs to the first column, however narrow that is.
        within = number == 0 and len(stops) > 1 and piece[1] - line.start < stops[1]
        at = stops[0] if within else line.at(number) + SLACK
        placed[max((column for column, stop in enumerate(stops) if stop <= at), default=0)].append(piece)
    return placed


def _draft(surface: Surface, row: _Row, columns: dict[str, int], issued: Issued) -> Draft | None:
    """The task of one row; None where it has no work or names nobody."""
    if not row.cells:
        return None

    def text(kind: str) -> str:
        return " ".join(surface.clean[slice(*piece)] for piece in row.cells.get(columns.get(kind, -1), []))

    leads = tables.leads_of(text("lead"))
    work = row.cells.get(columns["work"], [])
    if not leads or len(text("work").split()) < 2:
        return None
    start, end = row.span
    draft = Draft(leads, tables.names_of(text("partner")), start, work[0][0], work[-1][1], 0, evidence_end=end)
    draft.said = text("work")
    times = row.cells.get(columns.get("time", -1), [])
    if times:
        # Shown where the words with figures stand; a cell of several lines is no one place in the text.
        shown = (
            times[0]
            if len(times) == 1
            else next((one for one in times if re.search(r"\d", surface.clean[slice(*one)])), times[0])
        )
        draft.deadline = tables.deadline_of(text("time"), shown, issued)
        draft.warnings += draft.deadline.warnings if draft.deadline else ()
    return draft
