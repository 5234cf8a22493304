"""A province with its accounts, and REST clients that speak with their tokens.

Imports wait for the fixtures: pytest reads this file before the engines and Django's settings are there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest


class Rest:
    """JSON over Django's test client as one account."""

    def __init__(self, username: str) -> None:
        from django.test import Client

        from sen.apps.access import interface as access

        token = access.create_token(username, name="test", scopes=("read", "write", "admin"))
        self._client = Client(headers={"authorization": f"Bearer {token}"})

    def __call__(self, method: str, path: str, body: Any = None, *, expect: int = 200, **options: Any) -> Any:
        answer = self._client.generic(
            method, f"/api/v1{path}", data=json.dumps(body) if body is not None else "",
            content_type="application/json", **options,
        )  # fmt: skip
        assert answer.status_code == expect, (answer.status_code, answer.content.decode())
        return answer.json() if answer.content else None

    async def from_thread(self, *arguments: Any, **options: Any) -> Any:
        """The same beside a running event loop; the thread's database connection goes back to the pool."""
        import asyncio

        from django.db import connections

        def call() -> Any:
            try:
                return self(*arguments, **options)
            finally:
                connections.close_all()

        return await asyncio.to_thread(call)

    def upload(self, path: str, name: str, content: bytes, **fields: Any) -> Any:
        from django.core.files.uploadedfile import SimpleUploadedFile

        return self._client.post(f"/api/v1{path}", {"file": SimpleUploadedFile(name, content), **fields})


@pytest.fixture
def transactional_db(django_db_setup: None) -> None:
    """In place of pytest-django's, which would empty every table after each test: installing a province takes seconds."""


@pytest.fixture(scope="module")
def province(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Đồng Tháp with one account per role, and the streams of the log; all is gone after the module.

    Committed, because connectors look from other threads.
    """
    import asyncio

    from django.core.management import call_command

    from sen.apps.access import interface as access
    from sen.apps.organisations import interface as organisations
    from sen.eventbus import ensure_streams
    from sen.kernel.configuration import settings
    from sen.kernel.scopes import SYSTEM
    from sen.telemetry.ddl import migrate

    with django_db_blocker.unblock():
        migrate(settings().clickhouse_url)
        asyncio.run(ensure_streams(settings().nats_url))
        organisations.install_province(settings().province, scope=SYSTEM)
        access.create_demo_accounts()
        yield
        # Sequences go on: processes compare the newest number to see whether their copies are stale.
        call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=True, reset_sequences=False)


@pytest.fixture
def centre(transactional_db: None, province: None) -> Iterator[None]:
    """The province without sources and assets."""
    from django.db import connection

    yield
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE sources_source, assets_asset CASCADE")


@pytest.fixture
def rest(centre: None) -> Callable[[str], Rest]:
    """`rest("dulieu")` is the data steward's client."""
    made: dict[str, Rest] = {}

    def client(username: str) -> Rest:
        if username not in made:
            made[username] = Rest(username)
        return made[username]

    return client


@pytest.fixture
def steward(rest: Callable[[str], Rest]) -> Rest:
    """The data steward's client, made outside any event loop."""
    return rest("dulieu")
