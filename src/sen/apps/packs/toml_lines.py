"""Where things stand in a TOML file: the parser keeps no lines, and a refusal without a line sends people searching."""

from __future__ import annotations

import re


class TomlLines:
    """Lines of a file by its headers. Lines count from 1; 0 = not found."""

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines()

    def table(self, name: str) -> int:
        """The line of the header `[name]`."""
        return self._header(f"[{name}]", 0)[0]

    def item(self, name: str, index: int, naming: str = "") -> int:
        """The line of the `index`-th header `[[name]]`, or the first line below it that names `naming`."""
        start, end = self._header(f"[[{name}]]", index)
        return self._naming(start, end, naming) or start

    def key(self, name: str) -> int:
        """The line of a key of the file's head or, failing that, of any table."""
        return next((n for n, line in enumerate(self._lines, 1) if re.match(rf"\s*{re.escape(name)}\s*=", line)), 0)

    def naming(self, words: str) -> int:
        """The first line that holds `words` in quotes or as a key."""
        return self._naming(1, len(self._lines) + 1, words)

    def _header(self, header: str, index: int) -> tuple[int, int]:
        found = [n for n, line in enumerate(self._lines, 1) if line.split("#")[0].strip() == header]
        if index >= len(found):
            return 0, 0
        return found[index], found[index + 1] if index + 1 < len(found) else len(self._lines) + 1

    def _naming(self, start: int, end: int, words: str) -> int:
        if not words or not start:
            return 0
        pattern = re.compile(rf"(?<![\w-]){re.escape(words)}(?![\w-])")
        return next((n for n in range(start, end) if pattern.search(self._lines[n - 1])), 0)
