"""The pages of a display: /tv/ (pairing), /tv/<token>/ with its state and panels, and what it shows while the centre is away.

A token opens these views and nothing else: the scope made from it stays inside them, whoever is signed in in this browser.
Nothing here is cached, sent on as a referrer, or written to a log with its token.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from sen.apps.access.interface import Scope
from sen.apps.assets import interface as assets
from sen.apps.dashboards import plans, screens, tv
from sen.apps.dashboards.guesses import Guesses
from sen.apps.dashboards.models import Screen
from sen.apps.organisations import interface as organisations
from sen.kernel import clock
from sen.kernel.errors import InvalidInput, NotFound
from sen.kernel.identifiers import secret_hash

TOKEN_LENGTH = 43
WAIT_SECONDS = 15
wrong_tokens = Guesses(each=30, all_together=1_000_000, minutes=1)
wrong_codes = Guesses(each=5, all_together=20, minutes=10)

View = Callable[..., HttpResponse]


def _for_displays(view: View) -> View:
    """Open without signing in; never cached, no referrer; while the database is away a page that comes back by itself."""

    @login_not_required
    @wraps(view)
    def wrapped(request: HttpRequest, *arguments: Any, **options: Any) -> HttpResponse:
        try:
            answer = view(request, *arguments, **options)
        except OperationalError:
            answer = _waiting(request, 503)
            answer["Retry-After"] = str(WAIT_SECONDS)
        answer["Cache-Control"] = "no-store"
        answer.setdefault("Referrer-Policy", "no-referrer")
        answer["X-Robots-Tag"] = "noindex, nofollow"
        return answer

    return wrapped


@_for_displays
@require_http_methods(["GET", "POST"])
def pairing(request: HttpRequest) -> HttpResponse:
    """Six digits, typed with a remote control, become the address of the screen."""
    if request.method == "GET":
        return _pairing_page(request)
    address = request.META.get("REMOTE_ADDR", "")
    if wrong_codes.too_many(address):
        return _pairing_page(request, _("Nhập sai nhiều lần."), _("Chờ 10 phút, lấy mã mới rồi nhập lại."), 429)
    try:
        token = screens.pair(request.POST.get("code", "").replace(" ", "")[:12])
    except NotFound as error:
        if wrong_codes.wrong(address):
            screens.forget_pairing_codes()
        return _pairing_page(request, error.message, error.action, 422)
    return HttpResponseRedirect(reverse("console:tv-screen", args=[token]), status=303)


def _pairing_page(request: HttpRequest, problem: str = "", action: str = "", status: int = 200) -> HttpResponse:
    """The form. Its address holds no secret, and without a referrer a browser would send `Origin: null`, which is refused."""
    context = {"scope": None, "problem": problem, "action": action}
    answer = render(request, "dashboards/tv/pairing.html", context, status=status)
    answer["Referrer-Policy"] = "same-origin"
    return answer


@_for_displays
@require_GET
def screen_page(request: HttpRequest, token: str) -> HttpResponse:
    """The wall itself, with its first picture already inside."""
    screen = _screen(request, token)
    if isinstance(screen, HttpResponse):
        return screen
    now, scope = clock.now(), screens.scope_of_screen(screen)
    wall = plans.wall(screen, now)
    context = {
        **_around(screen, scope, token),
        "wall": wall,
        "state": tv.state(wall, now),
        "panels": tv.views(scope, screen.unit_id, wall.picture),
        "token": token,
        "now": now,
    }
    return render(request, "dashboards/tv/screen.html", context)


@_for_displays
@require_GET
def screen_state(request: HttpRequest, token: str) -> HttpResponse:
    """What to show now and next, as JSON; notes that the display is alive."""
    screen = _screen(request, token)
    if isinstance(screen, HttpResponse):
        return JsonResponse({"code": "unknown_screen"}, status=screen.status_code)
    size = request.GET.get("size", "")
    screens.seen(screen, size if len(size) <= 16 and size.replace("×", "").isdigit() else "")
    now = clock.now()
    return JsonResponse(tv.state(plans.wall(screen, now), now))


@_for_displays
@require_GET
def screen_panel(request: HttpRequest, token: str, place: int) -> HttpResponse:
    """One panel of the present picture as HTML. 409 where the picture has changed since the display asked for its state."""
    screen = _screen(request, token)
    if isinstance(screen, HttpResponse):
        return screen
    now = clock.now()
    wall = plans.wall(screen, now)
    picture = wall.picture
    if picture is None or place >= len(picture.panels) or request.GET.get("of") != tv.state(wall, now)["revision"]:
        return HttpResponse(status=409)
    scope = screens.scope_of_screen(screen)
    context = {
        **_around(screen, scope, token),
        "panel": tv.view(scope, screen.unit_id, picture.panels[place], place, picture.layout),
    }
    return render(request, "dashboards/tv/panel.html", context)


@_for_displays
@require_GET
def screen_map(request: HttpRequest, token: str) -> HttpResponse:
    """What lies in a box of the map, cut to the screen's unit."""
    screen = _screen(request, token)
    if isinstance(screen, HttpResponse):
        return screen
    scope, asked = screens.scope_of_screen(screen), request.GET
    try:
        zoom = max(0.0, min(22.0, float(asked.get("zoom", "8"))))
        picture = assets.map_picture(
            scope, bbox=asked.get("bbox", ""), zoom=zoom if math.isfinite(zoom) else 8.0,
            kinds=[kind for kind in asked.get("kinds", "").split(",") if kind],
            unit_ids=None if scope.everything else scope.unit_ids,
        )  # fmt: skip
    except (ValueError, InvalidInput):
        return JsonResponse({"items": [], "total": 0}, status=422)
    return JsonResponse(picture)


@_for_displays
@require_GET
def screen_ground(request: HttpRequest, token: str) -> HttpResponse:
    """The ground of the communes for the map; public knowledge, yet asked with the token like all the rest."""
    screen = _screen(request, token)
    return screen if isinstance(screen, HttpResponse) else JsonResponse(organisations.commune_features())


@_for_displays
@require_GET
def waiting(request: HttpRequest) -> HttpResponse:
    """What a display shows while the centre is away; the service worker keeps a copy of it."""
    return _waiting(request, 200)


@login_not_required
@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, served from /tv/ so that it may look after that folder."""
    path = finders.find("sen/tv_worker.js")
    if not isinstance(path, str):
        raise Http404
    answer = HttpResponse(Path(path).read_bytes(), content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "no-cache"
    return answer


def _waiting(request: HttpRequest, status: int) -> HttpResponse:
    return render(request, "dashboards/tv/waiting.html", {"scope": None, "seconds": WAIT_SECONDS}, status=status)


def _screen(request: HttpRequest, token: str) -> Screen | HttpResponse:
    """The screen of a token, else the page that says what to do. Wrong tokens are counted by address."""
    address, key = request.META.get("REMOTE_ADDR", ""), secret_hash(token)
    # Many displays may share an address: one that was right before goes on while others there are guessing.
    blocked = wrong_tokens.too_many(address) and not wrong_tokens.was_right(key)
    found = screens.screen_of_token(token) if len(token) == TOKEN_LENGTH and not blocked else None
    if found is not None:
        wrong_tokens.right(key)
        return found
    wrong_tokens.wrong(address)
    return render(request, "dashboards/tv/unknown.html", {"scope": None}, status=429 if blocked else 404)


def _around(screen: Screen, scope: Scope, token: str) -> dict[str, Any]:
    """What every template of a display knows. `scope` is the screen's, whoever is signed in in this browser."""
    return {
        "scope": scope, "user": None, "tv": True, "screen": screen, "unit": organisations.unit_by_id(screen.unit_id),
        "theme": screen.theme, "map_view": reverse("console:tv-map", args=[token]),
        "territories": reverse("console:tv-ground", args=[token]),
    }  # fmt: skip
