"""Which rules in force watch assets of some kinds in a unit: what a module's procedure rests on."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sen.apps.alerts.rules.in_force import rules_in_force
from sen.apps.alerts.rules.values import RuleInForce
from sen.apps.packs import interface as packs


def rules_watching(unit_id: UUID, asset_kinds: Collection[str]) -> list[RuleInForce]:
    """Those that watch assets of one of the kinds that the unit owns, by name. Each has a procedure, a clock and somebody in charge."""
    known = packs.asset_kinds()
    properties = {code for kind in asset_kinds if kind in known for code in known[kind].properties}
    found = [
        rule
        for rule in rules_in_force()
        if unit_id in rule.unit_ids and any(_about(leaf, asset_kinds, properties) for leaf in packs.condition_leaves(rule.content.when))
    ]  # fmt: skip
    return sorted(found, key=lambda one: one.name)


def _about(leaf: object, asset_kinds: Collection[str], properties: Collection[str]) -> bool:
    """Whether a condition can hold at an asset of these kinds; one that names a kind is about that kind alone."""
    kind = getattr(leaf, "asset_kind", "")
    if kind:
        return kind in asset_kinds
    return getattr(leaf, "property", "") in properties
