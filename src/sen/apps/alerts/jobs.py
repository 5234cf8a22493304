"""The background work of alerts and rules, where the jobs process looks for it."""

from __future__ import annotations

from sen.apps.alerts.rules.jobs import try_rule

__all__ = ["try_rule"]
