"""Pages of procedures: the list, the editor with its checks, saving, the test run."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sen.apps.access.interface import Role, Scope, require
from sen.apps.incidents import policies
from sen.apps.incidents.choices import Kind
from sen.apps.incidents.procedures import checks, editing, listing, trial
from sen.apps.incidents.procedures.messages import filled
from sen.apps.incidents.procedures.registration import KIND
from sen.apps.organisations import interface as organisations
from sen.apps.organisations.interface import UnitRef
from sen.apps.packs import interface as packs
from sen.apps.packs.interface import Sop
from sen.kernel import clock
from sen.kernel.errors import InvalidInput, NotFound, SenError

LARGEST_BODY = 512 * 1024
ROLES = (
    Role.DUTY_OFFICER, Role.LEADER, Role.COMMUNE_OFFICER, Role.DEPARTMENT_OFFICER, Role.AGENT_1022, Role.ADMINISTRATOR, Role.DATA_STEWARD,
)  # fmt: skip
CHANGE, PUBLISH, OVERRIDE = "packs.change", "packs.publish", "packs.override"


class Edited(msgspec.Struct):
    """What the editor sends: the content, the unit that edits, and what it was made from (`stamp`). `acts`, `minute`, `start`: a test run."""

    content: dict[str, Any]
    unit: str = ""
    stamp: str = ""
    acts: list[trial.Act] = []
    minute: float = 0
    start: datetime | None = None


def _scope(request: HttpRequest) -> Scope:
    return require(request.scope_of_user, policies.VIEW)  # type: ignore[attr-defined]


def unit_of(scope: Scope, code: str) -> UnitRef:
    """The unit of the address, else the person's first, else the province. Raises NotFound for what the person does not see."""
    if code:
        unit = organisations.unit(code)
    else:
        held = organisations.memberships(scope.user_id) if scope.user_id else []
        unit = held[0].unit if held else organisations.province()
    if not scope.sees(unit.id):
        raise NotFound(_("Không tìm thấy đơn vị."), action=_("Chọn đơn vị trong phạm vi của bạn."))
    return unit


def _body(request: HttpRequest) -> Edited:
    if len(request.body) > LARGEST_BODY:
        raise InvalidInput(_("Quy trình quá lớn để lưu."), action=_("Tách thành nhiều quy trình."))
    try:
        return msgspec.json.decode(request.body, type=Edited)
    except msgspec.DecodeError as error:
        raise InvalidInput(_("Nội dung gửi lên không đọc được."), action=_("Tải lại trang rồi sửa tiếp.")) from error


@require_GET
def procedures_page(request: HttpRequest) -> HttpResponse:
    """Every procedure of one unit: which version, whose, where used, what waits."""
    scope = _scope(request)
    unit = unit_of(scope, request.GET.get("unit", ""))
    q, hazard = request.GET.get("q", ""), request.GET.get("hazard", "")
    context = {
        "section": "incidents", "unit": unit, "rows": listing.rows(scope, unit.id, q, hazard), "q": q, "hazard": hazard, "kinds": Kind.choices,
        "may_write": scope.allows(CHANGE, unit.id),
    }  # fmt: skip
    return render(request, "incidents/procedures/list.html", context)


@require_POST
def procedure_new(request: HttpRequest) -> HttpResponse:
    """Begin a procedure of the unit's own; its editor opens."""
    scope = _scope(request)
    unit = unit_of(scope, request.POST.get("unit", ""))
    require(scope, CHANGE, unit.id)
    made = editing.create(
        scope=scope, unit_id=unit.id, name=request.POST.get("name", ""), hazard=request.POST.get("hazard", "")
    )
    return HttpResponseRedirect(f"{reverse('console:procedure', args=[made])}?unit={unit.code}")


@require_GET
def procedure_page(request: HttpRequest, template: UUID) -> HttpResponse:
    """The editor; for who may not write, the same page to read and to try."""
    scope = _scope(request)
    unit = unit_for(scope, template, request.GET.get("unit", ""))
    standing = editing.standing(scope, template, unit.id)
    newest = standing.detail.newest
    own = standing.own
    content = editing.written_out(standing.content)
    published = packs.version(scope, template, newest.number).content if own and newest else {}
    may_write = scope.allows(CHANGE if own else OVERRIDE, unit.id)
    context = {
        "section": "incidents", "unit": unit, "standing": standing, "template": standing.detail.ref, "newest": newest, "may_write": may_write,
        "may_publish": own and scope.allows(CHANGE, unit.id), "may_drill": scope.allows(policies.DRILL, unit.id), "held": standing.held,
        "changes": packs.diff(published, content, kind=KIND) if published else [], "sop": editing.read(content),
        "state": {
            "content": content, "stamp": standing.stamp, "own": own, "write": may_write, "unit": unit.code,
            "open": ["/*"] if own else list(standing.held.open_fields if standing.held else ()),
        },
        "choices": _choices(scope, unit),
    }  # fmt: skip
    return render(request, "incidents/procedures/editor.html", context)


def unit_for(scope: Scope, template: UUID, code: str) -> UnitRef:
    """The unit as asked; without one the owner's where the caller sees it, so that a link alone opens the page."""
    if code:
        return unit_of(scope, code)
    owner = packs.template(scope, template).ref.owner_id
    return organisations.unit_by_id(owner) if scope.sees(owner) else unit_of(scope, "")


def _choices(scope: Scope, unit: UnitRef) -> dict[str, Any]:
    """What the fields of a step are chosen from."""
    forms = [(one.template.code, one.template.name) for one in packs.effective(scope, unit.id, "form")]
    return {
        "forms": sorted(forms, key=lambda one: one[1]), "kinds": Kind.choices, "placeholders": packs.PLACEHOLDERS,
        "units": [(one.code, one.name) for one in (*organisations.departments(), *organisations.communes())],
        "roles": [str(one) for one in ROLES],
    }  # fmt: skip


@require_POST
def procedure_check(request: HttpRequest, template: UUID) -> JsonResponse:
    """What is wrong or doubtful in the content as it stands, in plain words, and when each step is due at the latest."""
    scope = _scope(request)
    body = _body(request)
    unit = unit_for(scope, template, body.unit)
    sop = editing.read(body.content)
    choices = _choices(scope, unit)
    found = checks.remarks(sop, forms={code for code, _name in choices["forms"]}, units=dict(choices["units"]))
    faulty = any(one.fault for one in found)
    return JsonResponse({"remarks": msgspec.to_builtins(found), "due": {} if faulty else trial.plan(sop)})


@require_POST
def procedure_save(request: HttpRequest, template: UUID) -> JsonResponse:
    """Keep the content: the owner's draft, or the unit's own values."""
    scope = _scope(request)
    body = _body(request)
    unit = unit_for(scope, template, body.unit)
    try:
        now = editing.save(scope=scope, template_id=template, unit_id=unit.id, content=body.content, stamp=body.stamp)
    except SenError as error:
        told = {"detail": error.message, "action": error.action, "code": error.code, "fields": error.fields}
        return JsonResponse(told, status=error.status)
    return JsonResponse({"stamp": now.stamp, "unpublished": now.own and now.detail.unpublished})


@require_POST
def procedure_trial(request: HttpRequest, template: UUID) -> HttpResponse:
    """The test run at its moment; the tester's page keeps what was done, nothing is stored."""
    scope = _scope(request)
    body = _body(request)
    unit = unit_for(scope, template, body.unit)
    sop = editing.read(body.content)
    if any(one.fault for one in checks.remarks(sop)):
        raise InvalidInput(_("Quy trình còn lỗi nên chưa chạy thử được."), action=_("Sửa các chỗ được đánh dấu trước."))
    start = body.start or clock.now()
    made = trial.run(sop, start, body.acts, body.minute, organisations.working_calendar_of(unit.id))
    context = {
        "trial": made, "minute": body.minute, "words": _trial_words(sop, made, unit),
        "next_minutes": (made.next_due - start).total_seconds() / 60 if made.next_due else None,
    }  # fmt: skip
    return render(request, "incidents/procedures/trial.html", context)


def _trial_words(sop: Sop, made: trial.Trial, unit: UnitRef) -> dict[str, str]:
    """The message of each step as it would go out, filled with an example."""
    example = {
        "title": sop.name, "number": "SC-0000-0000", "place": unit.name, "territory": unit.name, "time": f"{clock.local(made.start):%H:%M}",
        "severity": _("Cảnh báo"), "lead": unit.name,
    }  # fmt: skip
    words = {one.code: one.words for one in sop.messages}
    told = {}
    for row in made.steps:
        if row.step.message in words:
            due = f"{clock.local(row.due):%H:%M %d/%m}" if row.due else ""
            told[row.step.code] = filled(words[row.step.message], {**example, "deadline": due})
    return told
