"""Django's registration of organisations: declares the app's actions when all apps are loaded."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "sen.apps.organisations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("sen.apps.organisations.policies")
