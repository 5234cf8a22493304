"""Who may see and open the centres of units."""

from __future__ import annotations

from sen.kernel.scopes import EVERYONE, Role, register

VIEW = "centres.view"
OPEN = "centres.open"

register(VIEW, EVERYONE, kind="read")
# Opening also invites people, so that a program needs a token for administration.
register(OPEN, (Role.ADMINISTRATOR, Role.DATA_STEWARD), kind="admin")
