"""The packs' facts for the rest of Sen: properties, kinds of asset, limits and index tables. Read once per process, no database."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path

from sen.apps.packs.loader import InvalidPacks, read_packs, symbol_key
from sen.apps.packs.schema import AssetKind, Category, IndexTable, Limit, PackFile, Problem, Property
from sen.kernel.configuration import settings

__all__ = [
    "AssetKind",
    "Category",
    "IndexTable",
    "InvalidPacks",
    "Limit",
    "PackFile",
    "Problem",
    "Property",
    "asset_kinds",
    "check",
    "index_table",
    "limits",
    "packs",
    "properties",
    "property_for",
    "reload",
    "stations_with_limits",
]


def properties() -> dict[str, Property]:
    """Every property by its code, in the order of the packs."""
    return _catalogue().properties


def property_for(symbol: str) -> Property | None:
    """The property that a device means by `symbol`: a code or an alias in any case (`PM2,5`, `Nhiệt độ`); None if unknown."""
    return _catalogue().symbols.get(symbol_key(symbol))


def asset_kinds() -> dict[str, AssetKind]:
    """Every kind of asset by its code."""
    return _catalogue().asset_kinds


def limits(property: str, *, as_of: date, station: str | None = None) -> list[Limit]:
    """The limits of a property in force on the local day `as_of`: those for every asset and those for the asset `station`."""
    rows = _catalogue().limits.get(property, [])
    return [row for row in rows if row.holds_on(as_of) and row.station in (None, station)]


def stations_with_limits(property: str, *, as_of: date) -> frozenset[str]:
    """Codes of the assets that have limits of their own for a property on the local day `as_of`."""
    return frozenset(
        row.station for row in _catalogue().limits.get(property, []) if row.station and row.holds_on(as_of)
    )


def index_table(code: str) -> IndexTable:
    """Breakpoints and categories of `VN_AQI` or `VN_WQI`. Raises KeyError."""
    return _catalogue().indices[code]


def packs() -> list[PackFile]:
    """What is installed: the packs' names and versions."""
    return _catalogue().packs


def check(path: Path) -> list[Problem]:
    """Every problem of the packs below `path` (a folder of packs, or one pack together with the shipped ones)."""
    if (path / "pack.toml").exists():
        found = {folder.name: folder for folder in _folders(_shipped())} | {path.name: path}
        return read_packs(found.values())[1]
    folders = list(_folders(path))
    return read_packs(folders)[1] if folders else [Problem(str(path), 0, "no pack found")]


def reload() -> None:
    """Forget what was read, so that the next call reads the files again."""
    _catalogue.cache_clear()


class _Catalogue:
    def __init__(self, folders: list[Path]) -> None:
        read, problems = read_packs(folders)
        if problems:
            raise InvalidPacks(problems)
        self.packs = [pack.info for pack in read]
        self.properties = {code: prop for pack in read for code, prop in pack.properties.items()}
        self.asset_kinds = {code: kind for pack in read for code, kind in pack.asset_kinds.items()}
        self.indices = {code: table for pack in read for code, table in pack.indices.items()}
        self.limits: dict[str, list[Limit]] = {}
        for limit in (limit for pack in read for limit in pack.limits):
            self.limits.setdefault(limit.property, []).append(limit)
        self.symbols = {
            symbol_key(symbol): prop for prop in self.properties.values() for symbol in (prop.code, *prop.aliases)
        }


@lru_cache(maxsize=1)
def _catalogue() -> _Catalogue:
    """Shipped packs; a pack of the same name in DATA/packs replaces the shipped one."""
    found = {folder.name: folder for folder in _folders(_shipped())}
    own = settings().data / "packs"
    if own.is_dir():
        found |= {folder.name: folder for folder in _folders(own)}
    return _Catalogue(list(found.values()))


def _shipped() -> Path:
    here = Path(__file__).resolve()
    inside = here.parents[2] / "packs"  # in a wheel the packs lie in the package
    return inside if inside.is_dir() else here.parents[4] / "packs"


def _folders(path: Path) -> list[Path]:
    return sorted(folder.parent for folder in path.glob("*/pack.toml"))
