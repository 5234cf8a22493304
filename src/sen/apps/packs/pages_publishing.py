"""Publishing a draft: for whom, which fields stay open, from when; who would receive it and what differs from the last version."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from sen.apps.organisations import interface as organisations
from sen.apps.organisations.interface import UnitRef
from sen.apps.packs import interface, policies
from sen.apps.packs.inheritance.diffs import diff
from sen.apps.packs.inheritance.paths import leads_somewhere
from sen.apps.packs.interface import Audience, TemplateDetail
from sen.apps.packs.pages_editor import fault_lines, template_to_change, without_list
from sen.apps.packs.pages_unit import scope_of
from sen.apps.packs.presentation import words
from sen.apps.packs.presentation.contents import folds
from sen.kernel.errors import InvalidInput, SenError
from sen.kernel.scopes import Scope

KINDS = ("ward", "commune", "special_zone", "department")


class Receiver(msgspec.Struct, frozen=True):
    """A unit that a version would be for; `has` where it uses the template already."""

    name: str
    has: bool


@require_http_methods(["GET", "POST"])
def template_publish(request: HttpRequest, template: UUID) -> HttpResponse:
    """The form of publishing with its preview; afterwards the page of the template."""
    scope = scope_of(request)
    detail = template_to_change(scope, template, policies.CHANGE)
    if request.method == "GET":
        return render(request, "packs/publish.html", _context(scope, detail, _proposed(detail)))
    values = _values(request.POST)
    try:
        if not values["rule"]:
            raise InvalidInput(_("Chưa chọn ban hành cho ai."), action=_("Chọn một đối tượng nhận."))
        number = interface.publish(
            scope=scope, template_id=template, audience=_audience(values), open_fields=values["open"], mandatory=values["mandatory"],
            effective_on=_day(values["effective_on"]), note=values["note"], revision=values["revision"] or detail.revision,
        )  # fmt: skip
    except SenError as error:
        if error.status not in (409, 412, 422):
            raise
        context = _context(scope, detail, values)
        context |= {"problem": without_list(error), "faults": fault_lines(detail, error, detail.draft or {})}
        return render(request, "packs/publish.html", context, status=422)
    count = len(_receivers(scope, detail, values))
    said = ngettext("Đã ban hành %(version)s cho %(n)d đơn vị.", "Đã ban hành %(version)s cho %(n)d đơn vị.", count)
    messages.success(request, said % {"version": words.version_name(number).lower(), "n": count})
    return HttpResponseRedirect(f"{reverse('console:template', args=[template])}?unit={detail.ref.owner_code}")


@require_GET
def template_receivers(request: HttpRequest, template: UUID) -> HttpResponse:
    """Who would receive the draft with the audience as chosen in the form."""
    scope = scope_of(request)
    detail = template_to_change(scope, template, policies.CHANGE)
    return render(request, "packs/receivers.html", _receiving(scope, detail, _values(request.GET)))


def _proposed(detail: TemplateDetail) -> dict[str, Any]:
    """The choices of the last version, or the careful ones: all units below, nothing open, not mandatory."""
    last = detail.newest
    if last is None:
        return {
            "rule": "all",
            "kinds": [],
            "units": [],
            "open": (),
            "mandatory": False,
            "effective_on": "",
            "note": "",
            "revision": detail.revision,
        }
    named = organisations.units_by_id(last.audience.unit_ids)
    return {
        "rule": last.audience.rule, "kinds": list(last.audience.kinds), "units": [one.code for one in named.values()], "open": last.open_fields,
        "mandatory": last.mandatory, "effective_on": "", "note": "", "revision": detail.revision,
    }  # fmt: skip


def _values(posted: QueryDict) -> dict[str, Any]:
    revision = posted.get("revision", "")
    return {
        "rule": posted.get("rule", ""), "kinds": posted.getlist("kinds"), "units": posted.getlist("units"), "open": tuple(posted.getlist("open")),
        "mandatory": "mandatory" in posted, "effective_on": posted.get("effective_on", ""), "note": posted.get("note", ""),
        "revision": int(revision) if revision.isdigit() else 0,
    }  # fmt: skip


def _audience(values: dict[str, Any]) -> Audience:
    rule = values["rule"]
    units = [organisations.unit(code).id for code in values["units"]] if rule == "units" else []
    return Audience(rule, tuple(values["kinds"]) if rule == "kinds" else (), tuple(units))


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(_("Ngày hiệu lực không đúng."), action=_("Chọn lại ngày.")) from error


def _context(scope: Scope, detail: TemplateDetail, values: dict[str, Any]) -> dict[str, Any]:
    ref, last = detail.ref, detail.newest
    old = interface.version(scope, ref.id, last.number).content if last else {}
    every = interface.versions(scope, ref.id)
    known = interface.template_kinds().get(ref.kind)
    return {
        "section": "admin", "template": ref, "values": values, "newest": {"label": words.version_name(last.number)} if last else None,
        "next_label": words.version_name((every[0].number if every else 0) + 1).lower(),
        "changes": folds(ref.kind, diff(old, detail.draft or {}, kind=ref.kind)), "rules": _rules(scope, detail),
        "unit_kinds": [(kind, words.unit_kind_name(kind)) for kind in KINDS], "units_below": _below(detail),
        "open_choices": [(one, name, leads_somewhere(detail.draft or {}, one)) for one, name in (known.open_choices if known else ())],
        **_receiving(scope, detail, values),
    }  # fmt: skip


def _rules(scope: Scope, detail: TemplateDetail) -> list[tuple[str, str, str]]:
    """For whom the caller may publish: who may only write has its own unit."""
    every = [
        ("all", _("Mọi đơn vị cấp dưới"), _("cả đơn vị lập sau này")),
        ("kinds", _("Theo loại đơn vị"), _("ví dụ chỉ các phường")),
        ("units", _("Từng đơn vị"), _("chọn theo tên")),
        ("own", _("Chỉ đơn vị này"), _("không gửi cho ai")),
    ]
    return every if scope.allows(policies.PUBLISH, detail.ref.owner_id) else every[-1:]


def _below(detail: TemplateDetail) -> list[UnitRef]:
    inside = organisations.subtree_ids(detail.ref.owner_id) - {detail.ref.owner_id}
    every = [*organisations.departments(), *organisations.communes()]
    return [one for one in every if one.id in inside]


def _receivers(scope: Scope, detail: TemplateDetail, values: dict[str, Any]) -> list[Receiver]:
    using = {one.unit_id for one in interface.where_used(scope, detail.ref.id) if one.version is not None}
    below = _below(detail)
    wanted = {
        "all": below, "kinds": [one for one in below if one.kind in values["kinds"]],
        "units": [one for one in below if one.code in values["units"]],
    }.get(values["rule"], [])  # fmt: skip
    return [Receiver(one.name, one.id in using) for one in wanted]


def _receiving(scope: Scope, detail: TemplateDetail, values: dict[str, Any]) -> dict[str, Any]:
    found = _receivers(scope, detail, values)
    using = sum(one.has for one in found)
    said = {
        "own": _("Chỉ %(name)s dùng; không đơn vị nào được mời.") % {"name": detail.ref.owner_name},
        "kinds": _("Chọn loại đơn vị ở bên."), "units": _("Chọn đơn vị ở bên."),
        "all": _("%(name)s chưa có đơn vị cấp dưới.") % {"name": detail.ref.owner_name},
    }.get(values["rule"], "")  # fmt: skip
    if found:
        said = _("%(using)d đang dùng sẽ được mời xem khác biệt; %(new)d được mời nhận mẫu.") % {
            "using": using,
            "new": len(found) - using,
        }
    return {"receivers": found, "receiver_words": said}
