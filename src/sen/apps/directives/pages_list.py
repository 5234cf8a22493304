"""The board and the list of tasks, their file, and what is done to several at once."""

from __future__ import annotations

import csv
import io
import json
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from sen.apps.access.interface import Scope, require
from sen.apps.directives import bulk, figures, listing, policies
from sen.apps.directives.asked import filter_of
from sen.apps.directives.choices import OPEN, Timeliness, Workflow
from sen.apps.directives.values import TaskFilter, TaskLine
from sen.apps.organisations import interface as organisations
from sen.kernel.errors import SenError
from sen.kernel.scopes import scope_of

COLUMN = 30
_COLUMNS = (
    ("overdue", Timeliness.OVERDUE), ("due_soon", Timeliness.DUE_SOON), ("not_due", Timeliness.NOT_DUE), ("no_deadline", Timeliness.NO_DEADLINE),
)  # fmt: skip


def _scope(request: HttpRequest) -> Scope:
    return require(scope_of(request), policies.VIEW)


def shared(request: HttpRequest, scope: Scope) -> dict[str, Any]:
    """What the bar above board, list, calendar and ranking shows."""
    asked = request.GET
    return {
        "section": "figures", "asked": asked, "waiting": figures.waiting(scope), "may_assign": scope.allows(policies.ASSIGN),
        "unit_choices": [*organisations.departments(), *organisations.communes()], "workflows": Workflow.choices, "times": Timeliness.choices,
        "issuers": listing.issuers(scope), "query": asked.urlencode(), "everything": scope.everything,
    }  # fmt: skip


@require_GET
def board_page(request: HttpRequest) -> HttpResponse:
    """Open tasks in columns by timeliness, what waits for approval apart."""
    scope = _scope(request)
    wanted = filter_of(request.GET, with_timeliness=False)
    columns = [_column(scope, wanted, code, time) for code, time in _COLUMNS]
    context = shared(request, scope) | {
        "tab": "board", "columns": columns, "counts": figures.counts(scope, wanted.unit_id),
    }  # fmt: skip
    template = "directives/board_columns.html" if request.GET.get("part") == "board" else "directives/board.html"
    return render(request, template, context)


def _column(scope: Scope, wanted: TaskFilter, code: str, time: Timeliness) -> dict[str, Any]:
    from msgspec.structs import replace

    narrowed = replace(wanted, timeliness=(time.value,), workflow=wanted.workflow or tuple(OPEN))
    found = listing.filtered(scope, narrowed)
    items = listing.tasks(scope, narrowed, limit=COLUMN).items
    return {
        "code": code,
        "words": time.label,
        "items": items,
        "n": found.count(),
        "more": max(0, found.count() - len(items)),
    }


@require_GET
def list_page(request: HttpRequest) -> HttpResponse:
    """Tasks as a table with boxes; j and k move, x marks, Enter opens."""
    scope = _scope(request)
    wanted = filter_of(request.GET)
    page = listing.tasks(scope, wanted, request.GET.get("cursor") or None)
    context = shared(request, scope) | {"tab": "list", "page": page, "total": listing.filtered(scope, wanted).count()}
    context |= {"bulk_actions": _bulk_choices(scope), "directive": _directive_of(page.items, wanted)}
    template = "directives/list_rows.html" if request.GET.get("part") == "list" else "directives/list.html"
    return render(request, template, context)


def _directive_of(items: list[TaskLine], wanted: TaskFilter) -> Any:
    return items[0].directive if wanted.directive_id and items else None


def _bulk_choices(scope: Scope) -> list[tuple[str, str]]:
    choices = []
    if scope.allows(policies.REMIND):
        choices.append(("remind", _("Đôn đốc")))
    if scope.allows(policies.WORK):
        choices.append(("accept", _("Tiếp nhận")))
    if scope.allows(policies.DECIDE):
        choices += [("approve", _("Duyệt hoàn thành")), ("pause", _("Tạm dừng")), ("cancel", _("Hủy"))]
    return choices


@require_GET
def list_csv(request: HttpRequest) -> HttpResponse:
    """The list as a file that Excel opens, at most 5,000 rows."""
    rows = listing.every(_scope(request), filter_of(request.GET))
    head = (
        _("Số"), _("Nội dung"), _("Đơn vị chủ trì"), _("Đơn vị phối hợp"), _("Đơn vị giao"), _("Văn bản"), _("Ngày ban hành"),
        _("Hạn"), _("Hạn đầu"), _("Trạng thái"), _("Thời hạn"), _("Số ngày trễ"), _("Tiến độ (%)"), _("Báo cáo gần nhất"), _("Mô phỏng"),
    )  # fmt: skip
    return table_file("nhiem-vu.csv", head, [_cells(one) for one in rows])


def _cells(one: TaskLine) -> list[Any]:
    beside = [unit.name for unit in one.cooperating] + ([one.cooperating_words] if one.cooperating_words else [])
    return [
        one.number, one.words, one.lead.name, "; ".join(beside), one.assigned_by.name, one.directive.number or one.directive.title,
        one.directive.issued or "", one.deadline or "", one.first_deadline or "", Workflow(one.workflow).label,
        Timeliness(one.timeliness).label if one.timeliness else "", one.days_late or "", one.percent, one.last_progress,
        _("mô phỏng") if one.simulated else "",
    ]  # fmt: skip


def table_file(name: str, head: tuple[str, ...], rows: list[list[Any]]) -> HttpResponse:
    """A CSV file with the mark by which Excel knows UTF-8; cells that a spreadsheet would calculate are made text."""
    out = io.StringIO()
    safe = [
        [f"'{cell}" if isinstance(cell, str) and cell[:1] in "=+-@" and cell else cell for cell in row] for row in rows
    ]
    csv.writer(out).writerows([head, *safe])
    answer = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_POST
def bulk_action(request: HttpRequest) -> HttpResponse:
    """Do one thing to the marked tasks; the list drawn anew, with a toast that can take it back."""
    scope = _scope(request)
    try:
        found = bulk.do(
            scope=scope,
            action=request.POST.get("action", ""),
            numbers=request.POST.getlist("task"),
            words=request.POST.get("words", ""),
        )
    except SenError as error:
        if error.status not in (409, 422):
            raise
        return _toasted(request, f"{error.message} {error.action}")
    words = ngettext("Đã làm với {n} nhiệm vụ.", "Đã làm với {n} nhiệm vụ.", len(found.done)).format(n=len(found.done))
    if found.refused:
        number, why = next(iter(found.refused.items()))
        words += " " + _("{n} nhiệm vụ không làm được, ví dụ {number}: {why}").format(
            n=len(found.refused), number=number, why=why
        )
    return _toasted(request, words, reverse("console:tasks-bulk-undo", args=[found.id]) if found.id else "")


@require_POST
def bulk_undo(request: HttpRequest, bulk_id: UUID) -> HttpResponse:
    """Take a bulk action back."""
    try:
        numbers = bulk.undo(scope=_scope(request), bulk_id=bulk_id)
    except SenError as error:
        if error.status != 409:
            raise
        return _toasted(request, f"{error.message} {error.action}")
    return _toasted(
        request, ngettext("Đã hoàn tác {n} nhiệm vụ.", "Đã hoàn tác {n} nhiệm vụ.", len(numbers)).format(n=len(numbers))
    )


def _toasted(request: HttpRequest, words: str, undo: str = "") -> HttpResponse:
    """Nothing to draw: a toast, and the list hears that tasks moved."""
    said = {"words": words, **({"undo": undo} if undo else {})}
    answer = HttpResponse(status=204)
    answer["HX-Trigger"] = json.dumps({"sen:toast": said, "sen:tasks": {}})
    return answer
