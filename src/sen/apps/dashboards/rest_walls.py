"""REST of walls: screens, scenes, playlists, timed scenes, sending and giving back. A screen's token appears once, when it is made."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status

from sen.apps.access.interface import Scope, require
from sen.apps.dashboards import plans, playlists, policies, scenes, screens, sendings
from sen.apps.dashboards import schemas_walls as schemas
from sen.apps.dashboards.models import Playlist, Scene, Screen, TimedScene
from sen.apps.organisations import interface as organisations
from sen.kernel import clock

router = Router(tags=["walls"])


def _scope(request: HttpRequest) -> Scope:
    scope: Scope = request.scope_of_user  # type: ignore[attr-defined]
    return require(scope, policies.VIEW)


def _screens(rows: list[Screen]) -> list[dict[str, Any]]:
    now = clock.now()
    shown = plans.walls(rows, now)
    return [
        {
            "id": row.pk, "name": row.name, "unit": row.unit.code, "place": row.place, "theme": row.theme, "playlist": row.playlist_id,
            "online": screens.is_online(row, now), "last_seen": row.last_seen_at, "size": row.last_size, "revoked": row.revoked_at,
            "scene": wall.picture.name if wall.picture else "", "why": wall.shown.why, "until": wall.shown.until, "next": wall.next_at,
        }
        for row in rows for wall in (shown[row.pk],)
    ]  # fmt: skip


def _one(row: Screen) -> dict[str, Any]:
    return _screens([row])[0]


def _scene(row: Scene) -> dict[str, Any]:
    return {
        "id": row.pk, "unit": row.unit.code, "code": row.code, "name": row.name, "layout": row.layout, "panels": row.panels,
        "version": row.version,
    }  # fmt: skip


def _playlist(row: Playlist) -> dict[str, Any]:
    items = [{"scene": item.scene_id, "seconds": item.seconds} for item in row.items.all()]
    return {"id": row.pk, "unit": row.unit.code, "name": row.name, "items": items}


def _timed(row: TimedScene) -> dict[str, Any]:
    return {
        "id": row.pk, "unit": row.unit.code, "scene": row.scene_id, "screen": row.screen_id, "weekdays": row.weekdays,
        "starts": row.starts, "ends": row.ends,
    }  # fmt: skip


@router.get("/screens", response=schemas.Screens)
def list_screens(request: HttpRequest) -> dict[str, Any]:
    """The screens of the caller's units with what they show now."""
    return {"items": _screens(list(screens.visible(_scope(request))[:500]))}


@router.post("/screens", response={201: schemas.ScreenIssued})
def create_screen(request: HttpRequest, body: schemas.ScreenIn) -> Status[Any]:
    """A new screen; `token` is shown this once."""
    issued = screens.create_screen(
        scope=_scope(request), unit_id=organisations.unit(body.unit).id, name=body.name, place=body.place, theme=body.theme,
        playlist_id=body.playlist,
    )  # fmt: skip
    return Status(201, {**_one(issued.screen), "token": issued.token})


@router.get("/screens/{screen_id}", response=schemas.ScreenOut)
def get_screen(request: HttpRequest, screen_id: UUID) -> dict[str, Any]:
    """One screen with what it shows now and when that changes."""
    return _one(screens.screen_for(_scope(request), screen_id))


@router.patch("/screens/{screen_id}", response=schemas.ScreenOut)
def change_screen(request: HttpRequest, screen_id: UUID, body: schemas.ScreenChange) -> dict[str, Any]:
    """Change what the body names; a `playlist` of null takes the playlist away."""
    changes = body.dict(exclude_unset=True)
    if "playlist" in changes:
        changes["playlist_id"] = changes.pop("playlist")
    changes = {name: value for name, value in changes.items() if value is not None or name == "playlist_id"}
    return _one(screens.change_screen(scope=_scope(request), screen_id=screen_id, changes=changes))


@router.post("/screens/{screen_id}/token", response=schemas.ScreenIssued)
def new_screen_token(request: HttpRequest, screen_id: UUID) -> dict[str, Any]:
    """Another token; the old one stops at once."""
    issued = screens.new_token(scope=_scope(request), screen_id=screen_id)
    return {**_one(issued.screen), "token": issued.token}


@router.post("/screens/{screen_id}/pairing-code", response=schemas.Pairing)
def pairing_code(request: HttpRequest, screen_id: UUID) -> dict[str, Any]:
    """Six digits to type on the display at `/tv/`, within ten minutes."""
    code, until = screens.pairing_code(scope=_scope(request), screen_id=screen_id)
    return {"code": code, "until": until}


@router.post("/screens/{screen_id}/revoke", response=schemas.ScreenOut)
def revoke_screen(request: HttpRequest, screen_id: UUID) -> dict[str, Any]:
    """End the screen's token at once."""
    return _one(screens.revoke(scope=_scope(request), screen_id=screen_id))


@router.post("/screens/{screen_id}/send", response={201: schemas.Sent})
def send_to_screen(request: HttpRequest, screen_id: UUID, body: schemas.SendIn) -> Status[Any]:
    """Show a scene or a panel for some minutes, then go back by itself."""
    panel = body.panel.dict() if body.panel else None
    batch = sendings.send(
        scope=_scope(request), screen_ids=[screen_id], minutes=body.minutes, scene_id=body.scene, panel=panel, reason=body.reason
    )  # fmt: skip
    return Status(201, {"batch": batch})


@router.post("/screens/{screen_id}/give-back", response=schemas.GivenBack)
def give_back(request: HttpRequest, screen_id: UUID) -> dict[str, Any]:
    """Go back to the schedule now."""
    scope = _scope(request)
    screens.screen_for(scope, screen_id)
    return {"screens": sendings.give_back(scope=scope, screen_id=screen_id)}


@router.get("/scenes", response=schemas.Scenes)
def list_scenes(request: HttpRequest) -> dict[str, Any]:
    """The scenes of the caller's units."""
    return {"items": [_scene(row) for row in scenes.visible(_scope(request))[:500]]}


@router.post("/scenes", response={201: schemas.SceneOut})
def create_scene(request: HttpRequest, body: schemas.SceneIn) -> Status[Any]:
    """A new scene."""
    row = scenes.create_scene(
        scope=_scope(request), unit_id=organisations.unit(body.unit).id, code=body.code, name=body.name, layout=body.layout,
        panels=[panel.dict() for panel in body.panels],
    )  # fmt: skip
    return Status(201, _scene(row))


@router.get("/scenes/{scene_id}", response=schemas.SceneOut)
def get_scene(request: HttpRequest, scene_id: UUID) -> dict[str, Any]:
    """One scene."""
    return _scene(scenes.scene_for(_scope(request), scene_id))


@router.put("/scenes/{scene_id}", response=schemas.SceneOut)
def change_scene(request: HttpRequest, scene_id: UUID, body: schemas.SceneChange) -> dict[str, Any]:
    """Another name, layout or panels; screens follow within seconds."""
    panels = [panel.dict() for panel in body.panels]
    return _scene(
        scenes.change_scene(
            scope=_scope(request),
            scene_id=scene_id,
            name=body.name,
            layout=body.layout,
            panels=panels,
            version=body.version,
        )
    )


@router.delete("/scenes/{scene_id}", response={204: None})
def remove_scene(request: HttpRequest, scene_id: UUID) -> Status[Any]:
    """Take a scene away; `POST …/restore` brings it back."""
    scenes.remove_scene(scope=_scope(request), scene_id=scene_id)
    return Status(204, None)


@router.post("/scenes/{scene_id}/restore", response=schemas.SceneOut)
def restore_scene(request: HttpRequest, scene_id: UUID) -> dict[str, Any]:
    """Undo a removal."""
    return _scene(scenes.restore_scene(scope=_scope(request), scene_id=scene_id))


@router.get("/playlists", response=schemas.Playlists)
def list_playlists(request: HttpRequest) -> dict[str, Any]:
    """The playlists of the caller's units."""
    return {"items": [_playlist(row) for row in playlists.playlists(_scope(request))[:500]]}


@router.post("/playlists", response={201: schemas.PlaylistOut})
def create_playlist(request: HttpRequest, body: schemas.PlaylistIn) -> Status[Any]:
    """A new playlist."""
    items = [(item.scene, item.seconds) for item in body.items]
    unit_id = organisations.unit(body.unit).id
    return Status(
        201, _playlist(playlists.create_playlist(scope=_scope(request), unit_id=unit_id, name=body.name, items=items))
    )


@router.put("/playlists/{playlist_id}", response=schemas.PlaylistOut)
def change_playlist(request: HttpRequest, playlist_id: UUID, body: schemas.PlaylistChange) -> dict[str, Any]:
    """Another name, order or times."""
    items = [(item.scene, item.seconds) for item in body.items]
    scope = _scope(request)
    playlists.change_playlist(scope=scope, playlist_id=playlist_id, name=body.name, items=items)
    return _playlist(playlists.playlist_for(scope, playlist_id))


@router.delete("/playlists/{playlist_id}", response={204: None})
def remove_playlist(request: HttpRequest, playlist_id: UUID) -> Status[Any]:
    """Take a playlist away."""
    playlists.remove_playlist(scope=_scope(request), playlist_id=playlist_id)
    return Status(204, None)


@router.get("/timed-scenes", response=schemas.TimedList)
def list_timed(request: HttpRequest) -> dict[str, Any]:
    """The timed scenes of the caller's units."""
    return {"items": [_timed(row) for row in playlists.timed_scenes(_scope(request))[:500]]}


@router.post("/timed-scenes", response={201: schemas.TimedOut})
def create_timed(request: HttpRequest, body: schemas.TimedIn) -> Status[Any]:
    """A scene at set hours."""
    row = playlists.create_timed(
        scope=_scope(request), scene_id=body.scene, screen_id=body.screen, weekdays=body.weekdays, starts=body.starts, ends=body.ends
    )  # fmt: skip
    return Status(201, _timed(row))


@router.delete("/timed-scenes/{timed_id}", response={204: None})
def remove_timed(request: HttpRequest, timed_id: UUID) -> Status[Any]:
    """Take a timed scene away."""
    playlists.remove_timed(scope=_scope(request), timed_id=timed_id)
    return Status(204, None)
