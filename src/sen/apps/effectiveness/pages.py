"""Pages of modules: the province's view of all units, the modules of one unit, and the readiness gate of one module."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sen.apps.access import interface as access
from sen.apps.access.interface import Scope
from sen.apps.alerts import interface as alerts
from sen.apps.effectiveness import catalogue, gate, policies, presented, queries, services
from sen.apps.effectiveness.models import ModuleChange, UnitModule
from sen.apps.organisations import interface as organisations
from sen.apps.packs import interface as packs
from sen.kernel import clock
from sen.kernel.errors import NotFound, SenError

NUMBERS = ("baseline_value", "target_value")


def _scope(request: HttpRequest) -> Scope:
    scope: Scope = request.scope_of_user  # type: ignore[attr-defined]
    return scope


@dataclass(frozen=True)
class Card:
    """A module as a list shows it."""

    state: queries.ModuleState
    words: str
    tone: str
    purpose: str
    missing: str
    kinds: str


def card(found: queries.ModuleState) -> Card:
    """A module with its words."""
    known = packs.asset_kinds()
    kinds = ", ".join(known[code].name.lower() for code in found.module.asset_kinds if code in known)
    return Card(
        found, presented.state_words(found.state), presented.STATE_TONES[found.state], catalogue.purpose_of(found.module),
        presented.item_titles(found.missing), kinds,
    )  # fmt: skip


@require_GET
def modules_page(request: HttpRequest) -> HttpResponse:
    """The modules of `?unit=`; without one the caller's own unit, or for the whole province what every unit has."""
    scope = _scope(request)
    code = request.GET.get("unit", "")
    own = own_unit(scope)
    if not code and own is None:
        return render(request, "effectiveness/units.html", _province_context(scope))
    unit = queries.unit_for(scope, code) if code else own
    if unit is None:
        raise NotFound(_("Không tìm thấy đơn vị có mã này."))
    found = [card(one) for one in queries.states(scope, [unit.id])[unit.id]]
    context = {
        "section": "data", "unit": unit, "taken": [one for one in found if one.state.row],
        "offered": [one for one in found if one.state.row is None and one.state.sources.assets],
        "empty": [one for one in found if one.state.row is None and not one.state.sources.assets],
        "may_edit": scope.allows(policies.EDIT, unit.id), "may_switch": scope.allows(policies.SWITCH, unit.id),
        "sees_all": scope.everything, "now": clock.now(),
    }  # fmt: skip
    return render(request, "effectiveness/modules.html", context)


def own_unit(scope: Scope) -> organisations.UnitRef | None:
    """The unit that somebody who does not see the whole province works in."""
    if scope.everything or scope.user_id is None:
        return None
    memberships = organisations.memberships(scope.user_id)
    return memberships[0].unit if memberships else None


def _province_context(scope: Scope) -> dict[str, Any]:
    """Units that took a module up, with a mark for each; what was switched on unready; what stopped being ready."""
    held = UnitModule.objects.order_by().values_list("unit_id", flat=True).distinct()
    units = organisations.units_by_id([one for one in held if scope.sees(one)])
    found = queries.states(scope, list(units))
    rows = [(unit, {one.code: one for one in found[unit.id] if one.row}) for unit in units.values()]
    codes = sorted({code for _unit, several in rows for code in several}, key=catalogue.name_of)
    table = [(unit, [card(several[code]) if code in several else None for code in codes]) for unit, several in rows]
    table.sort(key=lambda row: (-sum(1 for one in row[1] if one and one.state.on), row[0].code))
    several = [one for unit in found.values() for one in unit if one.row]
    return {
        "section": "data", "codes": [(code, catalogue.name_of(code)) for code in codes], "table": table,
        "counts": {
            "taken": len(several), "on": sum(one.on for one in several), "ready": sum(one.ready for one in several),
            "unready": sum(one.state == "on_not_ready" for one in several),
        },
        "forced": [(one, catalogue.name_of(one.code), presented.item_titles(one.switched_missing)) for one in queries.switched_on_unready(scope)],
        "stopped": [(one, catalogue.name_of(one.code), presented.item_titles(one.missing)) for one in queries.stopped_ready(scope)],
    }  # fmt: skip


@require_GET
def module_page(request: HttpRequest, unit: str, module: str) -> HttpResponse:
    """The gate of one module: each item with its next step and its form, the switch, the history."""
    return render(request, "effectiveness/module.html", _module_context(request, unit, module))


def _module_context(request: HttpRequest, unit: str, module: str) -> dict[str, Any]:
    scope = _scope(request)
    where = queries.unit_for(scope, unit)
    found = queries.state(scope, where.id, module)
    people = access.people_by_id(organisations.member_ids([where.id]))
    kinds = packs.asset_kinds()
    return {
        "section": "data", "unit": where, "found": found, "card": card(found), "row": found.row or UnitModule(unit_id=where.id, code=module), "items": presented.items(found),
        "measure": found.module.measure, "measure_name": catalogue.measure_name(found.module),
        "people": sorted(people.items(), key=lambda one: one[1]), "kinds": [(code, kinds[code].name) for code in found.module.asset_kinds if code in kinds],
        "may_edit": scope.allows(policies.EDIT, where.id), "may_switch": scope.allows(policies.SWITCH, where.id),
        "may_invite": scope.allows("access.invite", where.id), "reason_length": gate.REASON_LENGTH, "notice_days": gate.UPKEEP_NOTICE_DAYS,
        "needed": round(_needed(found) * 100), "needed_share": _needed(found), "changes": [_told(one) for one in queries.changes(found.row)], "values": {},
        "watching": alerts.rules_watching(where.id, found.module.asset_kinds),
    }  # fmt: skip


def _needed(found: queries.ModuleState) -> float:
    return found.module.on_time_share if found.module.by_sheets else found.module.fresh_share


@dataclass(frozen=True)
class Told:
    """One line of a module's history."""

    change: ModuleChange
    words: str
    tone: str


def _told(change: ModuleChange) -> Told:
    kinds = ModuleChange.Kind
    tones = {kinds.SWITCHED_ON: "a", kinds.STOPPED_READY: "w", kinds.SWITCHED_OFF: "o"}
    words = str(kinds(change.kind).label)
    if change.kind == kinds.EDITED:
        parts = {field.removesuffix("_id").partition("_")[0] for field in change.fields}
        renamed = {"baseline": "measure", "target": "measure"}
        codes = tuple(code for code in gate.ITEMS if code in {renamed.get(part, part) for part in parts})
        words = f"{words}: {presented.item_titles(codes)}"
    if change.missing:
        words += _("; thiếu: {items}").format(items=presented.item_titles(change.missing))
    return Told(change, words, tones.get(kinds(change.kind), ""))


@require_POST
def module_action(request: HttpRequest, unit: str, module: str, action: str) -> HttpResponse:
    """answer, take-up, on, off; afterwards the module's page again, with what was typed where it could not be used."""
    scope = _scope(request)
    where = queries.unit_for(scope, unit)
    posted = request.POST
    try:
        version = int(posted["version"]) if posted.get("version", "").isdigit() else None
        if action == "answer":
            changes = _typed(posted)
            services.edit(scope=scope, unit_id=where.id, code=module, changes=changes, version=version)
            messages.success(request, _("Đã lưu."))
        elif action == "take-up":
            services.take_up(scope=scope, unit_id=where.id, codes=[module])
            messages.success(request, _("Đã đưa phân hệ vào chuẩn bị."))
        elif action == "on":
            services.switch_on(
                scope=scope, unit_id=where.id, code=module, reason=posted.get("reason", ""), version=version
            )
            messages.success(request, _("Đã bật phân hệ."))
        elif action == "off":
            services.switch_off(
                scope=scope, unit_id=where.id, code=module, reason=posted.get("reason", ""), version=version
            )
            messages.success(request, _("Đã tắt phân hệ. Các điều kiện đã ghi vẫn giữ nguyên."))
        else:
            raise NotFound(_("Không có thao tác này."))
    except SenError as error:
        if error.status not in (409, 422):
            raise
        context = _module_context(request, unit, module)
        context |= {"problem": error.message, "problem_action": error.action, "errors": error.fields, "values": posted}
        return render(request, "effectiveness/module.html", context, status=error.status)
    return HttpResponseRedirect(reverse("console:module", args=[unit, module]))


def _typed(posted: Mapping[str, str]) -> dict[str, Any]:
    """The fields that a form sent; empty numbers, days and people are none, a decimal comma is a point."""
    found: dict[str, Any] = {}
    for name in services.FIELDS:
        if name not in posted:
            continue
        text = posted[name].strip()
        if name in NUMBERS:
            text = text.replace(".", "").replace(",", ".") if "," in text else text
        empty_is_none = name in (*NUMBERS, "owner", "procedure_minutes") or name.endswith(("_on", "_until"))
        found[name] = None if empty_is_none and not text else text
    return found
