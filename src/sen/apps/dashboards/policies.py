"""Who may see and arrange dashboards. Publishing and inheriting them follow the packs app, which keeps them as templates."""

from __future__ import annotations

from sen.kernel.scopes import EVERYONE, Role, register

VIEW = "dashboards.view"
ARRANGE = "dashboards.arrange"
WALLS = "dashboards.walls"
SEND = "dashboards.send"

register(VIEW, EVERYONE, kind="read")
register(
    ARRANGE,
    (Role.ADMINISTRATOR, Role.DATA_STEWARD, Role.DEPARTMENT_OFFICER, Role.COMMUNE_OFFICER),
)
register(
    WALLS,
    (Role.ADMINISTRATOR, Role.DATA_STEWARD, Role.DUTY_OFFICER, Role.DEPARTMENT_OFFICER, Role.COMMUNE_OFFICER),
)
register(
    SEND,
    (
        Role.ADMINISTRATOR,
        Role.LEADER,
        Role.DUTY_OFFICER,
        Role.DATA_STEWARD,
        Role.DEPARTMENT_OFFICER,
        Role.COMMUNE_OFFICER,
    ),
)
