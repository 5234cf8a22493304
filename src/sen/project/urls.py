"""Every address of the staff web. Pages live in their apps; this file only says where they hang."""

from __future__ import annotations

from django.conf import settings
from django.contrib.staticfiles.urls import staticfiles_urlpatterns
from django.urls import URLPattern, URLResolver, include, path

from sen.project.rest_api import api

handler400 = "sen.project.middleware.bad_request"
handler403 = "sen.project.middleware.forbidden"
handler404 = "sen.project.middleware.not_found"
handler500 = "sen.project.middleware.failed"


urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", api.urls),
    path("cap/", include("sen.standards.cap.urls")),
    path("", include("sen.apps.access.urls")),
    path("", include("sen.console.urls")),
    *(staticfiles_urlpatterns() if settings.DEBUG else []),
]
