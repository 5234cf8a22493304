"""Tables of tasks that a converter flattened: one cell a line, as `pdftotext` and copying from a viewer leave them.

The head says which columns there are; a row begins at its number. A row counts only where its cells can be told apart.
"""

from __future__ import annotations

import re
from itertools import takewhile

from sen.apps.directives.extraction import tables
from sen.apps.directives.extraction.deadlines import Issued
from sen.apps.directives.extraction.drafts import Draft
from sen.apps.directives.extraction.surface import SMALL, Surface
from sen.apps.directives.extraction.tables import Cell, Table

_NUMBER_HEAD = re.compile(r"(?:s?tt|số\s*tt|số\s*thứ\s*tự)\.?")
_OTHER_HEAD = re.compile(
    r"sản\s*phẩm|ghi\s*chú|kết\s*quả|đầu\s*ra|căn\s*cứ|lãnh\s*đạo|người|địa\s*điểm|kinh\s*phí|nguồn|mức\s*độ|cơ\s*quan|đơn\s*vị|thời"
)
_ROW = re.compile(r"(?P<number>\d{1,3})\s*[.)]?")
_SECTION = re.compile(r"(?:[IVX]{1,5}|[A-H])\s*[.)]?")
_GOES_ON = re.compile(rf"[{SMALL}(]")
_OPEN = re.compile(r"(?:[,;]|\b(?:và|của|với|các|cho|về|theo))\s*$")
MAX_HEADS = 10


def find(surface: Surface, issued: Issued) -> list[Table]:
    """The flattened tables whose head names who leads and what is to be done."""
    lines = _lines(surface)
    found: list[Table] = []
    at = 0
    while at < len(lines):
        heads = _heads(surface, lines, at) if _NUMBER_HEAD.fullmatch(surface.lower[slice(*lines[at])]) else []
        columns = _columns(surface, heads)
        if not columns:
            at += 1
            continue
        first = at + 1 + sum(len(one) for one in heads)
        drafts, after = _rows(surface, lines, first, (len(heads), columns), issued)
        found.append(Table(lines[at][0], lines[after - 1][1], tuple(drafts)))
        at = max(after, at + 1)
    return [table for table in found if table.drafts]


def _lines(surface: Surface) -> list[Cell]:
    return [
        (match.start() + len(match[0]) - len(match[0].lstrip()), match.start() + len(match[0].rstrip()))
        for match in re.finditer(r"[^\n]+", surface.clean)
        if match[0].strip()
    ]


def _heads(surface: Surface, lines: list[Cell], at: int) -> list[list[Cell]]:
    """The lines of every head behind "TT", those that go on joined, up to the first row or section."""
    heads: list[list[Cell]] = []
    for line in lines[at + 1 : at + 1 + 2 * MAX_HEADS]:
        text = surface.clean[slice(*line)]
        if _ROW.fullmatch(text) or _SECTION.fullmatch(text):
            break
        if heads and _GOES_ON.match(text):
            heads[-1].append(line)
        elif len(text) < 50:
            heads.append([line])
        else:
            return []
    return heads


def _columns(surface: Surface, heads: list[list[Cell]]) -> dict[str, int]:
    """Which of the cells behind the row's number holds what; {} where this is no table of tasks."""
    found: dict[str, int] = {}
    for number, head in enumerate(heads):
        text = " ".join(surface.lower[slice(*line)] for line in head)
        kind = next(
            (name for name, pattern in tables.COLUMNS.items() if name not in found and pattern.search(text)), None
        )
        if kind is None and not _OTHER_HEAD.search(text):
            return {}
        if kind:
            found[kind] = number
    return found if {"lead", "work"} <= found.keys() and found["work"] < found["lead"] else {}


def _rows(
    surface: Surface, lines: list[Cell], first: int, shape: tuple[int, dict[str, int]], issued: Issued
) -> tuple[list[Draft], int]:
    """(the tasks of the rows from line `first` on, index of the line behind the last row); `shape`: cells a row, columns."""
    width, columns = shape
    drafts: list[Draft] = []
    at = after = first
    expected: int | None = None
    while at < len(lines):
        text = surface.clean[slice(*lines[at])]
        row = _ROW.fullmatch(text)
        if row is None:
            if not _SECTION.fullmatch(text) and at != after:
                break
            at += 1
            # The title of a section stands between its number and the next row.
            at += len(list(takewhile(lambda line: not _ROW.fullmatch(surface.clean[slice(*line)]), lines[at : at + 3])))
            continue
        if expected is not None and int(row["number"]) not in (expected, 1):
            break
        expected = int(row["number"]) + 1
        cells, at = _cells(surface, lines, at + 1, width, expected)
        draft = _draft(surface, cells, width, columns, issued)
        if draft is None and not drafts:
            break
        if draft:
            drafts.append(draft)
        after = at
    return drafts, after


def _cells(surface: Surface, lines: list[Cell], at: int, width: int, following: int) -> tuple[list[Cell], int]:
    """The cells from line `at` on, lines that go on joined, up to the next row or section or the width of the table."""
    cells: list[Cell] = []
    while at < len(lines):
        text = surface.clean[slice(*lines[at])]
        row = _ROW.fullmatch(text)
        if _SECTION.fullmatch(text) or (row and int(row["number"]) in (following, 1)):
            break
        goes_on = cells and (_GOES_ON.match(text) or _OPEN.search(surface.clean[slice(*cells[-1])]))
        if goes_on:
            cells[-1] = (cells[-1][0], lines[at][1])
        elif len(cells) == width:
            break
        else:
            cells.append(lines[at])
        at += 1
    return cells, at


def _draft(surface: Surface, cells: list[Cell], width: int, columns: dict[str, int], issued: Issued) -> Draft | None:
    """The task of a row. Where cells are missing, the kind of what stands in them decides."""
    if len(cells) == width:
        lead = columns["lead"]
    else:
        lead = next((n for n, cell in enumerate(cells) if n > 0 and tables.only_names(surface, cell)), 0)
        if not lead:
            return None
    names = tables.names_in(surface, cells[lead])
    work = cells[columns["work"]] if len(cells) == width else cells[lead - 1]
    if not names or len(surface.clean[slice(*work)].split()) < 2:
        return None
    rest = cells[lead + 1 :]
    whole = len(cells) == width
    partner = cells[columns["partner"]] if whole and "partner" in columns else None
    if not whole and rest and "partner" in columns and tables.only_names(surface, rest[0]):
        partner = rest[0]
    draft = Draft(
        names,
        tables.names_in(surface, partner) if partner else [],
        work[0],
        work[0],
        work[1],
        0,
        evidence_end=cells[-1][1],
    )
    times = [cells[columns["time"]]] if whole and "time" in columns else rest
    draft.deadline = next((one for cell in times if (one := tables.deadline_in(surface, cell, issued))), None)
    draft.warnings += draft.deadline.warnings if draft.deadline else ()
    return draft
