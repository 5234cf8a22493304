"""The pages of alerts and of the rules that raise them."""

from __future__ import annotations

from sen.apps.alerts.pages_actions import act, answer_of, answered, chosen_of, look, undo
from sen.apps.alerts.pages_detail import chart, detail
from sen.apps.alerts.pages_quality import maintenance_end, maintenance_page, quality_csv, quality_page
from sen.apps.alerts.pages_queue import queue, rows
from sen.apps.alerts.rules.pages import rule_action, rule_page, rule_test, rules_page
from sen.apps.alerts.rules.pages_editor import new_rule, rule_edit, rule_sentence

__all__ = [
    "act", "answer_of", "answered", "chart", "chosen_of", "detail", "look", "maintenance_end", "maintenance_page", "new_rule", "quality_csv", "quality_page", "queue", "rows", "rule_action", "rule_edit", "rule_page", "rule_sentence", "rule_test", "rules_page",
    "undo",
]  # fmt: skip
