"""Alerts of one rule that belong together come under one head: repetitions at a place, neighbours in a commune, or all of a rule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from sen.apps.alerts.alert_models import Alert, AlertSeen, State
from sen.apps.alerts.evaluation.values import SEVERITIES
from sen.apps.alerts.rules.values import RuleInForce

ATTENTION = (
    "state", "shelved_until", "overdue_at", "acknowledged_at", "acknowledged_by", "acknowledged_by_id", "due_at", "calls",
)  # fmt: skip
"""What changes when an alert calls for attention again."""
CHANGED = ("merged", "repeats", "group_severity", "group_until_ms", "revision", *ATTENTION)
"""What changes of a head."""


def key_of(rule: RuleInForce, subject: str, territory: UUID | None, simulated: bool) -> str:
    """What alerts of one rule have in common that come under one head; real ones never come under a simulated one."""
    apart = "simulated:" if simulated else ""
    match rule.content.group:
        case "rule":
            return f"{apart}rule"
        case "territory" if territory is not None:
            return f"{apart}territory:{territory}"
    return f"{apart}{subject}"


def gather(raised: Sequence[Alert], now: datetime) -> tuple[list[Alert], list[Alert]]:
    """Put new alerts under the heads that they belong to, in order of their onsets; the heads that changed, and those that got graver.

    A head that was closed gathers nothing more: who closed it has not seen what comes now.
    """
    heads = _open_heads(raised)
    changed: dict[UUID, Alert] = {}
    graver: dict[UUID, Alert] = {}
    for alert in sorted(raised, key=lambda one: (one.onset_ms, one.subject)):
        place = (alert.family, alert.group_key)
        head = heads.get(place)
        if head is None or not head.onset_ms <= alert.onset_ms <= head.group_until_ms:
            if head is None or alert.onset_ms > head.onset_ms:
                heads[place] = alert
            continue
        alert.head = head
        head.merged += 1
        head.repeats += alert.subject == head.subject
        head.group_until_ms = max(head.group_until_ms, alert.group_until_ms)
        head.revision += 1
        if SEVERITIES.index(alert.severity) > SEVERITIES.index(head.group_severity):
            head.group_severity = alert.severity
            call_attention(head, now)
            graver[head.pk] = head
        changed[head.pk] = head
    return list(changed.values()), list(graver.values())


def raise_heads(members: Sequence[Alert], now: datetime) -> list[Alert]:
    """Let the heads of members that got worse be at least as grave, and written; those that are graver than before."""
    ids = {one.head_id for one in members if one.head_id}
    if not ids:
        return []
    heads = {one.pk: one for one in _locked(Alert.objects.filter(pk__in=ids, closed_at=None))}
    graver: dict[UUID, Alert] = {}
    for member in members:
        head = heads.get(member.head_id) if member.head_id else None
        if head and SEVERITIES.index(member.severity) > SEVERITIES.index(head.group_severity):
            head.group_severity = member.severity
            head.revision += 1
            call_attention(head, now)
            graver[head.pk] = head
    Alert.objects.bulk_update(graver.values(), CHANGED)
    return list(graver.values())


def _locked(found: QuerySet[Alert]) -> QuerySet[Alert]:
    return found.select_for_update(of=("self",)).select_related("rule")


def _open_heads(raised: Iterable[Alert]) -> dict[tuple[str, str], Alert]:
    """The newest open head per family and group of the new alerts."""
    wanted = {(one.family, one.group_key) for one in raised}
    if not wanted:
        return {}
    chosen = Q(family__in={one[0] for one in wanted}, group_key__in={one[1] for one in wanted})
    oldest = min(one.onset_ms for one in raised)
    open_ = Alert.objects.filter(chosen, head=None, closed_at=None, group_until_ms__gte=oldest)
    found = _locked(open_).order_by("onset_ms")
    return {(one.family, one.group_key): one for one in found if (one.family, one.group_key) in wanted}


def call_attention(alert: Alert, now: datetime) -> None:
    """It got worse: whoever has seen, acknowledged or put it aside has to answer again. What is assigned or in an incident stays there."""
    AlertSeen.objects.filter(alert_id=alert.pk).delete()
    if alert.state not in (State.SHELVED, State.ACKNOWLEDGED):
        return
    alert.shelved_until = None
    if alert.incident_id or alert.assigned_to:
        alert.state = State.JOINED if alert.incident_id else State.ASSIGNED
        return
    alert.state, alert.overdue_at = State.NEW, None
    alert.acknowledged_at, alert.acknowledged_by, alert.acknowledged_by_id = None, "", None
    alert.due_at = now + timedelta(minutes=alert.rule.content.get("clock_minutes", 0))


def members_of(head_ids: Iterable[UUID]) -> dict[UUID, list[UUID]]:
    """The alerts under each head."""
    found: dict[UUID, list[UUID]] = {}
    for head, member in Alert.objects.filter(head_id__in=list(head_ids)).values_list("head_id", "pk"):
        found.setdefault(head, []).append(member)
    return found
