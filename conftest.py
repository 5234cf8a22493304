"""One set of the real embedded engines per test session, in a temporary folder on free ports, before Django reads its settings."""

from __future__ import annotations

import importlib.util
import os
import shutil
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import django
import hypothesis
import pytest
from tests import prepared_database

from sen.engines import EngineSet
from sen.engines.secret_file import loopback_port
from sen.eventbus.process_bus import process_bus
from sen.kernel import configuration

PORTS = ("SEN_MQTT_PORT", "SEN_FTP_PORT", "SEN_SFTP_PORT")
# How long an example takes says something about the machine, not about the code.
hypothesis.settings.register_profile("sen", deadline=None)
hypothesis.settings.load_profile("sen")
_engines: EngineSet | None = None
_folder: Path | None = None


def _start() -> None:
    # Nothing of the developer's own centre may leak into the tests.
    global _engines, _folder
    for name in [
        name for name in os.environ if name.startswith("SEN_") and name not in {"SEN_ROOT", "SEN_NATS_BINARY"}
    ]:
        del os.environ[name]
    _folder = Path(tempfile.mkdtemp(prefix="sen-test-"))
    os.environ["SEN_DATA"] = str(_folder)
    for name in PORTS:
        os.environ[name] = str(loopback_port())
    configuration.settings.cache_clear()
    prepared_database.put_into(_folder)
    _engines = EngineSet(_folder, configuration.settings())
    os.environ.update(_engines.start().environment())
    configuration.settings.cache_clear()


def pytest_configure(config: pytest.Config) -> None:
    """Start the engines and name Django's settings, in this order: pytest-django sets Django up right after this hook."""
    if not config.option.help:
        _start()
    if importlib.util.find_spec("sen.project.settings"):
        os.environ["DJANGO_SETTINGS_MODULE"] = "sen.project.settings"
        django.setup()  # pytest-django sets up by itself only what it found configured before this hook
        _hash_quickly()
        _empty_quickly()


def _hash_quickly() -> None:
    """A hash that is slow on purpose costs two seconds per test with the demo's accounts. The centre's own has a test."""
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]


def _empty_quickly() -> None:
    """Empty after a committed test only the tables that hold something: emptying all two hundred takes most of a second."""
    from django.core.management.commands import flush
    from django.db import connections
    from django.db.backends.postgresql.operations import DatabaseOperations

    kept = {"django_content_type", "auth_permission", "django_migrations"}  # the same in every database
    truncate = DatabaseOperations.sql_flush

    def sql_flush(self: Any, style: Any, tables: list[str], **options: Any) -> list[str]:
        wanted = [table for table in tables if table not in kept]
        ask = " UNION ALL ".join(f"(SELECT '{one}' FROM {self.quote_name(one)} LIMIT 1)" for one in wanted)
        with connections[self.connection.alias].cursor() as cursor:
            cursor.execute(ask)
            filled = [row[0] for row in cursor.fetchall()]
        return list(truncate(self, style, filled, **options | {"allow_cascade": True}))

    DatabaseOperations.sql_flush = sql_flush
    flush.emit_post_migrate_signal = lambda *arguments, **named: None


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the engines and remove what they stored."""
    if process_bus.cache_info().currsize:
        process_bus().close()  # else it would go on looking for a server that is gone
    if _engines is not None:
        _engines.stop()
    if _folder is not None:
        shutil.rmtree(_folder, ignore_errors=True)


@pytest.fixture(scope="session")
def engines() -> EngineSet:
    """The session's running engines."""
    assert _engines is not None
    return _engines


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """The database of tests/prepared_database.py is used as it is; it goes with the session's folder."""
    return True


@pytest.fixture
def remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """What processes remember for seconds stays remembered: for tests that count statements, whatever the machine's speed."""
    from sen.apps.access import recently
    from sen.apps.assets import series_facts
    from sen.apps.emergency import declarations
    from sen.apps.packs import catalogue

    now = time.monotonic()
    for module in (recently, series_facts, declarations, catalogue):
        monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: now))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser journeys last: Playwright keeps an event loop in the main thread, in which no asynchronous test could start."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
