"""A small province with two gauges and rules in force, for everything that happens to alerts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from sen.kernel import clock

if TYPE_CHECKING:
    from sen.apps.alerts.interface import Transition

START = 1_790_000_000_000
"""Some moment in 2026, ms."""
COMMUNE, NEIGHBOUR = "29869", "28249"


@dataclass
class Desk:
    """Rules in force by code; `said` makes a transition of one of them."""

    rules: dict[str, Any]

    def said(
        self, change: str, minute: float, *, onset: float = 0, asset: str = "tram", rule: str = "cao", **facts: Any
    ) -> Transition:
        """A transition `minute`s after START of the occurrence that began at `onset`."""
        from sen.apps.alerts.interface import Transition

        row = self.rules[rule]
        told = {"kind": "value", "property": "water_level", "severity": "warning", "direction": "above"} | facts
        value = told.pop("value", 2.3)
        return Transition(
            change=change, rule=row.pk, family=f"{row.template_id}:{row.unit_id}", subject=f"asset:{asset}",  # type: ignore[arg-type]
            onset=START + int(onset * 60_000), at=START + int(minute * 60_000), value=value, limit=2.0, facts=told | {"peak": value},
        )  # fmt: skip

    def raise_one(self, minute: float = 0, **how: Any) -> Any:
        """A new alert, as the database has it."""
        from sen.apps.alerts.interface import apply_transitions
        from sen.apps.alerts.models import Alert

        told = self.said("raised", minute, onset=minute, **how)
        apply_transitions([told])
        return Alert.objects.get(family=told.family, subject=told.subject, onset_ms=told.onset)


@pytest.fixture
def desk(db: None) -> Desk:
    """`cao` gathers by asset, `chung` by rule; both are the province's. Stations `tram` and `tram-khac` belong to a department."""
    from sen.apps.access import interface as access
    from sen.apps.assets import interface as assets
    from sen.apps.organisations import interface as organisations
    from sen.kernel.scopes import SYSTEM

    organisations.install_province("82", scope=SYSTEM)
    access.create_demo_accounts()
    for code, commune in (("tram", COMMUNE), ("tram-khac", NEIGHBOUR)):
        ground = organisations.unit(commune)
        assert ground.seat_lon is not None and ground.seat_lat is not None
        assets.create_asset(
            scope=SYSTEM, code=code, name=f"Trạm {code}", kind="water_level_station", owner="82-snnmt",
            location=(ground.seat_lon, ground.seat_lat), properties=["water_level"],
        )  # fmt: skip
    province = organisations.province().id
    return Desk({code: _rule(code, province, group) for code, group in (("cao", "asset"), ("chung", "rule"))})


def _rule(code: str, unit_id: UUID, group: str) -> Any:
    from sen.apps.alerts.models import RuleActivation, RuleInForceRow
    from sen.apps.packs import interface as packs
    from sen.kernel.scopes import SYSTEM

    content = {
        "code": code, "name": f"Mực nước {code}", "when": {"kind": "value", "property": "water_level", "above": 2.0},
        "severity": "warning", "procedure": "nuoc-len", "clock_minutes": 15, "group": group, "group_minutes": 60,
    }  # fmt: skip
    made = packs.create_template(
        scope=SYSTEM, kind="rule", code=code, name=str(content["name"]), owner_id=unit_id, content=content
    )
    activation = RuleActivation.objects.create(template_id=made.id, unit_id=unit_id, on=True, owner_role="duty_officer")
    now = clock.now()
    return RuleInForceRow.objects.create(
        activation=activation, template_id=made.id, unit_id=unit_id, code=code, name=made.name, version=1, content=content, digest=code,
        owner_role="duty_officer", watch_from=now, made_at=now,
    )  # fmt: skip


@pytest.fixture
def as_(db: None) -> Callable[[str], Any]:
    """The scope of a demo account."""
    from sen.apps.access import interface as access

    return access.scope_of_username
