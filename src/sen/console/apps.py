"""Registers the console and makes sure that compiled translations exist before the first page."""

from __future__ import annotations

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """Django's view of `sen.console`."""

    name = "sen.console"
    label = "console"

    def ready(self) -> None:
        from sen.console.translations import compile_catalogues

        compile_catalogues()
