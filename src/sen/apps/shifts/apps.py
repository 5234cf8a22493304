"""Registers the shifts app: who is on duty, who is told next, and what one shift hands to the other."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ShiftsConfig(AppConfig):
    """Django's view of `sen.apps.shifts`."""

    name = "sen.apps.shifts"
    label = "shifts"
    verbose_name = _("Ca trực")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("sen.apps.shifts.policies")
        from sen.apps.files import interface as files
        from sen.apps.shifts.handover import queries, sections

        sections.register_own()
        files.register_reader("handover", queries.may_read)
