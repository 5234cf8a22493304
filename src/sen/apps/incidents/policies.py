"""Who may see, open, run, close and review incidents. The unit that counts is said beside each action."""

from __future__ import annotations

from sen.kernel.scopes import EVERYONE, Role, register

VIEW = "incidents.view"
OPEN = "incidents.open"
RUN = "incidents.run"
NOTE = "incidents.note"
ANSWER = "incidents.answer"
DRAFT_MESSAGE = "incidents.draft_message"
APPROVE_MESSAGE = "incidents.approve_message"
CLOSE = "incidents.close"
REVIEW = "incidents.review"
DRILL = "incidents.drill"
UNMASK = "incidents.unmask"

_WORKING = (Role.LEADER, Role.DUTY_OFFICER, Role.DEPARTMENT_OFFICER, Role.COMMUNE_OFFICER)

register(VIEW, EVERYONE, kind="read")
# In the unit that is to lead.
register(OPEN, (*_WORKING, Role.AGENT_1022))
# In the unit that leads: steps, dispatches, severity, merging, status.
register(RUN, _WORKING)
# In the unit that leads, was dispatched, or on whose ground it is.
register(NOTE, (*_WORKING, Role.AGENT_1022))
# In the unit that was dispatched.
register(ANSWER, _WORKING)
# In the unit that leads. Only leaders approve, and never what they wrote in themselves.
register(DRAFT_MESSAGE, _WORKING)
register(APPROVE_MESSAGE, (Role.LEADER,))
register(CLOSE, _WORKING)
register(REVIEW, _WORKING)
register(DRILL, _WORKING)
# In the unit that leads, to call the reporter back: with a reason, and on record.
register(UNMASK, (*_WORKING, Role.AGENT_1022), kind="read")
