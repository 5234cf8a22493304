"""Full-text search in Vietnamese on PostgreSQL's own tsvector: with and without accents, and what of a text a query found.

Each word stands twice at its place: folded (`hoa`) and, where it bears accents, with its tone behind (`hoa2` for «hoà» and «hòa» alike, so that
the two ways to place a tone mark are one word). A word typed without accents finds all its accented forms; typed with accents, only its own.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from sen.kernel.text import folded

_WORD = re.compile(r"[^\W_]+")
_PHRASE = re.compile(r'"([^"]+)"|(\S+)')
_TONES = {"\u0300": "2", "\u0301": "1", "\u0303": "4", "\u0309": "3", "\u0323": "5"}
MOST_WORDS = 16_000
"""Positions in a tsvector end at 16,383."""
MOST_PLACES = 200
"""Places kept of one word; PostgreSQL keeps 255."""
LONGEST = 60
MOST_ASKED = 20


def toned(word: str) -> str:
    """A lower-case word with the tone behind it; without accents the word itself. `hoà`, `hòa` → `hoa2`; `đường` → `đương2`."""
    marks = unicodedata.normalize("NFD", word.lower())
    tone = "".join(_TONES[one] for one in marks if one in _TONES)
    return unicodedata.normalize("NFC", "".join(one for one in marks if one not in _TONES)) + tone


def vector(parts: Iterable[tuple[str, str]]) -> str:
    """The literal of a tsvector over (text, weight A–D) in their order."""
    places: dict[str, list[str]] = {}
    for position, (word, weight) in enumerate(_placed(parts), start=1):
        for lexeme in {folded(word), toned(word)}:
            found = places.setdefault(lexeme, [])
            if len(found) < MOST_PLACES:
                found.append(f"{position}{weight}")
    return " ".join(f"'{lexeme}':{','.join(found)}" for lexeme, found in places.items())


def query(asked: str) -> str:
    """The literal of a tsquery: all words of `asked`, those in quotes or joined as in `267/UBND-VP` next to each other; "" without words."""
    found = []
    for quoted, plain in _PHRASE.findall(unicodedata.normalize("NFC", asked)):
        lexemes = [f"'{_lexeme(word)}'" for word in _words(quoted or plain)]
        if lexemes:
            found.append(lexemes[0] if len(lexemes) == 1 else f"({' <-> '.join(lexemes)})")
    return " & ".join(found[:MOST_ASKED])


def highlighted(text: str, asked: str) -> list[tuple[str, bool]]:
    """The text in pieces, True on the words that a query means."""
    wanted = {_lexeme(word) for word in _words(unicodedata.normalize("NFC", asked))}
    text = unicodedata.normalize("NFC", text)
    pieces: list[tuple[str, bool]] = []
    done = 0
    for match in _WORD.finditer(text):
        if not wanted & {folded(match[0]), toned(match[0])}:
            continue
        if match.start() > done:
            pieces.append((text[done : match.start()], False))
        pieces.append((match[0], True))
        done = match.end()
    if done < len(text):
        pieces.append((text[done:], False))
    return pieces


def covers(text: str, asked: str) -> bool:
    """Whether every word of a query stands in the text."""
    wanted = {_lexeme(word) for word in _words(unicodedata.normalize("NFC", asked))}
    present = {lexeme for word in _words(unicodedata.normalize("NFC", text)) for lexeme in (folded(word), toned(word))}
    return wanted <= present


def excerpt(text: str, asked: str, around: int = 120) -> str:
    """The place of a long text where most words of the query stand together, cut at words; "" where none does."""
    wanted = {_lexeme(word) for word in _words(unicodedata.normalize("NFC", asked))}
    text = unicodedata.normalize("NFC", text)
    hits = [match.start() for match in _WORD.finditer(text) if wanted & {folded(match[0]), toned(match[0])}]
    if not hits:
        return ""
    best = max(hits, key=lambda start: (sum(start <= other < start + 2 * around for other in hits), -start))
    start, end = max(0, best - around // 3), min(len(text), best + 2 * around)
    start = text.find(" ", start) + 1 if start else 0
    cut = text[start:end]
    if end < len(text):
        cut = cut.rpartition(" ")[0] + "…"
    return ("…" if start else "") + " ".join(cut.split())


def _placed(parts: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    left = MOST_WORDS
    for text, weight in parts:
        for word in _words(unicodedata.normalize("NFC", text)):
            if not left:
                return
            left -= 1
            yield word, weight


def _words(text: str) -> list[str]:
    return [word[:LONGEST].lower() for word in _WORD.findall(text)]


def _lexeme(word: str) -> str:
    return folded(word) if word == folded(word) else toned(word)
