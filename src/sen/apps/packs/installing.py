"""Makes a pack's dashboards, limit sets, forms, procedures, rules and entry sheets templates of a unit. Safe to call again; what the unit's people changed is never overwritten."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from typing import Any, Literal, Protocol
from uuid import UUID

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from sen.apps.packs.catalogue import catalogue
from sen.apps.packs.inheritance import interface as templates
from sen.apps.packs.inheritance.values import Audience, TemplateDetail, TemplateRef
from sen.apps.packs.schema_pack import Pack
from sen.kernel.errors import NotFound
from sen.kernel.scopes import Scope

Made = Literal["created", "updated", "unchanged", "kept"]

MANDATORY = "entry_sheet"
"""Reports are not offered, they are due: the one kind whose versions hold in every unit of the audience at once."""

# A version that a pack made ends its note with the digest of what it was made from.
_FROM_PACK = re.compile(r"\[([0-9a-f]{12})\]$")


class TemplateFile(Protocol):
    """What a pack holds of a template: its content, the kinds of unit that it is for and what they may change."""

    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def content(self) -> dict[str, Any]: ...
    @property
    def audience(self) -> list[str]: ...
    @property
    def open_fields(self) -> list[str]: ...


class InstalledTemplate(msgspec.Struct, frozen=True):
    """What became of one template of a pack. `kept`: the unit has its own, for `reason`; nothing was changed."""

    pack: str
    kind: str
    code: str
    name: str
    made: Made
    version: int | None = None
    reason: str = ""


def install_pack_templates(*, scope: Scope, unit_id: UUID, pack: str = "") -> list[InstalledTemplate]:
    """Templates of the unit from all installed packs, or from one, published to the audience that the pack names.

    A new version of a pack makes a new version of its templates. Needs packs.publish in the unit. Raises NotFound for an
    unknown pack, InvalidInput where a template cannot be used; then nothing of that pack is changed.
    """
    found = [one for one in catalogue().packs if pack in ("", one.info.code)]
    if not found:
        raise NotFound(
            _("Không có gói “{code}”.").format(code=pack), action=_("Xem các gói đã cài ở trang Gói dữ liệu.")
        )
    return [made for one in found for made in _install(scope, unit_id, one)]


@transaction.atomic
def _install(scope: Scope, unit_id: UUID, pack: Pack) -> list[InstalledTemplate]:
    # What is named by others comes before them: a procedure names forms, a rule names a procedure.
    files: tuple[tuple[str, Iterable[TemplateFile]], ...] = (
        ("dashboard", pack.dashboards.values()),
        ("limit_set", pack.limit_sets.values()),
        ("form", pack.forms.values()),
        ("sop", pack.sops.values()),
        ("rule", pack.rules.values()),
        (MANDATORY, pack.sheets.values()),
    )
    return [_install_one(scope, unit_id, pack, kind, one) for kind, ones in files for one in ones]


def _install_one(scope: Scope, unit_id: UUID, pack: Pack, kind: str, file: TemplateFile) -> InstalledTemplate:
    digest = _digest(file)

    def told(made: Made, version: int | None = None, reason: str = "") -> InstalledTemplate:
        return InstalledTemplate(pack.info.code, kind, file.code, file.name, made, version, reason)

    there = templates.template_by_code(scope, kind, file.code, unit_id)
    if there is None:
        there = templates.create_template(
            scope=scope, kind=kind, code=file.code, name=file.name, owner_id=unit_id, content=file.content,
            pack=pack.info.code,
        )  # fmt: skip
        return told("created", _publish(scope, there, pack, file, digest))
    newest = next((one for one in templates.versions(scope, there.id) if one.withdrawn_at is None), None)
    mark = _FROM_PACK.search(newest.note) if newest else None
    if newest and mark and mark[1] == digest:
        return told("unchanged", newest.number)
    detail = templates.template(scope, there.id)
    reason = _reason_to_keep(detail, pack, made_by_pack=mark is not None)
    if reason:
        return told("kept", newest.number if newest else None, reason)
    templates.save_draft(
        scope=scope, template_id=there.id, content=file.content, revision=detail.revision, name=file.name
    )
    return told("updated", _publish(scope, there, pack, file, digest))


def _reason_to_keep(there: TemplateDetail, pack: Pack, *, made_by_pack: bool) -> str:
    """Why the unit's own stays as it is; empty where nobody of the unit touched what the pack had made."""
    if there.ref.pack != pack.info.code:
        return _("đơn vị đã có mẫu riêng cùng mã")
    if there.ref.retired:
        return _("đơn vị đã ngừng dùng mẫu này")
    if not made_by_pack:
        return _("đơn vị đã sửa và ban hành bản của mình")
    return _("đơn vị đang có bản nháp chưa ban hành") if there.unpublished else ""


def _publish(scope: Scope, there: TemplateRef, pack: Pack, file: TemplateFile, digest: str) -> int:
    audience = Audience("kinds", tuple(file.audience)) if file.audience else Audience("all")
    note = _("Từ gói {name} {version}").format(name=pack.info.name, version=pack.info.version)
    return templates.publish(
        scope=scope, template_id=there.id, audience=audience, open_fields=file.open_fields, note=f"{note} [{digest}]",
        mandatory=there.kind == MANDATORY,
    )  # fmt: skip


def _digest(file: TemplateFile) -> str:
    """Of everything that a version is made of, so that a pack's new version without changes here makes none."""
    parts = {"content": file.content, "audience": file.audience, "open": file.open_fields}
    return hashlib.sha256(msgspec.json.encode(parts, order="sorted")).hexdigest()[:12]
