"""Scenes: a layout, and in each panel a dashboard of the unit, the map, the index board or a note. Removing can be undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal
from uuid import UUID

import msgspec
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sen.apps.access.interface import Scope, require
from sen.apps.audit import interface as audit
from sen.apps.dashboards import policies
from sen.apps.dashboards.models import Layout, PlaylistItem, Scene, TimedScene
from sen.apps.packs import interface as packs
from sen.kernel import clock
from sen.kernel.errors import Conflict, InvalidInput, NotFound
from sen.kernel.identifiers import is_code

PANELS: dict[str, int] = {Layout.ONE: 1, Layout.TWO: 2, Layout.THREE: 3, Layout.FOUR: 4}
KINDS: dict[str, Any] = {
    "dashboard": gettext_lazy("Bảng điều hành"),
    "map": gettext_lazy("Bản đồ"),
    "index": gettext_lazy("Bảng chỉ số"),
    "note": gettext_lazy("Ghi chú"),
}
MAX_NOTE = 1000


class Panel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one panel shows. `template` (and, for a single tile of it, `tile`) belong to a dashboard, `text` to a note."""

    kind: Literal["dashboard", "map", "index", "note"]
    template: UUID | None = None
    tile: str = ""
    title: str = ""
    text: str = ""


def visible(scope: Scope) -> QuerySet[Scene]:
    """The scenes of the caller's units that were not removed."""
    rows = Scene.objects.select_related("unit").filter(removed_at=None)
    return rows if scope.everything else rows.filter(unit_id__in=scope.unit_ids)


def scene_for(scope: Scope, scene_id: UUID) -> Scene:
    """One scene of the caller's units. Raises NotFound."""
    found = visible(scope).filter(pk=scene_id).first()
    if found is None:
        raise NotFound(_("Không có cảnh này, hoặc đã gỡ."), action=_("Xem danh sách cảnh ở trang Màn hình."))
    return found


def panels_of(scene: Scene) -> tuple[Panel, ...]:
    """The panels of a stored scene, as many as its layout holds."""
    return tuple(msgspec.convert(scene.panels, list[Panel]))


@transaction.atomic
def create_scene(
    *, scope: Scope, unit_id: UUID, code: str, name: str, layout: str, panels: Sequence[Mapping[str, Any]]
) -> Scene:
    """A new scene. Raises Forbidden, InvalidInput, Conflict where the unit has one with this code."""
    require(scope, policies.WALLS, unit_id)
    if not is_code(code):
        raise InvalidInput(
            _("Mã cảnh không dùng được."), fields={"code": _("1 đến 64 chữ cái không dấu, số, dấu chấm, gạch.")}
        )
    taken = Scene.objects.filter(unit_id=unit_id, code=code).first()
    if taken is not None and taken.removed_at is None:
        raise Conflict(_("Đơn vị đã có cảnh với mã này."), fields={"code": _("Chọn mã khác.")})
    if taken is not None:  # the code of a removed scene is free again; the removed one can no longer come back under it
        taken.code = f"{taken.code[:48]}-{taken.pk.hex[-12:]}"
        taken.save(update_fields=["code"])
    scene = Scene(unit_id=unit_id, code=code)
    _fill(scope, scene, name, layout, panels)
    scene.save(force_insert=True)
    _record(scope, "create_scene", scene)
    return scene


@transaction.atomic
def change_scene(
    *,
    scope: Scope,
    scene_id: UUID,
    name: str,
    layout: str,
    panels: Sequence[Mapping[str, Any]],
    version: int | None = None,
) -> Scene:
    """Another name, layout or panels; screens that show it follow within seconds. Conflict where `version` is stale."""
    scene = _own(scope, scene_id)
    if version is not None and version != scene.version:
        raise Conflict(
            _("Cảnh vừa được người khác sửa."), action=_("Tải lại trang để xem bản mới rồi sửa tiếp."), status=412
        )
    _fill(scope, scene, name, layout, panels)
    scene.version += 1
    scene.save()
    _record(scope, "change_scene", scene)
    return scene


@transaction.atomic
def remove_scene(*, scope: Scope, scene_id: UUID) -> Scene:
    """Take a scene away; playlists pass over it, its timed hours rest. `restore_scene` brings all back."""
    scene = _own(scope, scene_id)
    scene.removed_at = clock.now()
    scene.save(update_fields=["removed_at"])
    _record(scope, "remove_scene", scene)
    return scene


@transaction.atomic
def restore_scene(*, scope: Scope, scene_id: UUID) -> Scene:
    """Undo `remove_scene`."""
    rows = Scene.objects.select_for_update().exclude(removed_at=None)
    scene = rows.filter(pk=scene_id).first()
    if scene is None or not scope.sees(scene.unit_id):
        raise NotFound(_("Không có cảnh này để khôi phục."))
    require(scope, policies.WALLS, scene.unit_id)
    scene.removed_at = None
    scene.save(update_fields=["removed_at"])
    _record(scope, "restore_scene", scene)
    return scene


def uses(scene: Scene) -> tuple[int, int]:
    """In how many playlists and timed scenes it stands."""
    in_lists = PlaylistItem.objects.filter(scene=scene, playlist__removed_at=None).values("playlist").distinct().count()
    return in_lists, TimedScene.objects.filter(scene=scene, removed_at=None).count()


def checked_panel(scope: Scope, unit_id: UUID, given: Mapping[str, Any], place: str = "panels") -> Panel:
    """A panel that this unit can show. Raises InvalidInput with the field at fault."""
    try:
        panel = msgspec.convert(dict(given), Panel)
    except msgspec.ValidationError as error:
        raise InvalidInput(_("Khung không dùng được: {why}").format(why=error), fields={place: str(error)}) from error
    if panel.kind == "dashboard":
        if panel.template is None:
            raise InvalidInput(
                _("Khung này chưa chọn bảng điều hành."), fields={place: _("Chọn một bảng điều hành của đơn vị.")}
            )
        try:
            packs.effective_one(scope, panel.template, unit_id)
        except NotFound as error:
            raise InvalidInput(
                _("Đơn vị không dùng bảng điều hành này."),
                fields={place: _("Kế thừa bảng ấy trước, hoặc chọn bảng khác.")},
            ) from error
    if panel.kind == "note" and not 1 <= len(panel.text.strip()) <= MAX_NOTE:
        raise InvalidInput(
            _("Ghi chú cần từ 1 đến {n} ký tự.").format(n=MAX_NOTE), fields={place: _("Nhập nội dung ghi chú.")}
        )
    if len(panel.title) > 120 or len(panel.tile) > 64:
        raise InvalidInput(_("Tiêu đề khung quá dài."), fields={place: _("Tối đa 120 ký tự.")})
    return panel


def _fill(scope: Scope, scene: Scene, name: str, layout: str, panels: Sequence[Mapping[str, Any]]) -> None:
    name = name.strip()
    if not 1 <= len(name) <= 120:
        raise InvalidInput(_("Cảnh cần có tên, tối đa 120 ký tự."), fields={"name": _("Nhập tên cảnh.")})
    if layout not in PANELS:
        raise InvalidInput(_("Không có bố cục này."), fields={"layout": ", ".join(PANELS)})
    if len(panels) != PANELS[layout]:
        raise InvalidInput(
            _("Bố cục này cần đúng {n} khung.").format(n=PANELS[layout]),
            fields={"panels": _("Chọn nội dung cho từng khung.")},
        )
    scene.name, scene.layout = name, layout
    checked = [checked_panel(scope, scene.unit_id, panel, f"panels.{at}") for at, panel in enumerate(panels)]
    scene.panels = msgspec.to_builtins(checked)
    scene.changed_at, scene.changed_by = clock.now(), scope.username


def _own(scope: Scope, scene_id: UUID) -> Scene:
    scene = visible(scope).select_for_update(of=("self",)).filter(pk=scene_id).first()
    if scene is None:
        raise NotFound(_("Không có cảnh này, hoặc đã gỡ."), action=_("Xem danh sách cảnh ở trang Màn hình."))
    require(scope, policies.WALLS, scene.unit_id)
    return scene


def _record(scope: Scope, verb: str, scene: Scene) -> None:
    audit.record(
        scope=scope, action=f"dashboards.{verb}", object_type="scene", object_id=str(scene.pk), unit_id=scene.unit_id,
        detail={"code": scene.code, "version": scene.version},
    )  # fmt: skip
