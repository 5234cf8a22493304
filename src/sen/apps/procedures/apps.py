"""Registers the procedures app: administrative procedures and their dossiers."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProceduresConfig(AppConfig):
    """Django's view of `sen.apps.procedures`."""

    name = "sen.apps.procedures"
    label = "procedures"
    verbose_name = _("Thủ tục hành chính")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("sen.apps.procedures.policies")
        import_module("sen.apps.procedures.watching").register()
