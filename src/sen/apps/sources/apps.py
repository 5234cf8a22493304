"""Registers the sources app: the connection desk."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SourcesConfig(AppConfig):
    """Django's view of `sen.apps.sources`."""

    name = "sen.apps.sources"
    label = "sources"
    verbose_name = _("Bàn kết nối")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from sen.apps.assets import interface as assets
        from sen.apps.sources import queries

        import_module("sen.apps.sources.policies")
        assets.register_feed_lookup(queries.feed_for)
        assets.register_source_codes(queries.codes_by_number)
