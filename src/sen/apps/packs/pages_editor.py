"""The owner's editor of templates that are sheets: limits, code lists, forms. A draft until it is published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from sen.apps.packs import interface, policies
from sen.apps.packs.interface import TemplateDetail
from sen.apps.packs.pages_unit import scope_of
from sen.apps.packs.presentation import reading, words
from sen.apps.packs.presentation.reading import Entered
from sen.apps.packs.presentation.sheets import Column, Sheet, sheet_of
from sen.kernel.errors import InvalidInput, NotFound, SenError
from sen.kernel.scopes import Scope, require


class EditCell(msgspec.Struct, frozen=True):
    """One field of the editor with what stands in it and why it was refused."""

    column: Column
    value: str
    error: str = ""


class FaultLine(msgspec.Struct, frozen=True):
    """A refusal: where in words, and the reason."""

    words: str
    message: str


@require_http_methods(["GET", "POST"])
def template_edit(request: HttpRequest, template: UUID) -> HttpResponse:
    """The draft as a sheet; saving stays here, or goes on to publishing."""
    scope = scope_of(request)
    detail = template_to_change(scope, template, policies.CHANGE)
    sheet = sheet_of(detail.ref.kind)
    if sheet is None:
        raise NotFound(_("Loại mẫu này có trang soạn riêng."))
    draft = dict(detail.draft or {})
    if request.method == "GET":
        head = {one.key: reading.typed_of(one, draft.get(one.key)) for one in sheet.head}
        return render(
            request,
            "packs/editor.html",
            _context(detail, sheet, _typed(sheet, draft), detail.revision) | _head(sheet, head),
        )
    entered = reading.read_rows(sheet, request.POST, draft.get(sheet.list_name, []))
    head, said, head_errors = reading.read_head(sheet, request.POST, draft)
    posted_revision = request.POST.get("revision", "")
    revision = int(posted_revision) if posted_revision.isdigit() else detail.revision
    try:
        if entered.errors or head_errors:
            raise InvalidInput(
                _("Có ô chưa đọc được."), action=_("Sửa các ô được đánh dấu rồi lưu lại. Nháp chưa được lưu.")
            )
        interface.save_draft(
            scope=scope, template_id=template, content={**draft, **said, sheet.list_name: entered.items}, revision=revision
        )  # fmt: skip
    except SenError as error:
        if error.status not in (409, 412, 422):
            raise
        at_head = {one.key: error.fields.get(f"/{one.key}", "") for one in sheet.head}
        context = _context(detail, sheet, entered.typed, revision, _errors(sheet, entered, error))
        context |= _head(sheet, head, at_head | head_errors)
        context |= {
            "problem": without_list(error),
            "faults": fault_lines(detail, error, {sheet.list_name: entered.items}),
        }
        return render(request, "packs/editor.html", context, status=422)
    if request.POST.get("then") == "publish":
        return HttpResponseRedirect(reverse("console:template-publish", args=[template]))
    messages.success(request, _("Đã lưu nháp. Đơn vị dưới chưa thấy cho tới khi ban hành."))
    return HttpResponseRedirect(reverse("console:template-edit", args=[template]))


def template_to_change(scope: Scope, template_id: UUID, action: str) -> TemplateDetail:
    """A template of one of the caller's units. NotFound where invisible, Forbidden where the caller may not write it."""
    detail = interface.template(scope, template_id)
    require(scope, action, detail.ref.owner_id)
    return detail


def without_list(error: SenError) -> SenError:
    """The error without the faults in its message where they are listed one by one below it."""
    if error.code != "invalid_template":
        return error
    return InvalidInput(_("Nội dung mẫu chưa dùng được. Nháp chưa được lưu."), action=error.action)


def fault_lines(detail: TemplateDetail, error: SenError, content: Mapping[str, Any]) -> list[FaultLine]:
    """What is wrong with a content, by place in words."""
    if error.code != "invalid_template":
        return []
    return [
        FaultLine(words.path_words(detail.ref.kind, content, path) if path != "/" else _("Cả mẫu"), message)
        for path, message in error.fields.items()
    ]  # fmt: skip


def _context(
    detail: TemplateDetail, sheet: Sheet, typed: list[dict[str, str]], revision: int, errors: Mapping[tuple[int, str], str] | None = None
) -> dict[str, Any]:  # fmt: skip
    found = errors or {}
    rows = [
        [EditCell(one, row.get(one.key, ""), found.get((place, one.key), "")) for one in sheet.editing] for place, row in enumerate(typed)
    ]  # fmt: skip
    newest = {"label": words.version_name(detail.newest.number)} if detail.newest else None
    blank = [EditCell(one, one.default) for one in sheet.editing]
    return {
        "section": "admin", "template": detail.ref, "sheet": sheet, "rows": rows, "blank": blank, "revision": revision, "newest": newest,
        "may_publish": True, "unread": list(found.values()),
    }  # fmt: skip


def _head(sheet: Sheet, typed: Mapping[str, str], errors: Mapping[str, str] | None = None) -> dict[str, Any]:
    found = errors or {}
    return {"head": [EditCell(one, typed.get(one.key, ""), found.get(one.key, "")) for one in sheet.head]}


def _typed(sheet: Sheet, draft: Mapping[str, Any]) -> list[dict[str, str]]:
    return [
        {one.key: reading.typed_of(one, item.get(one.key)) for one in sheet.editing} for item in draft.get(sheet.list_name, [])
    ]  # fmt: skip


def _errors(sheet: Sheet, entered: Entered, error: SenError) -> dict[tuple[int, str], str]:
    """Refusals by row and column: those of reading, and those that the kind found at a path."""
    found = dict(entered.errors)
    places = {str(item["code"]): place for place, item in enumerate(entered.items)}
    for path, message in error.fields.items():
        parts = path.strip("/").split("/")
        if len(parts) >= 2 and parts[0] == sheet.list_name and parts[1] in places:
            column = parts[2] if len(parts) > 2 and sheet.column(parts[2]) else sheet.editing[0].key
            found[places[parts[1]], column] = message
    return found
