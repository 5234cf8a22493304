"""Who may see and change sources, proposals and dead letters."""

from __future__ import annotations

from sen.apps.access import interface as access
from sen.apps.access.interface import Role

VIEW = "sources.view"
CREATE = "sources.create"
CHANGE = "sources.change"
REMIND = "sources.remind"
DECIDE_PROPOSALS = "sources.decide_proposals"
REPLAY = "sources.replay_dead_letters"
UPLOAD = "sources.upload"
SEE_CONTACT = "sources.see_contact"

_STEWARDS = (Role.ADMINISTRATOR, Role.DATA_STEWARD)
_WRITERS = (*_STEWARDS, Role.DEPARTMENT_OFFICER)
ROLES: dict[str, tuple[Role, ...]] = {
    VIEW: tuple(Role),
    CREATE: _WRITERS,
    CHANGE: _WRITERS,
    REMIND: (*_STEWARDS, Role.LEADER, Role.DUTY_OFFICER),
    DECIDE_PROPOSALS: _WRITERS,
    REPLAY: _STEWARDS,
    UPLOAD: (*_WRITERS, Role.COMMUNE_OFFICER),
    SEE_CONTACT: (*_WRITERS, Role.LEADER, Role.DUTY_OFFICER, Role.COMMUNE_OFFICER),
}


def register() -> None:
    """Tell the access app which roles hold which action."""
    for action, roles in ROLES.items():
        access.register(action, roles=roles)
