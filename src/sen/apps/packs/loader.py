"""Reads packs from their folders and checks them: every problem is reported with its file, line and reason."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import sen
from sen.apps.packs.checks import check_together
from sen.apps.packs.operations_loader import read_operations
from sen.apps.packs.pack_folder import PackFolder
from sen.apps.packs.schema import UNITS, AssetKind, IndexTable, Limit, Problem, Property
from sen.apps.packs.schema_pack import VERSION, Pack, PackFile, version_key
from sen.kernel.errors import InvalidInput
from sen.kernel.text import folded

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
    problems: list[Problem] = []
    packs = [pack for folder in folders if (pack := _pack(PackFolder(folder, problems))) is not None]
    problems.extend(check_together(packs, symbol_key))
    return packs, problems


def _pack(folder: PackFolder) -> Pack | None:
    """One pack with all its files; None where its head cannot be read."""
    document, lines = folder.document("pack.toml")
    if document is None:
        return None
    info = folder.convert("pack.toml", lines.table("module") if "module" in document else 0, document, PackFile)
    if info is None:
        return None
    if info.code != folder.path.name:
        folder.report(
            "pack.toml", lines.key("code"), f"code {info.code!r} is not the name of its folder {folder.path.name!r}"
        )
    _check_versions(folder, info, lines.key("version"), lines.key("needs_sen"))
    pack = Pack(info=info, folder=folder.path)
    _read_limits(folder, pack)
    _read_properties(folder, pack)
    _read_kinds(folder, pack)
    for name in folder.names(_INDEX_FILES):
        _read_index(folder, pack, name)
    read_operations(folder, pack, lines)
    return pack


def _check_versions(folder: PackFolder, info: PackFile, line: int, needs_line: int) -> None:
    if not VERSION.fullmatch(info.version):
        folder.report("pack.toml", line, f"version {info.version!r} is not of the form 1.2.3")
    if not info.needs_sen:
        return
    try:
        newer = version_key(info.needs_sen) > version_key(sen.__version__)
    except ValueError:
        folder.report("pack.toml", needs_line, f"needs_sen {info.needs_sen!r} is not of the form 1.2 or 1.2.3")
        return
    if newer:
        folder.report("pack.toml", needs_line, f"needs Sen {info.needs_sen} or newer; this is Sen {sen.__version__}")


def _read_limits(folder: PackFolder, pack: Pack) -> None:
    for line, row in folder.rows("limits.csv"):
        limit = folder.convert("limits.csv", line, {key: text or None for key, text in row.items()}, Limit)
        if limit is not None:
            pack.limits.append(limit)
            pack.limit_lines.append((folder.place("limits.csv"), line))


def _read_properties(folder: PackFolder, pack: Pack) -> None:
    for line, row in folder.rows("properties.csv"):
        prop = folder.convert("properties.csv", line, _property_row(row), Property)
        if prop is None:
            continue
        folder.add(pack, pack.properties, ("property", prop.code), prop, ("properties.csv", line))
        if not prop.unit:
            folder.report("properties.csv", line, f"property {prop.code!r} has no unit")
        elif prop.unit not in UNITS:
            folder.report("properties.csv", line, f"unit {prop.unit!r} of {prop.code!r} is not a known UCUM code")
        if prop.minimum >= prop.maximum:
            folder.report("properties.csv", line, f"range of {prop.code!r} is empty: {prop.minimum} to {prop.maximum}")


def _property_row(row: dict[str, str]) -> dict[str, Any]:
    fields: dict[str, Any] = {key: text for key, text in row.items() if text != "" or key in {"unit", "unit_label"}}
    fields["aliases"] = [alias for alias in row.get("aliases", "").split("|") if alias]
    fields["default_interval_s"] = fields.pop("interval_s", 300)
    return fields


def _read_kinds(folder: PackFolder, pack: Pack) -> None:
    if not folder.exists("asset_kinds.toml"):
        return
    document, lines = folder.document("asset_kinds.toml")
    for code, fields in (document or {}).items():
        line = lines.table(code)
        if not isinstance(fields, dict):
            folder.report("asset_kinds.toml", lines.key(code), f"{code!r} is not a table")
            continue
        kind = folder.convert("asset_kinds.toml", line, {"code": code, **fields}, AssetKind)
        if kind is not None:
            folder.add(pack, pack.asset_kinds, ("asset kind", code), kind, ("asset_kinds.toml", line))


def _read_index(folder: PackFolder, pack: Pack, name: str) -> None:
    document, lines = folder.document(name)
    table = None if document is None else folder.convert(name, 0, document, IndexTable)
    if table is None:
        return
    for column, points in table.breakpoints.items():
        if len(points) > len(table.index) or any(b < a for a, b in pairwise(points)):
            folder.report(
                name, lines.naming(column), f"breakpoints of {column!r} must rise and have at most {len(table.index)} values"
            )  # fmt: skip
    ordered = sorted(table.categories, key=lambda category: category.minimum)
    if any(upper.minimum != lower.maximum + 1 for lower, upper in pairwise(ordered)):
        folder.report(name, 0, "categories overlap or leave a gap")
    folder.add(pack, pack.indices, ("index", table.code), table, (name, lines.key("code")))
