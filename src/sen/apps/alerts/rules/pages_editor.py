"""The when-then editor: a rule as a sentence of fields, for its owner as a draft and for units that inherit it as own values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from sen.apps.alerts.rules import editing, presented, queries, sentences, testing
from sen.apps.alerts.rules.pages import scope_of, unit_in_view
from sen.apps.alerts.rules.template_kind import KIND
from sen.apps.organisations.interface import UnitRef
from sen.apps.packs import interface as packs
from sen.kernel.errors import Forbidden, InvalidInput, SenError
from sen.kernel.scopes import require


@require_http_methods(["GET", "POST"])
def new_rule(request: HttpRequest) -> HttpResponse:
    """A new rule of a unit, as a draft."""
    scope, unit = scope_of(request), unit_in_view(request)
    require(scope, presented.CHANGE, unit.id)
    base = editing.blank()
    if request.method == "GET":
        return render(request, "alerts/rules/edit.html", _context(unit, base, mode="new"))
    content, errors = editing.read(request.POST, base)
    try:
        _readable(errors)
        made = packs.create_template(
            scope=scope, kind=KIND, code=content["code"], name=content["name"], owner_id=unit.id, content=content
        )
    except SenError as error:
        return _again(request, unit, content, errors, error, mode="new")
    messages.success(request, _("Đã lưu bản nháp. Chạy thử, rồi ban hành để bật được."))
    return HttpResponseRedirect(f"{reverse('console:rule', args=[made.id])}?unit={unit.code}")


@require_http_methods(["GET", "POST"])
def rule_edit(request: HttpRequest, template: UUID) -> HttpResponse:
    """The owner's draft, or the open fields of a unit that inherits."""
    scope, unit = scope_of(request), unit_in_view(request)
    page = queries.rule_page(scope, template, unit)
    mode = presented.may_edit(scope, page, unit)
    if not mode:
        raise Forbidden(
            _("Bạn không sửa được quy tắc này ở đơn vị."), action=_("Nhờ người quản trị dữ liệu của đơn vị.")
        )
    base = (
        dict(page.detail.draft or {})
        if mode == "draft"
        else dict(page.row.effective.content if page.row.effective else {})
    )
    if request.method == "GET":
        return render(request, "alerts/rules/edit.html", _context(unit, base, mode=mode, page=page))
    content, errors = editing.read(request.POST, base)
    revision = request.POST.get("revision", "")
    try:
        _readable(errors)
        if mode == "draft":
            packs.save_draft(
                scope=scope, template_id=template, content=content, name=content["name"],
                revision=int(revision) if revision.isdigit() else page.detail.revision,
            )  # fmt: skip
        else:
            packs.override(
                scope=scope, template_id=template, unit_id=unit.id, changes=own_values(page, base, content),
                reason=request.POST.get("reason", ""),
            )  # fmt: skip
    except SenError as error:
        return _again(request, unit, content, errors, error, mode=mode, page=page)
    if request.POST.get("then") == "publish":
        return HttpResponseRedirect(reverse("console:template-publish", args=[template]))
    said = (
        _("Đã lưu bản nháp. Bản đang chạy chưa đổi cho tới khi ban hành.")
        if mode == "draft"
        else _("Đã lưu giá trị riêng.")
    )
    messages.success(request, said)
    return HttpResponseRedirect(f"{reverse('console:rule', args=[template])}?unit={unit.code}")


@require_POST
def rule_sentence(request: HttpRequest) -> HttpResponse:
    """The form again after a choice that changes which fields there are; nothing is saved."""
    unit = unit_in_view(request)
    content, errors = editing.read(request.POST, editing.blank())
    content = _with_parts(request.POST, content)
    context = _context(unit, content, mode=request.POST.get("mode", "new"))
    context["form"] = editing.with_errors(context["form"], errors)
    return render(request, "alerts/rules/sentence.html", context)


def _with_parts(posted: Mapping[str, str], content: dict[str, Any]) -> dict[str, Any]:
    """`add` and `drop` of conditions that are joined."""
    when = content["when"]
    if when.get("kind") != "several":
        return content
    parts = list(when["of"])
    if posted.get("change") == "add" and len(parts) < packs.MOST_PARTS:
        parts.append({"kind": "value"})
    elif posted.get("change", "").startswith("drop-") and len(parts) > 2:
        place = posted["change"].removeprefix("drop-")
        parts = [one for n, one in enumerate(parts) if str(n) != place]
    blank: dict[str, Any] = editing.blank()["when"]
    return content | {"when": when | {"of": [blank | one for one in parts]}}


def _readable(errors: Mapping[str, str]) -> None:
    if errors:
        raise InvalidInput(_("Có ô chưa đọc được."), action=_("Sửa các ô được đánh dấu rồi lưu lại."), fields=errors)


def own_values(page: queries.RulePage, base: Mapping[str, Any], content: Mapping[str, Any]) -> dict[str, Any]:
    """Open fields that differ from what holds, by path. Raises InvalidInput where none does."""
    opened = page.row.effective.open_fields if page.row.effective is not None else ()
    changes = {path: _at(content, path) for path in opened if _at(content, path) != _at(base, path)}
    if not changes:
        raise InvalidInput(_("Chưa đổi mục nào."), action=_("Đổi một mục đang mở, hoặc trở về trang quy tắc."))
    return changes


def _at(content: Mapping[str, Any], path: str) -> Any:
    value: Any = content
    for part in path.strip("/").split("/"):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _again(
    request: HttpRequest,
    unit: UnitRef,
    content: dict[str, Any],
    errors: Mapping[str, str],
    error: SenError,
    *,
    mode: str,
    page: queries.RulePage | None = None,
) -> HttpResponse:
    """The form with what was typed and why it was refused; other errors go on."""
    if error.status not in (409, 412, 422):
        raise error
    context = _context(unit, content, mode=mode, page=page) | {"problem": error, "posted": request.POST}
    context["form"] = editing.with_errors(context["form"], {**error.fields, **errors})
    return render(request, "alerts/rules/edit.html", context, status=422)


def _context(
    unit: UnitRef, content: dict[str, Any], *, mode: str, page: queries.RulePage | None = None
) -> dict[str, Any]:
    opened = page.row.effective.open_fields if mode == "override" and page and page.row.effective else None
    form = editing.form_of(content, procedures=queries.procedures(unit.id), open_fields=opened)
    try:
        aloud = sentences.sentence(testing.rule_of(content), queries.procedures(unit.id))
    except SenError:
        aloud = None
    return {
        "section": "alerts", "unit": unit, "form": form, "mode": mode, "page": page, "sentence": aloud,
        "revision": page.detail.revision if page else 0,
    }  # fmt: skip
