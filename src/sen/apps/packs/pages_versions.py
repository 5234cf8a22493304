"""One version of a template against another: what changed, what it means for the unit's own changes, accepting or declining it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from sen.apps.packs import interface, policies
from sen.apps.packs.inheritance.diffs import diff
from sen.apps.packs.interface import Effective, TemplateRef, VersionRef
from sen.apps.packs.pages_inheritance import effective_or_none, version_facts
from sen.apps.packs.pages_unit import scope_of, unit_in_view
from sen.apps.packs.presentation import words
from sen.apps.packs.presentation.contents import Effect, effects, folds
from sen.kernel.errors import NotFound, SenError


@require_GET
def version_page(request: HttpRequest, template: UUID, number: int) -> HttpResponse:
    """The differences of a version from the one in use here (or `?against=`), and the decision where one is due."""
    return render(request, "packs/version.html", _context(request, template, number))


def _context(request: HttpRequest, template_id: UUID, number: int) -> dict[str, Any]:
    scope, unit = scope_of(request), unit_in_view(request)
    ref = interface.template(scope, template_id).ref
    versions = interface.versions(scope, template_id)
    new = interface.version(scope, template_id, number)
    held = effective_or_none(scope, template_id, unit)
    against = _against(request, versions, number, held)
    old = interface.version(scope, template_id, against.number).content if against else {}
    changes = diff(old, new.content, kind=ref.kind)
    waits = held is not None and held.pending == number
    made = interface.overrides_in(scope, template_id, unit.id) if held and not held.own else []
    met = effects(ref.kind, made, held.content if held else {}, new, changes)
    return {
        "section": "admin", "unit": unit, "template": ref, "version": version_facts(new, held), "against": version_facts(against, held) if against else None,
        "others": [version_facts(one, held) for one in versions if one.number != number], "changes": folds(ref.kind, changes, [one.path for one in made]),
        "effects": met, "effect_words": _effect_words(met), "open_words": words.open_words(ref.kind, new.open_fields),
        "opened": _difference(ref, against, new) if against else [], "closed": _difference(ref, new, against) if against else [],
        "may_decide": waits and scope.allows(policies.INHERIT, unit.id), "may_decline": not new.mandatory, "standing": _standing(held, new, waits=waits),
    }  # fmt: skip


def _against(
    request: HttpRequest, versions: list[VersionRef], number: int, held: Effective | None
) -> VersionRef | None:
    """The version to compare with: as asked, else the one in use where it is older, else the one before."""
    by_number = {one.number: one for one in versions}
    asked = request.GET.get("against", "")
    if asked.isdigit() and int(asked) in by_number and int(asked) != number:
        return by_number[int(asked)]
    if held is not None and held.version in by_number and held.version < number:
        return by_number[held.version]
    return next((one for one in versions if one.number < number and one.withdrawn_at is None), None)


def _difference(ref: TemplateRef, one: VersionRef | None, other: VersionRef | None) -> list[str]:
    """The fields that `other` leaves open and `one` does not, in words."""
    if one is None or other is None:
        return []
    return [words.open_words(ref.kind, (pattern,)) for pattern in other.open_fields if pattern not in one.open_fields]


def _effect_words(met: list[Effect]) -> str:
    lost = sum(one.state == "lost" for one in met)
    if not met:
        return ""
    kept = ngettext(
        "%(n)d giá trị riêng của đơn vị giữ nguyên", "%(n)d giá trị riêng của đơn vị giữ nguyên", len(met) - lost
    ) % {"n": len(met) - lost}
    gone = ngettext("%(n)d chỗ thôi áp dụng", "%(n)d chỗ thôi áp dụng", lost) % {"n": lost}
    return f"{kept}, {gone}." if lost else f"{kept}."


def _standing(held: Effective | None, new: VersionRef, *, waits: bool) -> str:
    if held is None:
        return _("Đơn vị chưa dùng mẫu này. Mở mẫu để nhận.")
    if held.own:
        return _("Mẫu của chính đơn vị; luôn dùng bản mới nhất.")
    if held.version == new.number:
        return _("Đơn vị đang dùng bản này.")
    if held.version > new.number:
        return _("Đơn vị đang dùng bản mới hơn: %(version)s.") % {"version": words.version_name(held.version)}
    if waits:
        return _("Cán bộ của đơn vị hoặc quản trị dữ liệu quyết định nhận bản này.")
    return _("Đơn vị đã từ chối bản này hoặc có bản mới hơn chờ quyết định.")


@require_POST
def version_decide(request: HttpRequest, template: UUID, number: int) -> HttpResponse:
    """Accept or decline a version for the unit in view; afterwards the page of the template."""
    scope, unit = scope_of(request), unit_in_view(request)
    named = words.version_name(number).lower()
    try:
        if request.POST.get("decision") == "accept":
            interface.accept(scope=scope, template_id=template, unit_id=unit.id, version=number)
            said = _("%(unit)s đã nhận %(version)s.") % {"unit": unit.name, "version": named}
        elif request.POST.get("decision") == "decline":
            reason = request.POST.get("reason", "")
            interface.decline(scope=scope, template_id=template, unit_id=unit.id, version=number, reason=reason)
            said = _("%(unit)s đã từ chối %(version)s. Lý do đã được lưu.") % {"unit": unit.name, "version": named}
        else:
            raise NotFound(_("Không có thao tác này."))
    except SenError as error:
        if error.status not in (409, 422):
            raise
        context = _context(request, template, number) | {"problem": error}
        return render(request, "packs/version.html", context, status=422)
    messages.success(request, said)
    return HttpResponseRedirect(f"{reverse('console:template', args=[template])}?unit={unit.code}")
