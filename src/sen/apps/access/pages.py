"""Pages of people: my account (password, second factor, tokens, language) and, for administrators, people and their roles."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sen.apps.access import queries, services
from sen.apps.organisations import interface as organisations
from sen.kernel import clock
from sen.kernel.errors import NotFound, SenError
from sen.kernel.scopes import Role, Scope

TOKEN_DAYS = (30, 90, 180, 365)


def _scope(request: HttpRequest) -> Scope:
    scope: Scope = request.scope_of_user  # type: ignore[attr-defined]
    return scope


def remember_language(scope: Scope, language: str) -> None:
    """Keep the language that a person chose."""
    services.set_preferences(scope=scope, language=language)


@require_GET
def account_page(request: HttpRequest) -> HttpResponse:
    """Who I am, how I sign in, my tokens."""
    return render(request, "access/account.html", _account_context(request))


def _account_context(request: HttpRequest) -> dict[str, Any]:
    scope = _scope(request)
    person = queries.person(queries.user_id_of(scope))
    return {
        "section": "", "person": person, "memberships": organisations.memberships(person.pk), "tokens": queries.own_tokens(scope),
        "second_factor": queries.has_second_factor(person), "token_days": TOKEN_DAYS, "token_scopes": services.TOKEN_SCOPES,
    }  # fmt: skip


@require_POST
def make_token(request: HttpRequest) -> HttpResponse:
    """Make a token and show it once."""
    scope = _scope(request)
    days = request.POST.get("days", "90")
    try:
        token, secret = services.create_token(
            scope=scope, user=queries.person(queries.user_id_of(scope)), name=request.POST.get("name", "") or _("Mã truy cập"),
            scopes=request.POST.getlist("scopes"), expires=clock.now() + timedelta(days=int(days) if days.isdigit() else 90),
        )  # fmt: skip
    except SenError as error:
        return render(
            request,
            "access/account.html",
            {**_account_context(request), "problem": f"{error.message} {error.action}"},
            status=error.status,
        )
    return render(request, "access/account.html", {**_account_context(request), "new_token": token, "secret": secret})


@require_POST
def revoke_token(request: HttpRequest, token: str) -> HttpResponse:
    """Stop one of my tokens."""
    try:
        services.revoke_token(scope=_scope(request), token_id=UUID(token))
    except ValueError as error:
        raise NotFound(_("Không tìm thấy mã truy cập.")) from error
    messages.success(request, _("Đã thu hồi mã truy cập."))
    return HttpResponseRedirect(reverse("console:account"))


@require_http_methods(["GET", "POST"])
def people_page(request: HttpRequest) -> HttpResponse:
    """Accounts with their roles; a form for a new one where the caller may."""
    scope = _scope(request)
    context: dict[str, Any] = {"section": "admin"}
    status = 200
    if request.method == "POST":
        try:
            _create(request, scope)
        except SenError as error:
            context |= {"problem": error.message, "errors": dict(error.fields), "values": request.POST}
            status = error.status
        else:
            messages.success(request, _("Đã tạo tài khoản."))
            return HttpResponseRedirect(reverse("console:people"))
    people = list(queries.people(scope)[:500])
    roles = organisations.memberships_of_people([person.pk for person in people])
    context |= {
        "people": [(person, roles.get(person.pk, [])) for person in people], "roles": [role.value for role in Role], "may_manage": scope.allows("access.manage_people"),
        "units": [organisations.province(), *organisations.departments(), *organisations.communes()], "locked": queries.locked_names(scope)[:50],
    }  # fmt: skip
    return render(request, "access/people.html", context, status=status)


def _create(request: HttpRequest, scope: Scope) -> None:
    posted = request.POST
    try:
        role = Role(posted.get("role", ""))
    except ValueError as error:
        raise NotFound(_("Không có vai trò này.")) from error
    services.create_user(
        scope=scope, username=posted.get("username", ""), full_name=posted.get("full_name", ""), password=posted.get("password") or None,
        role=role, unit_id=organisations.unit(posted.get("unit", "")).id,
    )  # fmt: skip
