"""Fills a small centre: the province, MQTT sources with sensors, one HTTP source with series. Prints one line of JSON."""

from __future__ import annotations

import argparse
import json
import os


def run() -> None:
    """See the arguments."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--mqtt-sources", type=int, default=2)
    parser.add_argument("--devices", type=int, default=50, help="per MQTT source")
    parser.add_argument("--http-assets", type=int, default=20)
    arguments = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sen.project.settings")
    import django

    django.setup()
    from django.db import transaction

    with transaction.atomic():
        made = fill(arguments.mqtt_sources, arguments.devices, arguments.http_assets)
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
    print(json.dumps(made))


def fill(mqtt_sources: int, devices: int, http_assets: int) -> dict[str, object]:
    """Create everything; the properties are three that any value between 1 and 90 suits."""
    from sen.apps.access import interface as access
    from sen.apps.assets import interface as assets
    from sen.apps.organisations import interface as organisations
    from sen.apps.sources import services as sources
    from sen.kernel.configuration import settings
    from sen.kernel.scopes import SYSTEM

    organisations.install_province(settings().province, scope=SYSTEM)
    accounts = access.create_demo_accounts()
    owner = organisations.province().code
    properties = ["pm25", "pm10", "no2"]
    mqtt = []
    for number in range(mqtt_sources):
        issued = sources.create_source(
            scope=SYSTEM, code=f"mqtt-{number}", name=f"MQTT {number}", connector="mqtt", owner=owner
        )
        names = [f"m{number}-{device}" for device in range(devices)]
        _assets(assets, issued.source.number, names, properties, owner)
        mqtt.append({"key": issued.source.key, "secret": issued.secret, "devices": names, "properties": properties})
    issued = sources.create_source(scope=SYSTEM, code="http-0", name="HTTP", connector="http_push", owner=owner)
    names = [f"h-{asset}" for asset in range(http_assets)]
    _assets(assets, issued.source.number, names, properties, owner)
    administrator = next(row for row in accounts if row["role"] == "administrator")["username"]
    return {
        "token": access.create_token(administrator, "bench", scopes=("read", "write")),
        "unit": owner,
        "mqtt": mqtt,
        "http": {"key": issued.source.key, "secret": issued.secret},
        "series": [f"{name}/{symbol}" for name in names for symbol in properties],
    }


def _assets(assets, source: int, names: list[str], properties: list[str], owner: str) -> None:  # type: ignore[no-untyped-def]
    from sen.kernel.scopes import SYSTEM

    for name in names:
        feed = assets.Feed(source, name, 300, 86_400 * 365)
        assets.create_asset(
            scope=SYSTEM, code=name, name=name, kind="sensor", owner=owner, properties=properties, feed=feed
        )


if __name__ == "__main__":
    run()
