"""Who may see programmes, meetings and inspections, who keeps them, and who orders the digest. The unit is the one that holds them."""

from __future__ import annotations

from sen.kernel.scopes import EVERYONE, Role, register

VIEW = "programme.view"
KEEP = "programme.keep"
DIGEST = "programme.digest"

_WORKING = (Role.LEADER, Role.DUTY_OFFICER, Role.DEPARTMENT_OFFICER, Role.COMMUNE_OFFICER)

register(VIEW, EVERYONE, kind="read")
# Items, meetings, inspections of the own unit; tasks that follow from them also need directives.assign there.
register(KEEP, _WORKING)
# Make the weekly digest, and set when it is made and for whom.
register(DIGEST, (*_WORKING, Role.ADMINISTRATOR))
