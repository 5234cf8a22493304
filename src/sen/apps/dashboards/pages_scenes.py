"""Forms of the wall manager: scenes, playlists and timed scenes. Removing is undone with one click."""

from __future__ import annotations

from datetime import time
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from sen.apps.access.interface import Scope
from sen.apps.dashboards import playlists, scenes, screens
from sen.apps.dashboards.models import Layout, Playlist, Scene
from sen.apps.dashboards.pages_walls import dashboards_of, scope_of, toast, units_to_manage, uuid_or_none
from sen.apps.organisations import interface as organisations
from sen.kernel.errors import Conflict, Forbidden, InvalidInput, NotFound
from sen.kernel.text import folded

WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật")


def _unit_of(request: HttpRequest, scope: Scope) -> organisations.UnitRef:
    """The unit that a new thing is for: the one asked for, else the first that the caller manages. Raises Forbidden."""
    units = units_to_manage(scope)
    code = request.POST.get("unit") or request.GET.get("unit", "")
    for unit in units:
        if unit.code == code or not code:
            return unit
    raise Forbidden(
        _("Bạn không quản lý màn hình của đơn vị này."), action=_("Liên hệ quản trị viên để được cấp quyền.")
    )


@require_http_methods(["GET", "POST"])
def new_scene(request: HttpRequest) -> HttpResponse:
    """A new scene of a unit."""
    scope = scope_of(request)
    unit = _unit_of(request, scope)
    if request.method == "GET":
        return _scene_form(request, scope, unit, None)
    posted = request.POST
    name = posted.get("name", "")
    code = posted.get("code") or folded(name).replace(" ", "-")[:64]
    try:
        scenes.create_scene(
            scope=scope, unit_id=unit.id, code=code, name=name, layout=posted.get("layout", ""), panels=_panels(posted)
        )
    except (InvalidInput, Conflict) as error:
        return _scene_form(request, scope, unit, None, problem=error.message, errors=error.fields)
    messages.success(request, _("Đã tạo cảnh."))
    return HttpResponseRedirect(reverse("console:walls"))


@require_http_methods(["GET", "POST"])
def scene_page(request: HttpRequest, scene: UUID) -> HttpResponse:
    """One scene: its layout and panels; saving reaches the screens within seconds."""
    scope = scope_of(request)
    found = scenes.scene_for(scope, scene)
    unit = organisations.unit_by_id(found.unit_id)
    if request.method == "GET":
        return _scene_form(request, scope, unit, found)
    posted = request.POST
    try:
        scenes.change_scene(
            scope=scope, scene_id=scene, name=posted.get("name", ""), layout=posted.get("layout", ""), panels=_panels(posted),
            version=int(posted["version"]) if posted.get("version", "").isdigit() else None,
        )  # fmt: skip
    except (InvalidInput, Conflict) as error:
        words = f"{error.message} {error.action}"
        return _scene_form(request, scope, unit, found, problem=words, errors=error.fields)
    messages.success(request, _("Đã lưu cảnh. Màn hình đang chiếu cảnh này đổi theo trong vài giây."))
    return HttpResponseRedirect(reverse("console:walls"))


def _scene_form(
    request: HttpRequest, scope: Scope, unit: organisations.UnitRef, scene: Scene | None, **extra: Any
) -> HttpResponse:
    if request.method == "POST":
        panels: list[Any] = _panels(request.POST, every=True)
        layout, name = request.POST.get("layout", Layout.ONE), request.POST.get("name", "")
    else:
        panels = list(scenes.panels_of(scene)) if scene else []
        layout, name = (scene.layout, scene.name) if scene else (Layout.ONE, "")
    panels += [{"kind": "dashboard"}] * (4 - len(panels))
    context = {
        "section": "home", "unit": unit, "units": units_to_manage(scope), "scene": scene, "name": name, "layout": layout,
        "layouts": Layout.choices, "layout_panels": [(value, words, range(scenes.PANELS[value])) for value, words in Layout.choices],
        "kinds": scenes.KINDS.items(), "panels": panels, "dashboards": dashboards_of(scope, unit.id),
        "uses": scenes.uses(scene) if scene else None, "may_change": scene is None or any(one.id == unit.id for one in units_to_manage(scope)),
        **extra,
    }  # fmt: skip
    return render(request, "dashboards/walls/scene.html", context, status=422 if extra.get("problem") else 200)


def _panels(posted: QueryDict, *, every: bool = False) -> list[dict[str, Any]]:
    """The panels of a posted form: as many as its layout has, or every one to show the form again."""
    count = 4 if every else scenes.PANELS.get(posted.get("layout", ""), 0)
    panels = []
    for place in range(count):
        kind = posted.get(f"kind-{place}", "")
        panel: dict[str, Any] = {"kind": kind, "title": posted.get(f"title-{place}", "").strip()}
        if kind == "dashboard" or every:
            panel["template"] = posted.get(f"template-{place}") or None
        if kind == "note" or every:
            panel["text"] = posted.get(f"text-{place}", "")
        panels.append(panel)
    return panels


@require_http_methods(["GET", "POST"])
def new_playlist(request: HttpRequest) -> HttpResponse:
    """A new playlist of a unit's scenes."""
    scope = scope_of(request)
    unit = _unit_of(request, scope)
    if request.method == "POST":
        try:
            playlists.create_playlist(
                scope=scope, unit_id=unit.id, name=request.POST.get("name", ""), items=_items(request.POST)
            )
        except InvalidInput as error:
            return _playlist_form(request, scope, unit, None, problem=error.message)
        messages.success(request, _("Đã tạo danh sách phát. Gán nó cho màn hình ở trang của màn hình."))
        return HttpResponseRedirect(reverse("console:walls"))
    return _playlist_form(request, scope, unit, None)


@require_http_methods(["GET", "POST"])
def playlist_page(request: HttpRequest, playlist: UUID) -> HttpResponse:
    """One playlist: its scenes, their order and seconds."""
    scope = scope_of(request)
    found = playlists.playlist_for(scope, playlist)
    unit = organisations.unit_by_id(found.unit_id)
    if request.method == "POST":
        try:
            playlists.change_playlist(
                scope=scope, playlist_id=playlist, name=request.POST.get("name", ""), items=_items(request.POST)
            )
        except InvalidInput as error:
            return _playlist_form(request, scope, unit, found, problem=error.message)
        messages.success(request, _("Đã lưu danh sách phát."))
        return HttpResponseRedirect(reverse("console:walls"))
    return _playlist_form(request, scope, unit, found)


def _playlist_form(
    request: HttpRequest, scope: Scope, unit: organisations.UnitRef, playlist: Playlist | None, **extra: Any
) -> HttpResponse:
    of_unit = scenes.visible(scope).filter(unit_id=unit.id)
    known = {str(scene.pk): scene for scene in of_unit}
    if request.method == "POST":
        pairs = zip(request.POST.getlist("scene"), request.POST.getlist("seconds"), strict=False)
        rows: list[tuple[Scene, Any]] = [(known[scene], seconds) for scene, seconds in pairs if scene in known]
    else:
        rows = (
            [(item.scene, item.seconds) for item in playlist.items.all() if item.scene.removed_at is None]
            if playlist
            else []
        )
    context = {
        "section": "home", "unit": unit, "units": units_to_manage(scope), "playlist": playlist, "rows": rows, "scenes": of_unit,
        "name": request.POST.get("name") or (playlist.name if playlist else ""), **extra,
    }  # fmt: skip
    return render(request, "dashboards/walls/playlist.html", context, status=422 if extra.get("problem") else 200)


def _items(posted: QueryDict) -> list[playlists.Item]:
    """Scenes and seconds in the order of the form. Raises InvalidInput."""
    try:
        pairs = zip(posted.getlist("scene"), posted.getlist("seconds"), strict=True)
        return [(UUID(scene), int(seconds)) for scene, seconds in pairs]
    except ValueError as error:
        raise InvalidInput(_("Số giây là một số nguyên."), fields={"items": _("Sửa số giây.")}) from error


@require_http_methods(["GET", "POST"])
def new_timed(request: HttpRequest) -> HttpResponse:
    """A scene at set hours of set weekdays."""
    scope = scope_of(request)
    unit = _unit_of(request, scope)
    context = {
        "section": "home", "unit": unit, "units": units_to_manage(scope), "scenes": scenes.visible(scope).filter(unit_id=unit.id),
        "screens": screens.visible(scope).filter(unit_id=unit.id, revoked_at=None), "values": request.POST,
        "weekdays": [(at, _(name)) for at, name in enumerate(WEEKDAYS)],
        "picked": request.POST.getlist("weekday") or [str(day) for day in range(7)],
    }  # fmt: skip
    if request.method == "GET":
        return render(request, "dashboards/walls/timed.html", context)
    posted = request.POST
    try:
        playlists.create_timed(
            scope=scope, scene_id=uuid_or_none(posted.get("scene", "")) or _no_scene(),
            weekdays=[int(day) for day in posted.getlist("weekday") if day.isdigit()],
            starts=_hour(posted.get("starts", "")), ends=_hour(posted.get("ends", "")),
            screen_id=uuid_or_none(posted.get("screen", "")),
        )  # fmt: skip
    except InvalidInput as error:
        return render(request, "dashboards/walls/timed.html", {**context, "problem": error.message}, status=422)
    messages.success(request, _("Đã đặt giờ chiếu."))
    return HttpResponseRedirect(reverse("console:walls"))


def _hour(text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(_("Giờ viết là 07:30."), fields={"starts": _("Nhập giờ và phút.")}) from error


def _no_scene() -> UUID:
    raise InvalidInput(_("Chọn cảnh cần chiếu."), fields={"scene": _("Chọn một cảnh.")})


@require_POST
def part_action(request: HttpRequest, part: str, key: UUID, action: str) -> HttpResponse:
    """remove or restore a scene, a playlist or a timed scene; removing offers its undo."""
    scope = scope_of(request)
    doors: dict[tuple[str, str], Any] = {
        ("scenes", "remove"): lambda: scenes.remove_scene(scope=scope, scene_id=key),
        ("scenes", "restore"): lambda: scenes.restore_scene(scope=scope, scene_id=key),
        ("playlists", "remove"): lambda: playlists.remove_playlist(scope=scope, playlist_id=key),
        ("playlists", "restore"): lambda: playlists.restore_playlist(scope=scope, playlist_id=key),
        ("timed", "remove"): lambda: playlists.remove_timed(scope=scope, timed_id=key),
        ("timed", "restore"): lambda: playlists.restore_timed(scope=scope, timed_id=key),
    }
    act = doors.get((part, action))
    if act is None:
        raise NotFound(_("Không có thao tác này."))
    act()
    if action == "remove":
        return toast(_("Đã gỡ."), undo=reverse("console:wall-part", args=[part, key, "restore"]))
    answer = HttpResponse(status=204)
    answer["HX-Refresh"] = "true"
    return answer
