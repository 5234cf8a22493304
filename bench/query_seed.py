"""Fills PostgreSQL for bench/query.py: assets over the province, a series for the first of them, a token. Prints one line of JSON."""

from __future__ import annotations

import json
import math
import os
import sys


def run(assets: int, series: int) -> dict[str, object]:
    """Create `assets` sensors `b-0`, `b-1`, …; the first `series` of them have one series each, with consecutive numbers."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sen.project.settings")
    import django

    django.setup()
    from django.db import transaction

    from sen.apps.access import interface as access
    from sen.apps.assets import interface as interface_of_assets
    from sen.apps.assets.models import Asset, Series
    from sen.apps.organisations import interface as organisations
    from sen.kernel import clock
    from sen.kernel.configuration import settings
    from sen.kernel.scopes import SYSTEM

    organisations.install_province(settings().province, scope=SYSTEM)
    accounts = access.create_demo_accounts()
    administrator = next(row for row in accounts if row["role"] == "administrator")["username"]
    owner, now = organisations.province().id, clock.now()
    with transaction.atomic():
        rows = (
            Asset(
                code=f"b-{place}",
                name=f"Cảm biến {place}",
                kind="sensor" if place % 3 else "air_station",
                owner_id=owner,
                lon=105.1 + 1.8 * math.modf(place * 0.754877)[0],
                lat=9.9 + 1.1 * math.modf(place * 0.569840)[0],
                created_at=now,
                updated_at=now,
            )
            for place in range(assets)
        )
        made = Asset.objects.bulk_create(rows, batch_size=5000)
        numbered = Series.objects.bulk_create(
            [Series(asset=asset, property="pm25", interval_s=3600, allowed_delay_s=7200) for asset in made[:series]],
            batch_size=5000,
        )
        interface_of_assets.bump_directory_version()
    numbers = [one.number for one in numbered]
    if numbers != list(range(numbers[0], numbers[0] + series)):
        raise RuntimeError("series numbers are not consecutive")
    return {"first_series": numbers[0], "token": access.create_token(administrator, "bench", scopes=("read",))}


if __name__ == "__main__":
    print(json.dumps(run(int(sys.argv[1]), int(sys.argv[2]))))
