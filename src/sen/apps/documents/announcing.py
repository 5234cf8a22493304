"""Tells other processes that a register changed, after the commit. A lost notice is harmless: pages read the database."""

from __future__ import annotations

from uuid import UUID

import structlog
from django.db import transaction

from sen.apps.documents.models import Document
from sen.eventbus import LogRefused, cloud_event
from sen.eventbus.process_bus import process_bus

log = structlog.get_logger(__name__)


def announce_after_commit(found: Document, change: str) -> None:
    """Say on `events.documents.changed` which document changed in which register, and how."""
    document_id, unit_id, direction = found.pk, found.unit_id, found.direction
    transaction.on_commit(lambda: _announce(document_id, unit_id, direction, change), robust=True)


def _announce(document_id: UUID, unit_id: UUID, direction: str, change: str) -> None:
    data = {"document": str(document_id), "unit": str(unit_id), "direction": direction, "change": change}
    message = cloud_event(type="documents.changed", source="sen/documents", subject=str(document_id), data=data)
    try:
        process_bus().publish("events.documents.changed", message, timeout=2.0)
    except LogRefused as error:
        log.warning("event_not_published", subject="events.documents.changed", error=str(error))
