"""The counter that tells every process that a template, a decision or an override changed."""

from __future__ import annotations

from typing import Any

import structlog
from django.db import connection, transaction

from sen.eventbus import cloud_event
from sen.eventbus.process_bus import process_bus

log = structlog.get_logger(__name__)


def present() -> int:
    """The present number; one primary-key lookup. Another number means that something changed, not how much."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT version FROM packs_settingsversion WHERE id = 1")
        row = cursor.fetchone()
        return int(row[0]) if row else 0


def begin() -> None:
    """Count a change; the first statement of every writing transaction, which thereby waits for the one before it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO packs_settingsversion (id, version) VALUES (1, nextval('packs_settings_version')) "
            "ON CONFLICT (id) DO UPDATE SET version = nextval('packs_settings_version')"
        )


def announce(subject: str, data: dict[str, Any]) -> None:
    """Publish `packs.changed` once the transaction is committed. Losing a notice is harmless: processes also ask for the number."""

    def publish() -> None:
        try:
            payload = cloud_event(type="packs.changed", source="sen/packs", subject=subject, data=data)
            process_bus().publish("events.packs.changed", payload)
        except Exception as error:
            log.warning("event_not_published", event_type="packs.changed", subject=subject, error=str(error))

    transaction.on_commit(publish)
