"""Pages of sheets: what a unit has to send and by when, the grid, the approver's view, the history of a cell, Excel out and in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sen.apps.access.interface import Scope, require
from sen.apps.indicators import definitions, pages_approving, policies
from sen.apps.indicators.models import Status
from sen.apps.indicators.models_sheets import SheetEntry
from sen.apps.indicators.sheets import (
    announcing,
    approving,
    deciding,
    detail,
    drafts,
    evidence,
    lateness,
    listing,
    reminding,
    seeing,
    workbook_in,
    workbook_out,
)
from sen.apps.indicators.sheets.listing import SheetFilter
from sen.apps.organisations import interface as organisations
from sen.kernel import clock
from sen.kernel.errors import InvalidInput, NotFound, SenError
from sen.kernel.scopes import scope_of

T = TypeVar("T")
TURNS = ("mine", "approve", "late", "done", "all")
SINCE_DAYS = 365
LARGEST = 5 * 1024 * 1024
SHOWN_REFUSALS = (409, 412, 422)
"""What is said on the sheet that was acted on; any other refusal is a page of its own."""


class CellsIn(msgspec.Struct, forbid_unknown_fields=True):
    """What the grid sends: cells as typed, and how they came."""

    cells: list[drafts.CellIn]
    how: str = "typed"


class HereIn(msgspec.Struct, forbid_unknown_fields=True):
    """In which row somebody stands."""

    code: str = ""


def _scope(request: HttpRequest) -> Scope:
    return require(scope_of(request), policies.VIEW)


@require_GET
def sheets_page(request: HttpRequest) -> HttpResponse:
    """What has to be sent, by when, what is late; for those over several units also who is late."""
    scope = _scope(request)
    tabs = _tabs(scope)
    turn = request.GET.get("turn", "")
    turn = turn if turn in tabs else next(iter(tabs))
    unit = _unit(scope, request.GET.get("unit", ""))
    wanted = SheetFilter(
        turn="" if turn == "all" else turn, unit_id=unit.id if unit else None, sheet=request.GET.get("sheet", "")
    )
    after = request.GET.get("after", "")
    rows, more = listing.listed(scope, wanted, after=UUID(after) if after and _is_id(after) else None)
    today = clock.local(clock.now()).date()
    units = listing.by_unit(scope, since=today - timedelta(days=SINCE_DAYS))
    typed, automatic = lateness.by_hand_and_automatic(scope, since=today.replace(year=today.year - 1, day=1))
    return render(request, "indicators/sheets/list.html", {
        "section": "figures", "rows": rows, "more": more, "turn": turn, "tabs": tabs, "unit": unit, "counts": lateness.counts(scope),
        "units": units if len(units) > 1 else [], "typed": typed, "automatic": automatic,
        "share": automatic / (typed + automatic) if typed + automatic else None, "many": len({row.unit.id for row in rows}) > 1,
        "simulated": any(row.simulated for row in rows), "may_remind": scope.allows(policies.REMIND),
        "done": request.session.pop(pages_approving.KEY, None), "me": scope.username, "most": approving.MOST,
        "may_approve": any(row.state == "submitted" and row.may_approve and row.submitted_by != scope.username for row in rows),
    })  # fmt: skip


def _tabs(scope: Scope) -> dict[str, int]:
    """The tabs that mean something for this caller with how many sheets are in each."""
    found = {}
    rows = lateness.visible(scope)
    if scope.allows(policies.FILL_IN):
        found["mine"] = rows.filter(state__in=lateness.WAITING).count()
    if scope.allows(policies.APPROVE) or scope.allows(policies.APPROVE_FOR_PROVINCE):
        found["approve"] = rows.filter(state="submitted").count()
    found["late"] = lateness.late(scope).count()
    found["done"] = rows.filter(state="approved").count()
    return found | {"all": rows.count()}


def _unit(scope: Scope, code: str) -> organisations.UnitRef | None:
    if not code:
        return None
    found = organisations.unit(code)
    if not scope.sees(found.id):
        raise NotFound(_("Không tìm thấy đơn vị."))
    return found


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@require_GET
def sheet_page(request: HttpRequest, entry: UUID) -> HttpResponse:
    """One sheet: the grid for who fills it in, the differences and remarks for who approves."""
    scope = _scope(request)
    found = detail.detail(scope, entry)
    [ref] = listing.refs(scope, [found.entry])
    state = found.entry.state
    return render(request, "indicators/sheets/sheet.html", {
        "section": "figures", "sheet": found, "entry": found.entry, "ref": ref, "deciding": state == "submitted" and found.may_approve,
        "own": found.entry.submitted_by == scope.username, "state": state, "statuses": _statuses(), "me": scope.username,
        "problems": request.session.pop(f"sheet-import:{entry}", None), "revised": any(row.revised for row in found.rows),
    })  # fmt: skip


def _statuses() -> list[tuple[str, str]]:
    return [(one, str(Status(one).label)) for one in deciding.DECLARED]


@require_GET
def sheet_rows(request: HttpRequest, entry: UUID) -> JsonResponse:
    """The rows as they are now, for a page that hears that somebody else changed them."""
    return JsonResponse(detail.as_json(detail.detail(_scope(request), entry)))


@require_POST
def sheet_cells(request: HttpRequest, entry: UUID) -> JsonResponse:
    """Keep cells; answers the rows as they are then, and which cells somebody else had changed first."""
    scope = _scope(request)
    try:
        body = _body(request, CellsIn)
        how = body.how if body.how in drafts.HOW else "typed"
        saved = drafts.save_cells(scope=scope, entry_id=entry, cells=body.cells, how=how)
    except SenError as error:
        return _refusal(error)
    clashes = [{"code": one.code, "text": one.text, "by": one.by} for one in saved.clashes]
    return JsonResponse(detail.as_json(detail.detail(scope, entry)) | {"clashes": clashes})


@require_POST
def sheet_here(request: HttpRequest, entry: UUID) -> JsonResponse:
    """Somebody stands in a row of the sheet; the others who have it open see that."""
    scope = _scope(request)
    try:
        body = _body(request, HereIn)
        found = seeing.entry_for(scope, entry)
    except SenError as error:
        return _refusal(error)
    announcing.here(found, scope, body.code[:64])
    return JsonResponse({})


@require_GET
def cell_history(request: HttpRequest, entry: UUID, code: str) -> HttpResponse:
    """Every change of a cell, who made it, when and how."""
    scope = _scope(request)
    changes = detail.history_of_cell(scope, entry, code)
    found = seeing.entry_for(scope, entry)
    names = {one.code: one.name for one in definitions.definitions()}
    return render(request, "indicators/sheets/cell.html", {
        "changes": changes, "name": names.get(code, code), "events": _remarks(found, code),
    })  # fmt: skip


def _remarks(entry: SheetEntry, code: str) -> list[dict[str, Any]]:
    """What approvers asked of this cell."""
    sent = entry.events.filter(kind="sent_back")
    return [
        {"at": one.at, "by": one.by, "words": one.detail["remarks"][code]}
        for one in sent
        if code in one.detail.get("remarks", {})
    ]


# -- what is done with a whole sheet


@require_POST
def sheet_action(request: HttpRequest, entry: UUID, action: str) -> HttpResponse:
    """Hand in, take back, send back, approve, correct, add or take away evidence, remind."""
    scope = _scope(request)
    act = ACTIONS.get(action)
    if act is None:
        raise NotFound(_("Không có việc này."))
    seeing.entry_for(scope, entry)
    try:
        messages.success(request, act(scope, entry, request))
    except SenError as error:
        if error.status not in SHOWN_REFUSALS:
            raise
        messages.error(request, f"{error.message} {error.action}".strip())
    return redirect("console:sheet", entry)


def _revision(request: HttpRequest) -> int | None:
    text = request.POST.get("revision", "")
    return int(text) if text.isdigit() else None


def _submit(scope: Scope, entry: UUID, request: HttpRequest) -> str:
    done = deciding.submit(
        scope=scope,
        entry_id=entry,
        status=request.POST.get("status", ""),
        words=request.POST.get("words", ""),
        revision=_revision(request),
    )
    return _("Đã gửi phiếu, chờ duyệt.") if done.state == "submitted" else _("Đã gửi phiếu; số liệu có hiệu lực.")


def _take_back(scope: Scope, entry: UUID, _request: HttpRequest) -> str:
    deciding.take_back(scope=scope, entry_id=entry)
    return _("Đã rút phiếu về để sửa.")


def _send_back(scope: Scope, entry: UUID, request: HttpRequest) -> str:
    remarks = {
        key.removeprefix("remark-"): str(value) for key, value in request.POST.items() if key.startswith("remark-")
    }
    deciding.send_back(
        scope=scope, entry_id=entry, words=request.POST.get("words", ""), remarks=remarks, revision=_revision(request)
    )
    return _("Đã trả lại phiếu cho đơn vị.")


def _approve(scope: Scope, entry: UUID, request: HttpRequest) -> str:
    deciding.approve(scope=scope, entry_id=entry, words=request.POST.get("words", ""), revision=_revision(request))
    return _("Đã duyệt; số liệu có hiệu lực.")


def _correct(scope: Scope, entry: UUID, request: HttpRequest) -> str:
    deciding.correct(scope=scope, entry_id=entry, words=request.POST.get("words", ""))
    return _("Đã mở đính chính; số đã duyệt vẫn dùng đến khi bản mới được duyệt.")


def _attach(scope: Scope, entry: UUID, request: HttpRequest) -> str:
    name, content = _upload(request)
    evidence.attach(scope=scope, entry_id=entry, content=content, name=name)
    return _("Đã thêm tệp minh chứng.")


def _detach(scope: Scope, entry: UUID, request: HttpRequest) -> str:
    given = request.POST.get("file", "")
    if not _is_id(given):
        raise NotFound(_("Không tìm thấy tệp."))
    evidence.detach(scope=scope, entry_id=entry, file_id=UUID(given))
    return _("Đã bỏ tệp minh chứng.")


def _remind(scope: Scope, entry: UUID, _request: HttpRequest) -> str:
    told = reminding.remind_now(scope=scope, entry_id=entry)
    return _("Đã nhắc đơn vị.") if told else _("Hôm nay đã nhắc đơn vị rồi.")


def _import(scope: Scope, entry: UUID, request: HttpRequest) -> str:
    _name, content = _upload(request)
    done = workbook_in.keep(scope=scope, entry_id=entry, content=content)
    request.session[f"sheet-import:{entry}"] = [msgspec.to_builtins(one) for one in done.problems]
    words = _("Đã nhận {n} ô từ Excel.").format(n=len(done.saved))
    return words + (
        " " + _("{n} dòng chưa dùng được, xem bên dưới.").format(n=len(done.problems)) if done.problems else ""
    )


ACTIONS: dict[str, Callable[[Scope, UUID, HttpRequest], str]] = {
    "submit": _submit, "take-back": _take_back, "send-back": _send_back, "approve": _approve, "correct": _correct, "attach": _attach,
    "detach": _detach, "remind": _remind, "import": _import,
}  # fmt: skip


def _upload(request: HttpRequest) -> tuple[str, bytes]:
    given = request.FILES.get("file")
    if given is None:
        raise InvalidInput(_("Chưa chọn tệp."), action=_("Chọn tệp rồi gửi lại."), code="no_file")
    if (given.size or 0) > LARGEST:
        raise InvalidInput(
            _("Tệp quá lớn."), action=_("Tệp tối đa {n} MB.").format(n=LARGEST // 2**20), code="too_large"
        )
    return given.name or "tep", given.read()


@require_GET
def sheet_workbook(request: HttpRequest, entry: UUID) -> HttpResponse:
    """The sheet as an Excel file that can be filled in and brought back."""
    found = detail.detail(_scope(request), entry)
    answer = HttpResponse(
        workbook_out.workbook(found), content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    name = f"{found.entry.sheet}-{found.entry.unit.code}-{found.entry.period}.xlsx"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _body(request: HttpRequest, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(request.body, type=kind)
    except msgspec.MsgspecError as error:
        raise InvalidInput(
            _("Trình duyệt gửi dữ liệu không đọc được."), action=_("Tải lại trang."), code="invalid_body"
        ) from error


def _refusal(error: SenError) -> JsonResponse:
    told = {"detail": error.message, "action": error.action, "code": error.code, "fields": error.fields}
    return JsonResponse(told, status=error.status)
