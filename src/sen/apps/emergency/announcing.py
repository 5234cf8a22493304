"""Tells other processes that something of the emergency app changed, after the transaction is committed."""

from __future__ import annotations

import structlog
from django.db import transaction

from sen.eventbus import cloud_event
from sen.eventbus.process_bus import process_bus

log = structlog.get_logger(__name__)


def changed_after_commit(subject: str, **data: object) -> None:
    """Publish `events.emergency.changed`; losing it is harmless, pages ask again."""

    def publish() -> None:
        try:
            payload = cloud_event(type="emergency.changed", source="sen/emergency", subject=subject, data=data)
            process_bus().publish("events.emergency.changed", payload)
        except Exception as error:
            log.warning("event_not_published", event_type="emergency.changed", subject=subject, error=str(error))

    transaction.on_commit(publish)
