"""A small centre for the permission matrix: one caller per role, neighbours, and one object of each kind.

**To add objects of a capability, write worlds/<app>.py** with `furnish(clients, values)`: it makes them through the public doors and
returns their codes and ids by name, which fill `<name>` and `{name}` in matrix.toml. It is found by itself. The department `82-snnmt`
owns the source and the asset; the asset stands on the ground of the first commune (`values["commune"]`); another department and
another commune are the neighbours who must not see them.
"""

from __future__ import annotations

import asyncio
import importlib
import pkgutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.test import Client
from tests.permissions.callers import ACCOUNTS, SIGNED_OUT

FOLDER = Path(__file__).with_name("worlds")
FIRST = (
    "sources", "indicators", "access", "centres", "packs", "dashboards", "notifications", "emergency", "incidents", "shifts", "alerts",
)  # fmt: skip
"""Worlds in this order before all others."""
AWAKE_MS = 6 * 3_600_000
"""How long the callers stay signed in: what a door notes of their use is rolled back, and a slow machine takes longer than five minutes."""


@dataclass
class World:
    """Clients by caller, and the values that fill the parameters of addresses."""

    clients: dict[str, Client]
    values: dict[str, str]


@contextmanager
def centre(blocker: Any) -> Iterator[World]:
    """The centre inside a transaction that is rolled back, for all tests of a module."""
    from django.db import transaction
    from django.test.utils import override_settings

    from sen.apps.access import queries

    hashers = override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])
    with blocker.unblock(), hashers, transaction.atomic():
        queries.forget_scopes()
        yield build()
        transaction.set_rollback(True)
    queries.forget_scopes()


def build(*only: str) -> World:
    """The centre in the database of the caller, who sees to it that it goes away again; with the objects of all worlds, or of `only` some."""
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    from sen.apps.access import interface as access
    from sen.apps.access.models import User
    from sen.apps.organisations import interface as organisations
    from sen.eventbus import ensure_streams
    from sen.kernel.configuration import settings
    from sen.kernel.scopes import SYSTEM
    from sen.telemetry.ddl import migrate

    migrate(settings().clickhouse_url)
    asyncio.run(ensure_streams(settings().nats_url))
    organisations.install_province("82", scope=SYSTEM)
    access.create_demo_accounts()
    clients = {SIGNED_OUT: Client()}
    for caller, username in ACCOUNTS.items():
        user = User.objects.get(username=username)
        if caller == "administrator":
            TOTP.activate(user, generate_totp_secret())
        clients[caller] = Client()
        sign_in(clients[caller], user)
    values = {"commune": "28249"}
    for world in _worlds(only):
        values |= world.furnish(clients, values)
    return World(clients, values)


def _worlds(only: tuple[str, ...]) -> Iterator[Any]:
    """The modules of worlds/: those whose objects others need, then the rest by name."""
    names = sorted(only or (found.name for found in pkgutil.iter_modules([str(FOLDER)])))
    for name in [*(one for one in FIRST if one in names), *(one for one in names if one not in FIRST)]:
        yield importlib.import_module(f"tests.permissions.worlds.{name}")


def sign_in(client: Client, user: Any) -> None:
    """Sign in as somebody who is at work for the whole walk."""
    from sen.kernel import clock

    client.force_login(user)
    session = client.session
    session["used_at"] = clock.now_ms() + AWAKE_MS
    session.save()
