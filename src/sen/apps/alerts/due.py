"""What time does to alerts: overdue answers, ends of shelving, alerts that ended by themselves. Each alert is one step of its own.

Killed in between, nothing is done twice: an alert is locked, changed and announced in one transaction, and then no longer due.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from sen.apps.alerts import actions, announcing, maintenance, telling
from sen.apps.alerts.alert_models import Alert, AlertEvent, AlertUndo, Outcome, State
from sen.apps.alerts.rules.in_force import rules_by_id

AFTER_TAKEN = timedelta(minutes=10)
"""An alert that somebody took notice of and that is over is closed after this long."""
UNTAKEN = timedelta(hours=24)
"""One that ended without anybody having taken notice stays this long, so that it is seen."""
PIECE = 200
_swept: datetime | None = None


def run_due(now: datetime) -> int:
    """Do what is due; how many alerts changed. Others may run at the same time."""
    overdue = Alert.objects.filter(
        state=State.NEW, overdue_at=None, due_at__lte=now, cleared_at=None, silent=False, head=None
    )
    shelved = Alert.objects.filter(state=State.SHELVED, shelved_until__lte=now)
    silent = Alert.objects.filter(state=State.NEW, silent=True, cleared_at=None, head=None, closed_at=None)
    woken = silent.filter(pk__in=maintenance.uncovered(silent, now))
    done = _each(overdue, now, _overdue) + _each(shelved, now, _shelf_ended)
    done += _each(woken, now, _woken) + _each(_over(now), now, _ended)
    _sweep(now)
    return done


def _sweep(now: datetime) -> None:
    """Forget, once a minute, what can be taken back no more."""
    global _swept
    minute = now.replace(second=0, microsecond=0)
    if _swept != minute:
        AlertUndo.objects.filter(until__lt=now - UNTAKEN).delete()
        _swept = minute


def _over(now: datetime) -> QuerySet[Alert]:
    taken = Q(state__in=[State.ACKNOWLEDGED, State.ASSIGNED], cleared_at__lte=now - AFTER_TAKEN)
    untaken = Q(state=State.NEW, cleared_at__lte=now - UNTAKEN)
    still_on = Alert.objects.filter(cleared_at=None, closed_at=None, head__isnull=False).values("head_id")
    return Alert.objects.filter(taken | untaken, closed_at=None).exclude(pk__in=still_on)


def _each(found: QuerySet[Alert], now: datetime, change: Callable[[Alert, datetime], str]) -> int:
    if not found.exists():  # nearly always, and asked every second: without a transaction and its locks
        return 0
    with transaction.atomic():
        rows = list(
            found.select_for_update(skip_locked=True, of=("self",)).select_related("rule").order_by("pk")[:PIECE]
        )
        if not rows:
            return 0
        kinds = {row.pk: change(row, now) for row in rows}
        for row in rows:
            row.revision += 1
        Alert.objects.bulk_update(
            rows,
            ["state", "overdue_at", "shelved_until", "closed_at", "closed_by", "outcome", "outcome_note", "revision", "silent", "due_at", "calls"],
        )  # fmt: skip
        AlertEvent.objects.bulk_create(
            AlertEvent(alert=row, at=now, kind=kinds[row.pk], facts={"outcome": row.outcome} if row.outcome else {})
            for row in rows
        )
        announcing.after_commit(list(kinds), kinds)
    return len(rows)


def _overdue(row: Alert, now: datetime) -> str:
    row.overdue_at = now
    return "overdue"


def _shelf_ended(row: Alert, now: datetime) -> str:
    actions.back(row)
    if row.state == State.NEW:
        _call(row, now)
    return "shelf_ended"


def _woken(row: Alert, now: datetime) -> str:
    row.silent = False
    _call(row, now)
    return "maintenance_ended"


def _call(row: Alert, now: datetime) -> None:
    """What nobody was told of, or nobody any more, and is still on: people are told, and have the whole time to answer."""
    rule = rules_by_id({row.rule_id})
    row.due_at, row.overdue_at = now + timedelta(minutes=rule[row.rule_id].content.clock_minutes), None
    telling.again([row], rule, now)


def _ended(row: Alert, now: datetime) -> str:
    actions.end(row, Outcome.CLEARED, now, "")
    return "closed"
