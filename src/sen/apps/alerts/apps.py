"""Registers the alerts app: rules that watch the data, and the alerts that they raise."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AlertsConfig(AppConfig):
    """Django's view of `sen.apps.alerts`."""

    name = "sen.apps.alerts"
    label = "alerts"
    verbose_name = _("Cảnh báo")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("sen.apps.alerts.policies")
        import_module("sen.apps.alerts.rules.policies")
        from sen.apps.alerts.rules import record_kinds, template_kind

        template_kind.register()
        record_kinds.register_sources()
        import_module("sen.apps.alerts.handover").register()
