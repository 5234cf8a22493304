"""The province with its accounts, without templates; REST clients as the sources app's own tests use them.

Imports wait for the fixtures: pytest reads this file before the engines and Django's settings are there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from sen.apps.sources.tests.conftest import centre, province, rest, transactional_db

if TYPE_CHECKING:
    from sen.apps.organisations.interface import UnitRef
    from sen.kernel.scopes import Scope

__all__ = ["centre", "province", "rest", "transactional_db"]


@pytest.fixture
def bare(centre: None) -> Iterator[None]:
    """The province after a test without the templates that it made."""
    from django.db import connection

    from sen.apps.packs.inheritance import settings_versions

    yield
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE packs_template CASCADE")
    settings_versions.begin()  # what was read of them is to be forgotten


class World:
    """The units and people that the tests speak of."""

    def __init__(self) -> None:
        from sen.apps.access import interface as access
        from sen.apps.organisations import interface as organisations

        self.province: UnitRef = organisations.province()
        self.scopes: dict[str, Scope] = {}
        self._scope_of = access.scope_of_username
        homes = {one["username"]: one["unit"] for one in access.demo_accounts()}
        self.ours: UnitRef = organisations.unit(homes["xa-a"])
        self.theirs: UnitRef = organisations.unit(homes["xa-b"])

    def scope(self, username: str) -> Scope:
        """What an account sees and may do."""
        return self.scopes.setdefault(username, self._scope_of(username))


@pytest.fixture
def world(bare: None) -> World:
    """The province, two communes and the scopes of their people."""
    return World()


def row(code: str = "pm25-24h", **changes: Any) -> dict[str, Any]:
    """A row of a limit set."""
    return {
        "code": code, "standard": "QCVN 05:2023/BTNMT", "property": "pm25", "averaging": "24h", "maximum": 45.0,
        "unit": "ug/m3", "severity": "warning", "valid_from": "2026-01-01", "label": "PM2,5 trung bình 24 giờ",
        "source": "Quyết định của tỉnh", **changes,
    }  # fmt: skip
