"""The installed packs on the screen: what each brings and explains, export for everybody, import and going back for administrators."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sen.apps.organisations import interface as organisations
from sen.apps.packs import archives, arrivals, catalogue, exporting, installing, policies, signing
from sen.apps.packs.loader import read_packs
from sen.apps.packs.schema_pack import Pack
from sen.kernel.errors import Conflict, InvalidInput, NotFound, SenError
from sen.kernel.scopes import Scope, require, scope_of

BACK, TEMPLATES = "back", "templates"


@require_GET
def packs_page(request: HttpRequest) -> HttpResponse:
    """All installed packs, what is wrong with their files now, and the trusted keys."""
    scope = require(scope_of(request), policies.VIEW)
    context = {
        "section": "admin", "rows": [_row(pack) for pack in catalogue.catalogue().packs], "trusted": signing.trusted(),
        "problems": read_packs(catalogue.folders())[1], "may_install": _may_install(scope),
        "largest_mb": archives.MAX_ARCHIVE_BYTES // 1024 // 1024,
    }  # fmt: skip
    return render(request, "packs/packs.html", context)


@require_GET
def pack_page(request: HttpRequest, code: str) -> HttpResponse:
    """One pack: help, module, and everything that it brings."""
    scope = require(scope_of(request), policies.VIEW)
    pack, english = _pack(code), _english()
    context = {
        "section": "admin", "pack": pack, "english": english, "row": _row(pack), "paragraphs": _paragraphs(pack, english),
        "may_install": _may_install(scope), "may_publish": _may_publish(scope), "can_go_back": arrivals.can_go_back(code),
        "unsure": sum(not limit.verified for limit in pack.limits),
    }  # fmt: skip
    return render(request, "packs/pack.html", context)


@require_GET
def pack_export(request: HttpRequest, code: str) -> HttpResponse:
    """The pack as a file, unsigned: keys stay off the web server."""
    scope = require(scope_of(request), policies.VIEW)
    pack = _pack(code)
    answer = HttpResponse(exporting.export_pack(scope=scope, code=code), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{code}-{pack.info.version}.zip"'
    return answer


@require_POST
def pack_import(request: HttpRequest) -> HttpResponse:
    """Install an uploaded pack."""
    scope = require(scope_of(request), policies.INSTALL, organisations.province().id)
    upload = request.FILES.get("file")
    try:
        if upload is None or not upload.size or upload.size > archives.MAX_ARCHIVE_BYTES:
            raise InvalidInput(_("Chưa chọn tệp, hoặc tệp quá lớn."), action=_("Chọn tệp .zip của gói."))
        made = arrivals.import_pack(scope=scope, data=upload.read(), accept_unsigned=request.POST.get("reason", ""))
    except SenError as error:
        messages.error(request, f"{error.message} {error.action}".strip())
        return HttpResponseRedirect(reverse("console:packs"))
    messages.success(request, _("Đã cài gói {name} {version}.").format(name=made.pack.name, version=made.pack.version))
    return HttpResponseRedirect(reverse("console:pack", args=[made.pack.code]))


@require_POST
def pack_action(request: HttpRequest, code: str, action: str) -> HttpResponse:
    """Go back to the former version, or make the pack's dashboards templates of the province."""
    scope = require(scope_of(request), policies.VIEW)
    _pack(code)
    province = organisations.province().id
    try:
        if action == BACK:
            require(scope, policies.INSTALL, province)
            made = arrivals.go_back(scope=scope, code=code)
            messages.success(
                request,
                _("Gói {name} trở lại phiên bản {version}.").format(name=made.pack.name, version=made.pack.version),
            )
        elif action == TEMPLATES:
            require(scope, policies.PUBLISH, province)
            _say_installed(request, installing.install_pack_templates(scope=scope, unit_id=province, pack=code))
        else:
            raise NotFound(_("Không có thao tác này."))
    except (InvalidInput, Conflict) as error:
        messages.error(request, f"{error.message} {error.action}".strip())
    return HttpResponseRedirect(reverse("console:pack", args=[code]))


def _say_installed(request: HttpRequest, made: list[installing.InstalledTemplate]) -> None:
    new = [one for one in made if one.made in ("created", "updated")]
    if new:
        words = ngettext("Đã ban hành {n} mẫu của gói.", "Đã ban hành {n} mẫu của gói.", len(new))
        messages.success(request, words.format(n=len(new)))
    for one in made:
        if one.made == "kept":
            messages.warning(request, _("Giữ nguyên “{name}”: {reason}.").format(name=one.name, reason=one.reason))
    if all(one.made == "unchanged" for one in made):
        messages.info(request, _("Các mẫu của gói đã có đủ, không có gì thay đổi."))


def _pack(code: str) -> Pack:
    pack = catalogue.catalogue().by_code.get(code)
    if pack is None:
        raise NotFound(
            _("Không có gói “{code}”.").format(code=code), action=_("Xem các gói đã cài ở trang Gói dữ liệu.")
        )
    return pack


def _row(pack: Pack) -> dict[str, Any]:
    english = _english()
    counts = (
        (len(pack.properties), ngettext("thông số", "thông số", len(pack.properties))),
        (len(pack.asset_kinds), ngettext("loại trạm", "loại trạm", len(pack.asset_kinds))),
        (len(pack.limits), ngettext("ngưỡng", "ngưỡng", len(pack.limits))),
        (len(pack.dashboards), ngettext("bảng điều hành", "bảng điều hành", len(pack.dashboards))),
        (len(pack.indicators), ngettext("chỉ tiêu", "chỉ tiêu", len(pack.indicators))),
        (len(pack.sheets), ngettext("phiếu nhập", "phiếu nhập", len(pack.sheets))),
        (len(pack.rules), ngettext("quy tắc", "quy tắc", len(pack.rules))),
        (len(pack.sops), ngettext("quy trình", "quy trình", len(pack.sops))),
    )
    module = pack.info.module
    return {
        "code": pack.info.code, "version": pack.info.version, "name": pack.info.name_en if english else pack.info.name,
        "description": (english and pack.info.description_en) or pack.info.description,
        "counts": [one for one in counts if one[0]], "own": pack.folder.parent == catalogue.own_folder(),
        "module": "" if module is None else (module.name_en if english else module.name), "requires": pack.info.requires,
    }  # fmt: skip


def _paragraphs(pack: Pack, english: bool) -> list[tuple[str, list[str]]]:
    """The help text as (heading, paragraphs): a single line before a paragraph is its heading."""
    text = pack.help_texts.get("en" if english else "vi") or pack.help_texts.get("vi", "")
    parts: list[tuple[str, list[str]]] = []
    for block in (block.strip() for block in text.split("\n\n")):
        if block and len(block) < 60 and not block.endswith("."):
            parts.append((block, []))
        elif block:
            parts = parts or [("", [])]
            parts[-1][1].append(block)
    return parts


def _english() -> bool:
    return (get_language() or "vi").startswith("en")


def _may_install(scope: Scope) -> bool:
    return scope.allows(policies.INSTALL, organisations.province().id)


def _may_publish(scope: Scope) -> bool:
    return scope.allows(policies.PUBLISH, organisations.province().id)
