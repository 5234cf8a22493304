"""Official documents in Word: the head of Nghị định 30/2020/NĐ-CP, numbered parts, ruled tables, signature and recipients.

Fonts, sizes and margins follow Phụ lục I as far as known (chưa kiểm chứng): Times New Roman, 13–14 pt, margins 20/20/30/20 mm.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import docx
import msgspec
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from sen.apps.reports import interface as reports

FONT = "Times New Roman"
FALLBACK = "Inter"
BODY_PT, TABLE_PT = 14, 11
_NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
_MOTTO = "Độc lập - Tự do - Hạnh phúc"


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What stands above the title. `number` is left to be written by hand where it is empty, as the registry gives it."""

    above: str
    agency: str
    number: str = ""
    symbol: str = ""
    place: str
    day: date
    kind: str
    title: str
    marked: str = ""


class Table(msgspec.Struct, frozen=True):
    """Rows under heads; `widths` in mm, `right`: columns of numbers."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]
    right: frozenset[int] = frozenset()
    empty: str = ""


class Part(msgspec.Struct, frozen=True):
    """A numbered part: its title, paragraphs, and tables below them."""

    title: str
    words: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()


class Foot(msgspec.Struct, frozen=True):
    """Who signs, and who gets a copy."""

    signer_title: str = ""
    signer: str = ""
    recipients: tuple[str, ...] = ()


def make(
    head: Head,
    parts: Sequence[Part],
    foot: Foot,
    *,
    opening: Sequence[str] = (),
    note: str = "",
    made_at: datetime,
    landscape: bool = False,
) -> bytes:
    """The document as .docx. Text is set as it stands. The same arguments give the same content."""
    paper = docx.Document()
    _page(paper, landscape=landscape)
    _head(paper, head)
    for words in opening:
        _paragraph(paper, words, first=Mm(10))
    for number, part in enumerate(parts, 1):
        _paragraph(paper, f"{_roman(number)}. {part.title.upper()}", bold=True, before=8, keep=True)
        for words in part.words:
            _paragraph(paper, words, first=Mm(10))
        for table in part.tables:
            _table(paper, table)
    _foot(paper, foot)
    if note:
        _paragraph(paper, note, size=10, italic=True, before=10)
    core = paper.core_properties
    core.title, core.author, core.language = head.title, head.agency, "vi-VN"
    core.created = core.modified = made_at.replace(tzinfo=None)
    stream = io.BytesIO()
    paper.save(stream)
    return stream.getvalue()


def _page(paper: Document, *, landscape: bool) -> None:
    section = paper.sections[0]
    section.page_width, section.page_height = (Mm(297), Mm(210)) if landscape else (Mm(210), Mm(297))
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(20)
    style = paper.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(BODY_PT)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for part in ("w:ascii", "w:hAnsi", "w:cs"):
        fonts.set(qn(part), FONT)
    fonts.set(qn("w:eastAsia"), FALLBACK)
    style.paragraph_format.space_after = Pt(4)
    number = section.header.paragraphs[0]
    number.alignment = WD_ALIGN_PARAGRAPH.CENTER
    section.different_first_page_header_footer = True
    _field(number, "PAGE")


def _field(paragraph: Any, code: str) -> None:
    """A field that Word and LibreOffice fill in themselves, such as the number of the page."""
    for kind, words in (("begin", ""), ("", code), ("end", "")):
        run = paragraph.add_run()
        run.font.size = Pt(13)
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = words
        run._r.append(mark)


def _head(paper: Document, head: Head) -> None:
    grid = paper.add_table(rows=2, cols=2)
    grid.alignment = WD_TABLE_ALIGNMENT.CENTER
    grid.autofit = False
    for column, width in enumerate((Mm(70), Mm(98))):
        for cell in grid.columns[column].cells:
            cell.width = width
    left, right = grid.rows[0].cells
    if head.above:
        _cell(left, head.above.upper(), size=13)
    _cell(left, head.agency.upper(), size=13, bold=True, underline=True, more=bool(head.above))
    _cell(right, _NATION, size=13, bold=True)
    _cell(right, _MOTTO, size=14, bold=True, underline=True, more=True)
    left, right = grid.rows[1].cells
    _cell(left, f"Số: {head.number or '      '}/{head.symbol}", size=13)
    _cell(right, f"{head.place}, {reports.date_words(head.day)}", size=14, italic=True)
    if head.marked:
        _paragraph(paper, head.marked.upper(), bold=True, align=WD_ALIGN_PARAGRAPH.CENTER, before=6)
    _paragraph(paper, head.kind.upper(), bold=True, align=WD_ALIGN_PARAGRAPH.CENTER, before=14)
    _paragraph(paper, head.title, bold=True, align=WD_ALIGN_PARAGRAPH.CENTER, after=10)


def _cell(
    cell: Any,
    words: str,
    *,
    size: int,
    bold: bool = False,
    italic: bool = False,
    underline: bool = False,
    more: bool = False,
) -> None:
    paragraph = cell.add_paragraph() if more else cell.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_after = Pt(0)
    run = paragraph.add_run(words)
    run.font.size, run.bold, run.italic, run.underline = Pt(size), bold, italic, underline


def _paragraph(
    paper: Document, words: str, *, size: int = BODY_PT, bold: bool = False, italic: bool = False, align: Any = None,
    before: int = 0, after: int = 4, first: Any = None, keep: bool = False,
) -> None:  # fmt: skip
    paragraph = paper.add_paragraph()
    form = paragraph.paragraph_format
    form.space_before, form.space_after, form.first_line_indent, form.keep_with_next = (
        Pt(before),
        Pt(after),
        first,
        keep,
    )
    paragraph.alignment = align if align is not None else WD_ALIGN_PARAGRAPH.JUSTIFY
    run = paragraph.add_run(_clean(words))
    run.font.size, run.bold, run.italic = Pt(size), bold, italic


def _table(paper: Document, table: Table) -> None:
    if not table.rows:
        _paragraph(paper, table.empty, italic=True, first=Mm(10))
        return
    made = paper.add_table(rows=1, cols=len(table.heads))
    made.style = paper.styles["Table Grid"]
    made.alignment = WD_TABLE_ALIGNMENT.CENTER
    made.autofit = False
    _repeat(made.rows[0])
    _fill(made.rows[0], table.heads, table, bold=True)
    for row in table.rows:
        _fill(made.add_row(), row, table, bold=False)
    _paragraph(paper, "", size=6)


def _fill(row: Any, cells: Sequence[str], table: Table, *, bold: bool) -> None:
    for number, (cell, words) in enumerate(zip(row.cells, cells, strict=True)):
        cell.width = Mm(table.widths[number])
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_after = Pt(0)
        paragraph.alignment = (
            WD_ALIGN_PARAGRAPH.CENTER
            if bold
            else WD_ALIGN_PARAGRAPH.RIGHT
            if number in table.right
            else WD_ALIGN_PARAGRAPH.LEFT
        )
        run = paragraph.add_run(_clean(words))
        run.font.size, run.bold = Pt(TABLE_PT), bold


def _repeat(row: Any) -> None:
    """The heads again on each page, and rows that are not torn apart."""
    properties = row._tr.get_or_add_trPr()
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    properties.append(mark)


def _foot(paper: Document, foot: Foot) -> None:
    _paragraph(paper, "", size=6)
    grid = paper.add_table(rows=1, cols=2)
    grid.autofit = False
    left, right = grid.rows[0].cells
    left.width, right.width = Mm(80), Mm(80)
    if foot.recipients:
        run = left.paragraphs[0].add_run("Nơi nhận:")
        run.bold, run.italic, run.font.size = True, True, Pt(12)
        for one in foot.recipients:
            paragraph = left.add_paragraph()
            paragraph.paragraph_format.space_after = Pt(0)
            paragraph.add_run(f"- {one};").font.size = Pt(11)
    _cell(right, (foot.signer_title or " ").upper(), size=14, bold=True)
    for _line in range(4):
        _cell(right, "", size=14, more=True)
    _cell(right, foot.signer, size=14, bold=True, more=True)


def _roman(number: int) -> str:
    return ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")[number - 1] if number <= 10 else str(number)


def _clean(words: str) -> str:
    """Without characters that XML cannot hold."""
    return "".join(letter for letter in words if letter >= " " or letter in "\n\t")
