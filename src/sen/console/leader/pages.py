"""The pages of the leader: the home, and one unit with what is late there and why."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from sen.apps.access.interface import Scope
from sen.apps.organisations import interface as organisations
from sen.console.leader.behind import behind
from sen.console.leader.decisions import decisions
from sen.console.leader.numbers import Number, numbers
from sen.console.leader.reasons import reasons
from sen.kernel import clock
from sen.kernel.errors import NotFound


@require_GET
def leader_home(request: HttpRequest) -> HttpResponse:
    """Ten numbers, decisions, what is late; `?part=1` answers the moving part alone for live updates."""
    scope: Scope = request.scope_of_user  # type: ignore[attr-defined]
    unit = unit_of(scope, request.GET.get("unit", ""))
    shown = numbers(scope, unit)
    context: dict[str, Any] = {
        "section": "home", "now": clock.now(), "unit": unit, "week": clock.local(clock.now()).isocalendar().week, "numbers": shown,
        "verdict": _verdict(shown), "decisions": decisions(scope), "behind": behind(scope, unit), "missing": len(shown) <= 3,
        "topics": f"unit:{unit.code},sources", "simulated": any(one.simulated for one in shown),
    }  # fmt: skip
    return render(request, "console/leader_part.html" if request.GET.get("part") else "console/leader.html", context)


@require_GET
def leader_unit(request: HttpRequest, code: str) -> HttpResponse:
    """What is late in one unit and why, each with a way to act."""
    scope: Scope = request.scope_of_user  # type: ignore[attr-defined]
    unit = unit_of(scope, code)
    found = behind(scope, unit)
    own = next((row for row in found if row.unit.id == unit.id), None)
    context = {
        "section": "home", "now": clock.now(), "unit": unit, "row": own, "reasons": reasons(scope, unit),
        "below": [row for row in found if row.unit.id != unit.id][:20],
    }  # fmt: skip
    return render(request, "console/leader_unit.html", context)


def unit_of(scope: Scope, code: str) -> organisations.UnitRef:
    """The unit of the address, else the caller's first, else the province. Raises NotFound for what the caller does not see."""
    memberships = organisations.memberships(scope.user_id) if scope.user_id and not code else []
    unit = organisations.unit(code) if code else memberships[0].unit if memberships else organisations.province()
    if not scope.sees(unit.id):
        raise NotFound(_("Không tìm thấy đơn vị."), action=_("Chọn đơn vị trong phạm vi của bạn."))
    return unit


def _verdict(shown: list[Number]) -> str:
    """How many numbers are far from where they should be, below, and well."""
    bad, mid = (sum(one.tone == tone for one in shown) for tone in ("bad", "mid"))
    well = len(shown) - bad - mid
    parts = [
        ngettext("{n} số cần xử lý", "{n} số cần xử lý", bad).format(n=bad) if bad else "",
        ngettext("{n} số dưới mục tiêu", "{n} số dưới mục tiêu", mid).format(n=mid) if mid else "",
        ngettext("{n} số bình thường", "{n} số bình thường", well).format(n=well) if well else "",
    ]
    return ", ".join(part for part in parts if part)
