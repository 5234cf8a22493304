"""Reads what a pack brings for people: module, help, indicators, rules, procedures, dashboards, and the demo's parameters."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any, TypeVar

import msgspec

from sen.apps.packs.entry_sheets import LATEST_DUE_DAY
from sen.apps.packs.entry_sheets import check as check_sheet
from sen.apps.packs.forms import Form
from sen.apps.packs.forms import check as check_form
from sen.apps.packs.inheritance import paths
from sen.apps.packs.inheritance.kinds import template_kinds
from sen.apps.packs.pack_folder import PackFolder
from sen.apps.packs.schema_operations import (
    DashboardFile,
    Demo,
    IndicatorDefinition,
    LimitSetFile,
    Module,
    Tile,
)
from sen.apps.packs.schema_pack import Pack
from sen.apps.packs.schema_rules import Beyond, Expression, Rate, Records, Rule, condition_leaves
from sen.apps.packs.schema_sheets import EntrySheet
from sen.apps.packs.schema_sops import FormFile, Sop
from sen.apps.packs.sop_flow import FlowFault, problems
from sen.apps.packs.toml_lines import TomlLines
from sen.kernel import formula

T = TypeVar("T")

COLUMNS = 12
HELP = {"vi": "help.vi.md", "en": "help.en.md"}
SOP_PROBLEMS: dict[FlowFault, str] = {
    "no_name": "no name", "no_steps": "no steps", "twice": "two steps, or a step that may not be called", "no_words": "a step without words",
    "minutes": "a step has no minutes, or too many", "unknown_after": "after an unknown step", "after_itself": "a step after itself",
    "cycle": "steps that wait for each other", "behind_cycle": "a step that is never reached", "bad_when": "when must be <step>=<answer>, not",
    "unknown_question": "when names a step without question:", "unknown_answer": "when names an unknown answer:",
    "question_later": "when names a question that is not asked before:", "few_answers": "a question needs words and two answers",
    "answer_twice": "two answers of one code", "unknown_message": "unknown message", "bad_dispatch": "unknown receiver",
    "bad_form": "not the code of a form:", "unknown_placeholder": "unknown placeholder", "empty_message": "a message without words",
    "unknown_hazard": "unknown hazard",
}  # fmt: skip


def read_operations(folder: PackFolder, pack: Pack, head: TomlLines) -> None:
    """Fill `pack` from the folder's other files; `head` are the lines of pack.toml."""
    if pack.info.module is not None:
        pack.places["module", ""] = (folder.place("pack.toml"), head.table("module"))
        _check_module(folder, pack.info.module, head)
    for language, name in HELP.items():
        if folder.exists(name):
            pack.help_texts[language] = folder.text(name)
        elif pack.info.module is not None:
            folder.report(name, 0, "the file is missing: a pack with a module explains itself")
    _read_indicators(folder, pack)
    _read_rules(folder, pack)
    _read_sops(folder, pack)
    _read_forms(folder, pack)
    _read_sheets(folder, pack)
    for name in folder.names("dashboards/*.toml"):
        _read_dashboard(folder, pack, name)
    for name in folder.names("limit_sets/*.toml"):
        _read_limit_set(folder, pack, name)
    if folder.exists("demo.toml"):
        document, _lines = folder.document("demo.toml")
        pack.demo = (folder.convert("demo.toml", 0, document, Demo) if document else None) or Demo()


def _check_module(folder: PackFolder, module: Module, lines: TomlLines) -> None:
    """Readiness is measured by devices, or, where a module has none, by the sheets that its units hand in."""
    if module.asset_kinds and not 0.0 < module.fresh_share <= 1.0:
        folder.report("pack.toml", lines.key("fresh_share"), f"fresh_share {module.fresh_share} is not between 0 and 1")
    if module.by_sheets and not 0.0 < module.on_time_share <= 1.0:
        folder.report(
            "pack.toml", lines.key("on_time_share") or lines.table("module"),
            "the module needs at least one asset kind, or an on_time_share between 0 and 1 for its entry sheets",
        )  # fmt: skip
    if module.by_sheets and not folder.exists("sheets.toml"):
        folder.report(
            "pack.toml", lines.table("module"), "a module without asset kinds needs entry sheets (sheets.toml)"
        )


def _read_indicators(folder: PackFolder, pack: Pack) -> None:
    name = "indicators.toml"
    for index, one, lines in _items(folder, name, "indicators", IndicatorDefinition):
        line = lines.item("indicators", index)
        made = msgspec.structs.replace(one, pack=pack.info.code)
        folder.add(pack, pack.indicators, ("indicator", one.code), made, (name, line))
        if not one.code.isidentifier():
            folder.report(
                name, line, f"code {one.code!r} of an indicator must be usable in formulas: letters, digits, _"
            )
        if one.across_units == "weighted_mean" and not one.weight:
            folder.report(name, line, f"indicator {one.code!r} is a weighted mean and names no weight")
        if not 1 <= one.due_day <= LATEST_DUE_DAY or not 0 <= one.decimals <= 6:
            folder.report(
                name, line, f"due_day (1 to {LATEST_DUE_DAY}) or decimals (0 to 6) of {one.code!r} is out of range"
            )
        if one.formula:
            try:
                formula.parse(one.formula)
            except formula.FormulaError as error:
                folder.report(name, lines.item("indicators", index, "formula"), f"formula of {one.code!r}: {error}")


def _read_rules(folder: PackFolder, pack: Pack) -> None:
    for index, one, lines in _items(folder, "rules.toml", "rules", Rule):
        line = lines.item("rules", index)
        folder.add(pack, pack.rules, ("rule", one.code), one, ("rules.toml", line))
        for leaf in condition_leaves(one.when):
            if isinstance(leaf, Beyond) and leaf.above is None and leaf.below is None:
                folder.report("rules.toml", line, f"rule {one.code!r} says neither above nor below what")
            if isinstance(leaf, Rate) and leaf.rise is None and leaf.fall is None:
                folder.report("rules.toml", line, f"rule {one.code!r} says neither rise nor fall")
            if isinstance(leaf, Expression | Records):
                try:
                    formula.parse(leaf.text)
                except formula.FormulaError as error:
                    folder.report("rules.toml", line, f"formula of rule {one.code!r}: {error}")
        if one.clock_minutes <= 0 or one.duration_s < 0:
            folder.report(
                "rules.toml", line, f"rule {one.code!r} needs clock_minutes above 0 and duration_s of at least 0"
            )


def _read_sops(folder: PackFolder, pack: Pack) -> None:
    for index, one, lines in _items(folder, "sops.toml", "sops", Sop):
        line = lines.item("sops", index)
        folder.add(pack, pack.sops, ("procedure", one.code), one, ("sops.toml", line))
        for problem in problems(one):
            about = " ".join(repr(name) for name in problem.about)
            where = f" ({problem.path})" if problem.path else ""
            folder.report(
                "sops.toml", line, f"procedure {one.code!r}{where}: {SOP_PROBLEMS[problem.kind]} {about}".rstrip()
            )


def _read_forms(folder: PackFolder, pack: Pack) -> None:
    for index, one, lines in _items(folder, "forms.toml", "forms", FormFile):
        line = lines.item("forms", index)
        folder.add(pack, pack.forms, ("form", one.code), one, ("forms.toml", line))
        form = folder.convert("forms.toml", line, one.content, Form)
        for fault in check_form(form) if form is not None else ():
            folder.report("forms.toml", line, f"form {one.code!r} at {fault.path}: {fault.message}")


def _read_sheets(folder: PackFolder, pack: Pack) -> None:
    for index, one, lines in _items(folder, "sheets.toml", "sheets", EntrySheet):
        line = lines.item("sheets", index)
        folder.add(pack, pack.sheets, ("entry sheet", one.code), one, ("sheets.toml", line))
        codes = [row.code for row in one.rows]
        if not codes:
            folder.report("sheets.toml", line, f"sheet {one.code!r} asks for nothing")
        for code in sorted({code for code in codes if codes.count(code) > 1}):
            folder.report("sheets.toml", line, f"sheet {one.code!r} asks twice for {code!r}")
        for fault in check_sheet(one):
            folder.report("sheets.toml", line, f"sheet {one.code!r} at {fault.path}: {fault.message}")


def _items(folder: PackFolder, name: str, table: str, kind: type[T]) -> Iterator[tuple[int, T, TomlLines]]:
    """The items of a list of tables `[[table]]` that are of the right type, with their index."""
    if not folder.exists(name):
        return
    document, lines = folder.document(name)
    found = (document or {}).get(table, [])
    for other in sorted((document or {}).keys() - {table}):
        folder.report(name, lines.naming(other), f"unknown key {other!r}; this file holds [[{table}]]")
    if not isinstance(found, list):
        folder.report(name, lines.key(table), f"{table!r} must be written as [[{table}]]")
        return
    for index, fields in enumerate(found):
        one = folder.convert(name, lines.item(table, index), fields, kind)
        if one is not None:
            yield index, one, lines


def _read_dashboard(folder: PackFolder, pack: Pack, name: str) -> None:
    document, lines = folder.document(name)
    made = None if document is None else folder.convert(name, 0, document, DashboardFile)
    if made is None:
        return
    made = msgspec.structs.replace(made, pack=pack.info.code)
    folder.add(pack, pack.dashboards, ("dashboard", made.code), made, (name, lines.key("code")))
    for index, tile in enumerate(made.tiles):
        pack.places["tile", f"{made.code}/{tile.get('code')}"] = (folder.place(name), lines.item("tiles", index))
    if _tiles_are_sound(folder, name, made.tiles, lines):
        _check_content(folder, name, made.content, lines)
        for pattern in made.open_fields:
            if not (paths.PATTERN.fullmatch(pattern) and paths.leads_somewhere(made.content, pattern)):
                folder.report(name, lines.key("open_fields"), f"open field {pattern!r} leads nowhere")


def _read_limit_set(folder: PackFolder, pack: Pack, name: str) -> None:
    document, lines = folder.document(name)
    made = None if document is None else folder.convert(name, 0, document, LimitSetFile)
    if made is not None:
        made = msgspec.structs.replace(made, pack=pack.info.code)
        folder.add(pack, pack.limit_sets, ("limit set", made.code), made, (name, lines.key("code")))


def _tiles_are_sound(folder: PackFolder, name: str, tiles: list[dict[str, Any]], lines: TomlLines) -> bool:
    """Kinds, codes and places of the tiles; False with problems where one is wrong."""
    before = len(folder.problems)
    read: list[tuple[int, Tile]] = []
    for index, fields in enumerate(tiles):
        tile = folder.convert(name, lines.item("tiles", index), fields, Tile)
        if tile is None:
            continue
        if tile.x < 0 or tile.y < 0 or tile.w < 1 or tile.h < 1 or tile.x + tile.w > COLUMNS:
            folder.report(name, lines.item("tiles", index), f"tile {tile.code!r} does not lie within {COLUMNS} columns")
        read.append((index, tile))
    for (_first, one), (second, other) in combinations(read, 2):
        if one.code == other.code:
            folder.report(name, lines.item("tiles", second), f"two versions of tile {one.code!r}")
        elif one.overlaps(other):
            folder.report(name, lines.item("tiles", second), f"tile {other.code!r} lies over tile {one.code!r}")
    return len(folder.problems) == before


def _check_content(folder: PackFolder, name: str, content: dict[str, Any], lines: TomlLines) -> None:
    """The type that the dashboards app registered, where it is there. Its further checks look at installed packs and come with
    the installation of the template."""
    kind = template_kinds().get("dashboard")
    if kind is None:
        return
    for index, tile in enumerate(content["tiles"]):
        folder.convert(name, lines.item("tiles", index), {"tiles": [tile]}, kind.content)
