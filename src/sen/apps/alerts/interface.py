"""What other apps and processes may call on alerts and the rules that raise them."""

from __future__ import annotations

from sen.apps.alerts.rules.in_force import refresh_if_stale as refresh_rules
from sen.apps.alerts.rules.in_force import rule_in_force, rules_by_id, rules_in_force, rules_version
from sen.apps.alerts.rules.record_kinds import Record, register_record_kind
from sen.apps.alerts.rules.values import RuleInForce

__all__ = [
    "Record",
    "RuleInForce",
    "refresh_rules",
    "register_record_kind",
    "rule_in_force",
    "rules_by_id",
    "rules_in_force",
    "rules_version",
]
