"""The page that says whether a copy of a signed document is unchanged."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from sen.apps.access.interface import Scope
from sen.apps.reports import policies, services
from sen.kernel.configuration import settings
from sen.kernel.scopes import require


@require_http_methods(["GET", "POST"])
def verify_page(request: HttpRequest) -> HttpResponse:
    """Takes a PDF and answers which document it is an unchanged copy of. Nothing of it is kept."""
    scope: Scope = request.scope_of_user  # type: ignore[attr-defined]
    require(scope, policies.VERIFY)
    context: dict[str, object] = {"section": "alerts"}
    sent = request.FILES.get("file")
    if request.method == "POST":
        if sent is None or sent.size is None or sent.size > settings().file_megabytes * 1024 * 1024:
            context["problem"] = _("Chọn một tệp PDF không quá {n} MB.").format(n=settings().file_megabytes)
        else:
            context |= {"checked": sent.name, "found": services.verify(sent.read())}
    return render(request, "reports/verify.html", context, status=422 if "problem" in context else 200)
