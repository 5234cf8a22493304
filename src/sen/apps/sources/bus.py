"""What this app says on the bus: events after commit, replayed readings, and the request that lets the MQTT gateway learn secrets."""

from __future__ import annotations

from typing import Any

import msgspec
import structlog
from django.db import transaction

from sen.eventbus import LogRefused, cloud_event
from sen.eventbus.process_bus import process_bus

log = structlog.get_logger(__name__)

CREDENTIALS = "control.credentials"
_GATEWAY_PATIENCE_S = 3.0


def announce_after_commit(event: str, subject: str, data: dict[str, Any]) -> None:
    """Publish the domain event once the transaction is committed. A lost notice is harmless: processes also poll the version."""
    transaction.on_commit(lambda: announce(event, subject, data))


def announce(event: str, subject: str, data: dict[str, Any]) -> None:
    """Publish a domain event to `events.<event>` now."""
    _try(f"events.{event}", cloud_event(type=event, source="sen/sources", subject=subject, data=data))


def publish_live_state(source: str, state: str) -> None:
    """Tell open consoles that a source's state changed."""
    _try("live.source", msgspec.json.encode({"source": source, "state": state}))


def publish_reading(key: str, payload: bytes) -> int:
    """Put a reading message into the durable log as if the source had sent it. Raises LogRefused."""
    return process_bus().publish(f"readings.{key}", payload)


def publish_record(kind: str, key: str, payload: bytes) -> int:
    """Put a page of records (`dossiers`) into the durable log as if the source had sent it. Raises LogRefused."""
    return process_bus().publish(f"records.{kind}.{key}", payload)


def gateway_knows_credentials() -> bool:
    """Ask the connectors process to hand the present users to the MQTT gateway; False when nobody confirmed in three seconds."""
    try:
        answer = process_bus().request(CREDENTIALS, b"", timeout=_GATEWAY_PATIENCE_S)
    except LogRefused as error:
        log.warning("gateway_not_confirmed", error=str(error))
        return False
    return answer == b"ok"


def _try(subject: str, payload: bytes) -> None:
    try:
        process_bus().publish(subject, payload, timeout=2.0)
    except LogRefused as error:
        log.warning("event_not_published", subject=subject, error=str(error))
