"""The packs' dashboards as templates of the province, published to its communes: what a new centre would do first."""

from __future__ import annotations

from sen.apps.access.interface import SYSTEM
from sen.apps.organisations import interface as organisations
from sen.apps.packs import interface as packs


def create() -> None:
    """Make what is missing; nothing changes at the second call."""
    packs.install_pack_templates(scope=SYSTEM, unit_id=organisations.province().id)
