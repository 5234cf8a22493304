"""Sources and new devices that need somebody, for screens that list them beside other things. One statement each."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import msgspec

from sen.apps.access.interface import Scope
from sen.apps.sources import queries
from sen.apps.sources.desk import row_of
from sen.apps.sources.models import Proposal, ProposalState, State
from sen.kernel import clock


class LateSource(msgspec.Struct, frozen=True):
    """A source that is late or lost, with its cause in plain words; `seen` is what its freshness counts from."""

    code: str
    name: str
    owner_id: UUID
    owner_name: str
    state: str
    severity: str
    cause: str
    seen: datetime | None
    due_s: int
    lost_s: int


class OpenProposal(msgspec.Struct, frozen=True):
    """A device that no station takes yet; its data wait."""

    id: UUID
    device: str
    source_code: str
    source_name: str
    owner_id: UUID
    owner_name: str
    last_seen: datetime
    messages: int


def late_sources(scope: Scope, *, units: Collection[UUID] | None, limit: int) -> list[LateSource]:
    """Visible sources of `units` (None = all) that are late or lost, lost ones first, then the longest silence."""
    found = queries.visible(scope).filter(stopped_at=None, health__last_seen__isnull=False)
    if units is not None:
        found = found.filter(owner_id__in=list(units))
    now = clock.now()
    rows = [row_of(source, now=now) for source in found.order_by("health__last_measured")[: queries.MAX_PAGE]]
    late = [row for row in rows if row.state in (State.LATE, State.LOST)]
    late.sort(key=lambda row: (row.state != State.LOST, row.seen or now))
    return [
        LateSource(
            row.source.code, row.source.name, row.source.owner_id, row.source.owner.name, str(row.state), row.severity,
            row.cause, row.seen, row.due_s, row.lost_s,
        )
        for row in late[:limit]
    ]  # fmt: skip


def open_proposals(scope: Scope, *, units: Collection[UUID] | None, limit: int) -> list[OpenProposal]:
    """Open proposals of visible sources of `units` (None = all), newest first."""
    found = Proposal.objects.filter(source__in=queries.visible(scope), state=ProposalState.OPEN)
    if units is not None:
        found = found.filter(source__owner_id__in=list(units))
    rows = found.select_related("source", "source__owner").order_by("-id")[:limit]
    return [
        OpenProposal(
            row.pk, row.device, row.source.code, row.source.name, row.source.owner_id, row.source.owner.name,
            row.last_seen, row.messages,
        )
        for row in rows
    ]  # fmt: skip
