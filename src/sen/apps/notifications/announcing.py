"""Tells open consoles about new notifications over the live feed; a notice lost to a kill is sent again by `announce_missed`."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import structlog
from django.db import transaction

from sen.apps.notifications.models import Notification
from sen.apps.notifications.types import InboxItem
from sen.eventbus.process_bus import process_bus
from sen.kernel import clock

log = structlog.get_logger(__name__)
SUBJECT = "live.notifications"
_MISSED_AFTER = timedelta(seconds=3)


def item_of(notification: Notification, **personal: Any) -> InboxItem:
    """A notification as its reader sees it; `personal` are the reader's own times."""
    return InboxItem(
        notification.pk, notification.title, notification.body, notification.url, notification.severity, notification.about,
        notification.drill, notification.needs_ack, notification.created_at, **personal,
    )  # fmt: skip


def after_commit(notification_id: UUID) -> None:
    """Announce once the surrounding transaction is committed."""

    def announce() -> None:
        try:
            _announce([notification_id])
        except Exception as error:
            log.warning("notification_not_announced", notification=str(notification_id), error=str(error))

    transaction.on_commit(announce)


def announce_missed(now: datetime) -> int:
    """Announce what was committed but never announced; how many. A second announcement changes nothing on a screen."""
    waiting = Notification.objects.filter(announced_at=None, created_at__lt=now - _MISSED_AFTER)
    found = list(waiting.order_by("created_at").values_list("pk", flat=True)[:200])
    if found:
        _announce(found)
    return len(found)


def _announce(ids: list[UUID]) -> None:
    for notification in Notification.objects.filter(pk__in=ids).prefetch_related("deliveries"):
        users = sorted({str(one.user_id) for one in notification.deliveries.all() if one.user_id})
        if users:
            message = {"users": users, "notification": item_of(notification)}
            process_bus().publish(SUBJECT, msgspec.json.encode(message), timeout=2.0)
    Notification.objects.filter(pk__in=ids).update(announced_at=clock.now())
