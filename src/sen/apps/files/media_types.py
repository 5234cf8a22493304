"""Recognises what a file is by its content; the name and the declared type of a sender are only words."""

from __future__ import annotations

import io
import unicodedata
import zipfile

INLINE = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp", "application/pdf"})
"""What a browser may show in place; everything else is offered for saving."""

# (offset, bytes, type); the first that fits
_MAGIC = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (0, b"%PDF-", "application/pdf"),
    (4, b"ftyp", "video/mp4"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"OggS", "audio/ogg"),
)

# The part that tells which kind of office document a ZIP is.
_OFFICE = {
    "word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/presentation.xml": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}

EXTENSIONS = {
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "image/gif": (".gif",),
    "image/webp": (".webp",),
    "application/pdf": (".pdf",),
    "video/mp4": (".mp4", ".m4a", ".mov", ".3gp"),
    "audio/mpeg": (".mp3",),
    "audio/ogg": (".ogg", ".oga"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (".docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (".xlsx",),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": (".pptx",),
    "text/plain": (".txt", ".csv", ".log", ".md", ".geojson", ".json", ".xml"),
}
"""The endings under which each accepted type is handed out; the first is added where a name has none of them."""


def recognise(content: bytes) -> str:
    """The media type of a content that Sen accepts; empty for every other one, programs, HTML and SVG among them."""
    for offset, magic, media_type in _MAGIC:
        if content[offset : offset + len(magic)] == magic:
            return media_type if media_type != "image/webp" or content[:4] == b"RIFF" else ""
    if content[:4] == b"PK\x03\x04":
        return _office(content)
    return "text/plain" if _is_text(content) else ""


def _office(content: bytes) -> str:
    """Office documents without macros; other archives are not accepted."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError):
        return ""
    if any(name.endswith("vbaProject.bin") for name in names):
        return ""
    return next((media_type for part, media_type in _OFFICE.items() if part in names), "")


def _is_text(content: bytes) -> bool:
    """UTF-8 without control characters that does not begin like a page or a drawing with scripts."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    if any(unicodedata.category(char) == "Cc" and char not in "\t\r\n\f" for char in text):
        return False
    start = text.lstrip()[:1000].lower()
    return bool(start) and not any(word in start for word in ("<!doctype", "<html", "<script", "<svg", "#!/"))


def safe_name(name: str, media_type: str) -> str:
    """A name without folders and control characters, at most 150 characters, that ends as its content does."""
    base = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(char for char in base if unicodedata.category(char)[0] != "C").strip(" .")[:140] or "tep"
    endings = EXTENSIONS[media_type]
    return kept if kept.lower().endswith(endings) else kept + endings[0]
