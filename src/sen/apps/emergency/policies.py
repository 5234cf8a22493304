"""Who may see and keep contacts, resources and household figures, broadcast, and declare the emergency mode."""

from __future__ import annotations

from sen.kernel.scopes import EVERYONE, Role, register

VIEW = "emergency.view"
SEE_CONTACT = "emergency.see_contact"
KEEP = "emergency.keep"
BROADCAST = "emergency.broadcast"
APPROVE = "emergency.approve"
DECLARE = "emergency.declare"

_OFFICERS = (Role.DEPARTMENT_OFFICER, Role.COMMUNE_OFFICER)

register(VIEW, EVERYONE, kind="read")
register(SEE_CONTACT, (Role.LEADER, Role.DUTY_OFFICER, *_OFFICERS), kind="read")
register(KEEP, (Role.ADMINISTRATOR, Role.DATA_STEWARD, Role.DUTY_OFFICER, *_OFFICERS))
register(BROADCAST, (Role.LEADER, Role.DUTY_OFFICER, Role.COMMUNE_OFFICER))
register(APPROVE, (Role.LEADER, Role.DUTY_OFFICER))
register(DECLARE, (Role.LEADER, Role.DUTY_OFFICER))
