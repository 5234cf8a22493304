"""What other apps and processes may call on alerts and the rules that raise them."""

from __future__ import annotations

from sen.apps.alerts.rules.in_force import rule_in_force, rules_by_id, rules_in_force, rules_version
from sen.apps.alerts.rules.values import RuleInForce

__all__ = ["RuleInForce", "rule_in_force", "rules_by_id", "rules_in_force", "rules_version"]
