"""Who may see, record and define indicators."""

from __future__ import annotations

from sen.kernel.scopes import EVERYONE, Role, register

VIEW = "indicators.view"
RECORD = "indicators.record"
DEFINE = "indicators.define"
PLAN = "indicators.plan"
FILL_IN = "indicators.fill_in"
APPROVE = "indicators.approve"
APPROVE_FOR_PROVINCE = "indicators.approve_for_province"
NOTE = "indicators.note"
REMIND = "indicators.remind"

_FILLING = (Role.ADMINISTRATOR, Role.DATA_STEWARD, Role.DEPARTMENT_OFFICER, Role.COMMUNE_OFFICER)

register(VIEW, EVERYONE, kind="read")
register(RECORD, _FILLING, kind="write")
register(DEFINE, (Role.ADMINISTRATOR, Role.DATA_STEWARD), kind="write")
register(PLAN, (Role.ADMINISTRATOR, Role.DATA_STEWARD), kind="write")
register(FILL_IN, _FILLING, kind="write")
register(APPROVE, (Role.LEADER,), kind="write")
register(APPROVE_FOR_PROVINCE, (Role.LEADER, Role.DATA_STEWARD), kind="write")
register(NOTE, (Role.LEADER,), kind="write")
register(REMIND, (Role.ADMINISTRATOR, Role.DATA_STEWARD, Role.LEADER), kind="write")
