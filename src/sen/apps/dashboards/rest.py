"""REST of dashboards: those of a unit, their content, and their figures with source, time, quality and owner."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from sen.apps.access.interface import Scope, require
from sen.apps.assets import interface as assets
from sen.apps.dashboards import boards, policies
from sen.apps.dashboards.registration import KIND
from sen.apps.dashboards.rest_walls import router as walls_router
from sen.apps.dashboards.shown import Board, TileView
from sen.apps.dashboards.viewing import HOURS, unit_of, viewing
from sen.apps.organisations import interface as organisations
from sen.apps.packs import interface as packs
from sen.kernel.errors import InvalidInput

router = Router(tags=["dashboards"])
router.add_router("", walls_router)


class DashboardOut(Schema):
    """A dashboard as it holds in a unit."""

    id: UUID
    code: str
    name: str
    owner: str
    owner_name: str
    version: int
    own: bool
    pending: int | None
    overridden: list[str]


class DashboardContent(DashboardOut):
    """With its tiles: code, kind, title, place (x, w of twelve columns; y, h in rows) and settings."""

    content: dict[str, Any]
    open_fields: list[str]


class DashboardPage(Schema):
    """The dashboards of a unit."""

    items: list[DashboardOut]
    next: str | None = None


class FigureOut(Schema):
    """One series behind a tile: newest value, when, whether it counts, whose, from which source."""

    series: str
    value: float | None
    unit: str
    time: datetime | None
    quality: str
    valid: bool
    freshness: str
    severity: str
    owner: str
    source: str | None
    simulated: bool


class TileOut(Schema):
    """A tile: `state` is ok, stale, empty, unavailable or broken (then `cause` and `action` say why and what to do)."""

    code: str
    kind: str
    title: str
    state: str
    severity: str
    value: float | None
    unit: str
    time: datetime | None
    cause: str
    action: str
    link: str | None
    figures: list[FigureOut]


class BoardOut(Schema):
    """All tiles of a dashboard at one moment."""

    unit: str
    at: datetime
    tiles: list[TileOut]


def _scope(request: HttpRequest) -> Scope:
    return require(request.scope_of_user, policies.VIEW)  # type: ignore[attr-defined]


@router.get("/dashboards", response=DashboardPage)
def list_dashboards(request: HttpRequest, unit: str = "") -> dict[str, Any]:
    """What holds in a unit: its own dashboards and those that it inherits. Without `unit` those of the caller's first unit."""
    scope = _scope(request)
    seen = unit_of(scope, unit)
    return {"items": [_plain(one) for one in packs.effective(scope, seen.id, kind=KIND)], "next": None}


@router.get("/dashboards/{dashboard_id}", response=DashboardContent)
def get_dashboard(request: HttpRequest, dashboard_id: UUID, unit: str = "") -> dict[str, Any]:
    """One dashboard with its tiles as they hold in a unit."""
    standing = viewing(_scope(request), dashboard_id, unit).standing
    return {**_plain(standing), "content": standing.content, "open_fields": list(standing.open_fields)}


@router.get("/dashboards/{dashboard_id}/board", response=BoardOut)
def get_board(request: HttpRequest, dashboard_id: UUID, unit: str = "", range: str = "") -> dict[str, Any]:
    """The tiles with their figures now; `range` = 24h, 3d, 7d or 30d for all tiles."""
    if range and range not in HOURS:
        raise InvalidInput(
            f"Khoảng thời gian “{range}” không có.",
            action=f"Dùng một trong: {', '.join(HOURS)}.",
            fields={"range": range},
        )
    scope = _scope(request)
    seen = viewing(scope, dashboard_id, unit)
    board = boards.board(scope, seen.unit.id, seen.standing.content, hours=HOURS.get(range))
    return _board(board)


def _plain(one: packs.Effective) -> dict[str, Any]:
    return {
        "id": one.template.id, "code": one.template.code, "name": one.template.name, "owner": one.template.owner_code,
        "owner_name": one.template.owner_name, "version": one.version, "own": one.own, "pending": one.pending,
        "overridden": list(one.overridden),
    }  # fmt: skip


def _board(board: Board) -> dict[str, Any]:
    series = [one for tile in board.tiles for one in tile.shown.series]
    sources = assets.sources_of_series([one.number for one in series])
    owners = organisations.units_by_id({one.owner_id for one in series})
    return {"unit": board.unit.code, "at": board.at, "tiles": [_tile(tile, sources, owners) for tile in board.tiles]}


def _tile(tile: TileView, sources: dict[int, str], owners: dict[UUID, organisations.UnitRef]) -> dict[str, Any]:
    shown = tile.shown
    return {
        "code": tile.code, "kind": tile.kind, "title": shown.title, "state": shown.state, "severity": shown.severity,
        "value": shown.value, "unit": shown.unit_label, "time": shown.at, "cause": shown.cause, "action": shown.advice,
        "link": shown.link.address if shown.link else None,
        "figures": [
            {
                "series": one.code, "value": one.value, "unit": one.unit_label, "time": one.at, "quality": one.quality,
                "valid": one.valid, "freshness": one.freshness, "severity": one.severity,
                "owner": owners[one.owner_id].code if one.owner_id in owners else "", "source": sources.get(one.number),
                "simulated": one.simulated,
            }
            for one in shown.series
        ],
    }  # fmt: skip
