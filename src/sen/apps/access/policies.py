"""Who may manage accounts and tokens, and who may push observations with a token."""

from __future__ import annotations

from sen.kernel.scopes import EVERYONE, Role, register

register("access.view_self", EVERYONE, kind="read")
register("access.manage_own_tokens", EVERYONE, kind="admin")
register("access.list_people", [Role.ADMINISTRATOR, Role.AUDITOR], kind="admin")
register("access.manage_people", [Role.ADMINISTRATOR], kind="admin")
register("access.invite", [Role.ADMINISTRATOR, Role.DATA_STEWARD], kind="admin")
register(
    "observations.create",
    [Role.ADMINISTRATOR, Role.DATA_STEWARD, Role.DEPARTMENT_OFFICER, Role.COMMUNE_OFFICER],
    kind="write",
)
