"""One text seen four ways, all of the same length, so that what a rule finds can be shown verbatim in the original.

Scanned and converted documents mix Unicode forms, dashes, Markdown stars and lost spaces; rules match on a clean view, and
`verbatim` leads back to the characters that were read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

_DROPPED = set("*\u200b\u200c\u200d\u2060\ufeff\u00ad\r")
_REPLACED = {
    "\u00a0": " ",
    "\t": " ",
    "\u2013": "-",
    "\u2014": "-",
    "\u2212": "-",
    "|": "\n",
    "\u2028": "\n",
    "\x0c": "\n",
}
# Capital and small letters of Vietnamese, for character classes: ranges of Unicode mix the two.
_TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
_VOWELS = [unicodedata.normalize("NFC", vowel + tone) for vowel in "aăâeêioôơuưy" for tone in _TONES]
SMALL = "a-zđ" + "".join(vowel for vowel in _VOWELS if not vowel.isascii())
CAPITAL = SMALL.upper()
# "BộGiao thông": a converter lost the space at the end of a line. At least a vowel and two letters on the left.
_LOST_SPACE = re.compile(rf"(?<!\w)(?=\w*[{''.join(_VOWELS)}])[{CAPITAL}{SMALL}][{SMALL}]+(?=[{CAPITAL}][{SMALL}])")


def _base(letter: str) -> str:
    """The letter without diacritics, one character for one character."""
    if letter in "đĐ":
        return "d" if letter == "đ" else "D"
    return unicodedata.normalize("NFD", letter)[0]


@dataclass(frozen=True, slots=True)
class Surface:
    """`clean` is NFC with plain spaces and dashes; `lower` its lower case; `folded` lower case without diacritics."""

    original: str
    clean: str
    lower: str = field(repr=False)
    folded: str = field(repr=False)
    _first: tuple[int, ...] = field(repr=False)
    _last: tuple[int, ...] = field(repr=False)

    def verbatim(self, start: int, end: int) -> str:
        """The original characters behind `clean[start:end]`, without blanks at either end."""
        while start < end and self.clean[start].isspace():
            start += 1
        while end > start and self.clean[end - 1].isspace():
            end -= 1
        return self.original[self._first[start] : self._last[end - 1]] if start < end else ""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where `verbatim(start, end)` stands in the original; an empty span at 0 where it is empty."""
        while start < end and self.clean[start].isspace():
            start += 1
        while end > start and self.clean[end - 1].isspace():
            end -= 1
        return (self._first[start], self._last[end - 1]) if start < end else (0, 0)

    def original_between(self, start: int, end: int) -> str:
        """The original characters behind `clean[start:end]`, blanks included."""
        return self.original[self._first[start] : self._last[end - 1]] if start < end else ""

    def blanked(self, spans: Iterable[tuple[int, int]]) -> Surface:
        """The same surface with blanks in these places; `verbatim` still gives what stood there."""
        places = list(spans)
        if not places:
            return self

        def blank(text: str) -> str:
            letters = list(text)
            for start, end in places:
                letters[start:end] = " " * (end - start)
            return "".join(letters)

        return replace(self, clean=blank(self.clean), lower=blank(self.lower), folded=blank(self.folded))

    def verbatim_at(self, at: int) -> str:
        """The one original character behind `clean[at]`."""
        return self.original[self._first[at] : self._last[at]]


def of(original: str) -> Surface:
    """The surface of a text."""
    letters: list[str] = []
    first: list[int] = []
    last: list[int] = []
    position = 0
    while position < len(original):
        end = position + 1
        while end < len(original) and unicodedata.combining(original[end]):
            end += 1
        cluster = original[position:end]
        if cluster == "*" and original[end : end + 1] == " " and _begins_line(original, position):
            cluster = "•"  # a bullet, not Markdown
        if cluster not in _DROPPED:
            composed = _REPLACED.get(cluster, cluster if cluster.isascii() else unicodedata.normalize("NFC", cluster))
            letters.extend(composed)
            first.extend([position] * len(composed))
            last.extend([end] * len(composed))
        position = end
    return _with_lost_spaces(original, "".join(letters), first, last)


def _begins_line(text: str, at: int) -> bool:
    return not text[text.rfind("\n", 0, at) + 1 : at].strip()


def _with_lost_spaces(original: str, clean: str, first: list[int], last: list[int]) -> Surface:
    for match in reversed(list(_LOST_SPACE.finditer(clean))):
        at = match.end()
        clean = f"{clean[:at]} {clean[at:]}"
        first.insert(at, last[at - 1])
        last.insert(at, last[at - 1])
    return Surface(
        original,
        clean,
        "".join(letter.lower()[0] for letter in clean),
        "".join((letter if letter.isascii() else _base(letter)).lower()[0] for letter in clean),
        tuple(first),
        tuple(last),
    )
