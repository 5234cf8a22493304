"""Reads packs from their folders and checks them: every problem is reported with its file, line and reason."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from sen.apps.packs.schema import UNITS, AssetKind, IndexTable, Limit, Pack, PackFile, Problem, Property
from sen.kernel.errors import InvalidInput
from sen.kernel.text import folded

T = TypeVar("T")

_NOT_SYMBOL = re.compile(r"[^a-z0-9]")
_INDEX_FILES = "vn_*.toml"


class InvalidPacks(InvalidInput):
    """The packs cannot be used; `problems` lists every reason."""

    code = "invalid_packs"

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__(
            "Gói dữ liệu không dùng được: " + "; ".join(str(p) for p in problems[:20]),
            action="Sửa các dòng nêu trên rồi khởi động lại.",
        )


def symbol_key(symbol: str) -> str:
    """What two spellings of one symbol share: `PM2,5`, `pm2.5` and `PM25` all give `pm25`."""
    subscripts = symbol.translate(str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789"))
    return _NOT_SYMBOL.sub("", folded(subscripts))


def read_packs(folders: Iterable[Path]) -> tuple[list[Pack], list[Problem]]:
    """All packs of the given pack folders and every problem found in and between them."""
    packs: list[Pack] = []
    problems: list[Problem] = []
    lines: dict[tuple[str, str], tuple[str, int]] = {}
    for folder in folders:
        reader = _Reader(folder, problems)
        pack = reader.pack()
        if pack is not None:
            packs.append(pack)
            lines |= reader.lines
    _check_together(packs, problems, lines)
    return packs, problems


class _Reader:
    """Reads one pack folder; keeps the line of every property and kind for the checks between files."""

    def __init__(self, folder: Path, problems: list[Problem]) -> None:
        self.folder = folder
        self.problems = problems
        self.lines: dict[tuple[str, str], tuple[str, int]] = {}

    def pack(self) -> Pack | None:
        info = self._toml("pack.toml", PackFile)
        if info is None:
            return None
        if info.code != self.folder.name:
            self._problem("pack.toml", 0, f"code {info.code!r} is not the name of its folder {self.folder.name!r}")
        pack = Pack(info=info)
        for line, limit in self._rows("limits.csv", Limit, self._limit_row):
            pack.limits.append(limit)
            pack.limit_lines.append((self._name("limits.csv"), line))
        for line, prop in self._rows("properties.csv", Property, self._property_row):
            self._add(pack.properties, ("property", prop.code), prop, line)
            self._check_property(prop, line)
        for code, line, fields in self._tables("asset_kinds.toml"):
            kind = self._convert("asset_kinds.toml", line, {"code": code, **fields}, AssetKind)
            if kind is not None:
                self._add(pack.asset_kinds, ("asset kind", code), kind, line)
        for path in sorted(self.folder.glob(_INDEX_FILES)):
            table = self._toml(path.name, IndexTable)
            if table is not None:
                self._check_index(table, path.name)
                pack.indices[table.code] = table
        return pack

    # One file each

    def _rows(
        self, name: str, kind: type[T], prepare: Callable[[dict[str, str]], dict[str, Any]]
    ) -> Iterator[tuple[int, T]]:
        path = self.folder / name
        if not path.exists():
            return
        rows = list(enumerate(path.read_text(encoding="utf-8-sig").splitlines(), start=1))
        rows = [(number, text) for number, text in rows if text.strip() and not text.startswith("#")]
        if not rows:
            return
        header = next(csv.reader([rows[0][1]]))
        for number, text in rows[1:]:
            cells = next(csv.reader([text]))
            if len(cells) != len(header):
                self._problem(name, number, f"{len(cells)} cells where the header has {len(header)}")
                continue
            value = self._convert(name, number, prepare(dict(zip(header, cells, strict=True))), kind)
            if value is not None:
                yield number, value

    @staticmethod
    def _property_row(row: dict[str, str]) -> dict[str, Any]:
        fields: dict[str, Any] = {key: text for key, text in row.items() if text != "" or key in {"unit", "unit_label"}}
        fields["aliases"] = [alias for alias in row.get("aliases", "").split("|") if alias]
        fields["default_interval_s"] = fields.pop("interval_s", 300)
        return fields

    @staticmethod
    def _limit_row(row: dict[str, str]) -> dict[str, Any]:
        return {key: None if text == "" else text for key, text in row.items()}

    def _tables(self, name: str) -> Iterator[tuple[str, int, dict[str, Any]]]:
        """The top-level tables of a TOML file with the line of their header."""
        path = self.folder / name
        if not path.exists():
            return
        document = self._document(name)
        text = path.read_text(encoding="utf-8").splitlines()
        for code, fields in (document or {}).items():
            yield code, next((n for n, line in enumerate(text, 1) if line.strip() == f"[{code}]"), 0), fields

    def _toml(self, name: str, kind: type[T]) -> T | None:
        document = self._document(name)
        return None if document is None else self._convert(name, 0, document, kind)

    def _document(self, name: str) -> dict[str, Any] | None:
        try:
            return tomllib.loads((self.folder / name).read_text(encoding="utf-8"))
        except FileNotFoundError:
            self._problem(name, 0, "the file is missing")
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            line = re.search(r"line (\d+)", str(error))
            self._problem(name, int(line[1]) if line else 0, f"not TOML: {error}")
        return None

    def _convert(self, name: str, line: int, fields: Any, kind: type[T]) -> T | None:
        try:
            return msgspec.convert(fields, kind, strict=False)
        except msgspec.ValidationError as error:
            self._problem(name, line, str(error))
            return None

    # Checks of one row

    def _check_property(self, prop: Property, line: int) -> None:
        if not prop.unit:
            self._problem("properties.csv", line, f"property {prop.code!r} has no unit")
        elif prop.unit not in UNITS:
            self._problem("properties.csv", line, f"unit {prop.unit!r} of {prop.code!r} is not a known UCUM code")
        if prop.minimum >= prop.maximum:
            self._problem("properties.csv", line, f"range of {prop.code!r} is empty: {prop.minimum} to {prop.maximum}")

    def _check_index(self, table: IndexTable, name: str) -> None:
        for column, points in table.breakpoints.items():
            if len(points) > len(table.index) or any(b < a for a, b in pairwise(points)):
                self._problem(
                    name, 0, f"breakpoints of {column!r} must rise and have at most {len(table.index)} values"
                )
        ordered = sorted(table.categories, key=lambda category: category.minimum)
        if any(upper.minimum != lower.maximum + 1 for lower, upper in pairwise(ordered)):
            self._problem(name, 0, "categories overlap or leave a gap")

    def _add(self, into: dict[str, T], what: tuple[str, str], value: T, line: int) -> None:
        name = {"property": "properties.csv", "asset kind": "asset_kinds.toml"}[what[0]]
        if what[1] in into:
            first = self.lines[what][1]
            self._problem(name, line, f"two versions of {what[0]} {what[1]!r}; the first is in line {first}")
            return
        into[what[1]] = value
        self.lines[what] = (self._name(name), line)

    def _name(self, name: str) -> str:
        return f"{self.folder.name}/{name}"

    def _problem(self, name: str, line: int, reason: str) -> None:
        self.problems.append(Problem(self._name(name), line, reason))


def _check_together(packs: list[Pack], problems: list[Problem], lines: dict[tuple[str, str], tuple[str, int]]) -> None:
    """What only shows when all packs lie side by side: missing packs and properties, one symbol or code used twice."""

    def report(what: str, key: str, reason: str) -> None:
        file, line = lines.get((what, key), ("", 0))
        problems.append(Problem(file, line, reason))

    codes = {pack.info.code for pack in packs}
    owner: dict[str, str] = {}
    kinds: dict[str, str] = {}
    known: dict[str, Property] = {}
    for pack in packs:
        for needed in pack.info.requires:
            if needed not in codes:
                problems.append(
                    Problem(f"{pack.info.code}/pack.toml", 0, f"needs the pack {needed!r}, which is missing")
                )
        for code, prop in pack.properties.items():
            if code in known:
                report("property", code, f"two versions of property {code!r} in two packs")
            known[code] = prop
            for key in {symbol_key(symbol) for symbol in (code, *prop.aliases)} - {""}:
                if owner.setdefault(key, code) != code:
                    report("property", code, f"symbol {key!r} of {code!r} already means {owner[key]!r}")
    for pack in packs:
        for code, kind in pack.asset_kinds.items():
            if kinds.setdefault(code, pack.info.code) != pack.info.code:
                report("asset kind", code, f"two versions of asset kind {code!r} in two packs")
            for name in kind.properties:
                if name not in known:
                    report("asset kind", code, f"unknown property {name!r} in asset kind {code!r}")
    placed = [row for pack in packs for row in zip(pack.limits, pack.limit_lines, strict=True)]
    problems.extend(_limit_problems(placed, known))


def _limit_problems(placed: list[tuple[Limit, tuple[str, int]]], known: dict[str, Property]) -> Iterator[Problem]:
    seen: dict[tuple[Any, ...], list[Limit]] = {}
    for limit, (file, line) in placed:
        prop = known.get(limit.property)
        if prop is None:
            yield Problem(file, line, f"unknown property {limit.property!r}")
        elif prop.unit != limit.unit:
            yield Problem(file, line, f"unit {limit.unit!r} is not the unit {prop.unit!r} of {limit.property!r}")
        if limit.minimum is None and limit.maximum is None:
            yield Problem(file, line, "neither minimum nor maximum")
        if limit.valid_to is not None and limit.valid_to <= limit.valid_from:
            yield Problem(file, line, f"ends on {limit.valid_to} before it starts on {limit.valid_from}")
        # Several levels of one standard may hold at once (alarm levels, severities); one level may not.
        level = (limit.standard, limit.property, limit.averaging, limit.water_class, limit.station, limit.severity)
        others = seen.setdefault(level, [])
        if any(other.holds_on(limit.valid_from) or limit.holds_on(other.valid_from) for other in others):
            yield Problem(file, line, f"validity overlaps with another row of {limit.standard} for {limit.property!r}")
        others.append(limit)
