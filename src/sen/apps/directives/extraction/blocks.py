"""Lines to paragraphs and points: undoes the hard line breaks of PDF files and reads the markers "1.", "a)", "-", "Điều 2."."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise

from sen.apps.directives.extraction import vocabulary
from sen.apps.directives.extraction.surface import CAPITAL, SMALL, Surface

PARAGRAPH = 0.5
WALL = "\x00"
_MARKERS: tuple[tuple[float, re.Pattern[str]], ...] = (
    (0.8, re.compile(r"(?:Phần|PHẦN|Chương|CHƯƠNG)\s+(?:[IVX]{1,5}|\d{1,2}|(?:thứ|THỨ)\s+\w+)\s*[.:]?(?=\s)")),
    (1, re.compile(r"Điều\s+\d+\s*[.:]")),
    (1.2, re.compile(rf"[A-EĐ]\s*[.)/]\s+(?=[{CAPITAL}])")),
    (1.5, re.compile(r"(?:[IVX]{1,5})\s*[.)/-]\s")),
    (3, re.compile(r"\d{1,2}(?:\.\d{1,2})+\s*[.)]?(?=\s)")),
    (2, re.compile(r"\d{1,2}\s*(?:[.)](?=\D)|[/-]\s)")),
    (2, re.compile(r"(?:Việc|VIỆC|Nhiệm vụ|NHIỆM VỤ|Bước|BƯỚC)\s+\d{1,2}\s*[.:](?=\s)")),
    (3.5, re.compile(r"\(\d{1,2}\)\s")),
    (4, re.compile(r"[a-zđ]\s*(?:\)|\.(?=\s))")),
    (5, re.compile(r"(?:→|⇒|=>|->)\s*")),
    (5, re.compile(r"[-•·▪●◦](?!-)\s*")),
    (6, re.compile(r"\+\s*")),
)
_ENDED = re.compile(r"[.:;!?…]\W*$")
_RULE = re.compile(r"^[\W_]*$")
# Words after which a sentence cannot be over, even at the end of a page or before a blank line.
_OPEN_END = re.compile(
    r"(?:,|\b(?:và|của|với|cho|về|các|những|trình|theo|tại|do|từ|đến|để|là|thuộc|trong|trước|ngày|số|hoặc|bằng))\s*$"
)
# A tier that waits for its name: "UBND tỉnh" at the end of a line, "An Giang" on the next.
_TIER_END = re.compile(r"\b(?:tỉnh|thành phố|xã|phường|tháng|năm)\s*$")
_STANDS_ALONE = re.compile(
    r"\s*(?:(?-i:Tháng|Quý)\s+(?:\d{1,2}|[IVX]+)(?:\s*[/.-]\s*|\s+năm\s+)20\d\d\s*:?$|kính gửi|nơi nhận|số\s*:|cộng h|độc lập|v/v|về việc|thời gian|thời hạn|(?:cơ quan|đơn vị)\s+(?:chủ trì|phối hợp))",
    re.I,
)
_CAPITALS = re.compile(rf"(?=.*[{CAPITAL}])[^{SMALL}]{{4,}}$")
# A line that is only a page's number: "2", "- 2 -", "Trang 2/5".
_PAGE_NUMBER = re.compile(r"\n[^\S\n]*(?:-\s*|trang\s+)?(?P<page>\d{1,3})(?:\s*-|/\d{1,3})?[^\S\n]*(?=\n|$)", re.I)
PAGE = 700  # characters that a page has at least


@dataclass(slots=True)
class Block:
    """A paragraph or point: `clean[start:end]`, the text behind its marker from `body` on; `level` orders the markers."""

    start: int
    body: int
    end: int
    level: float
    marker: str


def split(surface: Surface) -> list[Block]:
    """The blocks of a text in reading order."""
    lines = _lines(surface.clean)
    width = _wrap_width([end - start for start, end, _ in lines])
    blocks: list[Block] = []
    depth = 0.0
    for start, end, gap in lines:
        line = surface.clean[start:end]
        level, marker = _marker(line)
        if blocks and not marker and _continues(surface.clean[blocks[-1].start : blocks[-1].end], line, gap, width):
            blocks[-1].end = end
            continue
        if marker:
            depth = level if level < 5 else depth
        else:
            level = depth + PARAGRAPH if depth else PARAGRAPH
        blocks.append(Block(start, start + len(marker), end, level, marker.strip()))
    return blocks


def points_below(blocks: tuple[Block, ...], index: int) -> list[Block]:
    """The points directly below a block."""
    below = []
    for block in blocks[index + 1 :]:
        if block.level <= blocks[index].level:
            break
        if block.marker or (block.start == blocks[index + 1].start and blocks[index].marker):
            below.append(block)
    top = min((block.level for block in below), default=0.0)
    return [block for block in below if block.level == top]


def without_page_numbers(surface: Surface) -> Surface:
    """The same surface with the numbers of pages, and the line breaks around them, as blanks: sentences go on over them.

    A lone number is one where a page ends beside it, or where the numbers count up with a page between them; the numbers
    of a flattened table's rows stand closer.
    """
    spans: list[tuple[int, int]] = []
    expected, last = 2, 0
    lone = list(_PAGE_NUMBER.finditer(surface.clean))
    for number, match in enumerate(lone):
        begin, end = match.start() + 1, match.end()
        beside = [one.start() for one in lone[max(0, number - 1) : number + 2] if one is not match]
        broken = "\f" in surface.original_between(max(0, match.start() - 1), min(len(surface.clean), end + 2))
        counts = int(match["page"]) == expected and begin - last >= PAGE
        counts = counts and all(abs(one - begin) >= PAGE for one in beside)
        if not broken and not counts:
            continue
        expected, last = int(match["page"]) + 1, begin
        while begin > 1 and surface.clean[begin - 2].isspace():
            begin -= 1
        while end < len(surface.clean) and surface.clean[end].isspace():
            end += 1
        spans.append((surface.clean.index("\n", begin - 1) + 1, end))  # one line break stays
    return surface.blanked(spans)


def sealed(surface: Surface, blocks: list[Block]) -> Surface:
    """The same surface with NUL between blocks, so that no rule reads a name from one into the next."""
    walls = []
    for before, block in pairwise(blocks):
        walls += [at for at in range(before.end, block.start) if surface.clean[at] == "\n"]

    def walled(text: str) -> str:
        letters = list(text)
        for at in walls:
            letters[at] = WALL
        return "".join(letters)

    return replace(surface, clean=walled(surface.clean), lower=walled(surface.lower), folded=walled(surface.folded))


def _lines(text: str) -> list[tuple[int, int, bool]]:
    """(start, end, after a blank line) of every line with content; rules of dashes count as blank."""
    found: list[tuple[int, int, bool]] = []
    gap = True
    position = 0
    for line in text.split("\n"):
        stripped = line.strip()
        if not stripped or _RULE.match(stripped):
            gap = True
        else:
            start = position + len(line) - len(line.lstrip())
            found.append((start, start + len(stripped), gap))
            gap = False
        position += len(line) + 1
    return found


def _wrap_width(lengths: list[int]) -> int:
    """The width at which the file breaks its lines, 0 where a line is a paragraph."""
    long = sorted(length for length in lengths if length > 40)
    if len(long) < 3 or long[-1] > 160:
        return 0
    return long[int(len(long) * 0.8)]


def _marker(line: str) -> tuple[float, str]:
    for level, pattern in _MARKERS:
        match = pattern.match(line)
        if match and len(line) > match.end():
            return level, line[: match.end()]
    return 0.0, ""


def _continues(before: str, line: str, gap: bool, width: int) -> bool:
    """Whether `line` goes on with the sentence that the block before it began."""
    if _STANDS_ALONE.match(line) or before.rstrip().endswith("/."):
        return False
    last = before.rsplit("\n", 1)[-1]
    if _OPEN_END.search(last.lower()) and not _CAPITALS.match(last.strip()):
        return True
    if _TIER_END.search(last.lower()) and not _ENDED.search(last) and not vocabulary.VERB.match(line.lower()):
        return True
    if gap or _ENDED.search(last):
        return not gap and line[:1].islower()
    return (
        line[:1].islower()
        or (line[:1] in "(,;" and not re.match(r"\(\d{1,2}\)\s", line))
        or (width > 0 and len(last) >= 0.8 * width and not _CAPITALS.match(line))
    )
