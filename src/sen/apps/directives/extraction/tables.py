"""Tables of tasks, as annexes of plans have them: a row is a task, the head names the columns.

Cells are apart by "|", in text files and as `reading` writes Word tables.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sen.apps.directives.extraction import agencies, deadlines
from sen.apps.directives.extraction.deadlines import Deadline, Issued
from sen.apps.directives.extraction.drafts import Draft
from sen.apps.directives.extraction.surface import CAPITAL, Surface, of

# What the words in a head of a table say about its column.
COLUMNS = {
    "lead": re.compile(r"chủ\s*trì|(?:cơ\s*quan|đơn\s*vị)\s*thực\s*hiện"),
    "partner": re.compile(r"phối\s*hợp"),
    "time": re.compile(r"thời\s*(?:gian|hạn)|tiến\s*độ|hạn|hoàn\s*thành"),
    "work": re.compile(r"nội\s*dung|nhiệm\s*vụ|công\s*việc|hoạt\s*động|tên"),
}
# A name in the column of those who lead that no rule knows.
_UNKNOWN = re.compile(rf"[{CAPITAL}][^;.,:()|]{{3,60}}")
# The column says that it is a deadline; the cell alone would not: "30/6/2025", "Quý II".
SAID_BY_HEAD = "thời hạn: "


@dataclass(frozen=True, slots=True)
class Table:
    """`clean[start:end]` and the tasks of its rows."""

    start: int
    end: int
    drafts: tuple[Draft, ...]


Cell = tuple[int, int]


def find(surface: Surface, issued: Issued) -> list[Table]:
    """The tables whose head names who leads and what is to be done."""
    found: list[Table] = []
    columns: dict[str, int] = {}
    rows: list[list[Cell]] = []
    for row in [*_rows(surface), []]:
        head = _columns(surface, row)
        if rows and (head or len(row) < len(rows[0]) - 1 or not row):
            found.append(_table(surface, rows, columns, issued))
            rows = []
        if head:
            columns, rows = head, [row]
        elif rows:
            rows.append(row)
    return found


def _rows(surface: Surface) -> list[list[Cell]]:
    """The cells of every line that has any."""
    rows: list[list[Cell]] = []
    begin, cells = 0, []
    for at, letter in enumerate([*surface.clean, "\n"]):
        if letter != "\n":
            continue
        cells.append((begin, at))
        begin = at + 1
        if at == len(surface.clean) or surface.verbatim_at(at) != "|":
            if any(surface.clean[start:end].strip() for start, end in cells):
                rows.append(cells)
            cells = []
    return rows


def _columns(surface: Surface, row: list[Cell]) -> dict[str, int]:
    """Which column holds what, if the row is the head of a table of tasks."""
    columns = columns_of({number: surface.lower[start:end] for number, (start, end) in enumerate(row)})
    return columns if len(row) >= 3 else {}


def columns_of(heads: dict[int, str]) -> dict[str, int]:
    """Which column holds what, by their heads in small letters; {} where nobody leads or nothing is to be done."""
    columns: dict[str, int] = {}
    for number, text in sorted(heads.items()):
        for name, pattern in COLUMNS.items():
            if len(text) < 60 and name not in columns and number not in columns.values() and pattern.search(text):
                columns[name] = number
    return columns if {"lead", "work"} <= columns.keys() else {}


def _table(surface: Surface, rows: list[list[Cell]], columns: dict[str, int], issued: Issued) -> Table:
    drafts = [draft for row in rows[1:] if (draft := _draft(surface, row, columns, issued))]
    return Table(rows[0][0][0], rows[-1][-1][1], tuple(drafts))


def _draft(surface: Surface, row: list[Cell], columns: dict[str, int], issued: Issued) -> Draft | None:
    """The task of one row; None where it has no work or names nobody."""
    if len(row) <= max(columns.values()):
        return None
    start, end = row[columns["work"]]
    leads = leads_of(surface.clean[slice(*row[columns["lead"]])])
    if not leads or len(surface.clean[start:end].split()) < 2:
        return None
    partners = names_in(surface, row[columns["partner"]]) if "partner" in columns else []
    draft = Draft(leads, partners, row[0][0], start, end, 0, evidence_end=row[-1][1])
    if "time" in columns:
        draft.deadline = deadline_in(surface, row[columns["time"]], issued)
        draft.warnings += draft.deadline.warnings if draft.deadline else ()
    return draft


def only_names(surface: Surface, cell: Cell) -> bool:
    """Whether a cell holds names of agencies and nothing else."""
    text = of(surface.clean[slice(*cell)].strip(" \n-+."))
    names = agencies.several(text, 0, bare_group=True)
    return bool(names) and not text.clean[names[-1].end :].strip(" \n.;,")


def names_in(surface: Surface, cell: Cell) -> list[str]:
    """The names in a cell, read from the cell alone so that none runs into the next."""
    return names_of(surface.clean[slice(*cell)])


def names_of(text: str) -> list[str]:
    """The names in the text of a cell."""
    text = text.strip(" \n-+")
    return [name.text for name in agencies.several(of(text), 0, bare_group=True)] if text else []


def leads_of(text: str) -> list[str]:
    """Who leads by a cell of that column: also a name that no rule knows, "Hạt Quản lý đê số 3"."""
    plain = " ".join(text.split()).strip(" -+.;")
    known = names_of(text)
    return known or ([agencies.spelled(plain)] if _UNKNOWN.fullmatch(plain) else [])


def deadline_in(surface: Surface, cell: Cell, issued: Issued) -> Deadline | None:
    found = deadlines.find(SAID_BY_HEAD + surface.lower[slice(*cell)].strip(), issued)
    begin = cell[0] + len(surface.clean[slice(*cell)]) - len(surface.clean[slice(*cell)].lstrip()) - len(SAID_BY_HEAD)
    for one in found:
        return Deadline(max(cell[0], one.start + begin), one.end + begin, one.day, one.warnings)
    return None


def deadline_of(text: str, shown: Cell, issued: Issued) -> Deadline | None:
    """The deadline in the text of a cell whose words are shown at one place."""
    found = deadlines.find(SAID_BY_HEAD + " ".join(text.lower().split()), issued)
    return Deadline(*shown, found[0].day, found[0].warnings) if found else None
