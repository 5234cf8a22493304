"""People of the demonstration's province. Imports wait for the fixtures (see organisations' conftest)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from django.test import Client


@pytest.fixture
def accounts(db: None, settings: Any) -> Iterator[dict[str, dict[str, str]]]:
    """The demonstration's accounts by user name, each with its password."""
    from sen.apps.access import demo, queries
    from sen.apps.access import interface as access
    from sen.apps.organisations import interface as organisations
    from sen.kernel.scopes import SYSTEM

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # ten accounts for every test
    demo.file().unlink(missing_ok=True)
    queries.forget_scopes()
    organisations.install_province("82", scope=SYSTEM)
    yield {account["username"]: account for account in access.create_demo_accounts()}
    demo.file().unlink(missing_ok=True)
    queries.forget_scopes()


@pytest.fixture
def sign_in(accounts: dict[str, dict[str, str]], client: Client):
    """A function that signs the test client in through the form and gives the response."""

    def go(username: str, password: str | None = None, using: Client = client):
        wanted = password if password is not None else accounts[username]["password"]
        return using.post("/accounts/login/", {"login": username, "password": wanted})

    return go
