"""Pages of centres: the league of all communes, the one page on which a centre is opened, its management, many at once."""

from __future__ import annotations

import csv
import io
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sen.apps.access import interface as access
from sen.apps.access.interface import Role, Scope
from sen.apps.centres import bulk, policies, queries, services
from sen.apps.centres.proposal import Invited, Plan, members_of, proposal, sources_of
from sen.apps.centres.services import Opened
from sen.apps.effectiveness import interface as effectiveness
from sen.apps.organisations import interface as organisations
from sen.apps.packs import interface as packs
from sen.kernel import clock
from sen.kernel.errors import InvalidInput, NotFound, SenError

ROLES = (Role.LEADER, Role.COMMUNE_OFFICER, Role.DUTY_OFFICER, Role.DATA_STEWARD, Role.ADMINISTRATOR)
"""The roles that a commune has use for, as the form offers them."""


def _scope(request: HttpRequest) -> Scope:
    scope: Scope = request.scope_of_user  # type: ignore[attr-defined]
    return scope


@require_GET
def centres_page(request: HttpRequest) -> HttpResponse:
    """All communes: who has a centre, what runs there, who was there last."""
    scope = _scope(request)
    chosen = {"q": request.GET.get("q", "").strip()[:80], "state": request.GET.get("state", "")}
    found = queries.rows(scope, **chosen)
    context = {
        "section": "admin", "rows": found, "chosen": chosen, "query": request.GET.urlencode(), "now": clock.now(),
        "open": sum(one.open for one in found), "on": sum(one.on for one in found), "ready": sum(one.ready for one in found),
        "forced": sum(one.forced for one in found), "used": sum(one.last_seen is not None for one in found if one.open),
        "may_open": scope.allows(policies.OPEN), "batches": bulk.recent(scope) if scope.allows(policies.OPEN) else [],
    }  # fmt: skip
    return render(request, "centres/centres.html", context)


@require_GET
def centres_csv(request: HttpRequest) -> HttpResponse:
    """The league as CSV, narrowed as on the screen."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(["code", "name", "open", "opened_at", "modules", "on", "ready", "readiness", "assets", "people", "last_seen", "sources", "late"])  # fmt: skip
    for row in queries.rows(_scope(request), q=request.GET.get("q", ""), state=request.GET.get("state", "")):
        opened = row.centre.opened_at if row.centre and row.open else None
        table.writerow([
            row.unit.code, row.unit.name, int(row.open), _local(opened), row.modules, row.on, row.ready,
            "" if row.readiness is None else round(row.readiness, 3), row.assets, row.people, _local(row.last_seen),
            row.sources.all if row.sources else 0, row.sources.late + row.sources.lost if row.sources else 0,
        ])  # fmt: skip
    answer = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="centres-{clock.local(clock.now()):%Y%m%d-%H%M}.csv"'
    return answer


def _local(moment: Any) -> str:
    return f"{clock.local(moment):%Y-%m-%d %H:%M}" if moment else ""


@require_GET
def centre_page(request: HttpRequest, unit: str) -> HttpResponse:
    """One commune's centre: everything proposed where it is not open, else its people, modules, templates and history."""
    return _page(request, queries.unit_for(_scope(request), unit))


def _page(request: HttpRequest, unit: organisations.UnitRef, status: int = 200, **extra: Any) -> HttpResponse:
    scope = _scope(request)
    centre = queries.centre_of(unit.id)
    context: dict[str, Any] = {
        "section": "admin", "unit": unit, "centre": centre, "roles": [role.value for role in ROLES],
        "may_open": scope.allows(policies.OPEN, unit.id), "may_invite": scope.allows("access.invite", unit.id),
        "changes": queries.changes(unit.id),
    }  # fmt: skip
    if centre is None or not centre.is_open:
        context["proposal"] = proposal(scope, unit)
        return render(request, "centres/opening.html", context | extra, status=status)
    context |= {
        "members": members_of([unit.id])[unit.id], "invitations": access.pending_invitations(scope, [unit.id]),
        "modules": [one for one in effectiveness.modules_of(scope, [unit.id])[unit.id] if one.state != "offered"],
        "templates": packs.effective(scope, unit.id), "offers": [one for one in packs.offers(scope, unit.id) if not one.declined],
        "sources": sources_of(scope, unit.id),
        "undoable": any(one.kind == "opened" and one.undone_at is None for one in context["changes"][:1]),
    }  # fmt: skip
    return render(request, "centres/centre.html", context | extra, status=status)


def opened_from_form(request: HttpRequest, unit: str) -> Opened | HttpResponse:
    """Open the centre as the posted form says; the form again where it cannot be done so."""
    scope = _scope(request)
    found = queries.unit_for(scope, unit)
    try:
        return services.open_centre(scope=scope, unit_id=found.id, plan=_plan(request.POST))
    except SenError as error:
        if error.code == "centre_open":  # the page was loaded anew, or somebody else was faster
            return HttpResponseRedirect(f"{reverse('console:home')}?unit={found.code}")
        if error.status not in (409, 422) and error.code != "role_beyond_inviter":
            raise
        problem = {
            "problem": error.message,
            "problem_action": error.action,
            "errors": error.fields,
            "posted": request.POST,
        }
        return _page(request, found, error.status, **problem)


def _plan(posted: QueryDict) -> Plan:
    try:
        home = UUID(posted.get("home", "")) if posted.get("home") else None
        templates = tuple(UUID(one) for one in posted.getlist("templates"))
        people = tuple(
            Invited(Role(role), name.strip(), username.strip())
            for role, name, username in zip(
                posted.getlist("role"), posted.getlist("full_name"), posted.getlist("username"), strict=True
            )
            if name.strip()
        )
    except ValueError as error:
        raise InvalidInput(_("Biểu mẫu không đọc được."), action=_("Tải lại trang rồi làm lại.")) from error
    return Plan(posted.get("name", ""), home, tuple(posted.getlist("modules")), templates, people)


@require_POST
def centre_action(request: HttpRequest, unit: str, action: str) -> HttpResponse:
    """close, undo, invite, reissue, revoke; afterwards the centre's page, with a new link where there is one."""
    scope = _scope(request)
    found = queries.unit_for(scope, unit)
    posted = request.POST
    try:
        if action == "close":
            services.close_centre(scope=scope, unit_id=found.id, reason=posted.get("reason", ""))
            messages.success(request, _("Đã đóng trung tâm. Dữ liệu, mẫu, tài khoản và các điều kiện vẫn giữ nguyên."))
        elif action == "undo":
            services.undo_opening(scope=scope, unit_id=found.id)
            messages.success(request, _("Đã hoàn tác việc mở trung tâm."))
        elif action == "invite":
            return _page(request, found, issued=[_invited(scope, found.id, posted)])
        elif action == "reissue":
            issued = access.reissue_invitation(scope=scope, invitation_id=_id(posted))
            return _page(request, found, issued=[issued])
        elif action == "revoke":
            access.revoke_invitation(scope=scope, invitation_id=_id(posted))
            messages.success(request, _("Đã thu hồi lời mời."))
        else:
            raise NotFound(_("Không có thao tác này."))
    except SenError as error:
        if error.status not in (409, 422) and error.code != "role_beyond_inviter":
            raise
        problem = {"problem": error.message, "problem_action": error.action, "errors": error.fields, "posted": posted}
        return _page(request, found, error.status, **problem)
    return HttpResponseRedirect(reverse("console:centre", args=[found.code]))


def _invited(scope: Scope, unit_id: UUID, posted: QueryDict) -> access.IssuedInvitation:
    try:
        role = Role(posted.get("role", ""))
    except ValueError as error:
        raise InvalidInput(_("Không có vai trò này."), fields={"role": _("Chọn một vai trò.")}) from error
    return access.invite(
        scope=scope,
        unit_id=unit_id,
        role=role,
        full_name=posted.get("full_name", ""),
        username=posted.get("username", ""),
    )


def _id(posted: QueryDict) -> UUID:
    try:
        return UUID(posted.get("invitation", ""))
    except ValueError as error:
        raise NotFound(_("Không có lời mời này, hoặc đã được trả lời.")) from error


# -- many at once


@require_POST
def start_bulk(request: HttpRequest) -> HttpResponse:
    """Open the centres of the ticked communes; then the page that shows how far it is."""
    made = bulk.start(scope=_scope(request), codes=request.POST.getlist("code"))
    return HttpResponseRedirect(reverse("console:centres-bulk", args=[made.pk]))


@require_GET
def bulk_page(request: HttpRequest, bulk_id: str) -> HttpResponse:
    """How far a batch is; `?part=1` answers the moving part alone."""
    held = bulk.one(_scope(request), _bulk_id(bulk_id))
    units = {one.code: one.name for one in organisations.communes()}
    context = {
        "section": "admin", "batch": held, "done": len(held.results), "all": len(held.codes),
        "share": len(held.results) / len(held.codes), "running": held.state in ("waiting", "running", "undoing"),
        "lines": [(code, units.get(code, code), held.results.get(code)) for code in held.codes],
        "failed": sum(bool(one) for one in held.results.values()),
    }  # fmt: skip
    return render(request, "centres/bulk_part.html" if request.GET.get("part") else "centres/bulk.html", context)


@require_POST
def bulk_action(request: HttpRequest, bulk_id: str, action: str) -> HttpResponse:
    """cancel or undo."""
    actions = {"cancel": bulk.cancel, "undo": bulk.undo}
    if action not in actions:
        raise NotFound(_("Không có thao tác này."))
    held = actions[action](scope=_scope(request), bulk_id=_bulk_id(bulk_id))
    return HttpResponseRedirect(reverse("console:centres-bulk", args=[held.pk]))


def _bulk_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound(_("Không có việc này.")) from error


__all__ = [
    "Opened", "bulk_action", "bulk_page", "centre_action", "centre_page", "centres_csv", "centres_page", "opened_from_form",
    "sources_of", "start_bulk",
]  # fmt: skip
