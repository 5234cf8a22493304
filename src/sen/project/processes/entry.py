"""What every process does first: log to its own file, beat, and where it needs them set up Django's apps."""

from __future__ import annotations

import os

from sen.kernel import heartbeat
from sen.kernel.configuration import Settings, settings
from sen.project import logs


def begin(name: str, *, django_apps: bool = True, beat: bool = True) -> Settings:
    """Prepare the process called `name`; `beat` is off for those that write their heartbeat themselves."""
    configuration = settings()
    logs.configure(configuration.data, name, configuration.log_level)
    if django_apps:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sen.project.settings")
        import django

        django.setup()
    if beat:
        heartbeat.start(configuration.data, name)
    return configuration
