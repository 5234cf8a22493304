"""Writes of people about their own notifications: read, acknowledged."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from sen.apps.audit import interface as audit
from sen.apps.notifications import listeners, policies, queries
from sen.apps.notifications.models import Delivery, State
from sen.kernel import clock
from sen.kernel.scopes import Scope, require


@transaction.atomic
def mark_read(*, scope: Scope, notification_id: UUID | None = None) -> int:
    """The caller has read one notification, or all; how many were unread. Raises NotFound for another's."""
    require(scope, policies.ACKNOWLEDGE)
    found = queries.inbox_of(scope).filter(state=State.DELIVERED)
    if notification_id is not None:
        found = found.filter(pk=queries.own(scope, notification_id).pk)
    ids = list(found.order_by().values_list("pk", flat=True))
    return Delivery.objects.filter(pk__in=ids, state=State.DELIVERED).update(state=State.READ, read_at=clock.now())


@transaction.atomic
def acknowledge(*, scope: Scope, notification_id: UUID) -> bool:
    """The caller confirms that they have taken note; False where they did before. Raises NotFound for another's."""
    require(scope, policies.ACKNOWLEDGE)
    own = queries.own(scope, notification_id)
    now = clock.now()
    changed = Delivery.objects.filter(pk=own.pk, acknowledged_at=None).update(
        state=State.ACKNOWLEDGED, acknowledged_at=now, read_at=own.read_at or now
    )
    if changed:
        listeners.tell(own, "console")
        audit.record(
            scope=scope, action="notifications.acknowledge", object_type="notification", object_id=str(notification_id),
            detail={"about": own.notification.about, "title": own.notification.title},
        )  # fmt: skip
    return bool(changed)
