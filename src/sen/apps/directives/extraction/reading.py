"""Files to text: .txt, .docx and .pdf with a text layer. Everything about a file is hostile until read within the limits."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from sen.kernel.errors import InvalidInput

MAX_FILE_BYTES = 30 * 1024 * 1024
MAX_UNPACKED_BYTES = 60 * 1024 * 1024
MAX_CHARACTERS = 2_000_000
MAX_PAGES = 500
MIN_LETTERS_PER_PAGE = 20
_ACTION = "Hãy gửi tệp .txt, .docx hoặc .pdf có lớp văn bản, tối đa 30 MB."
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class UnreadableDocument(InvalidInput):
    """A file that gives no text; the message says why."""

    code = "unreadable_document"

    def __init__(self, message: str, action: str = _ACTION) -> None:
        super().__init__(message, action=action)


def read(path: Path) -> str:
    """The text of a file, lines ended by "\\n", pages by a form feed. Raises UnreadableDocument."""
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise UnreadableDocument(f"Không đọc được loại tệp {path.suffix or 'không có đuôi'!r}.")
    try:
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            raise UnreadableDocument(f"Tệp lớn {size // 1024 // 1024} MB, quá giới hạn.")
        content = path.read_bytes()
    except OSError as error:
        raise UnreadableDocument(f"Không mở được tệp {path.name}: {error.strerror}.") from None
    text = reader(content)
    if len(text) > MAX_CHARACTERS:
        raise UnreadableDocument(f"Văn bản dài {len(text):,} ký tự, quá giới hạn {MAX_CHARACTERS:,}.")
    if not any(letter.isalpha() for letter in text):
        raise UnreadableDocument("Tệp không có chữ nào.")
    return text


def _plain(content: bytes) -> str:
    for encoding in _encodings(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text.replace("\r\n", "\n").replace("\r", "\n")
    raise UnreadableDocument("Tệp .txt không phải văn bản Unicode.", "Hãy lưu lại tệp với mã UTF-8.")


def _encodings(content: bytes) -> tuple[str, ...]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    return ("utf-8-sig", "cp1258")


def _docx(content: bytes) -> str:
    import docx

    _refuse_bombs(content)
    try:
        document = docx.Document(io.BytesIO(content))
        lines: list[str] = []
        labels = _Numbering(document)
        for element in document.element.body.iterchildren():
            lines.extend(_docx_lines(element, labels))
    except UnreadableDocument:
        raise
    except Exception as error:  # the library raises whatever the broken part raised
        raise UnreadableDocument(f"Tệp .docx bị hỏng ({type(error).__name__}).") from None
    return "\n\n".join(line for line in lines if line.strip())


def _refuse_bombs(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        # A Word file with a password is an OLE container, no ZIP archive.
        locked = content.startswith(b"\xd0\xcf\x11\xe0")
        raise UnreadableDocument(
            "Tệp Word có mật khẩu hoặc thuộc định dạng .doc cũ." if locked else "Tệp .docx bị hỏng (không phải ZIP)."
        ) from None
    if unpacked > MAX_UNPACKED_BYTES:
        raise UnreadableDocument(f"Tệp .docx bung ra {unpacked // 1024 // 1024} MB, quá giới hạn.")
    if "word/document.xml" not in names:
        raise UnreadableDocument("Tệp không phải văn bản Word (.docx).")


def _docx_lines(element: Any, labels: _Numbering) -> Iterator[str]:
    """Paragraphs in order; a table gives one line a cell, rows of a table of tasks stay together by " | "."""
    if element.tag == f"{_W}p":
        yield labels.before(element) + _paragraph_text(element)
    elif element.tag == f"{_W}tbl":
        rows = [[_cell_text(cell) for cell in row.iterchildren(f"{_W}tc")] for row in element.iterchildren(f"{_W}tr")]
        if any(
            "chủ trì" in unicodedata.normalize("NFC", cell).lower() for row in rows[:2] for cell in row if len(row) > 2
        ):
            yield "\n".join(" | ".join(row) for row in rows)
            return
        for row in element.iterchildren(f"{_W}tr"):
            for cell in row.iterchildren(f"{_W}tc"):
                for child in cell.iterchildren():
                    yield from _docx_lines(child, labels)
    elif element.tag == f"{_W}sdt":
        for content in element.iterchildren(f"{_W}sdtContent"):
            for child in content.iterchildren():
                yield from _docx_lines(child, labels)


def _cell_text(cell: Any) -> str:
    return " ".join(" ".join(_paragraph_text(one) for one in cell.iter(f"{_W}p")).split()).replace("|", "/")


def _paragraph_text(paragraph: Any) -> str:
    pieces = []
    for node in paragraph.iter(f"{_W}t", f"{_W}tab", f"{_W}br", f"{_W}noBreakHyphen"):
        if node.tag == f"{_W}t":
            pieces.append(node.text or "")
        else:
            pieces.append({"tab": " ", "br": "\n"}.get(node.tag.removeprefix(_W), "-"))
    return "".join(pieces)


class _Numbering:
    """The labels that Word computes: the text of an automatic "1." or "a)" is not stored in the paragraph."""

    def __init__(self, document: Any) -> None:
        self._formats: dict[tuple[str, int], tuple[str, str]] = {}
        self._counts: dict[tuple[str, int], int] = {}
        self._styles = {
            style.get(f"{_W}styleId"): style.find(f"{_W}pPr/{_W}numPr")
            for style in document.styles.element.iter(f"{_W}style")
        }
        try:
            root = document.part.numbering_part.element
        except (KeyError, NotImplementedError):
            return
        abstract = {node.get(f"{_W}abstractNumId"): node for node in root.iter(f"{_W}abstractNum")}
        for number in root.iter(f"{_W}num"):
            reference = number.find(f"{_W}abstractNumId")
            node = abstract.get(reference.get(f"{_W}val")) if reference is not None else None
            for level in node.iter(f"{_W}lvl") if node is not None else ():
                kind, text = level.find(f"{_W}numFmt"), level.find(f"{_W}lvlText")
                self._formats[number.get(f"{_W}numId"), int(level.get(f"{_W}ilvl") or 0)] = (
                    kind.get(f"{_W}val") if kind is not None else "decimal",
                    text.get(f"{_W}val") if text is not None else "%1.",
                )

    def before(self, paragraph: Any) -> str:
        """The label that stands before a paragraph, with a space behind it; "" for none."""
        properties = paragraph.find(f"{_W}pPr/{_W}numPr")
        style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        if properties is None and style is not None:
            properties = self._styles.get(style.get(f"{_W}val"))
        if properties is None:
            return ""
        number, depth = properties.find(f"{_W}numId"), properties.find(f"{_W}ilvl")
        key = (
            number.get(f"{_W}val") if number is not None else "0",
            int(depth.get(f"{_W}val")) if depth is not None else 0,
        )
        if key not in self._formats:
            return ""
        self._counts[key] = self._counts.get(key, 0) + 1
        for deeper in [other for other in self._counts if other[0] == key[0] and other[1] > key[1]]:
            del self._counts[deeper]
        kind, text = self._formats[key]
        if kind in {"bullet", "none"}:
            return "- " if kind == "bullet" else ""
        return re.sub(r"%(\d)", lambda match: self._one(key[0], int(match[1]) - 1), text) + " "

    def _one(self, number: str, level: int) -> str:
        count = self._counts.get((number, level), 1)
        kind = self._formats.get((number, level), ("decimal", ""))[0]
        if kind in {"lowerLetter", "upperLetter"}:
            letter = "abcdefghijklmnopqrstuvwxyz"[(count - 1) % 26]
            return letter if kind == "lowerLetter" else letter.upper()
        if kind == "upperRoman":
            return ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")[(count - 1) % 10]
        return str(count)


def _pdf(content: bytes) -> str:
    import pypdf
    from pypdf.errors import FileNotDecryptedError

    try:
        document = pypdf.PdfReader(io.BytesIO(content), strict=False)
        if document.is_encrypted and not document.decrypt(""):
            raise UnreadableDocument("Tệp PDF có mật khẩu.", "Hãy bỏ mật khẩu rồi gửi lại.")
        count = len(document.pages)
        if count > MAX_PAGES:
            raise UnreadableDocument(f"Tệp PDF có {count} trang, quá giới hạn {MAX_PAGES}.")
        pages = []
        for page in document.pages:
            pages.append(page.extract_text() or "")
            if sum(map(len, pages)) > MAX_CHARACTERS:
                raise UnreadableDocument(f"Văn bản dài quá giới hạn {MAX_CHARACTERS:,} ký tự.")
    except UnreadableDocument:
        raise
    except FileNotDecryptedError:
        raise UnreadableDocument("Tệp PDF có mật khẩu.", "Hãy bỏ mật khẩu rồi gửi lại.") from None
    except Exception as error:  # a broken file makes the parser raise nearly anything
        raise UnreadableDocument(f"Tệp PDF bị hỏng ({type(error).__name__}).") from None
    letters = sum(letter.isalpha() for page in pages for letter in page)
    if letters < MIN_LETTERS_PER_PAGE * max(1, count):
        raise UnreadableDocument(
            "Tệp PDF là bản quét, không có lớp văn bản.", "Hãy nhận dạng chữ (OCR) hoặc dán nội dung dạng văn bản."
        )
    # pypdf gives letters and their marks apart for some fonts.
    return "\f".join(unicodedata.normalize("NFC", page) for page in pages)


_READERS: dict[str, Callable[[bytes], str]] = {".txt": _plain, ".docx": _docx, ".pdf": _pdf}
