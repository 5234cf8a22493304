"""Everything that the alerts app keeps."""

from __future__ import annotations

from sen.apps.alerts.alert_models import Alert, AlertEvent, AlertNumbering, AlertSeen, AlertUndo, MaintenanceWindow
from sen.apps.alerts.evaluation_state import EvaluationState
from sen.apps.alerts.rules.models import RuleActivation, RuleEpisode, RuleInForceRow, RulesVersion, RuleTestRow

__all__ = [
    "Alert",
    "AlertEvent",
    "AlertNumbering",
    "AlertSeen",
    "AlertUndo",
    "EvaluationState",
    "MaintenanceWindow",
    "RuleActivation",
    "RuleEpisode",
    "RuleInForceRow",
    "RuleTestRow",
    "RulesVersion",
]
