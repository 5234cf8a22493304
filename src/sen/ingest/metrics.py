"""What ingest knows about itself: counters, rates over the last seconds, lag; written to the heartbeat file."""

from __future__ import annotations

import time
from collections import deque
from typing import Any

from sen.ingest.rules.watch import RuleWatch

_WINDOW_S = 10.0


class Metrics:
    """Counts since the start, and rates over the last ten seconds."""

    def __init__(self, rules: RuleWatch | None = None) -> None:
        self._rules = rules
        self.messages = 0
        self.values = 0
        self.waiting = 0
        self.dead_letters = 0
        self.waiting_for = ""
        """What an engine's absence holds up, in words; empty when nothing does."""
        self.pending: dict[str, int] = {}
        """Messages in the log that are not stored yet, per stream."""
        self.rollup_seconds = 0.0
        self.rollup_at = 0.0
        self.lag_ms = 0
        self._marks: deque[tuple[float, int, int]] = deque()

    def batch(self, messages: int, values: int, waiting: int, dead_letters: int) -> None:
        """Count one batch."""
        self.messages += messages
        self.values += values
        self.waiting += waiting
        self.dead_letters += dead_letters

    def detail(self) -> dict[str, Any]:
        """For the heartbeat: counters, rates per second, pending messages, lag in ms, cost of the last roll-up."""
        now = time.monotonic()
        self._marks.append((now, self.messages, self.values))
        while now - self._marks[0][0] > _WINDOW_S:
            self._marks.popleft()
        then, messages, values = self._marks[0]
        span = max(now - then, 1e-9) if len(self._marks) > 1 else 1.0
        return {
            "messages": self.messages,
            "values": self.values,
            "waiting_values": self.waiting,
            "dead_letters": self.dead_letters,
            "messages_per_second": round((self.messages - messages) / span, 1),
            "values_per_second": round((self.values - values) / span, 1),
            "pending": dict(self.pending),
            "lag_ms": self.lag_ms,
            "waiting_for": self.waiting_for,
            "rollup_seconds": round(self.rollup_seconds, 3),
            **(_of_rules(self._rules) if self._rules is not None else {}),
        }


def _of_rules(rules: RuleWatch) -> dict[str, Any]:
    """Rules judged and those that cannot be, watched pairs, transitions since the start, ms of judging since then."""
    evaluator = rules.evaluator
    return {
        "rules": len(evaluator.plan.rules),
        "rules_faulty": len(evaluator.faulty),
        "rules_replaying": rules.replaying,
        "watched_pairs": len(evaluator.plan.subject),
        "conditions_holding": evaluator.active(),
        "transitions": rules.transitions,
        "evaluation_ms": round(rules.seconds * 1000),
        "evaluation_failures": rules.failures,
    }
