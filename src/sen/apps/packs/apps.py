"""Django's registration of the packs: facts in memory, templates in the database."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class PacksConfig(AppConfig):
    """Sector packs as data, and templates that units inherit."""

    name = "sen.apps.packs"
    label = "packs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("sen.apps.packs.policies")
        from sen.apps.packs import code_lists, entry_sheets, forms, limit_sets
        from sen.apps.packs.inheritance.kinds import register_template_kind

        for module in (limit_sets, code_lists, forms, entry_sheets):
            register_template_kind(module.TEMPLATE_KIND)
