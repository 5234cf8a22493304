"""Vietnamese text: one normal form for storing, one folded form for searching and matching."""

from __future__ import annotations

import re
import unicodedata

_SPACE = re.compile(r"\s+")


def normal(text: str) -> str:
    """NFC with single spaces, trimmed: how text is stored and compared exactly."""
    return _SPACE.sub(" ", unicodedata.normalize("NFC", text)).strip()


def folded(text: str) -> str:
    """Lower case without diacritics (`Hoà Bình` and `hòa bình` both give `hoa binh`): how people search."""
    if text.isascii():
        return " ".join(text.split()).lower()
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return _SPACE.sub(" ", "".join(c for c in plain if not unicodedata.combining(c))).strip().lower()
