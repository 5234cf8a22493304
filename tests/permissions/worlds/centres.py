"""What the matrix needs of centres."""

from __future__ import annotations

from django.test import Client


def furnish(clients: dict[str, Client], values: dict[str, str]) -> dict[str, str]:
    """A batch of openings that has not begun."""
    return _bulk()


def _bulk() -> dict[str, str]:
    """A batch of openings that has not begun."""
    from sen.apps.centres.models import BulkOpening
    from sen.kernel import clock

    made = BulkOpening.objects.create(codes=["28249"], started_by="quantri", started_at=clock.now())
    return {"bulk": str(made.pk)}
