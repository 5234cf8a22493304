"""What the matrix needs of notifications."""

from __future__ import annotations

from django.test import Client
from tests.permissions.callers import ACCOUNTS


def furnish(clients: dict[str, Client], values: dict[str, str]) -> dict[str, str]:
    """One that is told to the department's officer alone."""
    return _notification()


def _notification() -> dict[str, str]:
    """Told to the department's officer alone."""
    from sen.apps.access.models import User
    from sen.apps.notifications import interface as notifications

    to = notifications.Recipients(user_ids=(User.objects.get(username=ACCOUNTS["owner"]).pk,))
    made = notifications.notify(
        key="cho-so", to=to, title="Tin cho sở", body="", url="/", severity="notice", needs_ack=True
    )  # fmt: skip
    return {"notification": str(made)}
