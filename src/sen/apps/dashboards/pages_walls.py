"""The wall manager: screens with what they show now, their addresses and pairing codes, and sending something to them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sen.apps.access.interface import Scope, require
from sen.apps.dashboards import plans, playlists, policies, scenes, screens, sendings, tv
from sen.apps.dashboards.models import Screen, Sending
from sen.apps.dashboards.plans import Wall
from sen.apps.organisations import interface as organisations
from sen.apps.packs import interface as packs
from sen.kernel import clock
from sen.kernel.errors import InvalidInput, NotFound, SenError

MINUTES = (5, 15, 30, 60, 120, 480)
HISTORY = 10


@dataclass(frozen=True, slots=True)
class Card:
    """A screen of the wall manager."""

    wall: Wall
    online: bool
    may_change: bool
    may_send: bool

    @property
    def screen(self) -> Screen:
        """The screen itself."""
        return self.wall.screen


def scope_of(request: HttpRequest) -> Scope:
    """The signed-in caller's scope, where it may see dashboards."""
    scope: Scope = request.scope_of_user  # type: ignore[attr-defined]
    return require(scope, policies.VIEW)


@require_GET
def walls(request: HttpRequest) -> HttpResponse:
    """Screens, scenes, playlists and timed scenes of the caller's units."""
    scope, now = scope_of(request), clock.now()
    unit = request.GET.get("unit", "")
    rows = screens.visible(scope)
    parts = (scenes.visible(scope), playlists.playlists(scope), playlists.timed_scenes(scope))
    if unit:
        rows = rows.filter(unit__code=unit)
        parts = tuple(part.filter(unit__code=unit) for part in parts)  # type: ignore[assignment]
    context = {
        "section": "home", "cards": cards(scope, list(rows[:200]), now), "scenes": parts[0][:300], "playlists": parts[1][:200],
        "timed": parts[2][:200], "may_make": bool(units_to_manage(scope)), "unit": unit, "now": now,
    }  # fmt: skip
    return render(request, "dashboards/walls/walls.html", context)


def cards(scope: Scope, rows: list[Screen], now: datetime) -> list[Card]:
    """Screens with what they show and what the caller may do about it."""
    shown = plans.walls(rows, now)
    return [
        Card(shown[row.pk], screens.is_online(row, now), scope.allows(policies.WALLS, row.unit_id),
             scope.allows(policies.SEND, row.unit_id) and row.revoked_at is None)
        for row in rows
    ]  # fmt: skip


def units_to_manage(scope: Scope) -> list[organisations.UnitRef]:
    """The units whose walls the caller may arrange, the widest first."""
    if not scope.allows(policies.WALLS):
        return []
    known = [organisations.province(), *organisations.departments(), *organisations.communes()]
    return [unit for unit in known if scope.allows(policies.WALLS, unit.id)]


def unit_from(code: str) -> UUID:
    """The id of the unit with this code. Raises NotFound."""
    return organisations.unit(code).id


@require_http_methods(["GET", "POST"])
def new_screen(request: HttpRequest) -> HttpResponse:
    """A new screen; its address is shown once."""
    scope = scope_of(request)
    units = units_to_manage(scope)
    context: dict[str, Any] = {
        "section": "home", "units": units, "values": request.POST,
        "playlists": playlists.playlists(scope).filter(unit_id__in=[unit.id for unit in units]),
    }  # fmt: skip
    if request.method == "GET":
        return render(request, "dashboards/walls/new_screen.html", context)
    posted = request.POST
    try:
        issued = screens.create_screen(
            scope=scope, unit_id=unit_from(posted.get("unit", "")), name=posted.get("name", ""), place=posted.get("place", ""),
            theme=posted.get("theme", "dark"), playlist_id=uuid_or_none(posted.get("playlist", "")),
        )  # fmt: skip
    except SenError as error:
        if error.status == 404:
            raise
        context |= {"problem": error.message, "errors": error.fields}
        return render(request, "dashboards/walls/new_screen.html", context, status=error.status)
    return _screen_page(request, issued.screen.pk, address=_address(request, issued.token))


@require_GET
def screen_page(request: HttpRequest, screen: UUID) -> HttpResponse:
    """One screen: what it shows and why, how to hang it, what was sent to it."""
    return _screen_page(request, screen)


def _screen_page(request: HttpRequest, screen_id: UUID, **extra: Any) -> HttpResponse:
    scope, now = scope_of(request), clock.now()
    screen = screens.screen_for(scope, screen_id)
    context = {
        "section": "home", "card": cards(scope, [screen], now)[0], "screen": screen, "now": now,
        "playlists": playlists.playlists(scope).filter(unit_id=screen.unit_id),
        "timed": [one for one in playlists.timed_scenes(scope).filter(unit_id=screen.unit_id) if one.screen_id in (None, screen.pk)],
        "history": Sending.objects.filter(screen=screen).select_related("scene")[:HISTORY], **extra,
    }  # fmt: skip
    return render(request, "dashboards/walls/screen.html", context, status=422 if extra.get("problem") else 200)


@require_POST
def screen_action(request: HttpRequest, screen: UUID, action: str) -> HttpResponse:
    """change, token, pair, revoke, give-back; afterwards the screen's page again."""
    scope, posted = scope_of(request), request.POST
    try:
        if action == "change":
            changes = {name: posted.get(name, "") for name in ("name", "place", "theme")}
            changes["playlist_id"] = uuid_or_none(posted.get("playlist", ""))  # type: ignore[assignment]
            screens.change_screen(scope=scope, screen_id=screen, changes=changes)
            messages.success(request, _("Đã lưu màn hình."))
        elif action == "token":
            issued = screens.new_token(scope=scope, screen_id=screen)
            return _screen_page(request, screen, address=_address(request, issued.token))
        elif action == "pair":
            code, until = screens.pairing_code(scope=scope, screen_id=screen)
            return _screen_page(
                request, screen, code=f"{code[:3]} {code[3:]}", code_until=until, tv=_address(request, "")
            )
        elif action == "revoke":
            screens.revoke(scope=scope, screen_id=screen)
            messages.success(request, _("Đã thu hồi. Màn hình ngừng chiếu trong vài giây."))
        elif action == "give-back":
            sendings.give_back(scope=scope, screen_id=screen)
            messages.success(request, _("Đã trả màn hình về lịch chiếu."))
        else:
            raise NotFound(_("Không có thao tác này."))
    except InvalidInput as error:
        return _screen_page(request, screen, problem=error.message, errors=error.fields)
    back = posted.get("next", "")
    return HttpResponseRedirect(
        reverse("console:walls") if back == "walls" else reverse("console:wall-screen", args=[screen])
    )


@require_GET
def thumb(request: HttpRequest, screen: UUID) -> HttpResponse:
    """What the screen shows now, drawn small: the same panels with the same scope, so that it cannot show more or less."""
    scope, now = scope_of(request), clock.now()
    found = screens.screen_for(scope, screen)
    wall = plans.wall(found, now)
    seen_as = screens.scope_of_screen(found)
    context = {
        "wall": wall, "panels": tv.views(seen_as, found.unit_id, wall.picture), "tv": True, "scope": seen_as,
        "unit": found.unit, "theme": found.theme,
    }  # fmt: skip
    return render(request, "dashboards/walls/thumb.html", context)


@require_http_methods(["GET", "POST"])
def send(request: HttpRequest) -> HttpResponse:
    """The dialog that sends a scene, a dashboard or one of its tiles, the map or a note to screens for some minutes."""
    scope = scope_of(request)
    asked = request.POST if request.method == "POST" else request.GET
    rows = [row for row in screens.visible(scope).filter(revoked_at=None) if scope.allows(policies.SEND, row.unit_id)]
    if not rows and not scope.allows(policies.SEND):
        require(scope, policies.SEND)
    now = clock.now()
    context: dict[str, Any] = {
        "cards": cards(scope, rows[:100], now), "minutes": MINUTES, "asked": asked,
        "scenes": scenes.visible(scope).filter(unit_id__in={row.unit_id for row in rows}),
    }  # fmt: skip
    if request.method == "GET":
        return render(request, "dashboards/walls/send.html", context)
    try:
        chosen = [UUID(one) for one in asked.getlist("screen")]
        batch = sendings.send(
            scope=scope, screen_ids=chosen, minutes=int(asked.get("minutes") or 0), reason=asked.get("reason", ""),
            scene_id=uuid_or_none(asked.get("scene", "")) if asked.get("kind") == "scene" else None,
            panel=None if asked.get("kind") == "scene" else _panel(asked),
        )  # fmt: skip
    except ValueError as error:
        raise InvalidInput(_("Yêu cầu không đúng."), action=_("Đóng hộp này rồi mở lại.")) from error
    except InvalidInput as error:
        return render(request, "dashboards/walls/send.html", {**context, "problem": error.message}, status=422)
    words = ngettext("Đang chiếu lên %(n)d màn hình.", "Đang chiếu lên %(n)d màn hình.", len(chosen)) % {
        "n": len(chosen)
    }
    return toast(words, undo=reverse("console:give-back", args=[batch]), also={"sen:sent": None})


def _panel(asked: Any) -> dict[str, Any]:
    panel = {name: asked.get(name, "") for name in ("kind", "tile", "title", "text")}
    return panel | {"template": asked.get("template") or None}


@require_POST
def give_back(request: HttpRequest, batch: UUID) -> HttpResponse:
    """Undo a sending on all its screens."""
    sendings.give_back(scope=scope_of(request), batch=batch)
    answer = toast(_("Đã trả màn hình về lịch chiếu."))
    answer["HX-Refresh"] = (
        "true" if request.headers.get("HX-Current-URL", "").rstrip("/").endswith("/walls") else "false"
    )
    return answer


def toast(words: str, *, undo: str = "", also: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
    """An empty answer to htmx that shows a message, with its undo."""
    message: dict[str, Any] = {"words": words} | ({"undo": undo} if undo else {})
    answer = HttpResponse("", status=status)
    answer["HX-Trigger"] = json.dumps({"sen:toast": message} | (also or {}))
    return answer


def uuid_or_none(text: str) -> UUID | None:
    """The id in a form's field; None where it is empty. InvalidInput where it is none."""
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise InvalidInput(_("Lựa chọn không còn đúng."), action=_("Tải lại trang rồi chọn lại.")) from error


def dashboards_of(scope: Scope, unit_id: UUID) -> list[packs.Effective]:
    """The dashboards that a unit uses, its own and inherited ones, by name."""
    return sorted(packs.effective(scope, unit_id, kind="dashboard"), key=lambda one: one.template.name)


def _address(request: HttpRequest, token: str) -> str:
    path = reverse("console:tv-screen", args=[token]) if token else reverse("console:tv")
    return request.build_absolute_uri(path)
