"""Who may see, assign, work on and decide over tasks. The unit that counts is said beside each action."""

from __future__ import annotations

from sen.kernel.scopes import EVERYONE, Role, register

VIEW = "directives.view"
ASSIGN = "directives.assign"
WORK = "directives.work"
DECIDE = "directives.decide"
REMIND = "directives.remind"
CONFIGURE = "directives.configure"

_WORKING = (Role.LEADER, Role.DUTY_OFFICER, Role.DEPARTMENT_OFFICER, Role.COMMUNE_OFFICER)

register(VIEW, EVERYONE, kind="read")
# In the unit in whose name tasks are given.
register(ASSIGN, _WORKING)
# In the unit that leads: accept, report, ask for more time, hand parts of it on.
register(WORK, _WORKING)
# In the unit that assigned: approve completion, grant time, transfer, pause, cancel. Nobody approves what they reported themselves.
register(DECIDE, _WORKING)
# In the unit that assigned or one above the unit that leads.
register(REMIND, _WORKING)
# In the province: how units are reminded.
register(CONFIGURE, (Role.LEADER, Role.ADMINISTRATOR), kind="admin")
