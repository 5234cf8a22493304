"""Who may read, answer and switch the modules of a unit."""

from __future__ import annotations

from sen.kernel.scopes import EVERYONE, Role, register

VIEW = "effectiveness.view"
EDIT = "effectiveness.edit"
SWITCH = "effectiveness.switch"

register(VIEW, EVERYONE, kind="read")
register(EDIT, (Role.ADMINISTRATOR, Role.DATA_STEWARD, Role.DEPARTMENT_OFFICER, Role.COMMUNE_OFFICER))
register(SWITCH, (Role.ADMINISTRATOR, Role.LEADER, Role.DATA_STEWARD))
