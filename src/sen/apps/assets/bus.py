"""Tells other processes that assets changed, after the transaction is committed. Losing a notice is harmless: they also poll the version."""

from __future__ import annotations

from typing import Any

import structlog
from django.db import transaction

from sen.eventbus import cloud_event
from sen.eventbus.process_bus import process_bus

log = structlog.get_logger(__name__)


def announce_after_commit(event: str, subject: str, data: dict[str, Any]) -> None:
    """Publish the domain event `event` (for example `assets.changed`) once the surrounding transaction is committed."""

    def publish() -> None:
        try:
            payload = cloud_event(type=event, source="sen/assets", subject=subject, data=data)
            process_bus().publish(f"events.{event}", payload)
        except Exception as error:
            log.warning("event_not_published", event_type=event, subject=subject, error=str(error))

    transaction.on_commit(publish)
