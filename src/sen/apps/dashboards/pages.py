"""Pages of dashboards: the list of a unit, a dashboard and its moving tiles. The editor is in pages_editor.py."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sen.apps.access.interface import Scope, require
from sen.apps.dashboards import boards, editing, homes, policies
from sen.apps.dashboards.content import Tile, placed, tolerant
from sen.apps.dashboards.pages_editor import draft, edit, preview, save, series
from sen.apps.dashboards.registration import KIND
from sen.apps.dashboards.viewing import HOURS, Viewing, may, unit_of, viewing
from sen.apps.organisations import interface as organisations
from sen.apps.packs import interface as packs

__all__ = [
    "dashboards",
    "draft",
    "duplicate",
    "edit",
    "new",
    "page",
    "preview",
    "save",
    "series",
    "set_home",
    "take",
    "tiles",
]


def _scope(request: HttpRequest) -> Scope:
    return require(request.scope_of_user, policies.VIEW)  # type: ignore[attr-defined]


def _range(request: HttpRequest) -> str:
    chosen = request.GET.get("range", "")
    return chosen if chosen in HOURS else ""


def _ranges() -> list[tuple[str, str]]:
    return [
        ("", _("Theo từng ô")),
        ("24h", _("24 giờ")),
        ("3d", _("3 ngày")),
        ("7d", _("7 ngày")),
        ("30d", _("30 ngày")),
    ]


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """A dashboard in the list, with the layout of its tiles as a small picture."""

    standing: packs.Effective
    tiles: list[Tile]
    home: bool


@require_GET
def dashboards(request: HttpRequest) -> HttpResponse:
    """What a unit has: its own, those it inherits, and those offered to it."""
    scope = _scope(request)
    unit = unit_of(scope, request.GET.get("unit", ""))
    home = homes.home_dashboard(unit.id)
    cards = [
        Card(
            standing=one,
            tiles=placed([tile for tile in tolerant(one.content) if isinstance(tile, Tile)]),
            home=one.template.id == home,
        )
        for one in packs.effective(scope, unit.id, kind=KIND)
    ]
    context = {
        "section": "home",
        "unit": unit,
        "own": [card for card in cards if card.standing.own],
        "inherited": [card for card in cards if not card.standing.own],
        "offers": [offer for offer in packs.offers(scope, unit.id) if offer.template.kind == KIND],
        "may_arrange": may(scope, policies.ARRANGE, unit.id),
    }
    return render(request, "dashboards/dashboards.html", context)


@require_GET
def page(request: HttpRequest, template: UUID) -> HttpResponse:
    """A dashboard."""
    scope = _scope(request)
    seen = viewing(scope, template, request.GET.get("unit", ""))
    ranges, chosen = _ranges(), _range(request)
    context = _board_context(request, scope, seen) | {
        "section": "home",
        "ranges": ranges,
        "range": chosen,
        "range_words": dict(ranges)[chosen],
        "may_arrange": may(scope, policies.ARRANGE, seen.unit.id) and not seen.borrowed,
        "may_copy": may(scope, policies.ARRANGE, seen.unit.id),
        "is_home": homes.home_dashboard(seen.unit.id) == template,
        "query": request.GET.urlencode(),
    }
    return render(request, "dashboards/dashboard.html", context)


@require_GET
def tiles(request: HttpRequest, template: UUID) -> HttpResponse:
    """The tiles alone; the page takes over those that changed."""
    scope = _scope(request)
    seen = viewing(scope, template, request.GET.get("unit", ""))
    return render(request, "dashboards/grid.html", _board_context(request, scope, seen))


def _board_context(request: HttpRequest, scope: Scope, seen: Viewing) -> dict[str, Any]:
    board = boards.board(scope, seen.unit.id, seen.standing.content, hours=HOURS.get(_range(request)))
    return {"board": board, "standing": seen.standing, "unit": seen.unit, "borrowed": seen.borrowed}


@require_POST
def new(request: HttpRequest) -> HttpResponse:
    """A new dashboard of a unit, opened in the editor."""
    unit = organisations.unit(request.POST.get("unit", ""))
    made = editing.create(scope=_scope(request), unit_id=unit.id, name=request.POST.get("name", ""))
    return HttpResponseRedirect(f"{reverse('console:dashboard-edit', args=[made])}?unit={unit.code}")


@require_POST
def duplicate(request: HttpRequest, template: UUID) -> HttpResponse:
    """A copy of a dashboard as a unit's own, opened in the editor."""
    scope = _scope(request)
    seen = viewing(scope, template, request.POST.get("unit", ""))
    seen_by = seen.standing.template.owner_id if seen.borrowed else seen.unit.id
    made = editing.duplicate(scope=scope, template_id=template, seen_by=seen_by, unit_id=seen.unit.id)
    return HttpResponseRedirect(f"{reverse('console:dashboard-edit', args=[made])}?unit={seen.unit.code}")


@require_POST
def set_home(request: HttpRequest, template: UUID) -> HttpResponse:
    """Choose the unit's home, or take the choice back (`undo`, with the one before)."""
    scope = _scope(request)
    unit = unit_of(scope, request.POST.get("unit", ""))
    chosen: UUID | None = template
    if request.POST.get("off"):
        chosen = None
    homes.set_home(scope=scope, unit_id=unit.id, template_id=chosen)
    words = _("Đã đặt làm trang đầu của %(unit)s.") if chosen else _("%(unit)s không còn trang đầu riêng.")
    messages.success(request, words % {"unit": unit.name})
    return HttpResponseRedirect(f"{reverse('console:dashboard', args=[template])}?unit={unit.code}")


@require_POST
def take(request: HttpRequest, template: UUID) -> HttpResponse:
    """Inherit an offered dashboard for a unit, and open it."""
    scope = _scope(request)
    unit = unit_of(scope, request.POST.get("unit", ""))
    packs.inherit(scope=scope, template_id=template, unit_id=unit.id)
    messages.success(request, _("%(unit)s dùng bảng này từ bây giờ.") % {"unit": unit.name})
    return HttpResponseRedirect(f"{reverse('console:dashboard', args=[template])}?unit={unit.code}")
