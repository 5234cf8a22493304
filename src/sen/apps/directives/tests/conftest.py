"""The province with its accounts, and a few units' tasks; what a test made goes after it.

Imports wait for the fixtures: pytest reads this file before the engines and Django's settings are there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from sen.apps.sources.tests.conftest import province, rest, transactional_db

if TYPE_CHECKING:
    from uuid import UUID

    from sen.apps.directives.values import DirectiveRef
    from sen.kernel.scopes import Scope

__all__ = ["centre", "province", "rest", "transactional_db"]


@pytest.fixture
def centre(transactional_db: None, province: None) -> Iterator[None]:
    """The province; tasks and what was told of them go after the test."""
    from django.db import connection

    yield
    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE directives_directive, directives_numbering, directives_chasesettings, directives_bulk, directives_intake,"
            " notifications_notification, files_storedfile CASCADE"
        )


class People:
    """Scopes by user name, units by code, and tasks in one line."""

    def __getitem__(self, username: str) -> Scope:
        from sen.apps.access import interface as access

        return access.scope_of_username(username)

    def unit(self, code: str) -> UUID:
        from sen.apps.organisations import interface as organisations

        return organisations.unit(code).id

    def assign(
        self, *tasks: tuple[str, Sequence[str], date | None], by: str = "trucban", **directive: Any
    ) -> DirectiveRef:
        """Give tasks, each words, codes of the leads and deadline."""
        from sen.apps.directives import interface as directives

        new = [
            directives.NewTask(words=words, leads=tuple(self.unit(code) for code in leads), deadline=deadline)
            for words, leads, deadline in tasks
        ]
        told = {"title": "Thông báo kết luận họp giao ban", "number": "19/TB-UBND", "origin": "document", **directive}
        return directives.add_tasks(scope=self[by], directive=directives.NewDirective(**told), tasks=new)

    def told(self, number: str) -> list[str]:
        """The keys of the notifications about a task, in order."""
        from sen.apps.notifications.models import Notification

        found = Notification.objects.filter(key__startswith=f"task:{number}:").order_by("created_at", "key")
        return [one.key.removeprefix(f"task:{number}:") for one in found]


@pytest.fixture
def people(centre: None) -> People:
    """Whom the tests speak of."""
    return People()
