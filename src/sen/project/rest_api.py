"""The REST API at /api/v1: one NinjaAPI, each app's router, problem+json for every refusal, Bearer tokens or sessions."""

from __future__ import annotations

import hashlib
from typing import Any

import structlog
from django.db import DataError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.security.base import AuthBase
from ninja.utils import check_csrf

from sen.apps.access import rest as access
from sen.apps.alerts import rest as alerts
from sen.apps.assets import rest as assets
from sen.apps.audit import rest as audit
from sen.apps.centres import rest as centres
from sen.apps.dashboards import rest as dashboards
from sen.apps.directives import rest as directives
from sen.apps.documents import rest as documents
from sen.apps.effectiveness import rest as effectiveness
from sen.apps.emergency import rest as emergency
from sen.apps.files import rest as files
from sen.apps.incidents import rest as incidents
from sen.apps.indicators import rest as indicators
from sen.apps.notifications import rest as notifications
from sen.apps.organisations import rest as organisations
from sen.apps.packs import rest as packs
from sen.apps.procedures import rest as procedures
from sen.apps.programme import rest as programme
from sen.apps.shifts import rest as shifts
from sen.apps.sources import rest as sources
from sen.kernel.errors import Forbidden, SenError, Unauthenticated
from sen.kernel.scopes import Scope, scope_of
from sen.project.openapi import describe
from sen.project.problems import problem, problem_of
from sen.standards.edxml import rest as exchange

log = structlog.get_logger(__name__)


class Person(AuthBase):
    """A Bearer token, or the session cookie (whose writes need the CSRF token). `request.auth` is the Scope."""

    openapi_type = "http"
    openapi_scheme = "bearer"

    def __call__(self, request: HttpRequest) -> Scope:
        scope = scope_of(request)
        if scope is None:
            raise Unauthenticated(
                "Bạn chưa đăng nhập hoặc phiên làm việc đã hết hạn.",
                action="Đăng nhập lại, hoặc gửi mã truy cập còn hạn.",
            )
        if scope.token_scopes is None and check_csrf(request):
            raise Forbidden("Thiếu mã chống giả mạo yêu cầu (CSRF).", action="Tải lại trang rồi thử lại.", code="csrf")
        return scope


class Api(NinjaAPI):
    """NinjaAPI whose OpenAPI also holds what the plain ASGI application serves, and the problem answers."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._described: dict[tuple[str | None, str], Any] = {}

    def get_openapi_schema(self, **options: Any) -> Any:
        """The description, which takes a second of a processor to make: made once for each language. Nobody may change it."""
        key = get_language(), repr(sorted(options.items()))  # the options hold a dictionary
        if key not in self._described:
            self._described[key] = describe(super().get_openapi_schema(**options))
        return self._described[key]

    def create_response(self, request: HttpRequest, data: Any, **options: Any) -> HttpResponse:
        """Answers to GET carry a weak validator; an unchanged object answers 304."""
        response = super().create_response(request, data, **options)
        if request.method == "GET" and response.status_code == 200:
            response["ETag"] = etag = f'W/"{hashlib.blake2b(response.content, digest_size=12).hexdigest()}"'
            if etag in request.headers.get("If-None-Match", "").split(", "):
                response.status_code = 304
                response.content = b""
        return response


api = Api(
    title="Sen",
    version="1",
    description="Giao diện lập trình của trung tâm điều hành.",
    docs_url=None,
    openapi_url="/openapi.json",
    auth=Person(),
    urls_namespace="api",
)

_APPS = (
    access,
    alerts,
    audit,
    organisations,
    packs,
    sources,
    assets,
    indicators,
    documents,
    directives,
    exchange,
    effectiveness,
    centres,
    procedures,
    programme,
    dashboards,
    notifications,
    emergency,
    incidents,
    files,
    shifts,
)
for _router in (one.router for one in _APPS):
    api.add_router("", _router)


@api.exception_handler(SenError)
def _refused(request: HttpRequest, error: SenError) -> HttpResponse:
    return problem_of(error)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = [
        {
            "field": ".".join(str(part) for part in one.get("loc", ())),
            "message": one.get("msg", ""),
            "code": one.get("type", ""),
        }
        for one in error.errors
    ]
    return problem(422, errors=errors)


@api.exception_handler(HttpError)
def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(error.status_code, detail="" if error.status_code == 400 else error.message)


@api.exception_handler(Http404)
def _unknown(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(404)


@api.exception_handler(DataError)
def _unstorable(request: HttpRequest, error: DataError) -> HttpResponse:
    """Text that PostgreSQL cannot hold (a NUL byte) or a number out of range: the caller's mistake, not ours."""
    return problem(422)


@api.exception_handler(OperationalError)
def _database_away(request: HttpRequest, error: OperationalError) -> HttpResponse:
    """The database does not answer, or has no connection to spare."""
    log.warning("database_unavailable", path=request.path, error=str(error))
    return problem(503)


@api.exception_handler(Exception)
def _failed(request: HttpRequest, error: Exception) -> HttpResponse:
    log.exception("request_failed", path=request.path, method=request.method)
    return problem(500)
