"""Registers the directives app: official documents, the tasks that they assign, and how units are kept to them."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DirectivesConfig(AppConfig):
    """Django's view of `sen.apps.directives`."""

    name = "sen.apps.directives"
    label = "directives"
    verbose_name = _("Nhiệm vụ")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("sen.apps.directives.policies")
        import_module("sen.apps.directives.evidence_files").register()
        import_module("sen.apps.directives.watching").register()
        import_module("sen.apps.directives.of_documents").register()
        import_module("sen.apps.directives.lesson_tasks").register()
