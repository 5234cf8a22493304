"""What every response carries (Content-Security-Policy) and how errors leave the house: pages for people, problem+json for programs."""

from __future__ import annotations

import sys
from collections.abc import Callable

import structlog
from django.conf import settings
from django.db import DataError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from sen.eventbus.live_position import position
from sen.kernel.errors import InvalidInput, SenError
from sen.project.problems import CONTENT_TYPE, messages, problem, problem_of

Handler = Callable[[HttpRequest], HttpResponseBase]
log = structlog.get_logger(__name__)

# No inline code, no eval, nothing from another host. MapLibre runs its worker from a file of ours or from a blob and
# draws images from data and blob addresses.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)


def content_security_policy(get_response: Handler) -> Handler:
    """Set the strict policy on every response and keep answers to signed-in people out of shared caches."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)  # a file carries a stricter one
        response["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(self)"
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        if not request.path.startswith(settings.STATIC_URL):
            response.setdefault("Cache-Control", "private, no-cache")
        return response

    return middleware


def live_position(get_response: Handler) -> Handler:
    """Note how far the live feed is before anything is read, so that the page's browser hears what comes after that."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        request.live_position = str(position())  # type: ignore[attr-defined]
        return get_response(request)

    return middleware


def problem_json(get_response: Handler) -> Handler:
    """Whatever fails below /api/ leaves as problem+json, also what Django and the router answer themselves (404, 405, 500)."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if not request.path.startswith("/api/") or response.status_code < 400:
            return response
        if response.get("Content-Type", "").startswith(CONTENT_TYPE):
            return response
        answer = problem(response.status_code)
        for header in ("Allow", "WWW-Authenticate", "Retry-After"):
            if response.has_header(header):
                answer[header] = response[header]
        return answer

    return middleware


class errors_as_pages:  # noqa: N801 - reads as the other middlewares in the settings
    """A SenError that a page lets through becomes a page (or, for htmx, a fragment) naming cause and action."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        # A character that no person types, in any field of any form.
        if isinstance(error, DataError) and "NUL" in str(error):
            error = InvalidInput(
                _("Nội dung có ký tự không dùng được (NUL)."), action=_("Bỏ ký tự đó, hoặc gõ lại đoạn đã dán.")
            )
        if not isinstance(error, SenError):
            return None
        if request.path.startswith("/api/"):
            return problem_of(error)
        return error_page(request, error.status, _(error.message), _(error.action) if error.action else "")


def error_page(request: HttpRequest, status: int, message: str = "", action: str = "") -> HttpResponse:
    """The page `error.html` with `status`, `message`, `action`; used by the handlers of urls.py as well."""
    known_message, known_action = messages().get(status, ("", ""))
    context = {"status": status, "message": message or known_message, "action": action or known_action}
    return render(request, "error.html", context, status=status)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler404."""
    return problem(404) if request.path.startswith("/api/") else error_page(request, 404)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler403."""
    return problem(403) if request.path.startswith("/api/") else error_page(request, 403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400."""
    return problem(400) if request.path.startswith("/api/") else error_page(request, 400)


def failed(request: HttpRequest) -> HttpResponse:
    """Django's handler500: a page without a stack trace, and without anything that could fail again.

    503 where the database does not answer or has no connection to spare.
    """
    status = 503 if isinstance(sys.exc_info()[1], OperationalError | InterfaceError) else 500
    if request.path.startswith("/api/"):
        return problem(status)
    message, action = messages()[status]
    return HttpResponse(
        f"<!doctype html><meta charset=utf-8><title>{status}</title><h1>{message}</h1><p>{action}</p>", status=status
    )
