"""What the matrix needs of rules and alerts."""

from __future__ import annotations

from django.test import Client
from tests.permissions.callers import ACCOUNTS


def furnish(clients: dict[str, Client], values: dict[str, str]) -> dict[str, str]:
    """A rule that the commune has inherited, an alert of the asset, a maintenance window."""
    return _rule(values) | _alert(values)


def _rule(values: dict[str, str]) -> dict[str, str]:
    """A rule of the province that the commune has inherited with its procedure, fitted, tried and switched on."""
    from uuid import UUID

    from sen.apps.access.interface import SYSTEM
    from sen.apps.alerts import interface as alerts
    from sen.apps.organisations import interface as organisations
    from sen.apps.packs import interface as packs

    province, commune = organisations.province(), organisations.unit(values["commune"])
    step = {"code": "xem", "words": "Xem", "role": "commune_officer", "minutes": 15}
    when = {"kind": "value", "property": "water_level", "above": 2.0}
    contents = {
        "sop": {"code": "quyen-sop", "name": "Quy trình", "steps": [step]},
        "rule": {
            "code": "quyen-rule", "name": "Quy tắc", "when": when, "severity": "warning", "procedure": "quyen-sop",
            "clock_minutes": 30,
        },
    }  # fmt: skip
    made = UUID(int=0)
    for kind, content in contents.items():
        ref = packs.create_template(
            scope=SYSTEM, kind=kind, code=content["code"], name=content["name"], owner_id=province.id, content=content
        )
        opened = ["/when/above"] if kind == "rule" else []
        packs.publish(scope=SYSTEM, template_id=ref.id, audience=packs.Audience("all"), open_fields=opened)
        packs.inherit(scope=SYSTEM, template_id=ref.id, unit_id=commune.id)
        made = ref.id
    alerts.switch_on_rules(
        scope=SYSTEM,
        unit_id=commune.id,
        template_ids=[made],
        owner_role="commune_officer",
        untested_reason="Để thử quyền",
    )
    in_force = next(one for one in alerts.rules_in_force() if one.template_id == made)
    test = alerts.try_rule(scope=SYSTEM, unit_id=commune.id, template_id=made, content=contents["rule"])
    return {"rule": str(made), "rule_in_force": str(in_force.id), "rule_test": str(test)}


def _alert(values: dict[str, str]) -> dict[str, str]:
    """An alert of the asset, raised by a rule of the province, and a maintenance window of its owner."""
    from datetime import timedelta

    from sen.apps.access import interface as access
    from sen.apps.alerts import interface as alerts
    from sen.apps.alerts import maintenance
    from sen.apps.alerts.models import Alert, RuleActivation, RuleInForceRow
    from sen.apps.organisations import interface as organisations
    from sen.apps.packs import interface as packs
    from sen.kernel import clock
    from sen.kernel.scopes import SYSTEM

    province, now = organisations.province().id, clock.now()
    content = {
        "code": "bui", "name": "Bụi mịn cao", "when": {"kind": "value", "property": "pm25", "above": 50.0}, "severity": "warning",
        "procedure": "quy-trinh", "clock_minutes": 15,
    }  # fmt: skip
    made = packs.create_template(
        scope=SYSTEM, kind="rule", code="bui", name="Bụi mịn cao", owner_id=province, content=content
    )
    activation = RuleActivation.objects.create(
        template_id=made.id, unit_id=province, on=True, owner_role="duty_officer"
    )
    row = RuleInForceRow.objects.create(
        activation=activation, template_id=made.id, unit_id=province, code="bui", name=made.name, version=1, content=content,
        digest="bui", owner_role="duty_officer", watch_from=now, made_at=now,
    )  # fmt: skip
    at = clock.to_ms(now)
    told = alerts.Transition(
        change="raised", rule=row.pk, family=f"{made.id}:{province}", subject=f"asset:{values['asset']}", onset=at, at=at, value=61.0,
        limit=50.0, facts={"kind": "value", "property": "pm25", "severity": "warning", "direction": "above"},
    )  # fmt: skip
    alerts.apply_transitions([told])
    found = Alert.objects.get(rule_id=row.pk)
    window = maintenance.create(
        scope=access.scope_of_username(ACCOUNTS["owner"]), unit_id=organisations.unit("82-snnmt").id, starts_at=now,
        ends_at=now + timedelta(hours=2), reason="thay-cam-bien", asset_code=values["asset"],
    )  # fmt: skip
    return {"alert": found.number, "alert_id": str(found.pk), "window": str(window.id)}
