"""Which unit looks at which dashboard: the unit that the address names or the person's own, and what holds there."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope
from sen.apps.dashboards.registration import KIND
from sen.apps.organisations import interface as organisations
from sen.apps.packs import interface as packs
from sen.kernel.errors import NotFound, SenError

HOURS = {"24h": 24, "3d": 72, "7d": 168, "30d": 720}
"""Time ranges that a page may choose for all tiles; another name leaves each tile its own."""


@dataclass(frozen=True)
class Viewing:
    """A dashboard as it holds somewhere, seen for a unit. `borrowed`: the unit has none of it, the owner's is shown for its ground."""

    unit: organisations.UnitRef
    standing: packs.Effective
    borrowed: bool


def unit_of(scope: Scope, code: str) -> organisations.UnitRef:
    """The unit of the address, else the person's first, else the province. Raises NotFound for what the person does not see."""
    if code:
        unit = organisations.unit(code)
    else:
        memberships = organisations.memberships(scope.user_id) if scope.user_id else []
        unit = memberships[0].unit if memberships else organisations.province()
    if not scope.sees(unit.id):
        raise NotFound(_("Không tìm thấy đơn vị."), action=_("Chọn đơn vị trong phạm vi của bạn."))
    return unit


def viewing(scope: Scope, template_id: UUID, code: str) -> Viewing:
    """The dashboard for a unit; where it does not hold there, the owner's, as far as the caller sees the owner. Raises NotFound."""
    unit = unit_of(scope, code)
    try:
        return Viewing(unit, _dashboard(packs.effective_one(scope, template_id, unit.id)), False)
    except NotFound:
        owner = packs.template(scope, template_id).ref.owner_id
        if owner == unit.id:
            raise
        standing = _dashboard(packs.effective_one(scope, template_id, owner))
        seen = unit if code else organisations.unit_by_id(owner)
        return Viewing(seen, standing, seen.id != owner)


def _dashboard(standing: packs.Effective) -> packs.Effective:
    if standing.template.kind != KIND:
        raise NotFound(_("Không có bảng điều hành này."))
    return standing


def may(scope: Scope, action: str, unit_id: UUID) -> bool:
    """Whether the caller may do something for a unit; for showing buttons."""
    try:
        return scope.allows(action, unit_id)
    except (KeyError, SenError):
        return False
