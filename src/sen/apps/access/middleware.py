"""Puts the caller's scope on each request, ends idle sessions, keeps pages for signed-in people, asks for second factors."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponseBase, HttpResponseForbidden
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from sen.apps.access import sessions
from sen.apps.access.models import User
from sen.apps.access.queries import has_second_factor, scope_for, scope_of_token
from sen.apps.access.security import policy
from sen.kernel import clock
from sen.kernel.reading import reading
from sen.kernel.scopes import Role, Scope, scope_of

Handler = Callable[[HttpRequest], HttpResponseBase]
READING = frozenset({"GET", "HEAD"})


def language_of_user(get_response: Handler) -> Handler:
    """A person's own language, else the one chosen on this machine, else the centre's; never the browser's guess."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        if request.user.is_authenticated:
            chosen = request.user.language
        known = dict(settings.LANGUAGES)
        request.LANGUAGE_CODE = chosen if chosen in known else settings.LANGUAGE_CODE
        with translation.override(request.LANGUAGE_CODE):
            response = get_response(request)
        response.setdefault("Content-Language", request.LANGUAGE_CODE)
        return response

    return middleware


def scope_of_user(get_response: Handler) -> Handler:
    """Set `request.scope_of_user`: the scope of a Bearer token, else of the session, else None. One that reads asks nothing twice."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        with reading() if request.method in READING else nullcontext():
            return answer(request)

    def answer(request: HttpRequest) -> HttpResponseBase:
        scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            scope = scope_of_token(secret.strip()) if request.path.startswith("/api/") else None
        else:
            scope = _scope_of_session(request)
        request.scope_of_user = scope  # type: ignore[attr-defined]
        return get_response(request)

    return middleware


def _scope_of_session(request: HttpRequest) -> Scope | None:
    if not request.user.is_authenticated:
        return None
    scope = scope_for(request.user)
    if sessions.is_idle(request.session, scope):
        logout(request)
        messages.info(request, _("Phiên làm việc đã hết hạn vì không có thao tác. Mời đăng nhập lại."))
        return None
    if sessions.touch(request.session):
        User.objects.filter(pk=request.user.pk).update(last_seen_at=clock.now())
    return scope


class PeopleOnly(LoginRequiredMiddleware):
    """Every page is for signed-in people unless its view says otherwise; the REST API refuses by itself."""

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., Any],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        if request.path.startswith("/api/"):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)


def second_factor_by_role(get_response: Handler) -> Handler:
    """Whoever needs a second factor, or a new password, by role and policy does that before anything else."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        wanted = _first_to_do(request)
        if wanted and request.path.startswith("/api/"):
            return HttpResponseForbidden()  # the outer middleware makes a problem of it
        return redirect(wanted) if wanted else get_response(request)

    return middleware


def _first_to_do(request: HttpRequest) -> str:
    scope, user = scope_of(request), request.user
    if (
        scope is None
        or not isinstance(user, User)
        or scope.token_scopes is not None
        or request.path.startswith(("/accounts/", settings.STATIC_URL))
    ):
        return ""
    rules = policy()
    changed_at = user.password_changed_at or user.created_at
    if Role.ADMINISTRATOR in scope.roles and clock.now() - changed_at > timedelta(
        days=rules.administrator_password_days
    ):
        return reverse("account_change_password")
    if not scope.roles & rules.second_factor_roles:
        return ""
    return "" if has_second_factor(user) else reverse("mfa_activate_totp")
