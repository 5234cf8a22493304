"""Pages: the overview with the emergency mode, the contact tree, the register of resources. Area and broadcasts have their own files."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sen.apps.access.interface import Scope
from sen.apps.emergency import broadcasts, contacts, declarations, policies, resources, telling_state
from sen.apps.emergency.models import Declaration, Hazard, Resource
from sen.apps.organisations import interface as organisations
from sen.kernel.errors import NotFound

PAGE = 300


def scope_of_page(request: HttpRequest) -> Scope:
    """The caller."""
    scope: Scope = request.scope_of_user  # type: ignore[attr-defined]
    return scope


def own_units(scope: Scope, action: str) -> list[organisations.UnitRef]:
    """Units for which the caller may do `action`: the province first, then departments and communes by name."""
    province = organisations.province()
    rest = sorted([*organisations.departments(), *organisations.communes()], key=lambda one: (one.level, one.name))
    return [one for one in (province, *rest) if scope.sees(one.id) and scope.allows(action, one.id)]


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """What is declared, what was broadcast and who has not confirmed, what is ready."""
    scope = scope_of_page(request)
    found = resources.resources(scope)
    ready = {
        kind: (
            found.filter(kind=kind).count(),
            found.filter(kind=kind, state=Resource.State.READY).count(),
        )
        for kind in Resource.Kind.values
    }
    sums = resources.households(scope).aggregate(households=Sum("households"), people=Sum("people"))
    context = {
        "section": "incidents", "active": declarations.active(scope), "hazards": Hazard.choices,
        "broadcasts": telling_state.counted(list(broadcasts.visible(scope)[:8])),
        "ready": [(Resource.Kind(kind).label, kind, *counts) for kind, counts in ready.items()], "sums": sums,
        "contacts": contacts.visible(scope).count(), "declare_units": own_units(scope, policies.DECLARE),
        "may_broadcast": scope.allows(policies.BROADCAST), "may_declare": scope.allows(policies.DECLARE),
        "past": _past(scope),
    }  # fmt: skip
    return render(request, "emergency/overview.html", context)


def _past(scope: Scope) -> list[Declaration]:
    found = Declaration.objects.exclude(ended_at=None).select_related("unit", "ended_by")
    return list((found if scope.everything else found.filter(unit_id__in=scope.unit_ids))[:5])


@require_POST
def mode_action(request: HttpRequest, action: str) -> HttpResponse:
    """`declare` for a unit, `end` one."""
    scope = scope_of_page(request)
    if action == "declare":
        declarations.declare(
            scope=scope, unit=request.POST.get("unit", ""), hazard=request.POST.get("hazard", ""),
            reason=request.POST.get("reason", ""), drill="drill" in request.POST,
        )  # fmt: skip
        messages.warning(request, _("Đã ban bố chế độ khẩn cấp. Mọi người liên quan thấy dải báo trên mọi trang."))
    elif action == "end":
        declarations.end(scope=scope, declaration_id=uuid_or_none(request.POST.get("id")), note=request.POST.get("note", ""))  # fmt: skip
        messages.success(request, _("Đã kết thúc chế độ khẩn cấp."))
    else:
        raise NotFound(_("Không có thao tác này."))
    return HttpResponseRedirect(reverse("console:emergency"))


def uuid_or_none(text: str | None) -> UUID:
    """An id from a form; one that nothing has where it is none."""
    try:
        return UUID(text or "")
    except ValueError:
        return UUID(int=0)


@require_GET
def contacts_page(request: HttpRequest) -> HttpResponse:
    """Who is called, unit by unit, in order, with deputies."""
    return render(request, "emergency/contacts.html", _contacts(request))


def _contacts(request: HttpRequest) -> dict[str, object]:
    scope, q = scope_of_page(request), request.GET.get("q", "").strip()
    found = contacts.visible(scope)
    if q:
        found = found.filter(unit__folded_name__icontains=q) | found.filter(unit__name__icontains=q) | found.filter(office__icontains=q) | found.filter(name__icontains=q)  # fmt: skip
    listed = list(found[: PAGE + 1])
    for one in listed:
        one.shown = contacts.shown_phone(scope, one)  # type: ignore[attr-defined]
    groups: dict[str, list[object]] = {}
    for one in listed[:PAGE]:
        groups.setdefault(one.unit.name, []).append(one)
    return {"section": "incidents", "groups": list(groups.items()), "q": q, "more": len(listed) > PAGE}


@require_POST
def unmask(request: HttpRequest, contact: UUID) -> HttpResponse:
    """The full number for a reason, in the list as it was."""
    found = contacts.unmask(scope=scope_of_page(request), contact_id=contact, reason=request.POST.get("reason", ""))
    words = {"name": found.name, "phone": found.phone or "–"}
    messages.info(request, _("%(name)s: %(phone)s. Việc xem đã được ghi nhật ký.") % words)
    return HttpResponseRedirect(reverse("console:emergency-contacts"))


@require_GET
def resources_page(request: HttpRequest) -> HttpResponse:
    """Forces, vehicles, stock and places with their state and its age."""
    scope = scope_of_page(request)
    chosen = {name: request.GET.get(name, "") for name in ("kind", "state", "q")}
    found = resources.resources(scope)
    for name in ("kind", "state"):
        if chosen[name]:
            found = found.filter(**{name: chosen[name]})
    if chosen["q"].strip():
        found = found.filter(name__icontains=chosen["q"].strip()) | found.filter(type__icontains=chosen["q"].strip())
    rows = list(found.distinct().order_by("kind", "name")[: PAGE + 1])
    for one in rows:
        one.may_keep = scope.allows(policies.KEEP, one.unit_id)  # type: ignore[attr-defined]
    context = {
        "section": "incidents", "rows": rows[:PAGE], "more": len(rows) > PAGE, "chosen": chosen, "kinds": Resource.Kind.choices,
        "states": Resource.State.choices,
    }  # fmt: skip
    return render(request, "emergency/resources.html", context)


@require_POST
def resource_state(request: HttpRequest, code: str) -> HttpResponse:
    """Ready, in use or broken."""
    found = resources.set_state(
        scope=scope_of_page(request), code=code, state=request.POST.get("state", ""), note=request.POST.get("note", "")
    )
    messages.success(request, _("%(name)s: %(state)s.") % {"name": found.name, "state": found.get_state_display()})
    return HttpResponseRedirect(reverse("console:emergency-resources"))
