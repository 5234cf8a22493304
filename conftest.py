"""One set of the real embedded engines per test session, in a temporary folder on free ports, before Django reads its settings."""

from __future__ import annotations

import importlib.util
import os
import shutil
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace

import django
import hypothesis
import pytest

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


def _hash_quickly() -> None:
    """A hash that is slow on purpose costs two seconds per test with the demo's accounts. The centre's own has a test."""
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]


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
