"""Who may see and change assets."""

from __future__ import annotations

from sen.apps.access import interface as access
from sen.apps.access.interface import Role

VIEW = "assets.view"
CREATE = "assets.create"
CHANGE = "assets.change"

_WRITERS = (Role.ADMINISTRATOR, Role.DATA_STEWARD, Role.DEPARTMENT_OFFICER)
ROLES: dict[str, tuple[Role, ...]] = {VIEW: tuple(Role), CREATE: _WRITERS, CHANGE: _WRITERS}


def register() -> None:
    """Tell the access app which roles hold which action."""
    for action, roles in ROLES.items():
        access.register(action, roles=roles)
