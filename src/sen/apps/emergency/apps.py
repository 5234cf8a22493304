"""Registers the emergency app: contacts, broadcasts, resources, who is affected, the emergency mode."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EmergencyConfig(AppConfig):
    """Django's view of `sen.apps.emergency`."""

    name = "sen.apps.emergency"
    label = "emergency"
    verbose_name = _("Khẩn cấp")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from sen.apps.emergency import broadcasts
        from sen.apps.notifications import interface as notifications

        import_module("sen.apps.emergency.policies")
        notifications.on_acknowledged(broadcasts.ABOUT, broadcasts.acknowledged)
