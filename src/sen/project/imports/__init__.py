"""Bulk data from files: `sen import KIND FILE`. Good rows are kept, bad ones listed with their number and reason."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from sen.project.imports.assets import import_assets
from sen.project.imports.boundaries import import_boundaries
from sen.project.imports.documents import import_documents
from sen.project.imports.dossiers import import_dossiers
from sen.project.imports.emergency import import_contacts, import_households, import_resources
from sen.project.imports.indicators import import_indicators
from sen.project.imports.outcome import ImportOutcome, ImportProblem
from sen.project.imports.units import import_units

__all__ = ["KINDS", "ImportOutcome", "ImportProblem", "Importer"]


class Importer(Protocol):
    """Reads `file` and writes what is good; with `dry_run` it only says what would happen. Raises InvalidInput for the file as a whole."""

    def __call__(self, file: Path, *, dry_run: bool = False) -> ImportOutcome: ...


KINDS: dict[str, Importer] = {
    "units": import_units,
    "boundaries": import_boundaries,
    "assets": import_assets,
    "indicators": import_indicators,
    "dossiers": import_dossiers,
    "documents": import_documents,
    "contacts": import_contacts,
    "resources": import_resources,
    "households": import_households,
}
"""What can be imported, by the word on the command line."""
