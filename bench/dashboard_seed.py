"""Fills PostgreSQL for bench/dashboard.py: stations over the province, a dashboard of twenty tiles, a token. Prints one line of JSON."""

from __future__ import annotations

import json
import math
import os
import sys
from typing import Any

TILES = 20


def content(stations: int) -> dict[str, Any]:
    """Twenty tiles of every kind that reads: figures of one and of all stations, charts of a day to a month, lists, the map."""
    tiles: list[dict[str, Any]] = []

    def add(kind: str, w: int, h: int, settings: dict[str, Any]) -> None:
        place = len(tiles)
        tiles.append(
            {
                "code": f"o-{place}",
                "kind": kind,
                "title": "",
                "title_en": "",
                "x": 0,
                "y": 0,
                "w": w,
                "h": h,
                "settings": settings,
            }
        )

    for fn in ("max", "min", "mean", "count_over"):
        add("number", 3, 2, {"property": "pm25", "fn": fn, "hours": 24})
    for place in range(4):
        add("number", 3, 2, {"series": f"b-{place * stations // 4}/pm25", "hours": 168})
    add("chart", 6, 4, {"series": [f"b-{place}/pm25" for place in range(7)], "hours": 168})
    add("chart", 6, 4, {"property": "pm25", "fn": "mean", "hours": 720})
    add("chart", 6, 4, {"property": "pm25", "fn": "each", "hours": 24})
    add("chart", 6, 4, {"property": "pm25", "fn": "max", "hours": 72})
    add("chart", 6, 4, {"series": [f"b-{stations - 1}/pm25"], "hours": 720})
    add("map", 6, 4, {"kinds": []})
    for what in ("over_limit", "silent", "sources_late", "proposals"):
        add("list", 6, 3, {"what": what, "limit": 6})
    add("note", 6, 2, {"text": "Bảng đo tốc độ."})
    add("clock", 6, 2, {})
    x = y = row = 0
    for tile in tiles:
        if x + tile["w"] > 12:
            x, y, row = 0, y + row, 0
        tile["x"], tile["y"] = x, y
        x, row = x + tile["w"], max(row, tile["h"])
    return {"tiles": tiles}


def run(stations: int) -> dict[str, object]:
    """Create `stations` air stations `b-0`, `b-1`, … with one series each of consecutive numbers, and the dashboard."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sen.project.settings")
    import django

    django.setup()
    from django.db import transaction

    from sen.apps.access import interface as access
    from sen.apps.assets import interface as interface_of_assets
    from sen.apps.assets.models import Asset, Series
    from sen.apps.dashboards import editing
    from sen.apps.organisations import interface as organisations
    from sen.kernel import clock
    from sen.kernel.configuration import settings
    from sen.kernel.scopes import SYSTEM

    organisations.install_province(settings().province, scope=SYSTEM)
    accounts = {row["role"]: row for row in access.create_demo_accounts()}
    owner, now = organisations.province().id, clock.now()
    with transaction.atomic():
        made = Asset.objects.bulk_create(
            [
                Asset(
                    code=f"b-{place}", name=f"Trạm {place}", kind="air_station", owner_id=owner,
                    lon=105.1 + 1.8 * math.modf(place * 0.754877)[0], lat=9.9 + 1.1 * math.modf(place * 0.569840)[0],
                    created_at=now, updated_at=now,
                )
                for place in range(stations)
            ],
            batch_size=5000,
        )  # fmt: skip
        rows = [Series(asset=asset, property="pm25", interval_s=300, allowed_delay_s=86_400) for asset in made]
        numbered = Series.objects.bulk_create(rows, batch_size=5000)
        interface_of_assets.bump_directory_version()
    numbers = [one.number for one in numbered]
    if numbers != list(range(numbers[0], numbers[0] + stations)):
        raise RuntimeError("series numbers are not consecutive")
    steward = accounts["data_steward"]
    scope = access.scope_of_username(steward["username"])
    dashboard = editing.create(scope=scope, unit_id=owner, name="Đo tốc độ", content=content(stations))
    return {
        "first_series": numbers[0], "dashboard": str(dashboard), "username": steward["username"], "password": steward["password"],
    }  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(run(int(sys.argv[1]))))
