"""The parts of an official document (Nghị định 30/2020/NĐ-CP): number, issuer, day of issue, addressees, body, and where it ends."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from sen.apps.directives.extraction import agencies, columns, layout, tables
from sen.apps.directives.extraction.blocks import Block, sealed, split, without_page_numbers
from sen.apps.directives.extraction.deadlines import Issued
from sen.apps.directives.extraction.surface import CAPITAL, Surface
from sen.apps.directives.extraction.tables import Table
from sen.kernel.office_calendar import NATIONAL, OfficeCalendar

HEAD_SHARE = 3000  # characters within which the head of a document lies
_DATED = re.compile(
    rf"(?:^|\n|\s{{2}})\s*[{CAPITAL}][\w .\-]{{1,40}},\s*(?:(?i:hồi)\s*\d+\s*(?i:giờ)\s*\d*\s*(?i:phút)?,?\s*)?(?i:ngày)\s*(?P<day>\d{{1,2}})?[\s.…_/]*(?i:tháng)\s*(?P<month>\d{{1,2}})?[\s.…_/]*"
    r"(?i:năm)\s*(?P<year>(?:19|20)\d\d)?"
)
_NUMBER = re.compile(
    r"(?:^|\n)\s*(?:số\s*:?\s*)(?P<number>(?:[\d/]*|\d+\s*-\s*[A-ZĐ]{1,4})\s*/\s*[\w\-–&/. ]*?[\w]{2,})\s*(?=\n|,|;|$|\s{2,})",
    re.I,
)
# "(Theo Công văn số 907/UBND-KT, ngày 13/3/2023)", "(3585/VP-KTN, ngày 23/10/2017)": a news page says what it is a copy of.
_COPY_OF = re.compile(
    r"\(\s*(?:theo|chi\s*tiết\s*(?:xem\s*)?tại|nguồn\s*:?)?\s*(?:công\s*văn|văn\s*bản|thông\s*báo|chỉ\s*thị|quyết\s*định|kế\s*hoạch)?\s*(?:số\s*:?\s*)?"
    r"(?P<number>\d+\s*/[\w\-/]+)\s*,?\s*ngày\s*(?P<day>\d{1,2})\s*(?:/|tháng)\s*(?P<month>\d{1,2})\s*(?:/|năm)\s*(?P<year>(?:19|20)\d\d)\s*\)"
)
# Forms and weekly programmes say the day in a line of their own: "Ngày giao: 17/03/2026", "Tuần 46 (từ ngày 10/11/2025 …".
_STAMPED = re.compile(
    r"(?:ngày\s*(?:giao|ban\s*hành|ký|lập|phát\s*hành|văn\s*bản)\s*:?|cập\s*nhật[^)\n]{0,30}?ngày|tuần\s*(?:thứ\s*)?\d+[\s(:,-]*(?:từ\s*)?(?:ngày)?)\s*"
    r"(?P<day>\d{1,2})\s*/\s*(?P<month>\d{1,2})\s*/\s*(?P<year>(?:19|20)\d\d)"
)
_KIND = re.compile(
    r"(?:^|\n)\s*(?P<kind>(?:KẾT LUẬN|QUYẾT ĐỊNH|KẾ HOẠCH|CHỈ THỊ|THÔNG BÁO|NGHỊ QUYẾT|CÔNG ĐIỆN|CHƯƠNG TRÌNH)(?: (?:THANH|KIỂM) TRA)?)\s*(?=\n)"
)
_ADDRESSED_TO = re.compile(r"kính\s*gửi\s*:?\s*")
# "CHỦ TỊCH UBND TỈNH … điện:" heads the addressees of a telegram.
_WIRED = re.compile(r"(?<!\w)điện\s*:\s*$")
_TAIL = re.compile(
    r"(?:nơi\s*nhận\s*:|(?:kt|tm|tl|tuq|q)\s*\.\s*(?:bộ\s*trưởng|chủ\s*tịch|ủy\s*ban|uỷ\s*ban|chánh|giám\s*đốc|thủ\s*tướng|trưởng|chính\s*phủ|cục|tổng)|\(\s*đã\s*ký\s*\))"
)
_HEAD_WORDS = re.compile(
    r"cộng\s*h[òo][àa]?\s*xã|độc\s*lập\s*-|số\s*:|v/v|về\s*việc|kính\s*gửi|quyết\s*định|thông\s*báo|kế\s*hoạch|chỉ\s*thị"
)


_ISSUERS = re.compile(
    r"(?:[ủu][ỷy] ban|uỷ ban|ubnd|bộ|sở|văn phòng|chính phủ|thủ tướng|ban|cục|chi cục|tổng|hội đồng|tỉnh|thành|chủ tịch|thanh tra|công an|phòng"
    r"|trung tâm|ngân hàng|kho bạc|bảo hiểm|tòa án|viện|đảng|thuế|huyện)\b"
)


@dataclass(frozen=True, slots=True)
class Document:
    """A document taken apart; `body` are the blocks in which tasks may stand."""

    surface: Surface
    number: str
    issuer: str
    issued: Issued
    addressees: tuple[str, ...]
    body: tuple[Block, ...]
    tables: tuple[Table, ...]


def take_apart(surface: Surface, calendar: OfficeCalendar = NATIONAL) -> Document:
    """The parts of the text; its deadlines will count the working days of `calendar`."""
    surface = without_page_numbers(surface)
    blocks = split(surface)
    end = _end_of_body(surface, blocks)
    addressees, begin = _addressees(surface, blocks)
    issued = replace(_issued(surface), calendar=calendar, kind=_kind(surface))
    # Annexes stand behind the signature, so tables are looked for in the whole text.
    found = _tables(surface, issued)
    body = tuple(block for block in blocks[begin:] if block.start < end and not _is_head_line(surface, block, begin))
    return Document(
        sealed(surface, blocks),
        _number(surface),
        _issuer(surface),
        issued,
        addressees,
        tuple(block for block in body if not any(table.start <= block.start < table.end for table in found)),
        found,
    )


def _tables(surface: Surface, issued: Issued) -> tuple[Table, ...]:
    """The tables of tasks, however their cells were kept apart; no row is read twice."""
    found: list[Table] = []
    for reader in (tables.find, columns.find, layout.find):
        found += [
            table
            for table in reader(surface, issued)
            if not any(table.start < known.end and known.start < table.end for known in found)
        ]
    return tuple(sorted(found, key=lambda one: one.start))


def _number(surface: Surface) -> str:
    """Number and symbol; "" where the number was left blank."""
    match = _NUMBER.search(surface.clean[:HEAD_SHARE])
    number = re.sub(r"\s+", "", match["number"]) if match else ""
    return number if number[:1].isdigit() else ""


def _issued(surface: Surface) -> Issued:
    year: int | None = None
    for match in _DATED.finditer(surface.clean[:HEAD_SHARE]):
        day = _date(match) if match["day"] and match["month"] and match["year"] else None
        if day:
            return Issued(day, day.year)
        year = year or (int(match["year"]) if match["year"] else None)
    for match in _COPY_OF.finditer(surface.lower):
        line = surface.lower[: match.start()].rsplit("\n", 1)[-1].strip()
        day = _date(match) if not line or _is_title(surface, match.start()) else None
        if day:
            return Issued(day, day.year)
    stamped = [day for match in _STAMPED.finditer(surface.lower[:HEAD_SHARE]) if (day := _date(match))]
    return Issued(min(stamped), min(stamped).year) if stamped else Issued(None, year)


def _kind(surface: Surface) -> str:
    """What the document calls itself in a line of capitals, in small letters; "" for a letter."""
    title = _KIND.search(surface.clean[:HEAD_SHARE])
    return " ".join(title["kind"].lower().split()) if title else ""


def _is_title(surface: Surface, at: int) -> bool:
    """Whether `at` lies in the first line that is no "# URL"."""
    before = [line for line in surface.clean[:at].split("\n")[:-1] if line.strip() and not line.startswith("#")]
    return not before


def _date(match: re.Match[str]) -> date | None:
    try:
        return date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        return None


def _issuer(surface: Surface) -> str:
    """The name in capitals on the first lines, left of the country's name."""
    lines: list[str] = []
    for line in surface.clean[:600].split("\n"):
        text = re.split(r"\s{3,}", line.strip())[0]  # the right column holds the country's name
        if text.startswith("#") or not text:
            continue
        if not text.isupper() or _HEAD_WORDS.search(text.lower()) or len(text) < 4:
            break
        lines.append(text)
    name = " ".join(" ".join(lines).split()).rstrip(" -_")
    return name if _ISSUERS.match(name.lower()) else ""


def _addressees(surface: Surface, blocks: list[Block]) -> tuple[tuple[str, ...], int]:
    """(those the letter goes to, index of the first block behind them)."""
    for index, block in enumerate(blocks):
        match = _ADDRESSED_TO.search(surface.lower, block.start, block.end)
        wired = _WIRED.search(surface.lower[: block.end], block.start)
        if wired is None and (match is None or match.start() - block.start > 3):
            continue
        begin = match.end() if match else block.end
        found = _lines_of_addressees(surface, begin, block.end)
        after = index + 1
        while after < len(blocks) and len(found) < 40 and _is_addressee(surface, blocks[after], bool(found)):
            found += _lines_of_addressees(surface, blocks[after].body, blocks[after].end)
            after += 1
        return tuple(found), after
    return (), 0


def _is_addressee(surface: Surface, block: Block, any_yet: bool) -> bool:
    text = surface.lower[block.body : block.end].strip()
    if block.marker.startswith(("-", "•", "+")):
        return True
    return not any_yet and len(text) < 200 and bool(agencies.several(surface, block.body, bare_group=True))


def _lines_of_addressees(surface: Surface, start: int, end: int) -> list[str]:
    parts = (" ".join(part.split()).strip(" -.,:") for part in surface.clean[start:end].split(";"))
    return [agencies.spelled(part) for part in parts if part]


def _end_of_body(surface: Surface, blocks: list[Block]) -> int:
    """Where the distribution list or the signature begins; a head that mentions none of them leaves the whole text."""
    first = _ADDRESSED_TO.search(surface.lower)
    begin = first.end() if first else 0
    for block in blocks:
        match = _TAIL.match(surface.lower, block.body)
        if match and block.start >= begin and block.start > 0.2 * len(surface.clean):
            return block.start
    for block in blocks:
        if block.start > begin and surface.clean[block.start : block.end].rstrip().endswith("./."):
            return block.end
    return len(surface.clean)


def _is_head_line(surface: Surface, block: Block, begin: int) -> bool:
    """Letterhead, number, subject, titles in capitals without a marker and "# URL" lines hold no tasks."""
    text = surface.clean[block.start : block.end].strip()
    if text.startswith("#") or (text.isupper() and not block.marker):
        return True
    if begin:
        return False
    return bool(re.match(r"(?:số\s*:|v/v|về\s*việc|cộng\s*h|độc\s*lập)", text.lower())) and block.start < HEAD_SHARE
