"""REST of the installed packs: what each brings, its help and module, and the pack as a file."""

from __future__ import annotations

from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from sen.apps.packs import catalogue, exporting, policies
from sen.apps.packs.schema_pack import Pack
from sen.kernel.errors import NotFound
from sen.kernel.scopes import require, scope_of

router = Router(tags=["packs"])


class PackOut(Schema):
    """An installed pack and how many things it brings, by kind."""

    code: str
    version: str
    name: str
    name_en: str
    description: str
    requires: list[str]
    brings: dict[str, int]
    own: bool
    module: dict[str, Any] | None


class Packs(Schema):
    """All packs; never more than one page."""

    items: list[PackOut]
    next: str | None = None


class PackDetail(PackOut):
    """A pack with everything that it brings; properties, kinds and limits have addresses of their own."""

    help: dict[str, str]
    properties: list[str]
    asset_kinds: list[str]
    indicators: list[dict[str, Any]]
    sheets: list[dict[str, Any]]
    rules: list[dict[str, Any]]
    sops: list[dict[str, Any]]
    dashboards: list[dict[str, Any]]


@router.get("/packs", response=Packs)
def list_packs(request: HttpRequest) -> dict[str, Any]:
    """The installed packs."""
    require(scope_of(request), policies.VIEW)
    return {"items": [_brief(pack) for pack in catalogue.catalogue().packs], "next": None}


@router.get("/packs/{code}", response=PackDetail)
def get_pack(request: HttpRequest, code: str) -> dict[str, Any]:
    """One pack."""
    require(scope_of(request), policies.VIEW)
    pack = _pack(code)
    return _brief(pack) | {
        "help": pack.help_texts,
        "properties": list(pack.properties),
        "asset_kinds": list(pack.asset_kinds),
        "indicators": msgspec.to_builtins(list(pack.indicators.values())),
        "sheets": msgspec.to_builtins(list(pack.sheets.values())),
        "rules": msgspec.to_builtins(list(pack.rules.values())),
        "sops": msgspec.to_builtins(list(pack.sops.values())),
        "dashboards": [
            {"code": one.code, "name": one.name, "name_en": one.name_en, "tiles": len(one.tiles), "home": one.home}
            for one in pack.dashboards.values()
        ],
    }


@router.get("/packs/{code}/export", response={200: None})
def export_pack(request: HttpRequest, code: str) -> HttpResponse:
    """The pack as an unsigned archive (application/zip); the same bytes for the same content."""
    scope = require(scope_of(request), policies.VIEW)
    pack = _pack(code)
    answer = HttpResponse(exporting.export_pack(scope=scope, code=code), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{code}-{pack.info.version}.zip"'
    return answer


def _pack(code: str) -> Pack:
    pack = catalogue.catalogue().by_code.get(code)
    if pack is None:
        raise NotFound(f"Không có gói “{code}”.", action="Xem danh mục tại /api/v1/packs.")
    return pack


def _brief(pack: Pack) -> dict[str, Any]:
    brings = {
        "properties": len(pack.properties), "asset_kinds": len(pack.asset_kinds), "limits": len(pack.limits),
        "indices": len(pack.indices), "indicators": len(pack.indicators), "rules": len(pack.rules), "sops": len(pack.sops),
        "dashboards": len(pack.dashboards), "limit_sets": len(pack.limit_sets), "sheets": len(pack.sheets),
    }  # fmt: skip
    info = pack.info
    return {
        "code": info.code, "version": info.version, "name": info.name, "name_en": info.name_en, "description": info.description,
        "requires": info.requires, "brings": brings, "own": pack.folder.parent == catalogue.own_folder(),
        "module": None if info.module is None else msgspec.to_builtins(info.module),
    }  # fmt: skip
