"""Writing procedures: a new one, drafts of the owner, own values of a unit that inherits. Publishing is the templates' own."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope
from sen.apps.incidents.procedures.registration import KIND
from sen.apps.packs import interface as packs
from sen.apps.packs.interface import Effective, Sop, TemplateDetail
from sen.kernel.errors import Conflict, InvalidInput, NotFound
from sen.kernel.text import folded

LISTS = ("steps", "messages")


class Standing(msgspec.Struct, frozen=True):
    """A procedure as a unit meets it. `held` is None for a draft that was never published; `detail` is the owner's side."""

    detail: TemplateDetail
    held: Effective | None
    own: bool

    @property
    def content(self) -> dict[str, Any]:
        """What the unit edits: the owner's draft, else what holds in it."""
        if self.own and self.detail.draft is not None:
            return self.detail.draft
        return self.held.content if self.held else {}

    @property
    def stamp(self) -> str:
        """What was edited, so that a second editor is noticed: the draft's revision, or a digest of what holds."""
        if self.own:
            return str(self.detail.revision)
        held = self.held
        text = msgspec.json.encode([held.version, held.content] if held else [], order="deterministic")
        return hashlib.blake2b(text, digest_size=12).hexdigest()


def standing(scope: Scope, template_id: UUID, unit_id: UUID) -> Standing:
    """The procedure for a unit. Raises NotFound for other kinds and for what the unit neither owns nor holds."""
    detail = packs.template(scope, template_id)
    if detail.ref.kind != KIND:
        raise NotFound(_("Không tìm thấy quy trình."))
    own = detail.ref.owner_id == unit_id
    try:
        held: Effective | None = packs.effective_one(scope, template_id, unit_id)
    except NotFound:
        held = None
    if held is None and not own:
        raise NotFound(_("Đơn vị này chưa dùng quy trình này."), action=_("Nhận quy trình ở mục Mẫu dùng chung."))
    return Standing(detail, held, own)


def create(*, scope: Scope, unit_id: UUID, name: str, hazard: str = "") -> UUID:
    """A draft of a unit's own with two steps to begin from. Raises InvalidInput, NotFound, Forbidden."""
    name = " ".join(name.split())[:120]
    if not name:
        raise InvalidInput(
            _("Quy trình cần có tên."), action=_("Nhập tên, ví dụ “Sạt lở bờ sông”."), fields={"name": ""}
        )
    stem = re.sub(r"[^a-z0-9]+", "-", folded(name)).strip("-")[:48] or "quy-trinh"
    code = stem
    for place in range(2, 100):
        if packs.template_by_code(scope, KIND, code, unit_id) is None:
            break
        code = f"{stem}-{place}"
    content = {
        "code": code, "name": name, "hazard": hazard,
        "steps": [
            {"code": "xac-minh", "words": _("Xác minh thông tin"), "role": "duty_officer", "minutes": 15},
            {"code": "bao-xa", "words": _("Báo xã, phường nơi xảy ra, chờ xác nhận đã nhận"), "role": "duty_officer", "minutes": 15,
             "dispatch": "territory", "message": "bao-xa"},
        ],
        "messages": [{"code": "bao-xa", "words": _("{title} tại {place} lúc {time}. Đề nghị xác nhận đã nhận. Sự cố {number}.")}],
    }  # fmt: skip
    return packs.create_template(scope=scope, kind=KIND, code=code, name=name, owner_id=unit_id, content=content).id


def save(*, scope: Scope, template_id: UUID, unit_id: UUID, content: Mapping[str, Any], stamp: str) -> Standing:
    """Keep the edited content: the owner's as a draft, another unit's as own values where the publisher left them open.

    Conflict (412) where somebody saved since `stamp`. Raises InvalidInput with faults by path, NotFound, Forbidden.
    """
    now = standing(scope, template_id, unit_id)
    if now.stamp != stamp:
        raise Conflict(
            _("Quy trình đã được người khác lưu trong lúc bạn sửa."), action=_("Tải lại để xem bản mới, rồi làm lại thay đổi của bạn."),
            code="changed_meanwhile", status=412,
        )  # fmt: skip
    edited = written_out(content)
    if now.own:
        packs.save_draft(
            scope=scope,
            template_id=template_id,
            content=edited,
            revision=now.detail.revision,
            name=edited["name"] or None,
        )
    elif now.held is not None:
        changes = overrides_for(now.held, edited)
        if changes:
            reason = _("Sửa trong trình soạn quy trình")
            packs.override(scope=scope, template_id=template_id, unit_id=unit_id, changes=changes, reason=reason)
    return standing(scope, template_id, unit_id)


def read(content: Mapping[str, Any]) -> Sop:
    """The content as a procedure. Raises InvalidInput for what cannot be one."""
    try:
        return msgspec.convert(dict(content), Sop)
    except msgspec.ValidationError as error:
        raise InvalidInput(
            _("Nội dung quy trình không đọc được (%(why)s).") % {"why": str(error)[:200]},
            action=_("Tải lại trang rồi sửa tiếp."),
        ) from error


def written_out(content: Mapping[str, Any]) -> dict[str, Any]:
    """The content with every field named, so that each can be overridden."""
    plain: dict[str, Any] = msgspec.to_builtins(read(content))
    return plain


def overrides_for(held: Effective, edited: Mapping[str, Any]) -> dict[str, Any]:
    """What turns the unit's present content into the edited one: path → value. Items of the unit's own are replaced as a whole."""
    present = written_out(held.content)
    changes: dict[str, Any] = {
        f"/{name}": edited[name] for name in ("name", "name_en", "hazard", "source") if edited[name] != present[name]
    }
    for part in LISTS:
        before = {one["code"]: one for one in present[part]}
        after = {one["code"]: one for one in edited[part]}
        for code in [*before, *(code for code in after if code not in before)]:
            path = f"/{part}/{code}"
            if code not in after:
                changes[path] = packs.REMOVED
            elif code not in before or path in held.overridden:
                if before.get(code) != after[code]:
                    changes[path] = after[code]
            else:
                changed = {key: value for key, value in after[code].items() if before[code][key] != value}
                changes |= {f"{path}/{key}": value for key, value in changed.items()}
    return changes
