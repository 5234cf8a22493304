"""Registers the effectiveness app: readiness before a module is switched on, and by what its success is measured."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EffectivenessConfig(AppConfig):
    """Django's view of `sen.apps.effectiveness`."""

    name = "sen.apps.effectiveness"
    label = "effectiveness"
    verbose_name = _("Điều kiện vận hành và hiệu quả")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("sen.apps.effectiveness.policies")
