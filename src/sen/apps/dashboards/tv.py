"""What a screen is told: its state as JSON, and the content of a panel as a board. Personal data never come this way."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.contrib.staticfiles import finders
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope
from sen.apps.dashboards import boards
from sen.apps.dashboards.models import Layout
from sen.apps.dashboards.plans import Picture, Wall
from sen.apps.dashboards.scenes import Panel
from sen.apps.packs import interface as packs
from sen.kernel import clock
from sen.kernel.errors import NotFound

REFRESH_SECONDS = 30
MAP: dict[str, Any] = {"code": "ban-do", "kind": "map", "x": 0, "y": 0, "w": 12, "h": 5}
INDEX_NAMES = ("VN_AQI", "VN_WQI")
BUILT_FILES = ("sen/tv.js", "sen/sen.css", "sen/tv_worker.js")


@dataclass(frozen=True, slots=True)
class PanelView:
    """A panel ready for its template: a board, or a note, or in words why there is neither."""

    place: int
    title: str
    board: Any = None
    text: str = ""
    problem: str = ""


@lru_cache(maxsize=1)
def build() -> str:
    """Changes with the files that run on a screen; a screen that was built otherwise loads itself anew, once."""
    digest = hashlib.blake2b(digest_size=8)
    for name in BUILT_FILES:
        if path := finders.find(name):
            with open(path, "rb") as file:  # noqa: PTH123 - the finder answers a string
                digest.update(file.read())
    return digest.hexdigest()


def state(wall: Wall, now: datetime) -> dict[str, Any]:
    """What the display asks every few seconds. `revision` changes when another picture is to be shown."""
    picture = wall.picture
    following = None
    if wall.next_at is not None:
        following = {"at": wall.next_at.isoformat(), "name": wall.next_picture.name if wall.next_picture else ""}
    return {
        "build": build(),
        "revision": f"{picture.key if picture else 'nothing'}.{wall.screen.version}.{wall.screen.theme}",
        "name": picture.name if picture else "",
        "layout": picture.layout if picture else "one",
        "panels": len(picture.panels) if picture else 0,
        "theme": wall.screen.theme,
        "why": why(wall),
        "until": wall.shown.until.isoformat() if wall.shown.until else None,
        "next": following,
        "now": now.isoformat(),
        "refresh": REFRESH_SECONDS,
    }


def why(wall: Wall) -> str:
    """Why this picture, for people who pass by: no names."""
    until = clock.local(wall.shown.until).strftime("%H:%M") if wall.shown.until else ""
    if wall.shown.why == "sent":
        return _("Theo lệnh chiếu đến %(time)s") % {"time": until}
    return _("Theo giờ đặt trước, đến %(time)s") % {"time": until} if wall.shown.why == "timed" else ""


def views(scope: Scope, unit_id: UUID, picture: Picture | None) -> list[PanelView]:
    """Every panel of a picture as this unit sees it."""
    panels = picture.panels if picture else ()
    layout = picture.layout if picture else Layout.ONE
    return [view(scope, unit_id, panel, place, layout) for place, panel in enumerate(panels)]


def view(scope: Scope, unit_id: UUID, panel: Panel, place: int, layout: str) -> PanelView:
    """One panel. A dashboard that the unit no longer has is said in words, the other panels go on."""
    if panel.kind == "note":
        return PanelView(place, panel.title, text=panel.text)
    try:
        narrow = layout in (Layout.TWO, Layout.FOUR) or (layout == Layout.THREE and place > 0)
        title, content = _content(scope, unit_id, panel, narrow=narrow)
    except NotFound:
        words = _("Đơn vị không còn dùng bảng điều hành này. Sửa cảnh ở trang Màn hình.")
        return PanelView(place, panel.title, problem=words)
    return PanelView(place, panel.title or title, board=boards.board(scope, unit_id, content))


def _content(scope: Scope, unit_id: UUID, panel: Panel, *, narrow: bool) -> tuple[str, Mapping[str, Any]]:
    """Title and dashboard content of a panel; in a narrow one the indices stand one above the other."""
    if panel.kind == "map":
        return "", {"tiles": [MAP]}
    if panel.kind == "index" or panel.template is None:
        return _("Chỉ số không khí và nước"), {"tiles": [_index(at, narrow) for at in range(len(INDEX_NAMES))]}
    found = packs.effective_one(scope, panel.template, unit_id)
    if not panel.tile:
        return found.template.name, found.content
    for tile in found.content.get("tiles", []):
        if tile.get("code") == panel.tile:
            return str(tile.get("title") or found.template.name), {
                "tiles": [{**tile, "x": 0, "y": 0, "w": 12, "h": max(3, int(tile.get("h", 3)))}]
            }
    raise NotFound(_("Bảng điều hành không còn ô này."))


def _index(at: int, narrow: bool) -> dict[str, Any]:
    """The tile of the index number `at`."""
    place = {"x": 0, "y": at * 4, "w": 12} if narrow else {"x": at * 6, "y": 0, "w": 6}
    return {
        "code": f"chi-so-{at}",
        "kind": "index",
        "h": 4,
        **place,
        "settings": {"name": INDEX_NAMES[at], "fn": "each"},
    }
