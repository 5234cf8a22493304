"""What other apps and processes may call on alerts and the rules that raise them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sen.apps.access.interface import Scope
from sen.apps.alerts.actions import (
    acknowledge,
    add_note,
    assign,
    close,
    false_alarm,
    mark_seen,
    reopen,
    shelve,
    unshelve,
)
from sen.apps.alerts.alert_queries import alert, counts, of_incident, queue, refs
from sen.apps.alerts.alert_values import (
    AlertDetail,
    AlertRef,
    AlertSummary,
    Applied,
    Bulk,
    ConflictLine,
    Counts,
    EarlierAlert,
    EventLine,
    Page,
    QueueFilter,
)
from sen.apps.alerts.applying import apply_transitions
from sen.apps.alerts.due import run_due
from sen.apps.alerts.evaluation.evaluator import Evaluator, IndexValue
from sen.apps.alerts.evaluation.hours import trailing_means
from sen.apps.alerts.evaluation.plan import Plan, compile_plan
from sen.apps.alerts.evaluation.values import LimitLine, Transition, WatchedSeries, decode, encode
from sen.apps.alerts.joining import close_with_incident, join, leave
from sen.apps.alerts.rules.covering import rules_watching
from sen.apps.alerts.rules.in_force import refresh_if_stale as refresh_rules
from sen.apps.alerts.rules.in_force import rule_in_force, rules_by_id, rules_in_force, rules_version
from sen.apps.alerts.rules.record_kinds import Record, register_record_kind
from sen.apps.alerts.rules.values import RuleInForce
from sen.apps.alerts.undoing import undo
from sen.apps.assets.interface import SeriesEntry

__all__ = [
    "acknowledge",
    "add_note",
    "assign",
    "close",
    "false_alarm",
    "mark_seen",
    "reopen",
    "shelve",
    "unshelve",
    "alert",
    "counts",
    "of_incident",
    "queue",
    "refs",
    "AlertDetail",
    "AlertRef",
    "AlertSummary",
    "Applied",
    "Bulk",
    "ConflictLine",
    "Counts",
    "EarlierAlert",
    "EventLine",
    "Page",
    "QueueFilter",
    "apply_transitions",
    "run_due",
    "close_with_incident",
    "join",
    "leave",
    "undo",
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
    "try_rule",
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
    "rules_watching",
    "switch_on_rules",
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


def switch_on_rules(
    *,
    scope: Scope,
    unit_id: UUID,
    template_ids: Iterable[UUID],
    owner_role: str,
    untested_reason: str,
    watch_from: datetime | None = None,
) -> int:
    """Switch rules on in a unit, all or none; how many. Raises InvalidInput `not_ready` where one lacks owner, procedure or clock."""
    from sen.apps.alerts.rules import services

    return len(
        services.switch_on_many(
            scope=scope, unit_id=unit_id, template_ids=template_ids, owner_role=owner_role,
            untested_reason=untested_reason, watch_from=watch_from,
        )
    )  # fmt: skip


def try_rule(*, scope: Scope, unit_id: UUID, template_id: UUID, content: Mapping[str, Any]) -> UUID:
    """Have a rule tried on the last 30 days of a unit; the id of the test."""
    from sen.apps.alerts.rules import testing

    return testing.ask(scope=scope, unit_id=unit_id, content=content, template_id=template_id).id
