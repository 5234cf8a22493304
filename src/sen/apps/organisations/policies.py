"""Who may see and change the tree of units."""

from __future__ import annotations

from sen.kernel.scopes import EVERYONE, Role, register

register("organisations.view", EVERYONE)
register("organisations.change", [Role.ADMINISTRATOR], kind="admin")
register("organisations.import", [Role.ADMINISTRATOR, Role.DATA_STEWARD], kind="admin")
register("organisations.change_working_days", [Role.ADMINISTRATOR, Role.DATA_STEWARD], kind="admin")
