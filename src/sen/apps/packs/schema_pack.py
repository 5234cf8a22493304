"""A pack as a whole: its head (`pack.toml`) and everything that its folder holds, each thing with the line it was read from."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from sen.apps.packs.schema import AssetKind, IndexTable, Limit, Property
from sen.apps.packs.schema_operations import DashboardFile, Demo, IndicatorDefinition, LimitSetFile, Module
from sen.apps.packs.schema_rules import Rule
from sen.apps.packs.schema_sheets import EntrySheet
from sen.apps.packs.schema_sops import FormFile, Sop

VERSION = re.compile(r"(\d{1,5})\.(\d{1,5})\.(\d{1,5})")

Place = tuple[str, int]
"""File (relative to the packs folder) and line; 0 = the whole file."""


def version_key(version: str) -> tuple[int, ...]:
    """For comparing versions; `1.2` counts as `1.2.0`. Raises ValueError where it is no version."""
    parts = tuple(int(part) for part in version.split("."))
    return parts + (0,) * (3 - len(parts))


class PackFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`pack.toml`: what the pack is called, which packs and which Sen it needs, and the module that it makes possible."""

    code: str
    version: str
    name: str
    name_en: str
    description: str
    description_en: str = ""
    requires: list[str] = []
    needs_sen: str = ""
    module: Module | None = None


class Pack(msgspec.Struct, kw_only=True):
    """A pack as read from its folder. `places` says where each (what, code) stands."""

    info: PackFile
    folder: Path
    properties: dict[str, Property] = {}
    asset_kinds: dict[str, AssetKind] = {}
    limits: list[Limit] = []
    limit_lines: list[Place] = []
    indices: dict[str, IndexTable] = {}
    indicators: dict[str, IndicatorDefinition] = {}
    rules: dict[str, Rule] = {}
    sops: dict[str, Sop] = {}
    forms: dict[str, FormFile] = {}
    sheets: dict[str, EntrySheet] = {}
    dashboards: dict[str, DashboardFile] = {}
    limit_sets: dict[str, LimitSetFile] = {}
    help_texts: dict[str, str] = {}
    demo: Demo = msgspec.field(default_factory=Demo)
    places: dict[tuple[str, str], Place] = {}

    def place(self, what: str, code: str) -> Place:
        """Where a thing stands; the pack's head where unknown."""
        return self.places.get((what, code), (f"{self.info.code}/pack.toml", 0))
