"""A pack as one file to hand on: as it is installed, or with what a unit made of its dashboards and limits."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from sen.apps.packs import archives, policies, toml_writer
from sen.apps.packs.archives import SUFFIXES
from sen.apps.packs.catalogue import catalogue
from sen.apps.packs.inheritance import interface as templates
from sen.apps.packs.inheritance.values import TemplateRef, Version
from sen.apps.packs.schema_pack import Pack, version_key
from sen.kernel.errors import InvalidInput, NotFound
from sen.kernel.scopes import Scope, require


def export_pack(
    *, scope: Scope, code: str, key: Path | None = None, from_unit: UUID | None = None, version: str = ""
) -> bytes:
    """The archive of an installed pack; the same bytes for the same content. `key` is the file of a private key to sign with.

    With `from_unit` the unit's newest published versions of this pack's dashboards and of its limit sets on the pack's
    properties go in place of the pack's own, under `version` (by default the next patch version). Raises NotFound, InvalidInput.
    """
    require(scope, policies.VIEW)
    pack = catalogue().by_code.get(code)
    if pack is None:
        raise NotFound(
            _("Không có gói “{code}”.").format(code=code), action=_("Xem các gói đã cài ở trang Gói dữ liệu.")
        )
    files = _files(pack.folder)
    shown = pack.info.version
    if from_unit is not None:
        changed = _of_unit(scope, from_unit, pack)
        if not changed:
            raise InvalidInput(
                _("Đơn vị chưa ban hành mẫu nào thuộc gói này."),
                action=_("Ban hành mẫu trước, hoặc xuất gói không kèm mẫu."),
            )
        shown = version or _next(pack.info.version)
        files |= changed
        files["pack.toml"] = _with_version(files["pack.toml"], pack.info.version, shown)
    elif version and version != pack.info.version:
        raise InvalidInput(_("Chỉ đặt phiên bản mới khi xuất kèm mẫu của đơn vị."))
    return archives.write(files, code=code, version=shown, name=pack.info.name, key=key)


def _files(folder: Path) -> dict[str, bytes]:
    """The pack's files by their path; only what a pack may hold."""
    found = (file for file in sorted(folder.rglob("*")) if file.is_file() and file.suffix in SUFFIXES)
    paths = {file.relative_to(folder).as_posix(): file for file in found}
    return {path: file.read_bytes() for path, file in paths.items() if not path.startswith(".")}


def _of_unit(scope: Scope, unit_id: UUID, pack: Pack) -> dict[str, bytes]:
    """Files of the unit's templates that belong to this pack, in the newest version that stands."""
    files: dict[str, bytes] = {}
    for ref in _templates_of(scope, unit_id):
        newest = next((one for one in templates.versions(scope, ref.id) if one.withdrawn_at is None), None)
        if newest is None:
            continue
        made = templates.version(scope, ref.id, newest.number)
        if ref.kind == "dashboard" and ref.pack == pack.info.code:
            files[_dashboard_file(pack, ref.code)] = _dashboard(pack, ref, made)
        elif ref.kind == "limit_set":
            rows = [row for row in made.content["rows"] if row.get("property") in pack.properties]
            if rows:
                files[f"limit_sets/{ref.code}.toml"] = _dump(_head(ref, made) | {"rows": [_set(row) for row in rows]})
    return files


def _templates_of(scope: Scope, unit_id: UUID) -> list[TemplateRef]:
    found: list[TemplateRef] = []
    for kind in ("dashboard", "limit_set"):
        after = None
        while True:
            page, after = templates.templates(scope, kind=kind, owner_id=unit_id, after=after)
            found += [one.ref for one in page]
            if after is None:
                break
    return sorted(found, key=lambda ref: (ref.kind, ref.code))


def _dashboard_file(pack: Pack, code: str) -> str:
    """The file that holds this dashboard now, or a new one."""
    if code not in pack.dashboards:
        return f"dashboards/{code}.toml"
    return pack.place("dashboard", code)[0].removeprefix(f"{pack.info.code}/")


def _dashboard(pack: Pack, ref: TemplateRef, made: Version) -> bytes:
    known = pack.dashboards.get(ref.code)
    words = {
        "name_en": known.name_en if known else ref.name,
        "description": known.description if known else "",
        "description_en": known.description_en if known else "",
        "home": known.home if known else False,
    }
    return _dump(_head(ref, made) | words | {"tiles": [_set(tile) for tile in made.content["tiles"]]})


def _head(ref: TemplateRef, made: Version) -> dict[str, Any]:
    audience = list(made.audience.kinds) if made.audience.rule == "kinds" else []
    return {"code": ref.code, "name": ref.name, "audience": audience, "open_fields": list(made.open_fields)}


def _set(item: dict[str, Any]) -> dict[str, Any]:
    """An item without the fields that have no value: TOML has none."""
    return {key: value for key, value in item.items() if value is not None}


def _dump(document: dict[str, Any]) -> bytes:
    return toml_writer.dump(document).encode()


def _next(version: str) -> str:
    major, minor, patch = version_key(version)
    return f"{major}.{minor}.{patch + 1}"


def _with_version(head: bytes, old: str, new: str) -> bytes:
    text = head.decode()
    changed = text.replace(f'version = "{old}"', f'version = "{new}"', 1)
    if tomllib.loads(changed)["version"] != new:
        raise InvalidInput(
            _("Không đổi được phiên bản trong pack.toml."), action=_('Viết dòng version = "1.2.3" như mẫu.')
        )
    return changed.encode()
