"""Who is told about an incident, and how: every notification has a key, so that nobody is told the same thing twice."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sen.apps.incidents.models import Incident
from sen.apps.notifications import interface as notifications
from sen.apps.notifications.interface import Recipients
from sen.apps.organisations import interface as organisations
from sen.apps.shifts import interface as shifts
from sen.kernel.scopes import Role

_WORKING = (Role.COMMUNE_OFFICER, Role.DEPARTMENT_OFFICER, Role.DUTY_OFFICER, Role.LEADER)


def about(incident: Incident) -> str:
    """Under what notifications of an incident are kept together."""
    return f"incident:{incident.number}"


def tell(
    incident: Incident,
    key: str,
    to: Recipients,
    title: str,
    body: str,
    *,
    needs_ack: bool = False,
    severity: str = "",
    about_part: str = "",
) -> UUID | None:
    """Tell `to` once for `key`, in the caller's transaction. Of a drill every carrier says first that it is one."""
    if not (to.user_ids or to.unit_roles):
        return None
    return notifications.notify(
        key=f"{about(incident)}:{key}", to=to, title=title[:200], body=body[:2000], url=f"/incidents/{incident.number}/",
        severity=severity or incident.severity, about=about(incident) + (f":{about_part}" if about_part else ""),
        drill=incident.drill, needs_ack=needs_ack,
    )  # fmt: skip


def of_role(unit_id: UUID, role: str, at: datetime, lead_id: UUID) -> Recipients:
    """Those on duty in a role of a unit; without a roster everybody of the role, else of the unit, else those who lead."""
    on_duty = shifts.on_duty(unit_id, role, at)
    if on_duty:
        return Recipients(user_ids=tuple(dict.fromkeys(one.id for one in on_duty)))
    held = _roles_held(unit_id)
    if role in held:
        return Recipients(unit_roles=((unit_id, role),))
    present = [one for one in _WORKING if one in held]
    if present:
        return Recipients(unit_roles=tuple((unit_id, str(one)) for one in present))
    return leaders(lead_id) if lead_id != unit_id else Recipients(unit_roles=((unit_id, role),))


def of_unit(unit_id: UUID) -> Recipients:
    """Everybody who works in a unit; where nobody does, the role that should, so that it shows as not deliverable."""
    held = _roles_held(unit_id)
    present = [one for one in _WORKING if one in held] or [Role.COMMUNE_OFFICER]
    return Recipients(unit_roles=tuple((unit_id, str(one)) for one in present))


def leaders(unit_id: UUID) -> Recipients:
    """The leaders of a unit, else of the nearest unit above that has one; with those on duty there where there is none at all."""
    above = organisations.lineages([unit_id]).get(unit_id)
    line = [unit_id, *(above.above if above else ())]
    held = organisations.members_by_unit(line)
    for role in (Role.LEADER, Role.DUTY_OFFICER):
        for one in line:
            if any(role in roles for roles in held.get(one, {}).values()):
                return Recipients(unit_roles=((one, str(role)),))
    return Recipients(unit_roles=((line[-1], str(Role.LEADER)),))


def together(several: Collection[Recipients]) -> Recipients:
    """All of them as one, each once."""
    return Recipients(
        user_ids=tuple(dict.fromkeys(user for one in several for user in one.user_ids)),
        unit_roles=tuple(dict.fromkeys(pair for one in several for pair in one.unit_roles)),
    )


def parent_leaders(unit_id: UUID, lead_id: UUID) -> Recipients:
    """The second degree: leaders above a unit, and those on duty in the unit that leads."""
    above = organisations.lineages([unit_id]).get(unit_id)
    up = leaders(above.above[0] if above and above.above else unit_id)
    held = _roles_held(lead_id)
    duty = (
        Recipients(unit_roles=((lead_id, str(Role.DUTY_OFFICER)),)) if Role.DUTY_OFFICER in held else leaders(lead_id)
    )
    return together((up, duty))


def _roles_held(unit_id: UUID) -> frozenset[str]:
    held = organisations.members_by_unit([unit_id]).get(unit_id, {})
    return frozenset(role for roles in held.values() for role in roles)
