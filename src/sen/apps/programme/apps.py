"""Registers the programme app: yearly programmes, meetings, inspections and the weekly digest."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgrammeConfig(AppConfig):
    """Django's view of `sen.apps.programme`."""

    name = "sen.apps.programme"
    label = "programme"
    verbose_name = _("Chương trình công tác")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("sen.apps.programme.policies")
        import_module("sen.apps.programme.papers").register()
