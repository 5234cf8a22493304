"""Fills a centre for `bench.rules`: communes that each own sensors, and one hundred rules switched on in each. Prints one line of JSON."""

from __future__ import annotations

import argparse
import json
import os
from typing import Any

PROPERTIES = ("pm25", "pm10", "no2")
PROBE = "so2"
"""The property that only the probes have: one rule watches it, so that a probe brings one alert."""


def run() -> None:
    """See the arguments."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--communes", type=int, default=100)
    parser.add_argument("--rules", type=int, default=100, help="switched on in each commune")
    parser.add_argument("--sources", type=int, default=4)
    parser.add_argument("--devices", type=int, default=250, help="per source")
    parser.add_argument("--off", action="store_true", help="only switch every rule off again")
    chosen = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sen.project.settings")
    import django

    django.setup()
    from django.db import transaction

    if chosen.off:
        print(json.dumps({"rules": switch_off()}))
        return
    with transaction.atomic():
        made = fill(chosen.communes, chosen.rules, chosen.sources, chosen.devices)
    _tell_the_gateway()
    print(json.dumps(made))


def fill(communes: int, rules: int, sources: int, devices: int) -> dict[str, Any]:
    """The province, sensors of the communes, a probe in each, and the rules in force."""
    from sen.apps.access import interface as access
    from sen.apps.organisations import interface as organisations
    from sen.apps.sources import services
    from sen.kernel.configuration import settings
    from sen.kernel.scopes import SYSTEM

    organisations.install_province(settings().province, scope=SYSTEM)
    accounts = access.create_demo_accounts()
    units = organisations.communes()[:communes]
    province = organisations.province()
    mqtt = []
    for number in range(sources):
        issued = services.create_source(
            scope=SYSTEM, code=f"mqtt-{number}", name=f"MQTT {number}", connector="mqtt", owner=province.code
        )
        names = [f"m{number}-{device}" for device in range(devices)]
        _assets(issued.source.number, names, list(PROPERTIES), units)
        mqtt.append(
            {"key": issued.source.key, "secret": issued.secret, "devices": names, "properties": list(PROPERTIES)}
        )
    probes = services.create_source(scope=SYSTEM, code="probes", name="Probes", connector="mqtt", owner=province.code)
    names = [f"probe-{place}" for place in range(len(units))]
    _assets(probes.source.number, names, [PROBE], units)
    administrator = next(row for row in accounts if row["role"] == "administrator")["username"]
    return {
        "token": access.create_token(administrator, "bench", scopes=("read", "write")),
        "unit": province.code,
        "mqtt": mqtt,
        "http": {},
        "series": [],
        "probes": {"key": probes.source.key, "secret": probes.secret, "devices": names},
        "rules": switch_on(rules, units, province),
    }


def _assets(source: int, names: list[str], properties: list[str], units: list[Any]) -> None:
    from sen.apps.assets import interface as assets
    from sen.kernel.scopes import SYSTEM

    for place, name in enumerate(names):
        assets.create_asset(
            scope=SYSTEM, code=name, name=name, kind="sensor", owner=units[place % len(units)].code,
            properties=properties, feed=assets.Feed(source, name, 300, 600),
        )  # fmt: skip


def conditions(count: int) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """(condition, the rule's other fields): seven of ten compare with figures, the others change, silence, formula, several."""
    found: list[tuple[dict[str, Any], dict[str, Any]]] = [({"kind": "value", "property": PROBE, "above": 300.0}, {})]
    for number in range(count - 1):
        name, other = PROPERTIES[number % 3], PROPERTIES[(number + 1) % 3]
        more: dict[str, Any] = {"duration_s": 60 * (number % 4), "hysteresis": 2.0, "clear_after_s": 30 * (number % 3)}
        match number % 20:
            case 14 | 15:
                when = {
                    "kind": "rate",
                    "property": name,
                    "rise": 60.0 + number % 7,
                    "over_minutes": 10 + number % 3 * 10,
                }
            case 16 | 17:
                when, more = {"kind": "silence", "asset_kind": "sensor"}, {"duration_s": 3600 + number}
            case 18:
                when = {"kind": "expression", "text": f"{name} > {80 + number} + {other} / 10"}
            case 19:
                parts = [{"kind": "value", "property": one, "above": 90.0 + number % 5} for one in (name, other)]
                when = {"kind": "several", "of": parts}
            case _:
                when = {"kind": "value", "property": name, "above": 80.0 + number % 13}
        found.append((when, more))
    return found


def switch_on(count: int, units: list[Any], province: Any) -> int:
    """Templates of the province that hold everywhere, and a decision of each commune; decisions as one table, the door takes one at a time."""
    from sen.apps.alerts.rules import in_force
    from sen.apps.alerts.rules.models import RuleActivation, RuleInForceRow
    from sen.apps.packs import interface as packs
    from sen.kernel import clock
    from sen.kernel.scopes import SYSTEM

    step = {"code": "xem", "words": "Xem", "role": "duty_officer", "minutes": 10}
    sop = {"code": "do-thu", "name": "Đo thử", "hazard": "other", "steps": [step], "source": "Đo thử"}
    contents = [("sop", "do-thu", sop)]
    for number, (when, more) in enumerate(conditions(count)):
        rule = {
            "code": f"do-{number}",
            "name": f"Đo {number}",
            "when": when,
            "severity": "warning",
            "procedure": "do-thu",
            "clock_minutes": 60,
        }
        contents.append(("rule", f"do-{number}", rule | more))
    now, rows = clock.now(), []
    for kind, code, content in contents:
        template = packs.create_template(
            scope=SYSTEM, kind=kind, code=code, name=code, owner_id=province.id, content=content
        )
        packs.publish(scope=SYSTEM, template_id=template.id, audience=packs.Audience("all"), mandatory=True)
        if kind == "rule":
            rows += [
                RuleActivation(
                    template_id=template.id,
                    unit_id=unit.id,
                    on=True,
                    owner_role="duty_officer",
                    watch_from=now,
                    switched_at=now,
                )
                for unit in units
            ]
    RuleActivation.objects.bulk_create(rows, batch_size=2000)
    in_force.refresh()
    return RuleInForceRow.objects.filter(until=None).count()


def switch_off() -> int:
    """No rule is in force any more; returns how many are."""
    from sen.apps.alerts.rules import in_force
    from sen.apps.alerts.rules.models import RuleActivation, RuleInForceRow

    RuleActivation.objects.update(on=False)
    in_force.refresh()
    return RuleInForceRow.objects.filter(until=None).count()


def _tell_the_gateway() -> None:
    """Let the MQTT gateway learn of the credentials."""
    from sen.eventbus import SyncBus
    from sen.kernel.configuration import settings

    bus = SyncBus(settings().nats_url)
    for _ in range(20):
        try:
            if bus.request("control.credentials", b"", timeout=5) == b"ok":
                break
        except Exception:
            continue
    bus.close()


if __name__ == "__main__":
    run()
