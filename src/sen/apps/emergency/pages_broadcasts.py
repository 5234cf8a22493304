"""Pages of broadcasts and bulletins: write, preview, approve, send, and who has confirmed."""

from __future__ import annotations

import csv
import io
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sen.apps.emergency import broadcasts, bulletins, policies, telling_state
from sen.apps.emergency.affected import Affected, affected, parse
from sen.apps.emergency.models import Broadcast, BulletinTemplate, Hazard
from sen.apps.emergency.pages import own_units, scope_of_page, uuid_or_none
from sen.kernel import clock
from sen.kernel.errors import InvalidInput, NotFound
from sen.kernel.identifiers import uuid7
from sen.kernel.scopes import require

LISTED = 100


@require_GET
def broadcasts_page(request: HttpRequest) -> HttpResponse:
    """The newest broadcasts with how many confirmed."""
    scope = scope_of_page(request)
    rows = telling_state.counted(list(broadcasts.visible(scope)[:LISTED]))
    context = {"section": "incidents", "rows": rows, "may_broadcast": scope.allows(policies.BROADCAST)}
    return render(request, "emergency/broadcasts.html", context)


@require_http_methods(["GET", "POST"])
def new_broadcast(request: HttpRequest) -> HttpResponse:
    """Whom to tell and what; `area` (JSON) from the map chooses the communes. Sending is the next page's button."""
    scope = require(scope_of_page(request), policies.BROADCAST)
    drawn, text = _drawn(request)
    units = own_units(scope, policies.BROADCAST)
    context: dict[str, Any] = {
        "section": "incidents", "units": units, "found": drawn, "area": text, "hazards": Hazard.choices, "key": request.POST.get("key") or str(uuid7()),
        "chosen": set(request.POST.getlist("to")) or {one.code for one in (drawn.communes if drawn else [])}, "posted": request.POST,
    }  # fmt: skip
    if request.method == "POST" and "words" in request.POST:
        try:
            made = _write(request, drawn)
        except InvalidInput as error:
            context |= {"problem": f"{error.message} {error.action}".strip(), "errors": error.fields}
            return render(request, "emergency/new_broadcast.html", context, status=422)
        return HttpResponseRedirect(reverse("console:emergency-broadcast", args=[made.pk]))
    return render(request, "emergency/new_broadcast.html", context)


def _drawn(request: HttpRequest) -> tuple[Affected | None, str]:
    text = request.POST.get("area", "")
    return (affected(scope_of_page(request), parse(text)), text) if text else (None, "")


def _write(request: HttpRequest, drawn: Affected | None) -> Broadcast:
    post = request.POST
    figures = {"households": drawn.households, "people": drawn.people, "sources": drawn.sources} if drawn else None
    return broadcasts.write(
        scope=scope_of_page(request), unit=post.get("unit", ""), to_units=post.getlist("to"), title=post.get("title", ""),
        words=post.get("words", ""), hazard=post.get("hazard", ""), severity=post.get("severity", ""), drill="drill" in post,
        first_only="first_only" in post, remind_minutes=_number(post.get("remind")), escalate_minutes=_number(post.get("escalate")),
        figures=figures, key=post.get("key", "")[:100],
    )  # fmt: skip


def _number(text: str | None) -> int:
    return int(text) if text and text.isdigit() else 0


@require_GET
def broadcast_page(request: HttpRequest, broadcast: UUID) -> HttpResponse:
    """One broadcast: its words, and who has confirmed and who has not."""
    return render(request, "emergency/broadcast.html", _one(request, broadcast))


@require_GET
def people_part(request: HttpRequest, broadcast: UUID) -> HttpResponse:
    """The list of people alone, fetched again while a broadcast runs."""
    return render(request, "emergency/people.html", _one(request, broadcast))


def _one(request: HttpRequest, key: UUID) -> dict[str, Any]:
    scope = scope_of_page(request)
    found = broadcasts.broadcast_for(scope, key)
    listed = telling_state.people(scope, found)
    mine = [one for one in listed if one.acknowledged_at is None and one.id in _own_rows(request, found)]
    return {
        "section": "incidents", "one": found, "people": listed, "tally": telling_state.tally(listed), "mine": mine,
        "may_broadcast": scope.allows(policies.BROADCAST, found.unit_id),
        "may_approve": scope.allows(policies.APPROVE, found.unit_id) and found.created_by_id != scope.user_id,
    }  # fmt: skip


def _own_rows(request: HttpRequest, found: Broadcast) -> set[UUID]:
    user_id = scope_of_page(request).user_id
    return set(found.people.filter(contact__user_id=user_id).values_list("pk", flat=True)) if user_id else set()


@require_GET
def people_csv(request: HttpRequest, broadcast: UUID) -> HttpResponse:
    """Who was told, when and how they confirmed. Numbers only for those who may see them."""
    context = _one(request, broadcast)
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(["unit", "name", "office", "phone", "instead_of", "told_at", "acknowledged_at", "how", "note", "trouble", "drill"])  # fmt: skip
    for one in context["people"]:
        table.writerow([one.unit, one.name, one.office, one.phone, one.instead_of, _at(one.told_at), _at(one.acknowledged_at), one.how, one.note or one.answer, one.trouble, context["one"].drill])  # fmt: skip
    answer = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{context["one"].number}.csv"'
    return answer


def _at(moment: Any) -> str:
    return f"{clock.local(moment):%Y-%m-%d %H:%M:%S}" if moment else ""


@require_POST
def action(request: HttpRequest, broadcast: UUID, action: str) -> HttpResponse:
    """approve, send, remind, close, by-hand (`person`, `note`), mine (the caller confirms their own)."""
    scope = scope_of_page(request)
    note = request.POST.get("note", "")
    if action == "approve":
        broadcasts.approve(scope=scope, broadcast_id=broadcast)
        messages.success(request, _("Đã duyệt."))
    elif action == "send":
        broadcasts.send(scope=scope, broadcast_id=broadcast)
        messages.success(request, _("Đã phát tin. Trang này tự cập nhật khi có người xác nhận."))
    elif action == "remind":
        count = broadcasts.remind(scope=scope, broadcast_id=broadcast)
        messages.success(request, ngettext("Đã nhắc %(n)d người chưa xác nhận.", "Đã nhắc %(n)d người chưa xác nhận.", count) % {"n": count})  # fmt: skip
    elif action == "close":
        broadcasts.close(scope=scope, broadcast_id=broadcast, note=note)
        messages.success(request, _("Đã kết thúc lần phát tin."))
    elif action == "by-hand":
        broadcasts.acknowledge_by_hand(scope=scope, person_id=uuid_or_none(request.POST.get("person")), note=note)
    elif action == "mine":
        broadcasts.acknowledge_own(scope=scope, broadcast_id=broadcast)
        messages.success(request, _("Đã xác nhận bạn nhận được tin."))
    else:
        raise NotFound(_("Không có thao tác này."))
    return HttpResponseRedirect(reverse("console:emergency-broadcast", args=[broadcast]))


@require_GET
def bulletins_page(request: HttpRequest) -> HttpResponse:
    """The prepared bulletins by hazard."""
    scope = require(scope_of_page(request), policies.VIEW)
    context = {
        "section": "incidents", "templates": BulletinTemplate.objects.all(), "may_broadcast": scope.allows(policies.BROADCAST),
    }  # fmt: skip
    return render(request, "emergency/bulletins.html", context)


@require_http_methods(["GET", "POST"])
def bulletin_page(request: HttpRequest, code: str) -> HttpResponse:
    """Fill a bulletin in, look at it, make a draft of it for another person to approve."""
    scope = scope_of_page(request)
    template = bulletins.template_for(scope, code)
    units = own_units(scope, policies.BROADCAST)
    drawn, text = _drawn(request)
    unit = request.POST.get("unit") or (units[0].code if units else "")
    values = {name: request.POST.get(f"v-{name}", "") for name in bulletins.holes(template)}
    known = bulletins.known_values(unit, drawn) if unit else {}
    title, words, empty = bulletins.filled(template, {**known, **{key: text for key, text in values.items() if text.strip()}})  # fmt: skip
    context: dict[str, Any] = {
        "section": "incidents", "template": template, "units": units, "unit": unit, "area": text, "found": drawn,
        "holes": [(name, bulletins.hole_words(name), values[name], known.get(name, "")) for name in values if name not in bulletins.BY_THEMSELVES], "title": title, "words": words, "empty": [bulletins.hole_words(name) for name in empty],
        "chosen": set(request.POST.getlist("to")) or {one.code for one in (drawn.communes if drawn else [])},
        "may_broadcast": scope.allows(policies.BROADCAST), "drill": "drill" in request.POST,
    }  # fmt: skip
    if request.method == "POST" and "draft" in request.POST:
        try:
            made = bulletins.write(
                scope=scope, code=code, unit=unit, to_units=request.POST.getlist("to"), values=values, affected=drawn,
                drill="drill" in request.POST,
            )  # fmt: skip
        except InvalidInput as error:
            context["problem"] = f"{error.message} {error.action}".strip()
            return render(request, "emergency/bulletin.html", context, status=422)
        return HttpResponseRedirect(reverse("console:emergency-broadcast", args=[made.pk]))
    return render(request, "emergency/bulletin.html", context)
