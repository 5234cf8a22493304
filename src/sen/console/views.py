"""Pages and fragments of the shell itself: style page, search, unit picker, language, system health."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from sen.apps.assets import pages as assets
from sen.apps.organisations import interface as organisations
from sen.apps.sources import pages as sources
from sen.console import health as system
from sen.console.sample import style_sample
from sen.kernel import clock

TREE_START = date(2025, 7, 1)


@require_GET
@login_not_required
def style(request: HttpRequest) -> HttpResponse:
    """Every piece of the visual language in both themes, with made-up values; the tests photograph it."""
    return render(request, "console/style.html", {"section": "admin", **style_sample()})


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """What the top bar finds while typing: stations, sources, units."""
    q = request.GET.get("q", "").strip()[:80]
    found: dict[str, Any] = {"q": q}
    if q:
        scope = request.scope_of_user  # type: ignore[attr-defined]
        found["assets"] = assets.found(scope, q)
        found["sources"] = sources.found(scope, q)
        found["units"] = organisations.units(q, limit=6)[0]
    return render(request, "console/search.html", found)


@require_GET
def units(request: HttpRequest) -> HttpResponse:
    """The unit picker: the tree as of a day, narrowed by words; choosing goes back to the page with `?unit=`."""
    today = clock.local(clock.now()).date()
    as_of = _day(request.GET.get("as_of", "")) or today
    back = request.GET.get("back", "/")
    q = request.GET.get("q", "").strip()[:80]
    departments = organisations.units(q, as_of=as_of, level="department", limit=200)[0]
    communes = organisations.units(q, as_of=as_of, level="commune", limit=600)[0]
    context = {
        "departments": departments, "communes": communes, "province": organisations.province(), "as_of": as_of, "today": today,
        "q": q, "back": back, "back_stem": _stem(back), "old_tree": as_of < TREE_START,
    }  # fmt: skip
    return render(request, "console/units.html", context)


@require_POST
@login_not_required
def language(request: HttpRequest) -> HttpResponse:
    """Change the language of this browser (and of the account, when signed in) and go back."""
    chosen = request.POST.get("language", "vi")
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = "/"
    answer = HttpResponseRedirect(target)
    if chosen in dict(settings.LANGUAGES):
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            max_age=365 * 86400,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
        scope = getattr(request, "scope_of_user", None)
        if scope is not None:
            from sen.apps.access import pages as access

            access.remember_language(scope, chosen)
    return answer


@require_GET
def health(request: HttpRequest) -> HttpResponse:
    """What runs, how far behind, how full."""
    return render(request, "console/health.html", {"section": "admin", **system.picture()})


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _stem(back: str) -> str:
    """`back` without its unit, ready for `unit=<code>` to follow."""
    parts = urlsplit(back)
    path = parts.path if parts.path.startswith("/") and not parts.path.startswith("//") else "/"
    kept = urlencode([(key, value) for key, value in parse_qsl(parts.query) if key != "unit"])
    return f"{path}?{kept}&" if kept else f"{path}?"
