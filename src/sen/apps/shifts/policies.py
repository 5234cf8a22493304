"""Who sees the roster, who makes it, who hands a shift over, who decides whom an alert reaches."""

from __future__ import annotations

from sen.kernel.scopes import EVERYONE, Role, register

VIEW = "shifts.view"
EDIT = "shifts.edit_roster"
WORK = "shifts.work"
CHAINS = "shifts.edit_chains"

_KEEPERS = (Role.ADMINISTRATOR, Role.LEADER, Role.DUTY_OFFICER, Role.DEPARTMENT_OFFICER, Role.COMMUNE_OFFICER)

register(VIEW, EVERYONE, kind="read")
register(EDIT, _KEEPERS)
# Signing in to a shift, asking for a swap, handing over: whoever can be on a roster.
register(WORK, (*_KEEPERS, Role.AGENT_1022, Role.DATA_STEWARD))
register(CHAINS, (Role.ADMINISTRATOR, Role.LEADER))
