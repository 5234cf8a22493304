"""Who may see alerts, handle them, and say that something is being worked on."""

from __future__ import annotations

from sen.kernel.scopes import EVERYONE, Role, register

VIEW = "alerts.view"
ACKNOWLEDGE = "alerts.acknowledge"
HANDLE = "alerts.handle"
MAINTAIN = "alerts.maintain"
QUALITY = "alerts.view_quality"

_DESK = (Role.ADMINISTRATOR, Role.LEADER, Role.DUTY_OFFICER, Role.DEPARTMENT_OFFICER, Role.COMMUNE_OFFICER)

register(VIEW, EVERYONE, kind="read")
register(ACKNOWLEDGE, _DESK)
register(HANDLE, _DESK)
register(MAINTAIN, (*_DESK, Role.DATA_STEWARD))
register(QUALITY, EVERYONE, kind="read")
