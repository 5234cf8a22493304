"""Who may read files at all; which ones is for the app to say that a file is about."""

from __future__ import annotations

from sen.kernel.scopes import EVERYONE, register

READ = "files.read"

register(READ, EVERYONE, kind="read")
