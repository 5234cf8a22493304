"""What a ClickHouse statement is, as far as the HTTP protocol must know: where insert data begins, which format answers.

A scanner that respects strings, quoted identifiers, heredocs and comments; it does not check the grammar (chDB does).
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

# Everything between these tokens is of no interest, so `finditer` skips it at the speed of C.
_Words = list[tuple[bytes, int, int]]  # upper-case word (empty for a quoted name), start, end
_TOKEN = re.compile(
    rb"""(?P<comment>--[^\n]*|\#[ !][^\n]*|/\*.*?(?:\*/|\Z))
    |(?P<quoted>'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*"|`(?:[^`\\]|\\.|``)*`)
    |(?P<heredoc>\$(?P<tag>\w*)\$.*?\$(?P=tag)\$)
    |(?P<word>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<open>\()|(?P<close>\))|(?P<end>;)|(?P<number>[0-9][A-Za-z0-9_.]*)""",
    re.S | re.X,
)
_COMMENT = re.compile(rb"--[^\n]*|\#[ !][^\n]*|/\*.*?(?:\*/|\Z)", re.S)
_FORMAT_NAME = re.compile(rb"\s*(\w+)")
_DATA_GAP = re.compile(rb"[ \t\f]*(?:\r?\n)?")  # ClickHouse skips blanks and one line end between FORMAT name and data
_STATEFUL = {"SET", "USE"}


class StatementError(ValueError):
    """A statement that the endpoint refuses; `code` is ClickHouse's number for it."""

    def __init__(self, code: int, name: str, message: str) -> None:
        super().__init__(f"Code: {code}. DB::Exception: {message} ({name})")
        self.code = code


@dataclass(frozen=True)
class Statement:
    """A statement without its data. `data` is what followed it in the same text, and is None where it takes none."""

    text: str
    verb: str  # first word in upper case: SELECT, INSERT, WITH, …
    format: str | None  # of the answer, or of the data of an INSERT
    data: bytes | None

    @property
    def is_insert_with_data(self) -> bool:
        """Whether rows follow in a format (INSERT … FORMAT, INSERT … VALUES with nothing behind it)."""
        return self.data is not None

    @property
    def changes_connection(self) -> bool:
        """Whether it leaves something behind in the connection that ran it."""
        return self.verb in _STATEFUL or " TEMPORARY " in self.text[:200].upper()


def parse(raw: bytes) -> Statement:
    """Read one statement. Raises StatementError for none, for several, and for files of the server's machine."""
    words: _Words = []  # at depth 0: word, start, end
    depth = 0
    ended: int | None = None
    for token in _TOKEN.finditer(raw):
        kind = token.lastgroup
        if kind == "comment" or (ended is not None and kind == "end"):
            continue
        if ended is not None:
            raise StatementError(62, "SYNTAX_ERROR", "Multi-statements are not allowed")
        if kind == "open":
            depth += 1
        elif kind == "close":
            depth -= 1
        elif kind == "end" and depth == 0:
            ended = token.start()
        elif kind in {"quoted", "word"} and depth == 0:
            words.append((token[0].upper() if kind == "word" else b"", token.start(), token.end()))
            if words[0][0] == b"INSERT" and (found := _insert_data(raw, words)):
                return found
    if not words:
        if _COMMENT.sub(b"", raw).strip(b"; \t\r\n"):
            return Statement(_text(raw), "", None, None)  # chDB says what is wrong with it
        raise StatementError(62, "SYNTAX_ERROR", "Empty query")
    _refuse_files(words)
    return Statement(_text(raw[:ended]), words[0][0].decode(), _output_format(raw, words), None)


def _insert_data(raw: bytes, words: _Words) -> Statement | None:
    """The statement where its data begins at the last word seen, else None."""
    word, start, end = words[-1]
    before = words[-2][0] if len(words) > 1 else b""
    names_the_table = before in {b"INTO", b"TABLE"} or raw[start - 1 : start] == b"."  # a table may be called `format`
    if names_the_table or len(words) < 4 or any(earlier in {b"SELECT", b"WITH"} for earlier, _, _ in words):
        return None
    if word == b"FORMAT" and (name := _FORMAT_NAME.match(raw, end)):
        _refuse_files(words)
        gap = _DATA_GAP.match(raw, name.end())
        begin = gap.end() if gap else name.end()
        return Statement(_text(raw[:start]), "INSERT", name[1].decode(), raw[begin:])
    if word == b"VALUES":
        _refuse_files(words)
        return Statement(_text(raw[:start]), "INSERT", "Values", raw[end:])
    return None


def _refuse_files(words: _Words) -> None:
    for (first, _, _), (second, _, _) in itertools.pairwise(words):
        if (first, second) in {(b"INTO", b"OUTFILE"), (b"FROM", b"INFILE")}:
            raise StatementError(
                48, "NOT_IMPLEMENTED", f"{first.decode()} {second.decode()} is not supported over HTTP"
            )


def _output_format(raw: bytes, words: _Words) -> str | None:
    for (word, _, end), (name, begin, _) in zip(reversed(words[:-1]), reversed(words[1:]), strict=False):
        if word == b"FORMAT" and not raw[end:begin].strip():
            return raw[begin : begin + len(name)].decode()
    return None


def _text(raw: bytes) -> str:
    try:
        return raw.decode().strip()
    except UnicodeDecodeError as error:
        raise StatementError(62, "SYNTAX_ERROR", "The query is not valid UTF-8") from error
