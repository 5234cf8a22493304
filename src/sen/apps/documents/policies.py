"""Who may see, receive, handle and remind about documents. The unit that counts is the one whose register the document stands in."""

from __future__ import annotations

from sen.kernel.scopes import EVERYONE, Role, register

VIEW = "documents.view"
EXPORT = "documents.export"
HANDLE = "documents.handle"
REMIND = "documents.remind"
REGISTER = "documents.register"
VIEW_EXCHANGE = "documents.view_exchange"
SETTLE_EXCHANGE = "documents.settle_exchange"

_WORKING = (Role.LEADER, Role.DUTY_OFFICER, Role.DEPARTMENT_OFFICER, Role.COMMUNE_OFFICER)

register(VIEW, EVERYONE, kind="read")
register(EXPORT, EVERYONE, kind="read")
# In the unit of the register: reading, assigning a unit, the result, answering a recall.
register(HANDLE, _WORKING)
# In the unit that is reminded; who sees it from above may remind.
register(REMIND, (*_WORKING, Role.DATA_STEWARD))
# Importing registers and naming the agencies of the exchange.
register(REGISTER, (Role.ADMINISTRATOR, Role.DATA_STEWARD), kind="write")
# Messages hold whole documents of several units.
register(VIEW_EXCHANGE, (Role.ADMINISTRATOR, Role.DATA_STEWARD, Role.AUDITOR), kind="read")
register(SETTLE_EXCHANGE, (Role.ADMINISTRATOR, Role.DATA_STEWARD), kind="write")
