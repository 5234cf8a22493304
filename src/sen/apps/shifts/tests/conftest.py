"""The province and its REST clients, as the sources app's own tests use them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sen.apps.sources.tests.conftest import province, rest, steward, transactional_db

__all__ = ["centre", "province", "rest", "steward", "transactional_db"]


@pytest.fixture
def centre(transactional_db: None, province: None) -> Iterator[None]:
    """The province without rosters, chains and hand-overs."""
    from django.db import connection

    yield
    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE shifts_post, shifts_rosteredit, shifts_mute, shifts_chainversion, shifts_runningchain, shifts_handover, "
            "shifts_promise, reports_signeddocument, files_storedfile, notifications_notification CASCADE"
        )
