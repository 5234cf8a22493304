"""Appends to the record. Call it last in a transaction: until that commits, no other event can be appended."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from sen.apps.audit.chain import GENESIS, as_json, canonical, hash_of
from sen.apps.audit.models import AuditAnchor, AuditEvent
from sen.kernel import clock
from sen.kernel.scopes import Scope

CHAIN_LOCK = 0x53454E_0001  # any number that no other advisory lock of Sen uses


@transaction.atomic
def record(
    *,
    scope: Scope | None,
    action: str,
    object_type: str,
    object_id: str,
    unit_id: UUID | None = None,
    detail: Mapping[str, Any] | None = None,
    actor: str = "",
) -> AuditEvent:
    """Append one event in the caller's transaction; both are kept or neither.

    `actor` names who acted where there is no scope, such as the name typed at a failed sign-in.
    """
    lock_chain()
    seq, previous_hash = head()
    event = AuditEvent(
        seq=seq + 1,
        at=clock.now(),
        actor_id=scope.user_id if scope else None,
        actor=actor[:150] or (scope.username if scope else ""),
        token_id=scope.token_id if scope else None,
        action=action,
        object_type=object_type,
        object_id=str(object_id)[:100],
        unit_id=unit_id,
        detail=canonical(dict(detail or {})),
        previous_hash=previous_hash,
    )
    event.actor, event.object_id = event.actor.replace("\x00", "␀"), event.object_id.replace("\x00", "␀")
    event.hash = hash_of(event)
    event.save(force_insert=True)
    return event


def lock_chain() -> None:
    """Wait until no other transaction appends; released when this one ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])


def head() -> tuple[int, str]:
    """Position and hash of the newest event, of the anchor where all events were retired, else of nothing."""
    last = AuditEvent.objects.order_by("-seq").values_list("seq", "hash").first()
    return last or AuditAnchor.objects.order_by("-seq").values_list("seq", "hash").first() or (0, GENESIS)


@transaction.atomic
def retire(*, before: datetime, folder: Path) -> int:
    """Write events older than `before` to a file of JSON lines in `folder`, then remove them; how many.

    An anchor keeps the hash where the chain goes on, so that it still verifies, and the file can be checked against it.
    """
    lock_chain()
    old = AuditEvent.objects.filter(at__lt=before).order_by("seq")
    last = old.last()
    if last is None:
        return 0
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = folder / f"events-to-{last.seq}.jsonl"
    count = 0
    with file.open("w", encoding="utf8") as handle:
        for event in AuditEvent.objects.filter(seq__lte=last.seq).order_by("seq").iterator(2000):
            handle.write(canonical(as_json(event)) + "\n")
            count += 1
        handle.flush()
        os.fsync(handle.fileno())
    AuditAnchor.objects.create(seq=last.seq, hash=last.hash, removed_at=clock.now(), export=file.name)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL sen.audit_retiring = 'on'")
        cursor.execute("DELETE FROM audit_auditevent WHERE seq <= %s", [last.seq])
        cursor.execute("SET LOCAL sen.audit_retiring = 'off'")
    return count
