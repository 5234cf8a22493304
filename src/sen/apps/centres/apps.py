"""Registers the centres app: a unit's own centre, opened in one step."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CentresConfig(AppConfig):
    """Django's view of `sen.apps.centres`."""

    name = "sen.apps.centres"
    label = "centres"
    verbose_name = _("Trung tâm cấp xã")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("sen.apps.centres.policies")
