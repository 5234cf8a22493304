"""What other apps and processes may call on alerts and the rules that raise them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sen.apps.alerts.evaluation.evaluator import Evaluator, IndexValue
from sen.apps.alerts.evaluation.hours import trailing_means
from sen.apps.alerts.evaluation.plan import Plan, compile_plan
from sen.apps.alerts.evaluation.values import LimitLine, Transition, WatchedSeries, decode, encode
from sen.apps.alerts.rules.in_force import refresh_if_stale as refresh_rules
from sen.apps.alerts.rules.in_force import rule_in_force, rules_by_id, rules_in_force, rules_version
from sen.apps.alerts.rules.record_kinds import Record, register_record_kind
from sen.apps.alerts.rules.values import RuleInForce
from sen.apps.assets.interface import SeriesEntry

__all__ = [
    "Evaluator",
    "IndexValue",
    "LimitLine",
    "Plan",
    "Transition",
    "WatchedSeries",
    "compile_plan",
    "decode",
    "encode",
    "evaluation_faults",
    "load_evaluation",
    "save_evaluation",
    "trailing_means",
    "watch_forecasts",
    "watch_records",
    "watched_series",
    "Record",
    "RuleInForce",
    "refresh_rules",
    "register_record_kind",
    "rule_in_force",
    "rules_by_id",
    "rules_in_force",
    "rules_version",
]


def watched_series(entries: Iterable[SeriesEntry] | None = None, *, as_of: date | None = None) -> list[WatchedSeries]:
    """The series of the directory (all active ones with None) with the limits in force on the local day `as_of` (default today)."""
    from sen.apps.alerts import watching

    return watching.watched_series(entries, as_of=as_of)


def load_evaluation() -> tuple[bytes, datetime] | None:
    """The evaluator's last snapshot and when it was taken."""
    from sen.apps.alerts import evaluation_state

    return evaluation_state.load()


def save_evaluation(content: bytes, faults: dict[str, str]) -> None:
    """Keep a snapshot of the evaluator; `faults`: family → why its rule is not judged."""
    from sen.apps.alerts import evaluation_state

    evaluation_state.save(content, faults)


def evaluation_faults() -> dict[str, str]:
    """Family of each rule that is not judged now → why."""
    from sen.apps.alerts import evaluation_state

    return evaluation_state.faults()


def watch_records(now: datetime) -> list[Transition]:
    """What rules over records say at `now` that no alert says yet; also brings the rules in force up to date. Cheap to call often."""
    from sen.apps.alerts.rules import watch

    return watch.watch_records(now)


def watch_forecasts(now: datetime) -> list[Transition]:
    """What rules over forecasts expect, once in each quarter of an hour; empty in between. Raises Unavailable without the store."""
    from sen.apps.alerts.rules import watch

    return watch.watch_forecasts(now)
