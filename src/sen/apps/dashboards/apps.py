"""Registers the dashboards app: dashboards as a kind of template, and the walls that show them."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DashboardsConfig(AppConfig):
    """Django's view of `sen.apps.dashboards`."""

    name = "sen.apps.dashboards"
    label = "dashboards"
    verbose_name = _("Bảng điều hành và màn hình")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("sen.apps.dashboards.policies")
        import_module("sen.apps.dashboards.registration").register()
