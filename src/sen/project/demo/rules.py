"""Switches the packs' rules on for the province, from a day ago, so that the engine itself finds the demonstration's alerts."""

from __future__ import annotations

from datetime import timedelta

from sen.apps.access.interface import SYSTEM, Role
from sen.apps.alerts import interface as alerts
from sen.apps.organisations import interface as organisations
from sen.apps.packs import interface as packs
from sen.kernel import clock

WATCHED = timedelta(hours=24)


def create() -> None:
    """All rules of the packs; those whose procedure the province has not are left off. Safe to call again."""
    unit = organisations.province().id
    procedures = {one.template.code for one in packs.effective(SYSTEM, unit, "sop")}
    ready = [
        one.template.id
        for one in packs.effective(SYSTEM, unit, "rule")
        if one.template.pack and one.content["procedure"] in procedures
    ]
    on = {one.template_id for one in alerts.rules_in_force()}
    alerts.switch_on_rules(
        scope=SYSTEM, unit_id=unit, template_ids=[one for one in ready if one not in on], owner_role=Role.DUTY_OFFICER,
        untested_reason="Bật sẵn cho bản trình diễn, số liệu mô phỏng.", watch_from=clock.now() - WATCHED,
    )  # fmt: skip
