"""Django's registration of the packs: no models, only facts and their REST."""

from __future__ import annotations

from django.apps import AppConfig


class PacksConfig(AppConfig):
    """Sector packs as data."""

    name = "sen.apps.packs"
    label = "packs"
