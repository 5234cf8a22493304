"""The page of escalation chains: what holds for each severity, since when, from which unit; the editor; what runs now."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sen.apps.access import interface as access
from sen.apps.organisations import interface as organisations
from sen.apps.shifts import chains, escalation, policies, roster_view
from sen.apps.shifts.chains import Level
from sen.apps.shifts.choosing import scope_of, unit_of
from sen.apps.shifts.pages import refuse
from sen.kernel import clock
from sen.kernel.errors import InvalidInput, SenError

TARGETS: tuple[chains.To, ...] = ("on_duty", "lead", "on_call", "leader", "parent", "role", "person")
CARRIERS = ("email", "sms", "zalo", "webhook")


@require_GET
def chains_page(request: HttpRequest) -> HttpResponse:
    """What holds, the editor of one severity (`?severity=`), what runs now."""
    scope, unit = scope_of(request), unit_of(request)
    now = clock.now()
    history = chains.versions(scope, unit.id)
    chosen = request.GET.get("severity", "serious")
    chosen = chosen if chosen in ("", *chains.SEVERITIES) else "serious"
    held = {word: chains.in_force(unit.id, word, now) for word in chains.SEVERITIES}
    shown = held.get(chosen) or chains.in_force(unit.id, "", now)
    persons = [level.person for one in (*held.values(), shown) for level in one.levels if level.person]
    names = access.people_by_id(persons)
    origins = organisations.units_by_id([one.unit_id for one in held.values() if one.unit_id])
    context = {
        "section": "alerts", "unit": unit, "chosen": chosen, "may_edit": scope.allows(policies.CHAINS, unit.id),
        "rows": [
            (word, [(level, chains.level_words(level, names.get(level.person, "") if level.person else "")) for level in one.levels],
             origins.get(one.unit_id) if one.unit_id else None, one.valid_from)
            for word, one in reversed(held.items())
        ],
        "levels": [*shown.levels, *[None] * (chains.MOST_LEVELS - len(shown.levels))][:6],
        "targets": [(to, chains.level_words(Level(to))) for to in TARGETS], "carriers": CARRIERS,
        "people": roster_view.people_for(unit.id), "history": history[:20],
        "running": [escalation.chain_of(key) for key in escalation.running_keys(scope, unit.id)],
    }  # fmt: skip
    return render(request, "shifts/chains.html", context)


@require_POST
def save_chain(request: HttpRequest) -> HttpResponse:
    """Put the posted levels in force, now or from the given moment on."""
    scope, unit = scope_of(request), unit_of(request)
    severity = request.POST.get("severity", "")
    try:
        levels = [] if request.POST.get("reset") else _levels(request.POST)
        if not levels and not request.POST.get("reset"):
            raise InvalidInput(
                _("Tuyến báo cần ít nhất một bậc."), action=_("Thêm một bậc, hoặc bấm Dùng tuyến của cấp trên.")
            )
        made = chains.set_chain(
            scope=scope, unit_id=unit.id, severity=severity, levels=levels, valid_from=_from(request.POST.get("valid_from", ""))
        )  # fmt: skip
        messages.success(
            request,
            _("Tuyến báo mới có hiệu lực từ {time}.").format(time=f"{clock.local(made.valid_from):%H:%M %d/%m/%Y}"),
        )
    except SenError as error:
        refuse(request, error)
    return HttpResponseRedirect(f"{reverse('console:chains')}?unit={unit.code}&severity={severity}")


def _levels(posted: QueryDict) -> list[Level]:
    found = []
    for number in range(chains.MOST_LEVELS):
        to = posted.get(f"to-{number}", "")
        if to not in TARGETS:
            continue
        try:
            minutes = float((posted.get(f"minutes-{number}") or "0").replace(",", "."))
            clocks = float((posted.get(f"clocks-{number}") or "0").replace(",", "."))
            person = UUID(chosen) if to == "person" and (chosen := posted.get(f"person-{number}")) else None
        except ValueError as error:
            raise InvalidInput(
                _("Bậc {n}: số không đọc được.").format(n=number + 1), action=_("Sửa số phút.")
            ) from error
        carriers = tuple(one for one in posted.getlist(f"carriers-{number}") if one in CARRIERS)
        found.append(Level(to, minutes, clocks, person, carriers))
    return found


def _from(text: str) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=clock.VIETNAM)
    except ValueError as error:
        raise InvalidInput(_("Ngày giờ hiệu lực không đọc được."), action=_("Chọn lại ngày giờ.")) from error
