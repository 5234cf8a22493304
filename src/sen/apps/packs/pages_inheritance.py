"""One template as it stands in a unit: content with open and closed fields, own changes, versions, where it is used; deciding and undoing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sen.apps.organisations.interface import UnitRef
from sen.apps.packs import interface, policies
from sen.apps.packs.interface import REMOVED, Effective, TemplateDetail, TemplateRef, VersionRef
from sen.apps.packs.pages_unit import last_change, scope_of, undo_address, unit_in_view, with_toast
from sen.apps.packs.presentation import fields, words
from sen.apps.packs.presentation.contents import in_words, view
from sen.apps.packs.presentation.sheets import editor_of, sheet_of
from sen.kernel.errors import InvalidInput, NotFound, SenError
from sen.kernel.scopes import Scope

ADMIN = {"section": "admin"}
_HOLDING = ("follows", "behind", "mandatory", "declined")


@require_GET
def template_page(request: HttpRequest, template: UUID) -> HttpResponse:
    """A template: what it holds here, who owns it, its versions, who uses it, what this unit decided."""
    return render(request, "packs/template.html", page_context(request, template))


def page_context(request: HttpRequest, template_id: UUID) -> dict[str, Any]:
    """Everything that the page of a template shows, for its unit in view."""
    scope, unit = scope_of(request), unit_in_view(request)
    detail = interface.template(scope, template_id)
    ref = detail.ref
    held = effective_or_none(scope, template_id, unit)
    versions = interface.versions(scope, template_id)
    content, base, of_what = _content(scope, detail, held, versions)
    known = sheet_of(ref.kind)
    may_override = known is not None and held is not None and not held.own and scope.allows(policies.OVERRIDE, unit.id)
    offered = held is None and any(one.template.id == template_id for one in interface.offers(scope, unit.id))
    may_inherit = scope.allows(policies.INHERIT, unit.id)
    open_fields = held.open_fields if held else versions[0].open_fields if versions else ()
    adds_rows = known is not None and held is not None and f"/{known.list_name}/*" in held.open_fields
    shown = view(
        ref.kind, content, base=base, open_fields=open_fields, applied=held.overridden if held else (), owner_name=ref.owner_name
    )  # fmt: skip
    return ADMIN | {
        "unit": unit, "template": ref, "effective": held, "offered": offered, "pack": ref.pack, "sheet": known, "rows": shown.rows, "plain": shown.plain,
        "content_of": of_what, "open_words": words.open_words(ref.kind, open_fields), "pending": _pending(held, versions),
        "ignored": _ignored(ref, held), "versions": [version_facts(one, held) for one in versions], "changes": _changes(scope, unit, template_id),
        "uses": [one for one in interface.where_used(scope, template_id) if one.state in _HOLDING],
        "may_inherit": may_inherit, "may_leave": may_inherit and held is not None and not held.own and not held.mandatory,
        "may_override": may_override, "adds_rows": f"/{known.list_name}/+" if known and adds_rows else "",
        "may_publish": scope.sees(ref.owner_id) and scope.allows(policies.PUBLISH, ref.owner_id) and not ref.retired,
        "may_change": scope.sees(ref.owner_id) and scope.allows(policies.CHANGE, ref.owner_id) and not ref.retired,
        "drafted": detail.unpublished, "editor_address": editor_of(ref),
        "board_address": f"/dashboards/{ref.id}/?unit={unit.code}" if ref.kind == "dashboard" else "",
    }  # fmt: skip


def effective_or_none(scope: Scope, template_id: UUID, unit: UnitRef) -> Effective | None:
    """The template as it holds in the unit, None where it does not."""
    try:
        return interface.effective_one(scope, template_id, unit.id)
    except NotFound:
        return None


def _content(
    scope: Scope, detail: TemplateDetail, held: Effective | None, versions: list[VersionRef]
) -> tuple[dict[str, Any], dict[str, Any] | None, str]:
    """What is shown, the publisher's own where the unit inherits it, and which content this is in words."""
    if held is not None:
        base = None if held.own else interface.version(scope, detail.ref.id, held.version).content
        return held.content, base, words.version_name(held.version)
    newest = next((one for one in versions if one.withdrawn_at is None), None)
    if newest is not None:
        return interface.version(scope, detail.ref.id, newest.number).content, None, words.version_name(newest.number)
    return detail.draft or {}, None, _("bản nháp, chưa ban hành")


def _pending(held: Effective | None, versions: list[VersionRef]) -> dict[str, Any]:
    newer = next((one for one in versions if held and one.number == held.pending), None)
    return version_facts(newer, held) if newer else {}


def version_facts(one: VersionRef, held: Effective | None) -> dict[str, Any]:
    """A version as templates show it; `holds_from` where it will hold by itself."""
    return {
        "number": one.number, "label": words.version_name(one.number), "published_at": one.published_at, "note": one.note,
        "mandatory": one.mandatory, "holds_from": one.effective_on if one.mandatory else None, "audience": words.audience_words(one.audience),
        "withdrawn": one.withdrawn_at is not None, "withdrawn_reason": one.withdrawn_reason, "who": words.who(one.published_by),
        "now": held is not None and held.version == one.number,
    }  # fmt: skip


def _ignored(ref: TemplateRef, held: Effective | None) -> list[dict[str, str]]:
    if held is None:
        return []
    return [
        {"path": one.path, "words": words.path_words(ref.kind, held.content, one.path), "value": in_words(ref.kind, one.path, one.value), "reason": one.message}
        for one in held.ignored
    ]  # fmt: skip


def _changes(scope: Scope, unit: UnitRef, template_id: UUID) -> list[dict[str, Any]]:
    """What the unit decided about the template; the newest can be taken back."""
    found, _next = interface.changes(scope, template_id=template_id, unit_id=unit.id, limit=12)
    may = scope.allows(policies.OVERRIDE, unit.id)
    return [
        {"id": one.id, "at": one.at, "words": words.decision_words(one), "who": words.who(one.by), "reason": one.reason,
         "may_undo": may and one.undoable and place == 0}
        for place, one in enumerate(found)
    ]  # fmt: skip


# -- one field


@require_GET
def template_field(request: HttpRequest, template: UUID) -> HttpResponse:
    """The form of one field or row of the content, or why it is closed. `path` names it; `/rows/+` is a new row."""
    return _field_form(request, template, request.GET.get("path", ""))


def _field_form(request: HttpRequest, template_id: UUID, path: str, problem: SenError | None = None) -> HttpResponse:
    scope, unit = scope_of(request), unit_in_view(request)
    held = interface.effective_one(scope, template_id, unit.id)
    base = interface.version(scope, template_id, held.version).content
    form = fields.field_form(
        held, base, path, posted=request.POST if problem else None, errors=problem.fields if problem else {}
    )
    context = {
        "unit": unit, "template": held.template, "field": form, "problem": problem, "reason": request.POST.get("reason", ""),
        "open_words": words.open_words(held.template.kind, held.open_fields),
    }  # fmt: skip
    return render(request, "packs/field.html", context, status=422 if problem else 200)


@require_POST
def template_action(request: HttpRequest, template: UUID, action: str) -> HttpResponse:
    """inherit, leave, override, reset or withdraw; the page of the template again, with undo."""
    acts = {"inherit": _inherit, "leave": _leave, "override": _override, "reset": _reset, "withdraw": _withdraw}
    if action not in acts:
        raise NotFound(_("Không có thao tác này."))
    scope, unit = scope_of(request), unit_in_view(request)
    try:
        said, of_unit = acts[action](request, scope, template, unit)
    except SenError as error:
        if error.status not in (409, 422):
            raise
        if action == "override" and request.POST.get("path") and not {"remove", "reset"} & set(request.POST):
            return _field_form(request, template, request.POST["path"], error)
        context = page_context(request, template) | {"problem": error}
        answer = render(request, "packs/template_body.html", context, status=422)
        answer["HX-Retarget"] = "#template"
        return answer
    answer = render(request, "packs/template_body.html", page_context(request, template))
    answer["HX-Retarget"] = "#template"
    return with_toast(answer, said, undo_address([last_change(scope, template, of_unit)]))


def _inherit(request: HttpRequest, scope: Scope, template_id: UUID, unit: UnitRef) -> tuple[str, UUID]:
    interface.inherit(scope=scope, template_id=template_id, unit_id=unit.id)
    return _("%(unit)s đã nhận dùng mẫu.") % {"unit": unit.name}, unit.id


def _leave(request: HttpRequest, scope: Scope, template_id: UUID, unit: UnitRef) -> tuple[str, UUID]:
    interface.leave(scope=scope, template_id=template_id, unit_id=unit.id, reason=request.POST.get("reason", ""))
    return _("%(unit)s đã thôi dùng mẫu.") % {"unit": unit.name}, unit.id


def _override(request: HttpRequest, scope: Scope, template_id: UUID, unit: UnitRef) -> tuple[str, UUID]:
    path, posted = request.POST.get("path", ""), request.POST
    if "reset" in posted:
        return _reset(request, scope, template_id, unit)
    held = interface.effective_one(scope, template_id, unit.id)
    if "remove" in posted:
        changes: dict[str, Any] = {path: REMOVED}
    else:
        base = interface.version(scope, template_id, held.version).content
        changes = fields.read_field(held, base, path, posted)
    reason = posted.get("reason", "") or (_("Không áp dụng tại đơn vị") if "remove" in posted else "")
    interface.override(scope=scope, template_id=template_id, unit_id=unit.id, changes=changes, reason=reason)
    return _("Đã lưu giá trị riêng của %(unit)s.") % {"unit": unit.name}, unit.id


def _reset(request: HttpRequest, scope: Scope, template_id: UUID, unit: UnitRef) -> tuple[str, UUID]:
    path = request.POST.get("path", "")
    made = {one.path for one in interface.overrides_in(scope, template_id, unit.id)}
    held = {one for one in made if one == path or path.startswith(f"{one}/")}
    interface.reset(scope=scope, template_id=template_id, unit_id=unit.id, paths=held or {path})
    return _("Đã trở về giá trị của mẫu."), unit.id


def _withdraw(request: HttpRequest, scope: Scope, template_id: UUID, unit: UnitRef) -> tuple[str, UUID]:
    try:
        version = int(request.POST.get("version", ""))
    except ValueError as error:
        raise InvalidInput(_("Chưa chọn bản để thu hồi."), action=_("Tải lại trang.")) from error
    interface.withdraw(scope=scope, template_id=template_id, version=version, reason=request.POST.get("reason", ""))
    return _("Đã thu hồi %(version)s.") % {"version": words.version_name(version)}, interface.template(
        scope, template_id
    ).ref.owner_id


@require_POST
def template_undo(request: HttpRequest) -> HttpResponse:
    """Take decisions back: `change` is their ids, comma-separated. The page is shown anew."""
    scope = scope_of(request)
    try:
        wanted = [UUID(part) for part in request.GET.get("change", "").split(",") if part]
    except ValueError as error:
        raise NotFound(_("Không có quyết định này, hoặc đã hoàn tác.")) from error
    if not wanted:
        raise NotFound(_("Không có quyết định này, hoặc đã hoàn tác."))
    with transaction.atomic():
        for change_id in wanted:
            interface.undo(scope=scope, change_id=change_id)
    answer = HttpResponse(status=204)
    answer["HX-Refresh"] = "true"
    return answer
