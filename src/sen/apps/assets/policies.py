"""Who may see and change assets."""

from __future__ import annotations

from sen.kernel.scopes import EVERYONE, Role, register

VIEW = "assets.view"
CREATE = "assets.create"
CHANGE = "assets.change"
IMPORT = "assets.import"

_WRITERS = (Role.ADMINISTRATOR, Role.DATA_STEWARD, Role.DEPARTMENT_OFFICER)

register(VIEW, EVERYONE, kind="read")
register(CREATE, _WRITERS)
register(CHANGE, _WRITERS)
register(IMPORT, (Role.ADMINISTRATOR, Role.DATA_STEWARD))
