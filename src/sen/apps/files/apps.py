"""Registers the files app: what people attach, kept once and handed out by permission."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FilesConfig(AppConfig):
    """Django's view of `sen.apps.files`."""

    name = "sen.apps.files"
    label = "files"
    verbose_name = _("Tệp")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("sen.apps.files.policies")
