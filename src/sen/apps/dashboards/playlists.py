"""Playlists and timed scenes: which scenes a screen shows one after the other, and which at set hours. Removing can be undone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time
from typing import Any, TypeVar
from uuid import UUID

from django.db import models, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.audit import interface as audit
from sen.apps.dashboards import policies
from sen.apps.dashboards.models import Playlist, PlaylistItem, Scene, Screen, TimedScene
from sen.kernel import clock
from sen.kernel.errors import InvalidInput, NotFound

MIN_SECONDS, MAX_SECONDS = 5, 86_400
MAX_ITEMS = 100

Row = TypeVar("Row", Playlist, TimedScene)
Item = tuple[UUID, int]
"""A scene and for how many seconds it is shown."""


def playlists(scope: Scope) -> QuerySet[Playlist]:
    """The playlists of the caller's units that were not removed, with their items."""
    return _within(scope, Playlist.objects.select_related("unit").prefetch_related("items__scene", "screens"))


def timed_scenes(scope: Scope) -> QuerySet[TimedScene]:
    """The timed scenes of the caller's units that were not removed."""
    return _within(scope, TimedScene.objects.select_related("unit", "scene", "screen")).filter(scene__removed_at=None)


def playlist_for(scope: Scope, playlist_id: UUID) -> Playlist:
    """One playlist of the caller's units. Raises NotFound."""
    return _found(playlists(scope), playlist_id, _("Không có danh sách phát này, hoặc đã gỡ."))


def timed_for(scope: Scope, timed_id: UUID) -> TimedScene:
    """One timed scene of the caller's units. Raises NotFound."""
    return _found(timed_scenes(scope), timed_id, _("Không có giờ chiếu này, hoặc đã gỡ."))


@transaction.atomic
def create_playlist(*, scope: Scope, unit_id: UUID, name: str, items: Sequence[Item]) -> Playlist:
    """A playlist of the unit's scenes in this order. Raises Forbidden, InvalidInput."""
    require(scope, policies.WALLS, unit_id)
    playlist = Playlist(unit_id=unit_id)
    _fill_playlist(playlist, name, items)
    _record(scope, "create_playlist", playlist, {"name": playlist.name, "scenes": len(items)})
    return playlist


@transaction.atomic
def change_playlist(*, scope: Scope, playlist_id: UUID, name: str, items: Sequence[Item]) -> Playlist:
    """Another name, order or times; the round begins anew. Raises NotFound, Forbidden, InvalidInput."""
    playlist = _locked(scope, playlists(scope), playlist_id, _("Không có danh sách phát này, hoặc đã gỡ."))
    playlist.version += 1
    playlist.items.all().delete()
    _fill_playlist(playlist, name, items)
    _record(scope, "change_playlist", playlist, {"name": playlist.name, "scenes": len(items)})
    return playlist


@transaction.atomic
def remove_playlist(*, scope: Scope, playlist_id: UUID) -> Playlist:
    """Take a playlist away; its screens show nothing of it until `restore_playlist`."""
    playlist = _locked(scope, playlists(scope), playlist_id, _("Không có danh sách phát này, hoặc đã gỡ."))
    return _set_removed(scope, playlist, removed=True)


@transaction.atomic
def restore_playlist(*, scope: Scope, playlist_id: UUID) -> Playlist:
    """Undo `remove_playlist`."""
    return _set_removed(scope, _gone(scope, Playlist.objects.all(), playlist_id), removed=False)


@transaction.atomic
def create_timed(
    *, scope: Scope, scene_id: UUID, weekdays: Sequence[int], starts: time, ends: time, screen_id: UUID | None = None
) -> TimedScene:
    """A scene at set hours of Vietnam on set weekdays (0 is Monday); `ends` at or before `starts` is on the next day.

    Without `screen_id` on every screen of the scene's unit. Raises NotFound, Forbidden, InvalidInput.
    """
    from sen.apps.dashboards.scenes import scene_for

    scene = scene_for(scope, scene_id)
    require(scope, policies.WALLS, scene.unit_id)
    days = sorted(set(weekdays))
    if not days or not set(days) <= set(range(7)):
        raise InvalidInput(_("Chọn ít nhất một ngày trong tuần."), fields={"weekdays": _("Từ thứ Hai đến Chủ Nhật.")})
    if screen_id and not Screen.objects.filter(pk=screen_id, unit_id=scene.unit_id).exists():
        raise InvalidInput(_("Màn hình không thuộc đơn vị của cảnh."), fields={"screen": _("Chọn màn hình khác.")})
    timed = TimedScene.objects.create(
        unit_id=scene.unit_id, scene=scene, screen_id=screen_id, weekdays=days,
        starts=starts.replace(second=0, microsecond=0), ends=ends.replace(second=0, microsecond=0),
    )  # fmt: skip
    _record(scope, "create_timed", timed, {"scene": scene.code, "days": days, "hours": f"{starts:%H:%M}-{ends:%H:%M}"})
    return timed


@transaction.atomic
def remove_timed(*, scope: Scope, timed_id: UUID) -> TimedScene:
    """Take a timed scene away."""
    timed = _locked(scope, timed_scenes(scope), timed_id, _("Không có giờ chiếu này, hoặc đã gỡ."))
    return _set_removed(scope, timed, removed=True)


@transaction.atomic
def restore_timed(*, scope: Scope, timed_id: UUID) -> TimedScene:
    """Undo `remove_timed`."""
    return _set_removed(scope, _gone(scope, TimedScene.objects.all(), timed_id), removed=False)


def _fill_playlist(playlist: Playlist, name: str, items: Sequence[Item]) -> None:
    name = name.strip()
    if not 1 <= len(name) <= 120:
        raise InvalidInput(_("Danh sách phát cần có tên, tối đa 120 ký tự."), fields={"name": _("Nhập tên.")})
    if not 1 <= len(items) <= MAX_ITEMS:
        raise InvalidInput(
            _("Danh sách phát cần từ 1 đến {n} cảnh.").format(n=MAX_ITEMS),
            fields={"items": _("Thêm ít nhất một cảnh.")},
        )
    if any(not MIN_SECONDS <= seconds <= MAX_SECONDS for _scene, seconds in items):
        raise InvalidInput(_("Mỗi cảnh chiếu từ 5 giây đến 24 giờ."), fields={"items": _("Sửa số giây.")})
    wanted = {scene for scene, _seconds in items}
    known = Scene.objects.filter(pk__in=wanted, unit_id=playlist.unit_id, removed_at=None).count()
    if known != len(wanted):
        raise InvalidInput(
            _("Có cảnh không thuộc đơn vị này hoặc đã gỡ."), fields={"items": _("Tải lại trang rồi chọn lại.")}
        )
    playlist.name, playlist.started_at = name, clock.now()
    playlist.save()
    PlaylistItem.objects.bulk_create(
        PlaylistItem(playlist=playlist, scene_id=scene, place=place, seconds=seconds)
        for place, (scene, seconds) in enumerate(items)
    )


def _within(scope: Scope, rows: QuerySet[Row]) -> QuerySet[Row]:
    standing = rows.filter(removed_at=None)
    return standing if scope.everything else standing.filter(unit_id__in=scope.unit_ids)


def _found(rows: QuerySet[Row], key: UUID, words: str) -> Row:
    row = rows.filter(pk=key).first()
    if row is None:
        raise NotFound(words, action=_("Xem lại ở trang Màn hình."))
    return row


def _locked(scope: Scope, rows: QuerySet[Row], key: UUID, words: str) -> Row:
    row = _found(rows.select_for_update(of=("self",)), key, words)
    require(scope, policies.WALLS, row.unit_id)
    return row


def _gone(scope: Scope, rows: QuerySet[Row], key: UUID) -> Row:
    row = rows.select_for_update().exclude(removed_at=None).filter(pk=key).first()
    if row is None or not scope.sees(row.unit_id):
        raise NotFound(_("Không có gì để khôi phục."))
    require(scope, policies.WALLS, row.unit_id)
    return row


def _set_removed(scope: Scope, row: Row, *, removed: bool) -> Row:
    row.removed_at = clock.now() if removed else None
    row.save(update_fields=["removed_at"])
    _record(
        scope, ("remove_" if removed else "restore_") + ("timed" if isinstance(row, TimedScene) else "playlist"), row
    )
    return row


def _record(scope: Scope, verb: str, row: models.Model, detail: dict[str, Any] | None = None) -> None:
    audit.record(
        scope=scope, action=f"dashboards.{verb}", object_type=row._meta.model_name or "", object_id=str(row.pk),
        unit_id=getattr(row, "unit_id", None), detail=detail,
    )  # fmt: skip
