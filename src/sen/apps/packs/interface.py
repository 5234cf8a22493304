"""The packs' facts (what is measured, with what, against which limits, what is done about it; no database) and units' templates."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from pathlib import Path
from uuid import UUID

from sen.apps.packs.catalogue import catalogue, check, forget
from sen.apps.packs.handing_on import (
    can_go_back,
    export_pack,
    go_back,
    import_pack,
    install_pack_templates,
    make_key,
    trust,
    trusted_keys,
)
from sen.apps.packs.inheritance.diffs import diff
from sen.apps.packs.inheritance.interface import (
    accept,
    accept_for_many,
    changes,
    create_template,
    decline,
    drift,
    effective,
    effective_of_units,
    effective_one,
    inherit,
    leave,
    offers,
    override,
    overrides_in,
    publish,
    reset,
    retire,
    save_draft,
    settings_version,
    template,
    template_by_code,
    templates,
    undo,
    undo_batch,
    version,
    versions,
    where_used,
    withdraw,
)
from sen.apps.packs.inheritance.kinds import register_template_kind, template_kinds
from sen.apps.packs.inheritance.values import (
    REMOVED,
    Audience,
    Change,
    Decision,
    DriftRow,
    Effective,
    Fault,
    IgnoredOverride,
    Offer,
    OverrideRef,
    TemplateDetail,
    TemplateKind,
    TemplateRef,
    Upcoming,
    Use,
    Version,
    VersionRef,
)
from sen.apps.packs.known_elsewhere import register_codes
from sen.apps.packs.limit_sets import UnitLimit, combined
from sen.apps.packs.loader import InvalidPacks, symbol_key
from sen.apps.packs.measured_codes import MEASURE_FUNCTIONS, MEASURED, is_measured, measure_of
from sen.apps.packs.schema import AssetKind, Averaging, Category, IndexTable, Limit, Problem, Property, Severity
from sen.apps.packs.schema_operations import (
    DashboardFile,
    Demo,
    IndicatorDefinition,
    LimitSetFile,
    Measure,
    Module,
)
from sen.apps.packs.schema_pack import PackFile
from sen.apps.packs.schema_rules import (
    EXPRESSION_NAMES,
    MOST_PARTS,
    Beyond,
    Condition,
    Expression,
    Forecast,
    IndexReaches,
    Neighbours,
    OverLimit,
    Rate,
    Records,
    Rule,
    Several,
    Silence,
    condition_kind,
    condition_leaves,
    condition_properties,
)
from sen.apps.packs.schema_sheets import EntrySheet, SheetCheck, SheetRow
from sen.apps.packs.schema_sops import HAZARDS, PLACEHOLDERS, START, Answer, Message, Question, Sop, Step
from sen.apps.packs.sop_flow import FlowProblem, placeholders
from sen.apps.packs.sop_flow import ancestors as steps_before
from sen.apps.packs.sop_flow import condition as step_condition
from sen.apps.packs.sop_flow import order as step_order
from sen.apps.packs.sop_flow import predecessors as step_predecessors
from sen.apps.packs.sop_flow import problems as sop_problems

__all__ = [
    "MEASURE_FUNCTIONS",
    "MEASURED",
    "is_measured",
    "measure_of",
    "trusted_keys",
    "trust",
    "make_key",
    "install_pack_templates",
    "import_pack",
    "go_back",
    "export_pack",
    "can_go_back",
    "LimitSetFile",
    "EXPRESSION_NAMES",
    "MOST_PARTS",
    "Averaging",
    "Beyond",
    "Condition",
    "Expression",
    "Forecast",
    "IndexReaches",
    "Neighbours",
    "OverLimit",
    "Rate",
    "Records",
    "Several",
    "Severity",
    "Silence",
    "condition_kind",
    "condition_leaves",
    "condition_properties",
    "REMOVED",
    "AssetKind",
    "Audience",
    "Category",
    "Change",
    "DashboardFile",
    "Decision",
    "Demo",
    "DriftRow",
    "Effective",
    "Fault",
    "IgnoredOverride",
    "IndexTable",
    "IndicatorDefinition",
    "InvalidPacks",
    "Limit",
    "Measure",
    "Module",
    "Offer",
    "OverrideRef",
    "PackFile",
    "Problem",
    "Property",
    "Rule",
    "HAZARDS",
    "PLACEHOLDERS",
    "START",
    "Answer",
    "FlowProblem",
    "Message",
    "Question",
    "Sop",
    "EntrySheet",
    "SheetCheck",
    "SheetRow",
    "entry_sheets",
    "Step",
    "placeholders",
    "sop_problems",
    "step_condition",
    "step_order",
    "step_predecessors",
    "steps_before",
    "TemplateDetail",
    "TemplateKind",
    "TemplateRef",
    "UnitLimit",
    "Upcoming",
    "Use",
    "Version",
    "VersionRef",
    "accept",
    "accept_for_many",
    "asset_kinds",
    "changes",
    "check",
    "create_template",
    "dashboards",
    "decline",
    "demo",
    "demo_tables",
    "diff",
    "drift",
    "effective",
    "effective_of_units",
    "effective_one",
    "help_text",
    "index_table",
    "indicators",
    "inherit",
    "leave",
    "limits",
    "limits_of_units",
    "modules",
    "offers",
    "override",
    "overrides_in",
    "packs",
    "properties",
    "property_for",
    "publish",
    "register_codes",
    "register_template_kind",
    "reload",
    "reset",
    "retire",
    "rules",
    "save_draft",
    "settings_version",
    "sops",
    "stations_with_limits",
    "template",
    "template_by_code",
    "template_kinds",
    "templates",
    "undo",
    "undo_batch",
    "version",
    "versions",
    "where_used",
    "withdraw",
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


def limits(
    property: str,
    *,
    as_of: date,
    station: str | None = None,
    unit_id: UUID | None = None,
    own: Sequence[UnitLimit] = (),
) -> list[Limit]:
    """The limits of a property in force on the local day `as_of`: those for every asset and those for the asset `station`.

    With `unit_id` the limit sets that hold in that unit replace and add rows, as UnitLimit; who asks for many properties
    reads them once with `limits_of_units` and passes them as `own`. Without either only the packs' rows.
    """
    if unit_id is not None:
        own = limits_of_units([unit_id], as_of=as_of)[unit_id]
    rows = combined(catalogue().limits.get(property, []), own, property, as_of)
    return [row for row in rows if row.holds_on(as_of) and row.station in (None, station)]


def limits_of_units(unit_ids: Collection[UUID], *, as_of: date) -> dict[UUID, tuple[UnitLimit, ...]]:
    """The rows of the limit sets that hold in each unit on a day, for all properties; empty where there are none.

    Kept per process; one SQL statement while nothing changed, seven else, whatever the number of units.
    """
    from sen.apps.packs import unit_limits

    return unit_limits.unit_limits(unit_ids, as_of=as_of)


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
    """What the packs propose to alert on, by code; it becomes templates of kind `rule` that units switch on."""
    return catalogue().rules


def sops() -> dict[str, Sop]:
    """The packs' response procedures by code, as they become templates of the province."""
    return catalogue().sops


def entry_sheets(pack: str = "") -> dict[str, EntrySheet]:
    """The entry sheets of one pack, or of all, by code, as they become templates of kind `entry_sheet` of the province."""
    if not pack:
        return catalogue().sheets
    found = catalogue().by_code.get(pack)
    return found.sheets if found else {}


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
