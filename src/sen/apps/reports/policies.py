"""Who may check a copy of a signed document: everybody with an account."""

from __future__ import annotations

from sen.kernel.scopes import EVERYONE, register

VERIFY = "reports.verify"

register(VERIFY, EVERYONE, kind="read")
