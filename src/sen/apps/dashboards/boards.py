"""Makes a board of a content for one unit: reads what all tiles need at once, then shows each; one that fails leaves the others standing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import structlog
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope
from sen.apps.dashboards import tiles as kinds
from sen.apps.dashboards.content import Tile, placed, settings_of, tolerant
from sen.apps.dashboards.shown import Board, Shown, TileView
from sen.apps.dashboards.world import Facts, Need, World
from sen.apps.organisations import interface as organisations
from sen.kernel import clock
from sen.kernel.errors import NotFound, SenError

log = structlog.get_logger(__name__)


def board(
    scope: Scope, unit_id: UUID, content: Mapping[str, Any], *, now: datetime | None = None, hours: int | None = None
) -> Board:
    """The content as the unit sees it: its stations and those on its ground, as far as the caller may see them.

    `hours` is a time range for all tiles. Raises NotFound for a unit that the caller does not see. The number of SQL and
    ClickHouse statements does not depend on the number of tiles.
    """
    world = world_of(scope, unit_id, now=now, hours=hours)
    return board_in(world, content)


def world_of(scope: Scope, unit_id: UUID, *, now: datetime | None = None, hours: int | None = None) -> World:
    """The unit, and what it and the units below it comprise. Raises NotFound."""
    if not scope.sees(unit_id):
        raise NotFound(_("Không tìm thấy đơn vị."))
    unit = organisations.unit_by_id(unit_id)
    units = None if unit.level == "province" else organisations.subtree_ids(unit_id)
    return World(scope, unit, units, now or clock.now(), hours)


def board_in(world: World, content: Mapping[str, Any]) -> Board:
    """The board of a content in a world that was made before."""
    read = tolerant(content)
    standing = placed([one for one in read if isinstance(one, Tile)])
    broken = [one for one in read if not isinstance(one, Tile)]
    plans = [_planned(tile, world) for tile in standing]
    facts = Facts(world, [need for _tile, need, _failed in plans])
    views = [_view(tile, failed or _shown(tile, world, facts)) for tile, _need, failed in plans]
    bottom = max((view.y + view.h for view in views), default=0)
    for place, (code, why) in enumerate(broken):
        tile = Tile(code=code, kind="note", x=(place % 4) * 3, y=bottom + place // 4 * 2, w=3, h=2)
        views.append(_view(tile, _unreadable(why)))
    rows = max((view.y + view.h for view in views), default=0)
    return Board(unit=world.unit, tiles=tuple(views), at=world.now, rows=rows, topics=f"unit:{world.unit.code},sources")


def _planned(tile: Tile, world: World) -> tuple[Tile, Need, Shown | None]:
    try:
        return tile, kinds.KINDS[tile.kind].need(settings_of(tile), world), None
    except msgspec.ValidationError as error:
        return tile, Need(), _titled(tile, _unreadable(str(error)))
    except SenError as error:
        return tile, Need(), _titled(tile, _refused(error))


def _shown(tile: Tile, world: World, facts: Facts) -> Shown:
    try:
        return _titled(tile, kinds.KINDS[tile.kind].show(settings_of(tile), world, facts))
    except SenError as error:
        return _titled(tile, _refused(error))
    except Exception:
        log.exception("tile_failed", tile=tile.code, kind=tile.kind, unit=world.unit.code)
        words = _("Ô này gặp lỗi khi lấy số liệu.")
        return _titled(
            tile,
            Shown(title="", state="broken", cause=words, advice=_("Báo quản trị viên; các ô khác không bị ảnh hưởng.")),
        )


def _titled(tile: Tile, shown: Shown) -> Shown:
    english = (get_language() or "vi").startswith("en")
    chosen = (tile.title_en if english else "") or tile.title
    if chosen or not shown.title:
        shown.title = chosen or _("Ô chưa đặt tên")
    return shown


def _refused(error: SenError) -> Shown:
    return Shown(title="", state="broken", cause=error.message, advice=error.action or _("Thử lại sau ít phút."))


def _unreadable(why: str) -> Shown:
    cause = _("Cài đặt của ô không dùng được (%(why)s).") % {"why": why[:200]}
    return Shown(title="", state="broken", cause=cause, advice=_("Mở “Sửa bảng” rồi đặt lại ô này, hoặc bỏ ô đi."))


def _view(tile: Tile, shown: Shown) -> TileView:
    parts = (shown.title, shown.state, shown.severity, shown.cause, shown.template, repr(shown.data))
    digest = hashlib.blake2b("\x1f".join(parts).encode(), digest_size=8).hexdigest()
    return TileView(code=tile.code, kind=tile.kind, x=tile.x, y=tile.y, w=tile.w, h=tile.h, shown=shown, digest=digest)
