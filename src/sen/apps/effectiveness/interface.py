"""What other apps may call of effectiveness: the modules of units with their readiness, and taking them up."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import msgspec

from sen.apps.access.interface import Scope
from sen.apps.effectiveness import queries, services

__all__ = ["ModuleRef", "edit", "let_go", "modules_of", "switch_on", "take_up"]


class ModuleRef(msgspec.Struct, frozen=True):
    """A module of a unit now. `state`: on, on_not_ready, ready, preparing or offered; `met` of `items` conditions hold;
    `assets` of the kinds that it needs stand on the unit's ground or belong to it."""

    code: str
    name: str
    state: str
    on: bool
    ready: bool
    met: int
    items: int
    missing: tuple[str, ...]
    assets: int
    switched_at: datetime | None
    reason: str


def modules_of(scope: Scope, unit_ids: Collection[UUID]) -> dict[UUID, list[ModuleRef]]:
    """All modules that packs bring for each visible unit, those switched on first; invisible units are left out."""
    return {unit: [_ref(one) for one in several] for unit, several in queries.states(scope, unit_ids).items()}


def take_up(*, scope: Scope, unit_id: UUID, codes: Collection[str]) -> list[str]:
    """Begin to prepare modules in a unit; the codes that are new. Raises NotFound."""
    return services.take_up(scope=scope, unit_id=unit_id, codes=codes)


def let_go(*, scope: Scope, unit_id: UUID, codes: Collection[str]) -> list[str]:
    """Take back `take_up` where nobody has answered or switched since; the codes that vanished."""
    return services.let_go(scope=scope, unit_id=unit_id, codes=codes)


def edit(*, scope: Scope, unit_id: UUID, code: str, changes: dict[str, object]) -> None:
    """Answer items of the gate; fields as in services.Changes."""
    services.edit(scope=scope, unit_id=unit_id, code=code, changes=changes)


def switch_on(*, scope: Scope, unit_id: UUID, code: str, reason: str = "") -> None:
    """Switch a module on; with missing items only with a reason. Raises InvalidInput (`not_ready`), Conflict."""
    services.switch_on(scope=scope, unit_id=unit_id, code=code, reason=reason)


def _ref(one: queries.ModuleState) -> ModuleRef:
    return ModuleRef(
        one.code, one.name, one.state, one.on, one.ready, one.met, len(one.findings), one.missing, one.sources.assets,
        one.row.switched_at if one.row else None, one.row.switch_reason if one.row else "",
    )  # fmt: skip
