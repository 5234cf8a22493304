"""The arithmetic of the chain: which bytes of an event are hashed. Changing this breaks every chain ever written."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC
from typing import Any

from sen.apps.audit.models import AuditEvent

GENESIS = "0" * 64


def canonical(value: Any) -> str:
    """JSON with sorted keys, without spaces, in UTF-8; what JSON does not know becomes its text."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def hash_of(event: AuditEvent) -> str:
    """SHA-256 over the previous hash and every member of the event."""
    body = canonical(
        {
            "seq": event.seq,
            "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "actor_id": event.actor_id,
            "actor": event.actor,
            "token_id": event.token_id,
            "action": event.action,
            "object_type": event.object_type,
            "object_id": event.object_id,
            "unit_id": event.unit_id,
            "detail": event.detail,
        }
    )
    return hashlib.sha256(f"{event.previous_hash}\n{body}".encode()).hexdigest()


def as_json(event: AuditEvent) -> dict[str, Any]:
    """One event for REST and export; with `previous_hash` and `hash` everybody can check the chain again."""
    return {
        "seq": event.seq,
        "at": event.at,
        "actor": event.actor,
        "actor_id": event.actor_id,
        "token_id": event.token_id,
        "action": event.action,
        "object_type": event.object_type,
        "object_id": event.object_id,
        "unit_id": event.unit_id,
        "detail": json.loads(event.detail),
        "previous_hash": event.previous_hash,
        "hash": event.hash,
    }
