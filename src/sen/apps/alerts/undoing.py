"""Taking back what was just done to alerts: what they were before is kept with each action for a few minutes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope
from sen.apps.alerts import announcing, summaries, telling
from sen.apps.alerts.alert_models import Alert, AlertEvent, AlertUndo, State
from sen.apps.alerts.alert_values import Bulk, ConflictLine
from sen.apps.alerts.rules.in_force import rules_by_id
from sen.apps.audit import interface as audit
from sen.kernel import clock
from sen.kernel.errors import Conflict, NotFound

POSSIBLE = timedelta(minutes=10)
FIELDS = [
    "state", "acknowledged_at", "acknowledged_by", "acknowledged_by_id", "assigned_user_id", "assigned_unit_id", "assigned_to",
    "shelved_until", "shelved_by", "shelved_reason", "closed_at", "closed_by", "outcome", "outcome_note",
]  # fmt: skip
"""What people change."""


def of(alert: Alert) -> dict[str, Any]:
    """The alert as it is, to be put back."""
    return {"id": str(alert.pk)} | {name: _plain(getattr(alert, name)) for name in FIELDS}


def follow(member: Alert, head: Alert) -> None:
    """An alert under a head becomes what its head is."""
    for name in FIELDS:
        setattr(member, name, getattr(head, name))


def keep(scope: Scope, action: str, before: list[dict[str, Any]], now: datetime) -> AlertUndo:
    """Remember what an action changed."""
    return AlertUndo.objects.create(by_id=scope.user_id, at=now, until=now + POSSIBLE, action=action, before=before)


def undo(*, scope: Scope, undo_id: UUID) -> Bulk:
    """Take an own action back. NotFound for somebody else's, Conflict when it is too late; alerts that moved on since stay as they are."""
    now = clock.now()
    with transaction.atomic():
        kept = AlertUndo.objects.select_for_update().filter(pk=undo_id, by_id=scope.user_id).first()
        if kept is None:
            raise NotFound(_("Không có thao tác này để hoàn tác."))
        if kept.used_at is not None or kept.until < now:
            raise Conflict(_("Đã quá lúc hoàn tác được."), action=_("Mở từng cảnh báo để sửa."))
        kept.used_at = now
        kept.save(update_fields=["used_at"])
        before = {UUID(one["id"]): one for one in kept.before}
        rows = list(Alert.objects.select_for_update().filter(pk__in=before).order_by("pk"))
        done = [row for row in rows if row.handled_revision <= before[row.pk]["after"]]
        left = [row for row in rows if row.handled_revision > before[row.pk]["after"]]
        for row in done:
            _put_back(row, before[row.pk])
        waiting = [row for row in done if row.state == State.NEW and row.head_id is None]
        telling.again(waiting, rules_by_id({row.rule_id for row in waiting}), now)
        Alert.objects.bulk_update(done, [*FIELDS, "calls", "revision", "handled_revision"])
        AlertEvent.objects.bulk_create(
            AlertEvent(
                alert=row, at=now, kind="undone", by=scope.username, by_id=scope.user_id, facts={"action": kept.action}
            )
            for row in done
            if row.head_id is None
        )
        announcing.after_commit([row.pk for row in done], "undone")
        audit.record(
            scope=scope,
            action="alerts.undo",
            object_type="alert",
            object_id=str(kept.pk),
            detail={"count": len(done), "of": kept.action},
        )
    changed = summaries.summaries_of(Alert.objects.filter(pk__in=[row.pk for row in done]), user_id=scope.user_id)
    message = _("đã có người xử lý tiếp")
    conflicts = [ConflictLine(id=row.pk, number=row.number, message=message, revision=row.revision) for row in left]
    return Bulk(changed=tuple(changed), conflicts=tuple(conflicts))


def _put_back(row: Alert, before: dict[str, Any]) -> None:
    for name in FIELDS:
        value = before[name]
        if value is not None and name.endswith(("_at", "_until")):
            value = datetime.fromisoformat(value)
        setattr(row, name, value)
    row.revision += 1
    row.handled_revision = row.revision


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return DjangoJSONEncoder().default(value) if isinstance(value, UUID) else value
