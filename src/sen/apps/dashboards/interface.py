"""What other apps may call on dashboards: a board of a content, checking a content, and the home of a unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sen.apps.access.interface import SYSTEM, Scope
from sen.apps.dashboards import boards as _boards
from sen.apps.dashboards import homes as _homes
from sen.apps.dashboards import playlists as _playlists
from sen.apps.dashboards import scenes as _scenes
from sen.apps.dashboards import screens as _screens
from sen.apps.dashboards import sendings as _sendings
from sen.apps.dashboards.content import KINDS, Content, Tile, faults
from sen.apps.dashboards.shown import Board, Link, Shown, TileView

__all__ = [
    "KINDS", "Board", "Content", "Link", "Shown", "Tile", "TileView", "board", "create_playlist", "create_scene", "create_screen", "faults",
    "give_back", "has_screens", "home_dashboard", "set_home", "take_over",
]  # fmt: skip


def board(
    scope: Scope, unit_id: UUID, content: Mapping[str, Any], *, now: datetime | None = None, hours: int | None = None
) -> Board:
    """The content as one unit sees it, for `dashboards/grid.html` (`tv=True` leaves out what needs a hand).

    Selections are relative to the unit: its stations and those on its ground, as far as `scope` may see them. `hours` is a
    time range for all tiles. The number of SQL and ClickHouse statements does not depend on the number of tiles. A tile that
    cannot be shown says why; the others go on. Raises NotFound for a unit that the scope does not see.
    """
    return _boards.board(scope, unit_id, content, now=now, hours=hours)


def home_dashboard(unit_id: UUID) -> UUID | None:
    """The template that the unit's people see first; None without a choice."""
    return _homes.home_dashboard(unit_id)


def set_home(*, scope: Scope, unit_id: UUID, template_id: UUID | None) -> UUID | None:
    """Choose the unit's home (None = no choice); answers the one before. Raises NotFound, Forbidden."""
    return _homes.set_home(scope=scope, unit_id=unit_id, template_id=template_id)


def take_over(
    *,
    scope: Scope,
    unit_id: UUID,
    until: datetime,
    reason: str,
    scene_id: UUID | None = None,
    panel: Mapping[str, Any] | None = None,
) -> UUID | None:
    """Show a scene, or one panel (scenes.Panel), on all screens of a unit, above what people sent by hand: for an incident.

    Ends by itself at `until` (at most 24 hours). The answer is what `give_back` takes; None where the unit has no screen.
    """
    return _sendings.take_over(scope=scope, unit_id=unit_id, until=until, reason=reason, scene_id=scene_id, panel=panel)


def give_back(*, scope: Scope, batch: UUID) -> int:
    """End what `take_over` began, on how many screens. Raises NotFound where it has ended."""
    return _sendings.give_back(scope=scope, batch=batch)


def create_scene(
    *, scope: Scope, unit_id: UUID, code: str, name: str, layout: str, panels: Sequence[Mapping[str, Any]]
) -> UUID:
    """A new scene of a unit; see scenes.create_scene."""
    return _scenes.create_scene(scope=scope, unit_id=unit_id, code=code, name=name, layout=layout, panels=panels).pk


def create_playlist(*, scope: Scope, unit_id: UUID, name: str, items: Sequence[tuple[UUID, int]]) -> UUID:
    """A new playlist: scenes with their seconds, in order."""
    return _playlists.create_playlist(scope=scope, unit_id=unit_id, name=name, items=items).pk


def create_screen(*, scope: Scope, unit_id: UUID, name: str, place: str = "", playlist_id: UUID | None = None) -> str:
    """A new screen; the answer is its token, kept nowhere else: the screen's page is `/tv/<token>/`."""
    issued = _screens.create_screen(scope=scope, unit_id=unit_id, name=name, place=place, playlist_id=playlist_id)
    return issued.token


def has_screens(unit_id: UUID) -> bool:
    """Whether a unit has any screen, revoked or not."""
    return _screens.visible(SYSTEM).filter(unit_id=unit_id).exists()
