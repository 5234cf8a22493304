"""Who may read the record."""

from __future__ import annotations

from sen.kernel.scopes import Role, register

register("audit.list", [Role.AUDITOR, Role.ADMINISTRATOR], kind="admin")
register("audit.verify", [Role.AUDITOR, Role.ADMINISTRATOR], kind="admin")
register("audit.export", [Role.AUDITOR], kind="admin")
