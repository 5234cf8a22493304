"""Who may see and arrange dashboards. Publishing and inheriting them follow the packs app, which keeps them as templates."""

from __future__ import annotations

from sen.kernel.scopes import EVERYONE, Role, register

VIEW = "dashboards.view"
ARRANGE = "dashboards.arrange"

register(VIEW, EVERYONE, kind="read")
register(
    ARRANGE,
    (Role.ADMINISTRATOR, Role.DATA_STEWARD, Role.DEPARTMENT_OFFICER, Role.COMMUNE_OFFICER),
)
