"""Alerts of one rule that belong together come under one head: repetitions at a place, neighbours in a commune, or all of a rule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import Q

from sen.apps.alerts.alert_models import Alert, AlertSeen, State
from sen.apps.alerts.evaluation.values import SEVERITIES
from sen.apps.alerts.rules.values import RuleInForce


def key_of(rule: RuleInForce, subject: str, territory: UUID | None) -> str:
    """What alerts of one rule have in common that come under one head."""
    match rule.content.group:
        case "rule":
            return "rule"
        case "territory" if territory is not None:
            return f"territory:{territory}"
    return subject


def gather(raised: Sequence[Alert]) -> list[Alert]:
    """Put new alerts under the heads that they belong to, in order of their onsets; the heads that changed.

    A head that was closed gathers nothing more: who closed it has not seen what comes now.
    """
    heads = _open_heads(raised)
    changed: dict[UUID, Alert] = {}
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
            call_attention(head)
        changed[head.pk] = head
    return list(changed.values())


def _open_heads(raised: Iterable[Alert]) -> dict[tuple[str, str], Alert]:
    """The newest open head per family and group of the new alerts."""
    wanted = {(one.family, one.group_key) for one in raised}
    if not wanted:
        return {}
    chosen = Q(family__in={one[0] for one in wanted}, group_key__in={one[1] for one in wanted})
    oldest = min(one.onset_ms for one in raised)
    found = Alert.objects.select_for_update().filter(
        chosen, head=None, closed_at=None, group_until_ms__gte=oldest
    ).order_by("onset_ms")  # fmt: skip
    return {(one.family, one.group_key): one for one in found if (one.family, one.group_key) in wanted}


def call_attention(alert: Alert) -> None:
    """It got worse: whoever has seen or put it aside sees it as new again. What is assigned or in an incident stays there."""
    AlertSeen.objects.filter(alert_id=alert.pk).delete()
    if alert.state == State.SHELVED:
        alert.state = State.NEW if alert.acknowledged_at is None else State.ACKNOWLEDGED


def members_of(head_ids: Iterable[UUID]) -> dict[UUID, list[UUID]]:
    """The alerts under each head."""
    found: dict[UUID, list[UUID]] = {}
    for head, member in Alert.objects.filter(head_id__in=list(head_ids)).values_list("head_id", "pk"):
        found.setdefault(head, []).append(member)
    return found
