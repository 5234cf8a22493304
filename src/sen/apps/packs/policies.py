"""Who may see, write, publish, inherit and override templates, and who may install packs."""

from __future__ import annotations

from sen.kernel.scopes import EVERYONE, Role, register

VIEW = "packs.view"
CHANGE = "packs.change"
PUBLISH = "packs.publish"
INHERIT = "packs.inherit"
OVERRIDE = "packs.override"
INSTALL = "packs.install"

_STEWARDS = (Role.ADMINISTRATOR, Role.DATA_STEWARD)
_UNITS = (*_STEWARDS, Role.DEPARTMENT_OFFICER, Role.COMMUNE_OFFICER)

register(VIEW, EVERYONE, kind="read")
register(CHANGE, _UNITS)
register(PUBLISH, _STEWARDS)
register(INHERIT, _UNITS)
register(OVERRIDE, _UNITS)
register(INSTALL, (Role.ADMINISTRATOR,), kind="admin")
