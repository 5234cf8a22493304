"""Registers the indicators app: what is measured of units, and its values over time."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IndicatorsConfig(AppConfig):
    """Django's view of `sen.apps.indicators`."""

    name = "sen.apps.indicators"
    label = "indicators"
    verbose_name = _("Chỉ tiêu")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("sen.apps.indicators.policies")
        import_module("sen.apps.packs.interface").register_codes(
            "indicator", import_module("sen.apps.indicators.origins").codes
        )
        import_module("sen.apps.indicators.sheets.evidence").register()
        import_module("sen.apps.indicators.sheets.records").register()
