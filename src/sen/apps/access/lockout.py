"""Counts failed sign-ins per typed name in the database, so that all processes agree and a restart forgives nothing.

Names that nobody has are counted alike: the answer never tells whether an account exists.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from sen.apps.access.models import SignInFailures
from sen.apps.access.security import policy
from sen.apps.audit import interface as audit
from sen.kernel import clock


def key_of(username: str) -> str:
    """The name under which failures are counted."""
    return username.replace("\x00", "").strip().lower()[:64]


def locked_until(username: str) -> datetime | None:
    """Until when nobody signs in under this name; None where it is free."""
    row = SignInFailures.objects.filter(username=key_of(username)).first()
    return row.locked_until if row and row.locked_until and row.locked_until > clock.now() else None


@transaction.atomic
def failed(username: str, *, address: str = "", factor: str = "password") -> None:
    """Count one failure, lock at the policy's limit, and record both."""
    rules, now, key = policy(), clock.now(), key_of(username)
    SignInFailures.objects.get_or_create(username=key, defaults={"last_failed_at": now})
    row = SignInFailures.objects.select_for_update().get(username=key)
    expired = row.locked_until is not None and row.locked_until <= now
    stale = now - row.last_failed_at > timedelta(minutes=rules.lock_minutes)
    row.failures = 1 if expired or stale else row.failures + 1
    row.last_failed_at = now
    row.locked_until = (
        now + timedelta(minutes=rules.lock_minutes) if row.failures >= rules.lock_after_failures else None
    )
    row.save()
    detail = {"factor": factor, "address": address, "failures": row.failures}
    audit.record(
        scope=None, actor=key, action="access.sign_in_failed", object_type="account", object_id=key, detail=detail
    )
    if row.failures == rules.lock_after_failures:
        until = row.locked_until.isoformat() if row.locked_until else ""
        audit.record(
            scope=None, actor=key, action="access.locked", object_type="account", object_id=key, detail={"until": until}
        )


def succeeded(username: str) -> None:
    """Forget the failures of a name after a complete sign-in."""
    SignInFailures.objects.filter(username=key_of(username)).delete()
