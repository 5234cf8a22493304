"""Everything that the alerts app keeps."""

from __future__ import annotations

from sen.apps.alerts.rules.models import RuleActivation, RuleEpisode, RuleInForceRow, RulesVersion, RuleTestRow

__all__ = ["RuleActivation", "RuleEpisode", "RuleInForceRow", "RuleTestRow", "RulesVersion"]
