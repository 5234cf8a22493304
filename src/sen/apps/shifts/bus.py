"""Tells other processes and screens that a roster or a hand-over changed, after the commit. Losing a notice is harmless."""

from __future__ import annotations

from uuid import UUID

import structlog
from django.db import transaction

from sen.eventbus import cloud_event
from sen.eventbus.process_bus import process_bus

log = structlog.get_logger(__name__)


def announce(unit_id: UUID) -> None:
    """Publish `shifts.changed` of a unit once the surrounding transaction is committed."""

    def publish() -> None:
        try:
            payload = cloud_event(
                type="shifts.changed", source="sen/shifts", subject=str(unit_id), data={"unit": str(unit_id)}
            )
            process_bus().publish("events.shifts.changed", payload, timeout=2.0)
        except Exception as error:
            log.warning("event_not_published", event_type="shifts.changed", unit=str(unit_id), error=str(error))

    transaction.on_commit(publish)
