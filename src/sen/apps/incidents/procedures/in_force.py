"""Which procedures hold in a unit: the effective templates of kind `sop`, the nearest owner's where two have one code."""

from __future__ import annotations

from uuid import UUID

import msgspec

from sen.apps.incidents.procedures.registration import KIND
from sen.apps.packs import interface as packs
from sen.apps.packs.interface import Effective, Sop
from sen.kernel.scopes import Scope


class ProcedureInForce(msgspec.Struct, frozen=True, kw_only=True):
    """A procedure as it holds in a unit, with that unit's own values applied."""

    template_id: UUID
    code: str
    name: str
    version: int
    version_label: str
    owner_id: UUID
    owner_name: str
    overridden: bool
    sop: Sop


def procedure(scope: Scope, code: str, unit_id: UUID) -> ProcedureInForce | None:
    """The procedure of a code in a unit; None where none holds there, or where its content cannot be used any more.

    How to respond is no secret within the centre: a commune that is called reads the procedure of the unit in the lead, so that
    the caller needs to be signed in, not to be of that unit.
    """
    return next((one for one in procedures(scope, unit_id) if one.code == code), None)


def procedures(scope: Scope, unit_id: UUID, hazard: str = "") -> list[ProcedureInForce]:
    """All procedures of a unit by name; with `hazard` those for it come first, then those for any, and no others."""
    del scope
    nearest: dict[str, Effective] = {}
    for one in packs.effective_of_units([unit_id], KIND)[unit_id]:
        if one.fault:
            continue
        held = nearest.get(one.template.code)
        if held is None or one.distance < held.distance:
            nearest[one.template.code] = one
    found = [_made(one) for one in nearest.values()]
    if hazard:
        found = [one for one in found if one.sop.hazard in (hazard, "")]
    return sorted(found, key=lambda one: (bool(hazard) and not one.sop.hazard, one.name))


def _made(one: Effective) -> ProcedureInForce:
    sop = msgspec.convert(one.content, Sop)
    return ProcedureInForce(
        template_id=one.template.id, code=one.template.code, name=one.template.name, version=one.version,
        version_label=one.version_label, owner_id=one.template.owner_id, owner_name=one.template.owner_name,
        overridden=bool(one.overridden), sop=sop,
    )  # fmt: skip
