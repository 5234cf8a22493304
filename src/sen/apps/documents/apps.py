"""Registers the documents app: documents in and out, their exchange, what is unread and late."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    """Django's view of `sen.apps.documents`."""

    name = "sen.apps.documents"
    label = "documents"
    verbose_name = _("Văn bản")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("sen.apps.documents.policies")
        import_module("sen.apps.documents.reading_files").register()
        import_module("sen.apps.documents.watched").register()
        import_module("sen.apps.documents.indicator_origin").register()
