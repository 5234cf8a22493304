"""Who may see dossiers, who may see whose they are, and who may bring them in."""

from __future__ import annotations

from sen.kernel.scopes import EVERYONE, Role, register

VIEW = "procedures.view"
LIST = "procedures.list"
UNMASK = "procedures.unmask"
EXPORT = "procedures.export"
IMPORT = "procedures.import"
CATALOGUE = "procedures.define"
REMIND = "procedures.remind"

_STAFF = (
    Role.ADMINISTRATOR,
    Role.LEADER,
    Role.DUTY_OFFICER,
    Role.DEPARTMENT_OFFICER,
    Role.COMMUNE_OFFICER,
    Role.DATA_STEWARD,
)

register(VIEW, EVERYONE, kind="read")
register(LIST, (*_STAFF, Role.AUDITOR), kind="read")
register(UNMASK, (Role.LEADER, Role.DEPARTMENT_OFFICER, Role.COMMUNE_OFFICER), kind="write")
register(EXPORT, (*_STAFF, Role.AUDITOR), kind="read")
register(IMPORT, (Role.ADMINISTRATOR, Role.DATA_STEWARD), kind="write")
register(CATALOGUE, (Role.ADMINISTRATOR, Role.DATA_STEWARD), kind="write")
register(REMIND, (Role.ADMINISTRATOR, Role.LEADER, Role.DATA_STEWARD), kind="write")
