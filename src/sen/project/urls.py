"""Every address of the staff web. Pages live in their apps; this file only says where they hang."""

from __future__ import annotations

from importlib.util import find_spec

from django.conf import settings
from django.contrib.staticfiles.urls import staticfiles_urlpatterns
from django.urls import URLPattern, URLResolver, include, path

from sen.project.rest_api import api

handler400 = "sen.project.middleware.bad_request"
handler403 = "sen.project.middleware.forbidden"
handler404 = "sen.project.middleware.not_found"
handler500 = "sen.project.middleware.failed"


def _when_there(route: str, module: str) -> list[URLPattern | URLResolver]:
    try:
        return [path(route, include(module))] if find_spec(module) else []
    except ImportError as error:  # while the pages land
        print("sen.project.urls:", error)
        return []


urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", api.urls),
    path("", include("sen.apps.access.urls")),
    *_when_there("", "sen.console.urls"),
    *(staticfiles_urlpatterns() if settings.DEBUG else []),
]
