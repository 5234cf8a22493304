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
        self._give_walls_to_the_emergency_mode()

    def _give_walls_to_the_emergency_mode(self) -> None:
        """The two apps do not know each other: a wall is one of the things that an emergency changes."""
        from sen.apps.dashboards import interface as dashboards
        from sen.apps.emergency import interface as emergency

        emergency.register_walls(emergency.Walls(dashboards.take_over, dashboards.give_back))
