"""Docs say only what is true today: what exists is documented, and what is documented exists."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCS = sorted(p for p in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"!?\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")


def table_names(page: str) -> set[str]:
    """First cells of all table rows, without emphasis."""
    cells = re.findall(r"^\| *`?([^|`]+?)`? *\|", page, re.M)
    return {cell.strip().lower() for cell in cells} - {"package", "---"}


def requirement_names(file: Path) -> set[str]:
    """Package names of a requirements `.in` file."""
    lines = (line.split("#")[0].strip() for line in file.read_text("utf8").splitlines())
    return {re.split(r"[\[<>=!~ ]", line)[0].lower() for line in lines if line and not line.startswith("-")}


def test_every_dependency_is_explained() -> None:
    page = table_names((ROOT / "docs" / "dependencies.md").read_text("utf8"))
    node = json.loads((ROOT / "src/sen/web_components/package.json").read_text("utf8"))
    used = (
        requirement_names(ROOT / "requirements/runtime.in")
        | requirement_names(ROOT / "requirements/test.in")
        | {name.lower() for name in {**node.get("dependencies", {}), **node.get("devDependencies", {})}}
    )
    used = {name for name in used if not name.startswith("@types/")}
    assert page == used, {"not explained": used - page, "explained but not used": page - used}


@pytest.mark.parametrize("page", DOCS, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    dead = [
        target
        for target in LINK.findall(page.read_text("utf8"))
        if "://" not in target and not target.startswith("mailto:") and not (page.parent / target).exists()
    ]
    assert not dead, dead


def test_every_connector_has_its_page() -> None:
    connectors = {p.parent.name for p in (ROOT / "src/sen/connectors").glob("*/manifest.toml")}
    pages = {p.stem.replace("-", "_") for p in (ROOT / "docs/connectors").glob("*.md")} - {"README", "writing"}
    assert connectors
    assert connectors <= pages, connectors - pages


def test_every_decision_is_listed() -> None:
    listed = (ROOT / "docs/adr/README.md").read_text("utf8")
    records = [p.name for p in (ROOT / "docs/adr").glob("0*.md")]
    assert records
    assert not [name for name in records if f"]({name})" not in listed]


def test_every_environment_variable_that_the_code_reads_is_documented() -> None:
    page = (ROOT / "docs/operations/settings.md").read_text("utf8")
    read = {
        match
        for file in (ROOT / "src/sen").rglob("*.py")
        if "tests" not in file.parts
        for match in re.findall(r"[\"'](SEN_[A-Z_]+)[\"']", file.read_text("utf8"))
    }
    internal = {"SEN_ROOT"}  # what the launcher tells the command line, not a setting
    assert not {name for name in read - internal if f"`{name}`" not in page}
