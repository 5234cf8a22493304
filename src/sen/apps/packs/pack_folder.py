"""One pack's folder while it is read: its files as text, TOML or rows, and a list of what is wrong with them."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from sen.apps.packs.schema import Problem
from sen.apps.packs.schema_pack import Pack, Place
from sen.apps.packs.toml_lines import TomlLines

T = TypeVar("T")

MAX_FILE_BYTES = 2 * 1024 * 1024


class PackFolder:
    """Files of the pack in `path`; every problem goes to `problems` with file and line."""

    def __init__(self, path: Path, problems: list[Problem]) -> None:
        self.path = path
        self.problems = problems

    def place(self, name: str) -> str:
        """A file's name in problems: `<pack>/<file>`."""
        return f"{self.path.name}/{name}"

    def report(self, name: str, line: int, reason: str) -> None:
        """Add a problem."""
        self.problems.append(Problem(self.place(name), line, reason))

    def exists(self, name: str) -> bool:
        """Whether the pack has this file."""
        return (self.path / name).is_file()

    def names(self, pattern: str) -> list[str]:
        """Names of the files that match, relative to the pack, in order."""
        return sorted(file.relative_to(self.path).as_posix() for file in self.path.glob(pattern) if file.is_file())

    def text(self, name: str) -> str:
        """A file's text; empty with a problem where it cannot be read."""
        try:
            if (self.path / name).stat().st_size > MAX_FILE_BYTES:
                self.report(name, 0, f"the file is larger than {MAX_FILE_BYTES} bytes")
                return ""
            return (self.path / name).read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            self.report(name, 0, "the file is missing")
        except (OSError, UnicodeDecodeError) as error:
            self.report(name, 0, f"cannot be read: {error}")
        return ""

    def document(self, name: str) -> tuple[dict[str, Any] | None, TomlLines]:
        """A TOML file and its lines; None with a problem where it is none."""
        known = len(self.problems)
        text = self.text(name)
        if len(self.problems) > known:
            return None, TomlLines("")
        try:
            return tomllib.loads(text), TomlLines(text)
        except tomllib.TOMLDecodeError as error:
            line = re.search(r"line (\d+)", str(error))
            self.report(name, int(line[1]) if line else 0, f"not TOML: {error}")
            return None, TomlLines("")

    def rows(self, name: str) -> Iterator[tuple[int, dict[str, str]]]:
        """The rows of a CSV file with their line; a missing file has none."""
        if not self.exists(name):
            return
        lines = list(enumerate(self.text(name).splitlines(), start=1))
        lines = [(number, text) for number, text in lines if text.strip() and not text.startswith("#")]
        if not lines:
            return
        header = next(csv.reader([lines[0][1]]))
        for number, text in lines[1:]:
            cells = next(csv.reader([text]))
            if len(cells) != len(header):
                self.report(name, number, f"{len(cells)} cells where the header has {len(header)}")
                continue
            yield number, dict(zip(header, cells, strict=True))

    def convert(self, name: str, line: int, fields: Any, kind: type[T]) -> T | None:
        """The typed value of `fields`, or None with a problem."""
        try:
            return msgspec.convert(fields, kind, strict=False)
        except msgspec.ValidationError as error:
            self.report(name, line, str(error))
            return None

    def add(self, pack: Pack, into: dict[str, T], what: tuple[str, str], value: T, place: Place) -> None:
        """Keep a thing under its code with its place; a second one of the same code is a problem."""
        name, line = place
        if what[1] in into:
            file, first = pack.places[what]
            where = f"line {first}" if file == self.place(name) else f"{file}:{first}"
            self.report(name, line, f"two versions of {what[0]} {what[1]!r}; the first is in {where}")
            return
        into[what[1]] = value
        pack.places[what] = (self.place(name), line)
