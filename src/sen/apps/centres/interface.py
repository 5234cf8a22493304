"""What other parts may call of centres: the open centre of a unit, its proposal, and opening it as proposed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from sen.apps.access.interface import Scope
from sen.apps.centres import queries, services
from sen.apps.centres.proposal import Invited, Plan, proposal
from sen.apps.organisations import interface as organisations

__all__ = ["CentreRef", "Invited", "Plan", "open_as_proposed", "open_centre_of"]


class CentreRef(msgspec.Struct, frozen=True):
    """The open centre of a unit."""

    unit_id: UUID
    name: str
    opened_at: datetime | None


def open_centre_of(unit_id: UUID) -> CentreRef | None:
    """The unit's centre while it is open; None otherwise."""
    found = queries.open_centre_of(unit_id)
    return CentreRef(found.unit_id, found.name, found.opened_at) if found else None


def open_as_proposed(*, scope: Scope, unit: organisations.UnitRef) -> None:
    """Open a commune's centre as it is proposed, inviting nobody; nothing changes where it is open."""
    if queries.open_centre_of(unit.id) is None:
        services.open_centre(scope=scope, unit_id=unit.id, plan=proposal(scope, unit).plan)
