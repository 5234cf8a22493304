"""The packs' facts for the rest of Sen: what is measured, with what, against which limits, and what is done about it. No database."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sen.apps.packs.catalogue import catalogue, check, forget
from sen.apps.packs.loader import InvalidPacks, symbol_key
from sen.apps.packs.schema import AssetKind, Category, IndexTable, Limit, Problem, Property
from sen.apps.packs.schema_operations import DashboardFile, Demo, IndicatorDefinition, Measure, Module, Rule, Sop, Step
from sen.apps.packs.schema_pack import PackFile

__all__ = [
    "AssetKind",
    "Category",
    "DashboardFile",
    "Demo",
    "IndexTable",
    "IndicatorDefinition",
    "InvalidPacks",
    "Limit",
    "Measure",
    "Module",
    "PackFile",
    "Problem",
    "Property",
    "Rule",
    "Sop",
    "Step",
    "asset_kinds",
    "check",
    "dashboards",
    "demo",
    "demo_tables",
    "help_text",
    "index_table",
    "indicators",
    "limits",
    "modules",
    "packs",
    "properties",
    "property_for",
    "reload",
    "rules",
    "sops",
    "stations_with_limits",
]


def properties() -> dict[str, Property]:
    """Every property by its code, in the order of the packs."""
    return catalogue().properties


def property_for(symbol: str) -> Property | None:
    """The property that a device means by `symbol`: a code or an alias in any case (`PM2,5`, `Nhiệt độ`); None if unknown."""
    return catalogue().symbols.get(symbol_key(symbol))


def asset_kinds() -> dict[str, AssetKind]:
    """Every kind of asset by its code."""
    return catalogue().asset_kinds


def limits(property: str, *, as_of: date, station: str | None = None) -> list[Limit]:
    """The limits of a property in force on the local day `as_of`: those for every asset and those for the asset `station`."""
    rows = catalogue().limits.get(property, [])
    return [row for row in rows if row.holds_on(as_of) and row.station in (None, station)]


def stations_with_limits(property: str, *, as_of: date) -> frozenset[str]:
    """Codes of the assets that have limits of their own for a property on the local day `as_of`."""
    rows = catalogue().limits.get(property, [])
    return frozenset(row.station for row in rows if row.station and row.holds_on(as_of))


def index_table(code: str) -> IndexTable:
    """Breakpoints and categories of `VN_AQI` or `VN_WQI`. Raises KeyError."""
    return catalogue().indices[code]


def packs() -> list[PackFile]:
    """What is installed: the packs' names, versions and modules."""
    return [pack.info for pack in catalogue().packs]


def modules() -> dict[str, Module]:
    """What a unit can switch on, by the code of its pack."""
    return {info.code: info.module for info in packs() if info.module is not None}


def indicators() -> dict[str, IndicatorDefinition]:
    """The packs' indicators by code; `pack` says where each comes from."""
    return catalogue().indicators


def rules() -> dict[str, Rule]:
    """What the packs propose to alert on, by code. Read and shown; nothing evaluates them yet."""
    return catalogue().rules


def sops() -> dict[str, Sop]:
    """The packs' response procedures by code. Read and shown; nothing runs them yet."""
    return catalogue().sops


def dashboards() -> dict[str, DashboardFile]:
    """The packs' dashboards by code, as they become templates of the province."""
    return catalogue().dashboards


def help_text(pack: str, language: str = "vi") -> str:
    """The pack's help in plain paragraphs, in Vietnamese where the language is missing; empty where there is none."""
    found = catalogue().by_code.get(pack)
    texts = found.help_texts if found else {}
    return texts.get(language) or texts.get("vi", "")


def demo() -> dict[str, Demo]:
    """Parameters of the demonstration's models, by pack."""
    return {pack.info.code: pack.demo for pack in catalogue().packs}


def demo_tables() -> list[Path]:
    """The packs' tables of demonstration stations (`demo/*.csv`), in order."""
    return [file for pack in catalogue().packs for file in sorted(pack.folder.glob("demo/*.csv"))]


def reload() -> None:
    """Forget what was read, so that the next call reads the files again."""
    forget()
