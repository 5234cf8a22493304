"""How long a session may rest, and who a session belongs to when no Django request is at hand."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils.crypto import constant_time_compare

from sen.apps.access.models import User
from sen.apps.access.security import policy
from sen.kernel import clock
from sen.kernel.scopes import Role, Scope

TOUCH_EVERY_MS = 30_000


def is_idle(session: Any, scope: Scope) -> bool:
    """Whether the session has rested longer than the policy allows people with these roles."""
    used_at = session.get("used_at")
    rules = policy()
    minutes = rules.administrator_idle_minutes if Role.ADMINISTRATOR in scope.roles else rules.idle_minutes
    return used_at is not None and clock.now_ms() - used_at > minutes * 60_000


def touch(session: Any) -> bool:
    """Note that the session is used; True when that was written (at most twice a minute)."""
    now = clock.now_ms()
    if now - session.get("used_at", 0) < TOUCH_EVERY_MS:
        return False
    session["used_at"] = now
    return True


def user_of_session(key: str) -> tuple[User, Any] | None:
    """The person signed in with a session key and the session; None where it is gone, or the password has changed since."""
    session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    if session.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return None
    user = User.objects.filter(pk=session[SESSION_KEY], is_active=True).first()
    if user is None or not constant_time_compare(session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash()):
        return None
    return user, session
