"""Reads the record for auditors, and checks the chain."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db.models import QuerySet

from sen.apps.audit.chain import GENESIS, as_json, canonical, hash_of
from sen.apps.audit.models import AuditAnchor, AuditEvent
from sen.kernel.scopes import Scope, require


@dataclass(frozen=True, slots=True)
class Verification:
    """What a walk along the chain found; `broken_at` is the first position that does not fit, `head_hash` the end."""

    events: int
    head_seq: int
    head_hash: str
    broken_at: int | None = None
    why: str = ""

    @property
    def ok(self) -> bool:
        return self.broken_at is None


def events(
    scope: Scope | None,
    *,
    actor: str = "",
    action: str = "",
    object_type: str = "",
    object_id: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> QuerySet[AuditEvent]:
    """Events that the caller may see, newest first: all for the province, else those of its own units."""
    scope = require(scope, "audit.list")
    found = AuditEvent.objects.order_by("-seq")
    if not scope.everything:
        found = found.filter(unit_id__in=scope.unit_ids)
    exact = {"actor": actor, "object_type": object_type, "object_id": object_id}
    found = found.filter(**{name: value for name, value in exact.items() if value})
    if action:
        found = found.filter(action__startswith=action)
    if since:
        found = found.filter(at__gte=since)
    if until:
        found = found.filter(at__lt=until)
    return found


def export_lines(scope: Scope | None, *, since: datetime | None = None, until: datetime | None = None) -> Iterator[str]:
    """The events as JSON lines, oldest first, read in portions."""
    require(scope, "audit.export")
    return (
        canonical(as_json(event)) + "\n" for event in events(scope, since=since, until=until).reverse().iterator(2000)
    )


def verify(heads: Path | None = None) -> Verification:
    """Walk the whole chain. `heads` is the file of witnessed heads (see jobs.py): it shows a cut-off or rewritten end."""
    anchor = AuditAnchor.objects.order_by("-seq").first()
    seq, previous = (anchor.seq, anchor.hash) if anchor else (0, GENESIS)
    witnessed = _witnessed(heads)
    count = 0
    for event in AuditEvent.objects.order_by("seq").iterator(2000):
        fault = ""
        if event.seq != seq + 1:
            fault = "missing"
        elif event.previous_hash != previous:
            fault = "not linked"
        elif hash_of(event) != event.hash:
            fault = "changed"
        elif witnessed.get(event.seq, event.hash) != event.hash:
            fault = "rewritten"
        if fault:
            return Verification(count, seq, previous, broken_at=seq + 1, why=fault)
        seq, previous, count = event.seq, event.hash, count + 1
    if witnessed and max(witnessed) > seq:
        return Verification(count, seq, previous, broken_at=seq + 1, why="cut off")
    return Verification(count, seq, previous)


def _witnessed(heads: Path | None) -> dict[int, str]:
    if heads is None or not heads.exists():
        return {}
    rows = (json.loads(line) for line in heads.read_text().splitlines() if line)
    return {row["seq"]: row["hash"] for row in rows}
