"""Who may see, record and define indicators."""

from __future__ import annotations

from sen.kernel.scopes import EVERYONE, Role, register

VIEW = "indicators.view"
RECORD = "indicators.record"
DEFINE = "indicators.define"

register(VIEW, EVERYONE, kind="read")
register(RECORD, (Role.ADMINISTRATOR, Role.DATA_STEWARD, Role.DEPARTMENT_OFFICER, Role.COMMUNE_OFFICER), kind="write")
register(DEFINE, (Role.ADMINISTRATOR, Role.DATA_STEWARD), kind="write")
