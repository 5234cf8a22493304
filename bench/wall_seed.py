"""Run inside a centre's environment: a screen of the province with two scenes that change every five seconds; prints its token."""

from __future__ import annotations

import json
import os

ASSETS = 24
TILES = [
    {"code": "cao", "kind": "number", "x": 0, "y": 0, "w": 3, "h": 2, "settings": {"property": "pm25", "fn": "max"}},
    {"code": "tb", "kind": "number", "x": 3, "y": 0, "w": 3, "h": 2, "settings": {"property": "pm10", "fn": "mean"}},
    {"code": "mot", "kind": "number", "x": 6, "y": 0, "w": 3, "h": 2, "settings": {"series": "tram-0/pm25"}},
    {"code": "hai", "kind": "number", "x": 9, "y": 0, "w": 3, "h": 2, "settings": {"series": "tram-1/pm25"}},
    {
        "code": "duong",
        "kind": "chart",
        "x": 0,
        "y": 2,
        "w": 7,
        "h": 4,
        "settings": {"series": ["tram-0/pm25", "tram-1/pm25"]},
    },
    {"code": "im", "kind": "list", "x": 7, "y": 2, "w": 5, "h": 4, "settings": {"what": "silent"}},
]


def main() -> None:
    """Make the wall."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sen.project.settings")
    import django

    django.setup()
    from sen.apps.access import interface as access
    from sen.apps.access.interface import SYSTEM
    from sen.apps.assets import interface as assets
    from sen.apps.dashboards import interface as dashboards
    from sen.apps.organisations import interface as organisations
    from sen.apps.packs import interface as packs
    from sen.kernel.configuration import settings

    organisations.install_province(settings().province, scope=SYSTEM)
    province = organisations.province()
    for number, commune in enumerate(organisations.communes()[:ASSETS]):
        assets.create_asset(
            scope=SYSTEM, code=f"tram-{number}", name=f"Trạm {number}", kind="air_station", owner="82-snnmt",
            location=(commune.seat_lon or 105.6, commune.seat_lat or 10.4), properties=("pm25", "pm10", "no2"),
        )  # fmt: skip
    board = packs.create_template(
        scope=SYSTEM, kind="dashboard", code="tuong", name="Bảng tường", owner_id=province.id, content={"tiles": TILES}
    )
    packs.publish(scope=SYSTEM, template_id=board.id, audience=packs.Audience("own"))
    pictures = {
        "map": ("two", [{"kind": "map"}, {"kind": "dashboard", "template": board.id}]),
        "board": (
            "three",
            [{"kind": "dashboard", "template": board.id}, {"kind": "index"}, {"kind": "note", "text": "Trực ban"}],
        ),
    }
    made = [
        dashboards.create_scene(scope=SYSTEM, unit_id=province.id, code=code, name=code, layout=layout, panels=panels)
        for code, (layout, panels) in pictures.items()
    ]
    playlist = dashboards.create_playlist(
        scope=SYSTEM, unit_id=province.id, name="vòng", items=[(one, 5) for one in made]
    )
    token = dashboards.create_screen(scope=SYSTEM, unit_id=province.id, name="tường", playlist_id=playlist)
    access.create_demo_accounts()
    api = access.create_token("dulieu", name="bench", scopes=("read", "write"))
    print(json.dumps({"token": token, "api": api}))


if __name__ == "__main__":
    main()
