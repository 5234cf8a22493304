"""Appends to the record. Call it last in a transaction: until that commits, no other event can be appended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from sen.apps.audit.chain import GENESIS, canonical, hash_of
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
