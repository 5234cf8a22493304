"""Django's registration of audit: declares the app's actions when all apps are loaded."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "sen.apps.audit"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("sen.apps.audit.policies")
