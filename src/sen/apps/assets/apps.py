"""Registers the assets app: stations, sensors and their series."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssetsConfig(AppConfig):
    """Django's view of `sen.apps.assets`."""

    name = "sen.apps.assets"
    label = "assets"
    verbose_name = _("Trạm và thiết bị")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("sen.apps.assets.policies")
