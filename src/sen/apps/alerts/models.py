"""Everything that the alerts app keeps."""

from __future__ import annotations

from sen.apps.alerts.evaluation_state import EvaluationState
from sen.apps.alerts.rules.models import RuleActivation, RuleEpisode, RuleInForceRow, RulesVersion, RuleTestRow

__all__ = ["EvaluationState", "RuleActivation", "RuleEpisode", "RuleInForceRow", "RuleTestRow", "RulesVersion"]
