"""Who may see and change sources, proposals and dead letters."""

from __future__ import annotations

from sen.kernel.scopes import EVERYONE, Role, register

VIEW = "sources.view"
CREATE = "sources.create"
CHANGE = "sources.change"
REMIND = "sources.remind"
DECIDE_PROPOSALS = "sources.decide_proposals"
SEE_PAYLOADS = "sources.see_payloads"
REPLAY = "sources.replay_dead_letters"
UPLOAD = "sources.upload"
SEE_CONTACT = "sources.see_contact"

_STEWARDS = (Role.ADMINISTRATOR, Role.DATA_STEWARD)
_WRITERS = (*_STEWARDS, Role.DEPARTMENT_OFFICER)

register(VIEW, EVERYONE, kind="read")
register(CREATE, _WRITERS)
register(CHANGE, _WRITERS)
register(REMIND, (*_STEWARDS, Role.LEADER, Role.DUTY_OFFICER))
register(DECIDE_PROPOSALS, _WRITERS)
register(SEE_PAYLOADS, (*_WRITERS, Role.AUDITOR), kind="read")
register(REPLAY, _STEWARDS)
register(UPLOAD, (*_WRITERS, Role.COMMUNE_OFFICER))
register(SEE_CONTACT, (*_WRITERS, Role.LEADER, Role.DUTY_OFFICER, Role.COMMUNE_OFFICER), kind="read")
