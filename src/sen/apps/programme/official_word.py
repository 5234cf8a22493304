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
from docx.enum.table import WD_ALIGN_VERTICAL, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from sen.apps.reports import interface as reports

FONT = "Times New Roman"
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
    """Who signs, and who gets a copy. With `left_title` two sign, as minutes are; the recipients then stand below."""

    signer_title: str = ""
    signer: str = ""
    recipients: tuple[str, ...] = ()
    left_title: str = ""
    left: str = ""


def make(
    head: Head,
    parts: Sequence[Part],
    foot: Foot,
    *,
    opening: Sequence[str] = (),
    closing: Sequence[str] = (),
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
        _heading(paper, f"{_roman(number)}. {part.title.upper()}")
        for words in part.words:
            _paragraph(paper, words, first=Mm(10))
        for table in part.tables:
            _apart(paper)
            _table(paper, table)
    for words in closing:
        _paragraph(paper, words, first=Mm(10), before=8)
    if note:
        _paragraph(paper, note, size=10, italic=True, before=6)
    _foot(paper, foot)
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
    for name in ("Normal", "Heading 1"):
        style = paper.styles[name]
        style.font.name, style.font.size = FONT, Pt(BODY_PT)
        style.paragraph_format.space_after = Pt(4)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for part in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
            fonts.set(qn(part), FONT)
            # A font of the theme would win over the one named here.
            fonts.attrib.pop(qn(f"{part}Theme"), None)
        fonts.attrib.pop(qn("w:cstheme"), None)
    heading = paper.styles["Heading 1"]
    heading.font.color.rgb = RGBColor(0, 0, 0)
    heading.paragraph_format.space_before = Pt(8)
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
    _widths(grid, (62, 100))
    left, right = grid.rows[0].cells
    if head.above:
        _cell(left, head.above.upper(), size=13)
    _cell(left, head.agency.upper(), size=13, bold=True, more=bool(head.above))
    _line_below(left.add_paragraph(), 19)
    _cell(right, _NATION, size=12, bold=True)
    _cell(right, _MOTTO, size=13, bold=True, more=True)
    _line_below(right.add_paragraph(), 20)
    left, right = grid.rows[1].cells
    _cell(left, f"Số: {head.number or '      '}/{head.symbol}", size=13)
    _cell(right, f"{head.place}, {reports.date_words(head.day)}", size=13, italic=True)
    if head.marked:
        _paragraph(paper, head.marked.upper(), bold=True, align=WD_ALIGN_PARAGRAPH.CENTER, before=6)
    _paragraph(paper, head.kind.upper(), bold=True, align=WD_ALIGN_PARAGRAPH.CENTER, before=14)
    _paragraph(paper, head.title, bold=True, align=WD_ALIGN_PARAGRAPH.CENTER, after=0)
    _line_below(paper.add_paragraph(), 55, after=10)


def _line_below(paragraph: Any, indent: int, *, after: int = 0) -> None:
    """The rule below a name, shorter than its line by `indent` mm on either side: drawn, as an underline would follow each line of it."""
    form = paragraph.paragraph_format
    form.left_indent = form.right_indent = Mm(indent)
    form.space_before, form.space_after, form.line_spacing = Pt(0), Pt(after), Pt(3)
    edges = OxmlElement("w:pBdr")
    rule = OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "auto")):
        rule.set(qn(f"w:{name}"), value)
    edges.append(rule)
    properties = paragraph._p.get_or_add_pPr()
    # The schema wants borders before the spacing and indents.
    properties.insert_element_before(
        edges, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def _widths(table: Any, widths: Sequence[int]) -> None:
    """Set widths in mm for the grid as well as for the cells: Word goes by the one, LibreOffice by the other."""
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)


def _heading(paper: Document, words: str) -> None:
    """The title of a part as a heading, so that the outline of the document shows it."""
    paragraph = paper.add_paragraph(style="Heading 1")
    paragraph.paragraph_format.keep_with_next = True
    run = paragraph.add_run(_clean(words))
    run.font.size, run.bold = Pt(BODY_PT), True


def _apart(paper: Document) -> None:
    """Two tables without a paragraph between them would be one."""
    last = paper.element.body[-2] if len(paper.element.body) > 1 else None
    if last is not None and last.tag == qn("w:tbl"):
        _paragraph(paper, "", size=6, after=0)


def _cell(
    cell: Any,
    words: str,
    *,
    size: int,
    bold: bool = False,
    italic: bool = False,
    before: int = 0,
    more: bool = False,
) -> None:
    paragraph = cell.add_paragraph() if more else cell.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(before), Pt(0)
    run = paragraph.add_run(_clean(words))
    run.font.size, run.bold, run.italic = Pt(size), bold, italic


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
    _widths(made, table.widths)


def _fill(row: Any, cells: Sequence[str], table: Table, *, bold: bool) -> None:
    _whole(row)
    for number, (cell, words) in enumerate(zip(row.cells, cells, strict=True)):
        if bold:
            cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_after = Pt(0)
        paragraph.alignment = (
            WD_ALIGN_PARAGRAPH.CENTER
            if bold or table.heads[number] == "TT"
            else WD_ALIGN_PARAGRAPH.RIGHT
            if number in table.right
            else WD_ALIGN_PARAGRAPH.LEFT
        )
        run = paragraph.add_run(_clean(words))
        run.font.size, run.bold = Pt(TABLE_PT), bold


def _repeat(row: Any) -> None:
    """The heads again on each page."""
    _mark(row, "w:tblHeader")


def _whole(row: Any) -> None:
    """A row that is not torn apart at the end of a page."""
    _mark(row, "w:cantSplit")


def _mark(row: Any, name: str) -> None:
    properties = row._tr.get_or_add_trPr()
    mark = OxmlElement(name)
    mark.set(qn("w:val"), "true")
    # The schema wants cantSplit before tblHeader.
    if name == "w:cantSplit":
        properties.insert(0, mark)
    else:
        properties.append(mark)


def _foot(paper: Document, foot: Foot) -> None:
    _apart(paper)
    grid = paper.add_table(rows=1, cols=2)
    grid.autofit = False
    _widths(grid, (80, 88))
    _whole(grid.rows[0])
    left, right = grid.rows[0].cells
    if foot.left_title:
        _signature(left, foot.left_title, foot.left)
        _apart(paper)
        below = paper.add_table(rows=1, cols=1)
        _recipients(below.rows[0].cells[0], foot.recipients)
    else:
        _recipients(left, foot.recipients)
    _signature(right, foot.signer_title, foot.signer)


def _signature(cell: Any, title: str, name: str) -> None:
    """The title, room for the signature and the seal, and the name."""
    _cell(cell, (title or " ").upper(), size=14, bold=True)
    _cell(cell, name, size=14, bold=True, before=72, more=True)


def _recipients(cell: Any, recipients: Sequence[str]) -> None:
    if not recipients:
        return
    run = cell.paragraphs[0].add_run("Nơi nhận:")
    run.bold, run.italic, run.font.size = True, True, Pt(12)
    cell.paragraphs[0].paragraph_format.space_after = Pt(0)
    for number, one in enumerate(recipients, 1):
        paragraph = cell.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(0)
        paragraph.add_run(_clean(f"- {one}{'.' if number == len(recipients) else ';'}")).font.size = Pt(11)


def _roman(number: int) -> str:
    return ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")[number - 1] if number <= 10 else str(number)


def _clean(words: str) -> str:
    """Without characters that XML cannot hold."""
    return "".join(letter for letter in words if letter >= " " or letter in "\n\t")
