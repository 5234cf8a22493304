"""The editor's page and what it asks for: previews of tiles, series to choose from, drafts and saving."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sen.apps.access.interface import Scope, require
from sen.apps.dashboards import boards, editing, policies
from sen.apps.dashboards.content import KINDS, MAX_TILES, SETTINGS, SIZES, SMALLEST, Tile, tolerant
from sen.apps.dashboards.viewing import Viewing, unit_of, viewing
from sen.apps.dashboards.world import World
from sen.apps.organisations import interface as organisations
from sen.apps.packs import interface as packs
from sen.kernel.errors import InvalidInput, NotFound, SenError

LARGEST_BODY = 512 * 1024


class Edited(msgspec.Struct):
    """What the editor sends: the content, and what it was made from (`base` to save, `revision` for a draft)."""

    content: dict[str, Any]
    unit: str = ""
    base: str = ""
    revision: int = 0


def _scope(request: HttpRequest) -> Scope:
    return require(request.scope_of_user, policies.VIEW)  # type: ignore[attr-defined]


def _body(request: HttpRequest) -> Edited:
    if len(request.body) > LARGEST_BODY:
        raise InvalidInput(_("Bảng quá lớn để lưu."), action=_("Bớt ô hoặc rút ngắn ghi chú."))
    try:
        return msgspec.json.decode(request.body, type=Edited)
    except msgspec.DecodeError as error:
        raise InvalidInput(_("Nội dung gửi lên không đọc được."), action=_("Tải lại trang rồi sửa tiếp.")) from error


def _refusal(error: SenError) -> JsonResponse:
    """A refusal that the editor shows beside its tiles: `fields` has the faults by path."""
    body = {"detail": error.message, "action": error.action, "code": error.code, "fields": error.fields}
    return JsonResponse(body, status=error.status)


@require_GET
def edit(request: HttpRequest, template: UUID) -> HttpResponse:
    """The editor. An inheriting unit changes what the publisher left open; the rest stands, visibly locked."""
    scope = _scope(request)
    seen = viewing(scope, template, request.GET.get("unit", ""))
    if seen.borrowed:
        raise NotFound(
            _("Đơn vị này chưa dùng bảng này."), action=_("Nhân bản bảng để có bản riêng, hoặc kế thừa trước.")
        )
    require(scope, policies.ARRANGE, seen.unit.id)
    standing = seen.standing
    world = boards.world_of(scope, seen.unit.id)
    draft_now = packs.template(scope, template) if standing.own else None
    unfinished = draft_now.draft if draft_now is not None and draft_now.unpublished else None
    context = {
        "section": "home", "standing": standing, "unit": seen.unit,
        "state": _state(seen, unfinished, draft_now.revision if draft_now else 0),
        "draft_by": draft_now.draft_by if draft_now is not None and unfinished else "",
        "draft_at": draft_now.draft_at if draft_now is not None and unfinished else None,
        "kinds": _kinds(world), "properties": _properties(world), "asset_kinds": _asset_kinds(), "indicators": sorted(packs.indicators().values(), key=lambda one: one.name),
        "most_tiles": MAX_TILES,
    }  # fmt: skip
    return render(request, "dashboards/editor.html", context)


def _state(seen: Viewing, unfinished: dict[str, Any] | None, revision: int) -> dict[str, Any]:
    standing = seen.standing
    return {
        "content": {
            "tiles": [msgspec.to_builtins(tile) for tile in tolerant(standing.content) if isinstance(tile, Tile)]
        },
        "draft": unfinished,
        "revision": revision,
        "base": editing.stamp(standing),
        "own": standing.own,
        "open": list(standing.open_fields),
        "unit": seen.unit.code,
        "template": str(standing.template.id),
    }


def _measured(world: World) -> list[str]:
    """What the unit's stations measure, the most common first."""
    return world.present.properties(world.units)


def _kinds(world: World) -> list[dict[str, Any]]:
    """The kinds of tile with the size and the settings that a new one begins with."""
    measured = _measured(world)
    first: dict[str, dict[str, Any]] = {
        "number": {"property": measured[0] if measured else "pm25"},
        "chart": {"property": measured[0] if measured else "pm25", "fn": "each"},
        "indicator": {"code": next(iter(packs.indicators()), "")},
        "note": {"text": _("Nội dung ghi chú")},
    }
    made = []
    for code, words in KINDS.items():
        settings = msgspec.to_builtins(msgspec.convert(first.get(code, {}), SETTINGS[code]))
        size = ",".join(str(side) for side in (*SIZES[code], *SMALLEST[code]))
        made.append({"code": code, "words": words, "size": size, "settings": msgspec.json.encode(settings).decode()})
    return made


def _properties(world: World) -> list[dict[str, Any]]:
    """Every property, those that the unit measures first."""
    english = (get_language() or "vi").startswith("en")
    measured = set(_measured(world))
    rows = [
        {
            "code": one.code,
            "name": one.name_en if english else one.name,
            "unit": one.unit_label,
            "here": one.code in measured,
        }
        for one in packs.properties().values()
    ]
    return sorted(rows, key=lambda one: (not one["here"], one["name"]))


def _asset_kinds() -> list[tuple[str, str]]:
    english = (get_language() or "vi").startswith("en")
    return sorted((one.code, one.name_en if english else one.name) for one in packs.asset_kinds().values())


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """The tiles of a content as they would be shown, without what needs the page; nothing is kept."""
    scope = _scope(request)
    body = _body(request)
    unit = unit_of(scope, body.unit)
    return render(
        request, "dashboards/grid.html", {"board": boards.board(scope, unit.id, body.content), "preview": True}
    )


@require_GET
def series(request: HttpRequest) -> JsonResponse:
    """Series to choose from: those of the unit first when nothing is typed."""
    scope = _scope(request)
    unit = unit_of(scope, request.GET.get("unit", ""))
    world = boards.world_of(scope, unit.id)
    found = world.present.search(request.GET.get("q", "")[:80], units=world.units, limit=20)
    items = [
        {
            "code": one.code, "name": f"{one.asset_name} · {one.property_name}", "unit": one.unit_label,
            "value": one.value, "decimals": one.decimals,
        }
        for one in found
    ]  # fmt: skip
    return JsonResponse({"items": items, "next": None})


@require_POST
def draft(request: HttpRequest, template: UUID) -> JsonResponse:
    """Keep the owner's unfinished work."""
    body = _body(request)
    try:
        revision = editing.save_draft(
            scope=_scope(request), template_id=template, content=body.content, revision=body.revision
        )
    except SenError as error:
        return _refusal(error)
    return JsonResponse({"revision": revision})


@require_POST
def save(request: HttpRequest, template: UUID) -> JsonResponse:
    """Make the edited content hold in the unit."""
    body = _body(request)
    scope = _scope(request)
    try:
        unit = organisations.unit(body.unit) if body.unit else unit_of(scope, "")
        version = editing.save(scope=scope, template_id=template, unit_id=unit.id, content=body.content, base=body.base)
        standing = packs.effective_one(scope, template, unit.id)
    except SenError as error:
        return _refusal(error)
    revision = packs.template(scope, template).revision if standing.own else 0
    return JsonResponse({"version": version, "base": editing.stamp(standing), "revision": revision})
