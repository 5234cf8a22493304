"""The library of templates: what a unit uses, is offered, has to decide and wrote itself; deciding many at once; a new template."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sen.apps.organisations import interface as organisations
from sen.apps.organisations.interface import UnitRef
from sen.apps.packs import interface, policies
from sen.apps.packs.interface import Effective, TemplateDetail, TemplateRef
from sen.apps.packs.pages_unit import last_change, scope_of, undo_address, unit_in_view, with_toast
from sen.apps.packs.presentation import uses, words
from sen.apps.packs.presentation.sheets import editor_of, kinds_to_write
from sen.kernel.errors import InvalidInput, NotFound, SenError
from sen.kernel.scopes import Scope, require
from sen.kernel.text import folded

TABS = ("used", "offered", "pending", "own")


class Tab(msgspec.Struct, frozen=True):
    """One part of the library with how many templates it has."""

    key: str
    words: str
    count: int
    note: str
    tone: str = ""


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """An offer or a new version that waits for the unit's decision."""

    template: TemplateRef
    version: int
    label: str
    published_at: datetime
    note: str
    address: str
    now: str = ""
    holds_from: date | None = None


class OwnRow(msgspec.Struct, frozen=True):
    """A template that the unit wrote."""

    template: TemplateRef
    newest: Any
    drafted: bool
    audience: str
    users: int


@require_GET
def templates_page(request: HttpRequest) -> HttpResponse:
    """Shared templates of one unit in four parts."""
    return render(request, "packs/library.html", _context(request))


def _context(request: HttpRequest) -> dict[str, Any]:
    scope, unit = scope_of(request), unit_in_view(request)
    tab = request.GET.get("tab", "")
    used = interface.effective(scope, unit.id)
    offered = [one for one in interface.offers(scope, unit.id) if not one.declined]
    waiting = [one for one in used if one.pending]
    notes = uses.notes([one.template.id for one in waiting])
    parts: dict[str, Sequence[Any]] = {
        "used": used,
        "offered": [_offered(one, unit) for one in offered],
        "pending": [_pending(one, unit, notes) for one in waiting],
        "own": interface.templates(scope, owner_id=unit.id, retired=None, limit=500)[0],
    }
    if tab not in TABS:
        tab = "pending" if parts["pending"] else "used"
    rows = [one for one in parts[tab] if _fits(one, request.GET)]
    return {
        "section": "admin", "unit": unit, "tab": tab, "tabs": _tabs(parts, used), "chosen": request.GET, "empty": _empty(tab, request, unit),
        "rows": _own(rows, scope) if tab == "own" else rows,
        "kinds": sorted(interface.template_kinds().values(), key=lambda kind: str(kind.name)),
        "states": _states(),
        "may_inherit": scope.allows(policies.INHERIT, unit.id), "may_create": scope.allows(policies.CHANGE, unit.id),
    }  # fmt: skip


def _states() -> list[tuple[str, str]]:
    return [
        ("changed", _("đã sửa tại đơn vị")), ("ignored", _("có giá trị riêng không còn áp dụng")),
        ("pending", _("có bản mới")), ("mandatory", _("bắt buộc")),
    ]  # fmt: skip


def _tabs(parts: dict[str, Sequence[Any]], used: list[Effective]) -> list[Tab]:
    changed = sum(bool(one.overridden) for one in used)
    drafts = sum(one.unpublished for one in parts["own"])
    return [
        Tab("used", _("Đang dùng"), len(used), _("%(n)d mẫu có giá trị riêng") % {"n": changed}),
        Tab("pending", _("Chờ quyết định"), len(parts["pending"]), _("bản mới của mẫu đang dùng"), "warning"),
        Tab("offered", _("Được mời dùng"), len(parts["offered"]), _("chưa nhận")),
        Tab("own", _("Của đơn vị"), len(parts["own"]), _("%(n)d có bản nháp") % {"n": drafts}),
    ]


def _ref(row: Any) -> TemplateRef:
    found: TemplateRef = row.ref if isinstance(row, TemplateDetail) else row.template
    return found


def _fits(row: Any, chosen: Any) -> bool:
    ref, state = _ref(row), chosen.get("state", "")
    if (kind := chosen.get("kind", "")) and ref.kind != kind:
        return False
    if (q := folded(chosen.get("q", ""))) and q not in folded(f"{ref.name} {ref.code}"):
        return False
    if not state or not isinstance(row, Effective):
        return True
    return bool({"changed": row.overridden, "ignored": row.ignored, "pending": row.pending}.get(state, row.mandatory))


def _offered(one: interface.Offer, unit: UnitRef) -> Choice:
    address = f"{reverse('console:template', args=[one.template.id])}?unit={unit.code}"
    return Choice(
        template=one.template, version=one.version, label=words.version_name(one.version), note=one.note, address=address,
        published_at=one.published_at, holds_from=one.effective_on if one.mandatory else None,
    )  # fmt: skip


def _pending(one: Effective, unit: UnitRef, notes: dict[tuple[UUID, int], uses.Note]) -> Choice:
    number = one.pending or 0
    said = notes[one.template.id, number]
    address = f"{reverse('console:template-version', args=[one.template.id, number])}?unit={unit.code}"
    return Choice(
        template=one.template, version=number, label=words.version_name(number), now=words.version_name(one.version), note=said.note,
        published_at=said.published_at, address=address, holds_from=said.holds_from,
    )  # fmt: skip


def _own(rows: Sequence[TemplateDetail], scope: Scope) -> list[OwnRow]:
    using = uses.users(scope, [one.ref.id for one in rows])
    return [
        OwnRow(one.ref, one.newest, one.unpublished and one.newest is not None,
               words.audience_words(one.newest.audience) if one.newest else words.NOTHING, using.get(one.ref.id, 0))
        for one in rows
    ]  # fmt: skip


def _empty(tab: str, request: HttpRequest, unit: UnitRef) -> dict[str, str]:
    """What to say where a part holds nothing, and the next step."""
    here = f"{reverse('console:templates')}?unit={unit.code}"
    if any(request.GET.get(name) for name in ("q", "kind", "state")):
        back = f"{here}&tab={tab}"
        return {
            "title": _("Không có mẫu nào khớp"),
            "words": _("Bỏ bớt điều kiện lọc."),
            "address": back,
            "step": _("Bỏ lọc"),
        }
    if tab == "used":
        said = _("Mẫu do đơn vị cấp trên ban hành nằm ở mục Được mời dùng; nhận rồi mới áp dụng.")
        return {
            "title": _("Đơn vị chưa dùng mẫu nào"),
            "words": said,
            "address": f"{here}&tab=offered",
            "step": _("Xem mẫu được mời dùng"),
        }
    if tab == "pending":
        said = _(
            "Khi đơn vị ban hành ra bản mới của một mẫu đang dùng, bản đó nằm ở đây để so sánh rồi nhận hoặc từ chối."
        )
        return {
            "title": _("Không có bản mới nào chờ quyết định"),
            "words": said,
            "address": f"{here}&tab=used",
            "step": _("Xem mẫu đang dùng"),
        }
    if tab == "offered":
        said = _("Đơn vị đã nhận mọi mẫu được ban hành cho mình, hoặc cấp trên chưa ban hành mẫu nào.")
        return {
            "title": _("Không còn mẫu nào chờ nhận"),
            "words": said,
            "address": f"{here}&tab=used",
            "step": _("Xem mẫu đang dùng"),
        }
    said = _("Soạn một mẫu, ban hành cho đơn vị cấp dưới; đơn vị nhận chỉ sửa được những mục đã mở.")
    return {
        "title": _("Đơn vị chưa soạn mẫu nào"),
        "words": said,
        "address": f"{reverse('console:new-template')}?unit={unit.code}",
        "step": _("Soạn mẫu mới"),
    }


# -- deciding many at once


@require_POST
def decide_many(request: HttpRequest) -> HttpResponse:
    """Take over the chosen offers or new versions (`template` = id:version, many); the list again, with undo."""
    scope, unit = scope_of(request), unit_in_view(request)
    require(scope, policies.INHERIT, unit.id)
    chosen = [_chosen(text) for text in request.POST.getlist("template")]
    if not chosen:
        raise InvalidInput(_("Chưa chọn mẫu nào."), action=_("Đánh dấu các mẫu cần nhận rồi bấm lại."))
    with transaction.atomic():
        for template_id, version in chosen:
            interface.accept(scope=scope, template_id=template_id, unit_id=unit.id, version=version)
        done = [last_change(scope, template_id, unit.id) for template_id, _version in chosen]
    answer = render(request, "packs/library_list.html", _context(request))
    said = ngettext("%(unit)s đã nhận %(n)d mẫu.", "%(unit)s đã nhận %(n)d mẫu.", len(chosen)) % {
        "unit": unit.name,
        "n": len(chosen),
    }
    return with_toast(answer, said, undo_address(done))


def _chosen(text: str) -> tuple[UUID, int]:
    template, _sep, version = text.partition(":")
    try:
        return UUID(template), int(version)
    except ValueError as error:
        raise NotFound(_("Không tìm thấy mẫu.")) from error


# -- a new template


@require_http_methods(["GET", "POST"])
def new_template(request: HttpRequest) -> HttpResponse:
    """Name a template and choose what it is; the draft opens in its editor."""
    scope, unit = scope_of(request), unit_in_view(request)
    require(scope, policies.CHANGE)
    context: dict[str, Any] = {
        "section": "admin",
        "unit": unit,
        "kinds": kinds_to_write(),
        "owners": _owners(scope, unit),
    }
    if request.method == "GET":
        values = {"kind": request.GET.get("kind", "limit_set"), "owner": unit.code}
        return render(request, "packs/new_template.html", {**context, "values": values})
    try:
        made = _create(scope, request.POST)
    except SenError as error:
        if error.status not in (409, 422):
            raise
        context |= {"values": request.POST, "problem": error, "errors": error.fields}
        return render(request, "packs/new_template.html", context, status=422)
    return HttpResponseRedirect(editor_of(made))


def _create(scope: Scope, posted: Any) -> TemplateRef:
    name = posted.get("name", "").strip()
    if not name:
        raise InvalidInput(
            _("Mẫu chưa có tên."),
            action=_("Đặt tên để đơn vị nhận biết mẫu nói về gì."),
            fields={"name": _("Nhập tên mẫu.")},
        )
    kind = posted.get("kind", "")
    empty = next((one.empty for one in kinds_to_write() if one.code == kind), None)
    if empty is None:
        raise InvalidInput(_("Chưa chọn loại mẫu."), action=_("Chọn một loại trong danh sách."))
    code = posted.get("code", "").strip() or _code(name)
    owner = organisations.unit(posted.get("owner", ""))
    # A content that names itself bears the template's code and name.
    content = {**empty, **{key: value for key, value in (("code", code), ("name", name)) if key in empty}}
    return interface.create_template(scope=scope, kind=kind, code=code, name=name, owner_id=owner.id, content=content)


def _code(name: str) -> str:
    """A code from a name: folded, dashes between the words."""
    return "-".join("".join(sign if sign.isalnum() else " " for sign in folded(name)).split())[:64]


def _owners(scope: Scope, unit: UnitRef) -> list[UnitRef]:
    """The units in whose name the caller may write, the one in view first."""
    every = [organisations.province(), *organisations.departments(), *organisations.communes()]
    allowed = [one for one in every if scope.allows(policies.CHANGE, one.id) and scope.sees(one.id)]
    return sorted(allowed, key=lambda one: one.id != unit.id)
