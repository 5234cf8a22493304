"""Which picture each screen shows now and next: reads what is sent, timed and listed, and lets schedule.py decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import msgspec
from django.db.models import Q

from sen.apps.dashboards.models import Layout, PlaylistItem, Scene, Screen, Sending, TimedScene
from sen.apps.dashboards.scenes import Panel, panels_of
from sen.apps.dashboards.schedule import Plan, Round, Sent, Shown, Timed, following, shown


@dataclass(frozen=True, slots=True)
class Picture:
    """What a key of the schedule stands for."""

    key: str
    name: str
    layout: str
    panels: tuple[Panel, ...]
    scene_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Wall:
    """One screen at a moment: the picture (None: there is none to show), why, and what follows when."""

    screen: Screen
    shown: Shown
    picture: Picture | None
    next_at: datetime | None = None
    next_picture: Picture | None = None
    sending: Sending | None = None


@dataclass(slots=True)
class _Material:
    """Rows of many screens, read in three statements whatever their number."""

    sendings: dict[UUID, list[Sending]] = field(default_factory=dict)
    timed: dict[UUID, list[TimedScene]] = field(default_factory=dict)
    items: dict[UUID, list[PlaylistItem]] = field(default_factory=dict)


def walls(screens: Sequence[Screen], now: datetime) -> dict[UUID, Wall]:
    """What each screen shows at `now`, by its id; three SQL statements."""
    material = _read(screens, now)
    return {screen.pk: _wall(screen, material, now) for screen in screens}


def wall(screen: Screen, now: datetime) -> Wall:
    """What one screen shows at `now`."""
    return walls([screen], now)[screen.pk]


def picture_of_scene(scene: Scene) -> Picture:
    """A scene as a picture; its key changes with every change of the scene."""
    return Picture(f"{scene.pk}.{scene.version}", scene.name, scene.layout, panels_of(scene), scene.pk)


def _read(screens: Sequence[Screen], now: datetime) -> _Material:
    found = _Material()
    keys, units = [screen.pk for screen in screens], {screen.unit_id for screen in screens}
    lists = {screen.playlist_id for screen in screens if screen.playlist_id}
    running = Sending.objects.filter(screen_id__in=keys, given_back_at=None, until__gt=now).select_related("scene")
    for row in running:
        found.sendings.setdefault(row.screen_id, []).append(row)
    timed = TimedScene.objects.filter(removed_at=None, scene__removed_at=None, unit_id__in=units)
    for one in timed.filter(Q(screen=None) | Q(screen_id__in=keys)).select_related("scene"):
        for screen in screens:
            if one.screen_id == screen.pk or (one.screen_id is None and one.unit_id == screen.unit_id):
                found.timed.setdefault(screen.pk, []).append(one)
    items = PlaylistItem.objects.filter(playlist_id__in=lists, playlist__removed_at=None, scene__removed_at=None)
    for item in items.select_related("scene", "playlist"):
        found.items.setdefault(item.playlist_id, []).append(item)
    return found


def _wall(screen: Screen, material: _Material, now: datetime) -> Wall:
    pictures: dict[str, Picture] = {}

    def scene_key(scene: Scene) -> str:
        picture = picture_of_scene(scene)
        pictures[picture.key] = picture
        return picture.key

    sendings = {row.pk: row for row in material.sendings.get(screen.pk, [])}
    sent = []
    for row in sendings.values():
        if row.scene is not None:
            key = scene_key(row.scene)
        else:
            panel = msgspec.convert(row.panel, Panel)
            key = str(row.batch)
            pictures[key] = Picture(key, panel.title, Layout.ONE, (panel,))
        sent.append(Sent(row.pk, key, row.sent_at, row.until, row.urgent))
    timed = [
        Timed(one.pk, scene_key(one.scene), frozenset(one.weekdays), one.starts, one.ends, one.screen_id is not None)
        for one in material.timed.get(screen.pk, [])
    ]
    items = material.items.get(screen.playlist_id, []) if screen.playlist_id else []
    rounds = tuple((scene_key(item.scene), item.seconds) for item in items)
    plan = Plan(sent, timed, Round(rounds, items[0].playlist.started_at) if items else None)
    here, ahead = shown(plan, now), following(plan, now)
    return Wall(
        screen, here, pictures.get(here.key), ahead[0] if ahead else None,
        pictures.get(ahead[1].key) if ahead else None, sendings.get(here.cause) if here.cause else None,
    )  # fmt: skip
