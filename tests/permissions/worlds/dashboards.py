"""What the matrix needs of walls and dashboards."""

from __future__ import annotations

from django.test import Client
from tests.permissions.callers import ACCOUNTS, post


def furnish(clients: dict[str, Client], values: dict[str, str]) -> dict[str, str]:
    """A wall of the owner, a screen of the neighbour, a dashboard of the owner's own."""
    return _wall(clients["owner"], clients["neighbour_department"]) | _dashboard()


def _wall(owner: Client, neighbour: Client) -> dict[str, str]:
    """A screen, a scene, a playlist and a timed scene of the owner, something sent to the screen, and a screen of the neighbour."""
    panels = [{"kind": "note", "text": "ghi chú của cảnh"}]
    scene = post(owner, "/api/v1/scenes", {"unit": "82-snnmt", "code": "canh", "name": "Cảnh một", "panels": panels})[
        "id"
    ]
    items = [{"scene": scene, "seconds": 30}]
    playlist = post(owner, "/api/v1/playlists", {"unit": "82-snnmt", "name": "Vòng", "items": items})["id"]
    screen = post(owner, "/api/v1/screens", {"unit": "82-snnmt", "name": "Màn hình sở", "playlist": playlist})
    hours = {"scene": scene, "weekdays": [0], "starts": "03:00", "ends": "03:01"}
    timed = post(owner, "/api/v1/timed-scenes", hours)["id"]
    sent = post(owner, f"/api/v1/screens/{screen['id']}/send", {"scene": scene, "minutes": 60})["batch"]
    other = post(neighbour, "/api/v1/screens", {"unit": "82-sxd", "name": "Màn hình láng giềng"})
    return {
        "wall_scene": scene, "playlist": playlist, "screen": screen["id"], "screen_token": screen["token"], "timed": timed,
        "sent": sent, "other_screen_token": other["token"],
    }  # fmt: skip


def _dashboard() -> dict[str, str]:
    """A dashboard of the owner's own."""
    from sen.apps.access import interface as access
    from sen.apps.dashboards import editing
    from sen.apps.organisations import interface as organisations
    from sen.apps.packs import interface as packs

    owner, unit = access.scope_of_username(ACCOUNTS["owner"]), organisations.unit("82-snnmt").id
    made = editing.create(scope=owner, unit_id=unit, name="Bảng của sở")
    return {"dashboard": str(made), "dashboard_base": editing.stamp(packs.effective_one(owner, made, unit))}
