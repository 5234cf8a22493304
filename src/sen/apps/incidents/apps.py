"""Registers the incidents app: incidents, response procedures at work, dispatches, reviews and drills."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IncidentsConfig(AppConfig):
    """Django's view of `sen.apps.incidents`."""

    name = "sen.apps.incidents"
    label = "incidents"
    verbose_name = _("Sự cố")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("sen.apps.incidents.policies")
        import_module("sen.apps.incidents.procedures.registration").register()
        import_module("sen.apps.incidents.attachments").register()
        import_module("sen.apps.incidents.dispatches").register()
        import_module("sen.apps.incidents.handover").register()
