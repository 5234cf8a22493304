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

    def upload(self, path: str, name: str, content: bytes, **fields: Any) -> Any:
        from django.core.files.uploadedfile import SimpleUploadedFile

        return self._client.post(f"/api/v1{path}", {"file": SimpleUploadedFile(name, content), **fields})


@pytest.fixture
def centre(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Đồng Tháp with one account per role, and the streams of the log; sources and assets are gone after each test.

    Committed, because connectors look from other threads, and left in place, because installing a province takes seconds.
    pytest-django runs tests without its marks last, so that nobody else finds it.
    """
    with django_db_blocker.unblock():
        _install()
        try:
            yield
        finally:
            from django.db import connection

            with connection.cursor() as cursor:
                cursor.execute("TRUNCATE sources_source, assets_asset CASCADE")


def _install() -> None:
    import asyncio

    from sen.apps.access import interface as access
    from sen.apps.organisations import interface as organisations
    from sen.eventbus import ensure_streams
    from sen.kernel.configuration import settings
    from sen.kernel.errors import NotFound
    from sen.kernel.scopes import SYSTEM
    from sen.telemetry.ddl import migrate

    try:
        access.scope_of_username("dulieu")
    except NotFound:
        migrate(settings().clickhouse_url)
        asyncio.run(ensure_streams(settings().nats_url))
        organisations.install_province(settings().province, scope=SYSTEM)
        access.create_demo_accounts()


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
