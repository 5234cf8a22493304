"""Every change to a dashboard: new, saved, copied. The owner's saving is a new version; an inheriting unit's is overrides of what was left open."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.dashboards import policies
from sen.apps.dashboards.content import Content, Tile, settings_of, tolerant
from sen.apps.dashboards.registration import KIND
from sen.apps.packs import interface as packs
from sen.kernel.errors import Conflict, InvalidInput, NotFound
from sen.kernel.text import folded

OWN = packs.Audience(rule="own")
FIRST = {
    "tiles": [
        {"code": "vuot-nguong", "kind": "list", "x": 0, "y": 0, "w": 6, "h": 4, "settings": {"what": "over_limit", "limit": 5}},
        {"code": "ban-do", "kind": "map", "x": 6, "y": 0, "w": 6, "h": 4, "settings": {"kinds": []}},
    ]
}  # fmt: skip
"""What a new dashboard begins with: what is wrong, and where."""


def create(*, scope: Scope, unit_id: UUID, name: str, content: Mapping[str, Any] | None = None) -> UUID:
    """A dashboard of a unit's own, in force at once. Raises InvalidInput without a name, NotFound, Forbidden."""
    name = " ".join(name.split())[:120]
    if not name:
        raise InvalidInput(
            _("Bảng điều hành cần có tên."), action=_("Nhập tên, ví dụ “Môi trường hôm nay”."), fields={"name": ""}
        )
    if not scope.sees(unit_id):
        raise NotFound(_("Không tìm thấy đơn vị."))
    require(scope, policies.ARRANGE, unit_id)
    with transaction.atomic():
        made = packs.create_template(
            scope=scope, kind=KIND, code=_free_code(scope, unit_id, name), name=name, owner_id=unit_id,
            content=written_out(content if content is not None else FIRST),
        )  # fmt: skip
        packs.publish(scope=scope, template_id=made.id, audience=OWN)
    return made.id


def save(*, scope: Scope, template_id: UUID, unit_id: UUID, content: Mapping[str, Any], base: str) -> int:
    """Keep what a unit made of a dashboard; the version that now holds there.

    The owner's content becomes its newest version. Another unit's is kept as overrides, and only where the publisher left the
    fields open. `base` is `stamp` of what was edited: Conflict (412) where somebody saved meanwhile. Raises InvalidInput,
    NotFound, Forbidden.
    """
    with transaction.atomic():
        standing = packs.effective_one(scope, template_id, unit_id)
        require(scope, policies.ARRANGE, unit_id)
        if stamp(standing) != base:
            raise Conflict(
                _("Bảng đã được người khác lưu trong lúc bạn sửa."), action=_("Tải lại để xem bản mới, rồi làm lại thay đổi của bạn."),
                code="changed_meanwhile", status=412,
            )  # fmt: skip
        if standing.own:
            _save_own(scope, standing, written_out(content))
        else:
            changes = overrides_for(standing, written_out(content))
            if changes:
                packs.override(
                    scope=scope,
                    template_id=template_id,
                    unit_id=unit_id,
                    changes=changes,
                    reason=_("Sửa trong trình sửa bảng"),
                )
        return packs.effective_one(scope, template_id, unit_id).version


def _save_own(scope: Scope, standing: packs.Effective, content: dict[str, Any]) -> None:
    detail = packs.template(scope, standing.template.id)
    packs.save_draft(scope=scope, template_id=standing.template.id, content=content, revision=detail.revision)
    packs.publish(
        scope=scope,
        template_id=standing.template.id,
        audience=OWN,
        open_fields=still_open(content, standing.open_fields),
    )


def save_draft(*, scope: Scope, template_id: UUID, content: Mapping[str, Any], revision: int) -> int:
    """Keep the owner's unfinished work; the new revision. Conflict (412) where somebody else saved one.

    Raises NotFound and Forbidden before anything is said about the content.
    """
    require(scope, policies.ARRANGE, packs.template(scope, template_id).ref.owner_id)
    return packs.save_draft(scope=scope, template_id=template_id, content=written_out(content), revision=revision)


def duplicate(*, scope: Scope, template_id: UUID, seen_by: UUID, unit_id: UUID, name: str = "") -> UUID:
    """A dashboard of `unit_id`'s own with the content that holds in `seen_by`."""
    standing = packs.effective_one(scope, template_id, seen_by)
    chosen = name or _("%(name)s (bản sao)") % {"name": standing.template.name}
    return create(scope=scope, unit_id=unit_id, name=chosen, content=standing.content)


def stamp(standing: packs.Effective) -> str:
    """What a content is known by while it is edited."""
    text = msgspec.json.encode([standing.version, standing.content], order="deterministic")
    return hashlib.blake2b(text, digest_size=12).hexdigest()


def written_out(content: Mapping[str, Any]) -> dict[str, Any]:
    """The content with every setting named, so that each can be overridden. Raises InvalidInput for what is no dashboard."""
    try:
        read = msgspec.convert(dict(content), Content)
    except msgspec.ValidationError as error:
        raise InvalidInput(
            _("Nội dung bảng không đọc được (%(why)s).") % {"why": str(error)[:200]},
            action=_("Tải lại trang rồi sửa tiếp."),
        ) from error
    return {"tiles": [_tile(one) for one in read.tiles]}


def _tile(tile: Tile) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(tile)
    try:
        plain["settings"] = msgspec.to_builtins(settings_of(tile))
    except msgspec.ValidationError:
        plain["settings"] = dict(tile.settings)  # the check of the template names the fault by its path
    return plain


def overrides_for(standing: packs.Effective, edited: Mapping[str, Any]) -> dict[str, Any]:
    """What turns the unit's present content into the edited one: path → value, field by field.

    A tile of the unit's own, which is one override as a whole, is replaced as a whole.
    """
    before = {str(one["code"]): one for one in written_out(standing.content)["tiles"]}
    after = {str(one["code"]): one for one in edited["tiles"]}
    changes: dict[str, Any] = {}
    for code in [*before, *(code for code in after if code not in before)]:
        path = f"/tiles/{code}"
        if code not in after:
            changes[path] = packs.REMOVED
        elif before.get(code) == after[code]:
            continue
        elif code not in before or path in standing.overridden or before[code]["kind"] != after[code]["kind"]:
            changes[path] = after[code]
        else:
            changes |= _field_changes(path, before[code], after[code])
    return changes


def _field_changes(path: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    changed = {f"{path}/{name}": value for name, value in after.items() if name != "settings" and before[name] != value}
    for name, value in after["settings"].items():
        if before["settings"].get(name) != value:
            changed[f"{path}/settings/{name}"] = value
    return changed


def still_open(content: Mapping[str, Any], patterns: tuple[str, ...]) -> list[str]:
    """The patterns that still name something: a version may not open what is not there."""
    codes = {tile.code: set(tile.settings) for tile in tolerant(content) if isinstance(tile, Tile)}
    kept = []
    for pattern in patterns:
        _root, _tiles, code, *rest = [*pattern.split("/"), ""][:6]
        named = set(codes) if code == "*" else {code} & set(codes)
        field, setting = (*rest, "", "")[:2]
        if (named or (code == "*" and not field)) and (
            field != "settings" or not setting or setting == "*" or any(setting in codes[one] for one in named)
        ):
            kept.append(pattern)
    return kept


def _free_code(scope: Scope, unit_id: UUID, name: str) -> str:
    stem = re.sub(r"[^a-z0-9]+", "-", folded(name)).strip("-")[:48] or "bang"
    for place in range(1, 200):
        code = stem if place == 1 else f"{stem}-{place}"
        if packs.template_by_code(scope, KIND, code, unit_id) is None:
            return code
    raise Conflict(_("Đơn vị có quá nhiều bảng cùng tên."), action=_("Đặt tên khác."))
