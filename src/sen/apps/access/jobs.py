"""Closes accounts that nobody uses, and deletes spent sessions."""

from __future__ import annotations

from procrastinate.contrib.django import app

from sen.apps.access import invitations, services
from sen.kernel.scopes import SYSTEM


@app.periodic(cron="10 1 * * *")
@app.task(name="access.disable_idle_accounts", queueing_lock="access.disable_idle_accounts")
def disable_idle_accounts(timestamp: int) -> None:
    """Once a day, by the security policy."""
    services.disable_idle_accounts(scope=SYSTEM)


@app.periodic(cron="30 * * * *")
@app.task(name="access.remove_spent", queueing_lock="access.remove_spent")
def remove_spent(timestamp: int) -> None:
    """Expired sessions, forgotten failure counts, invitations long answered."""
    services.remove_spent(scope=SYSTEM)
    invitations.remove_spent()
