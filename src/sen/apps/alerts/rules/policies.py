"""Who may read rules, write drafts and try them on past data, and switch them on and off."""

from __future__ import annotations

from sen.kernel.scopes import EVERYONE, Role, register

VIEW = "alerts.view_rules"
TRY = "alerts.try_rules"
SWITCH = "alerts.switch_rules"

register(VIEW, EVERYONE, kind="read")
register(
    TRY,
    (
        Role.ADMINISTRATOR,
        Role.LEADER,
        Role.DUTY_OFFICER,
        Role.DATA_STEWARD,
        Role.DEPARTMENT_OFFICER,
        Role.COMMUNE_OFFICER,
    ),
)
register(SWITCH, (Role.ADMINISTRATOR, Role.LEADER, Role.DATA_STEWARD))
