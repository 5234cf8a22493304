"""The page on which plans and targets are brought in as a table, refused rows are put right, and a load is taken back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sen.apps.access.interface import Scope, require
from sen.apps.indicators import definitions, plans, plans_table, policies
from sen.apps.indicators.models_sheets import PlanKind
from sen.apps.indicators.plans_table import Line
from sen.apps.organisations import interface as organisations
from sen.kernel import clock
from sen.kernel.errors import InvalidInput, SenError
from sen.kernel.scopes import scope_of

LARGEST = 10 * 1024 * 1024
SHOWN = 200
"""Refused rows that can be put right on the page; beyond, the file is better."""
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FIELDS = ("code", "unit", "period", "value", "source", "issued_on", "kind")


def _scope(request: HttpRequest) -> Scope:
    return require(scope_of(request), policies.PLAN)


def _year(given: str) -> int:
    this_year = clock.local(clock.now()).year
    return int(given) if given.isdigit() and 2000 <= int(given) <= 2100 else this_year


@require_http_methods(["GET", "POST"])
def plans_page(request: HttpRequest) -> HttpResponse:
    """The template, the load, and what became of it; corrected rows are sent again from here."""
    scope = _scope(request)
    asked = request.POST if request.method == "POST" else request.GET
    year = _year(asked.get("year", ""))
    context: dict[str, Any] = {
        "section": "figures", "year": year, "years": range(year - 2, year + 4), "source": asked.get("source", ""), "kinds": PlanKind.choices,
        "definitions": definitions.definitions(), "undone": request.GET.get("undone"),
    }  # fmt: skip
    if request.method == "GET":
        return render(request, "indicators/plans.html", context)
    try:
        lines = _corrected(request.POST) if request.POST.get("by") == "rows" else _loaded(request)
        done = plans_table.record(scope, lines, year=year, source=request.POST.get("source", ""))
    except SenError as error:
        if error.status not in (409, 422):
            raise
        return render(request, "indicators/plans.html", context | {"problem": error}, status=422)
    units = [organisations.province(), *organisations.departments(), *organisations.communes()] if done.refused else []
    context |= {
        "done": done, "read": len(lines), "refused": done.refused[:SHOWN], "more": max(0, len(done.refused) - SHOWN),
        "unit_choices": units, "undo": done.at.isoformat() if done.at else "",
    }  # fmt: skip
    return render(request, "indicators/plans.html", context)


def _loaded(request: HttpRequest) -> list[Line]:
    file = request.FILES.get("file")
    if file is None:
        raise InvalidInput(_("Chưa chọn tệp."), action=_("Chọn tệp rồi gửi lại."), code="no_file")
    if (file.size or 0) > LARGEST:
        raise InvalidInput(
            _("Tệp quá lớn."), action=_("Tệp tối đa {n} MB.").format(n=LARGEST // 2**20), code="too_large"
        )
    lines = plans_table.lines_of_file(file.name or "", file.read())
    if not lines:
        raise InvalidInput(
            _("Tệp không có dòng nào có số kế hoạch."), action=_("Điền cột số kế hoạch rồi nạp lại."), code="empty"
        )
    return lines


def _corrected(posted: QueryDict) -> list[Line]:
    """The rows that were put right: lists of the same length, by position."""
    columns = {name: posted.getlist(name)[: SHOWN + 1] for name in _FIELDS if name != "source"} | {
        "source": posted.getlist("row_source")[: SHOWN + 1]
    }
    numbers = posted.getlist("number")[:SHOWN]
    if any(len(column) < len(numbers) for column in columns.values()):
        raise InvalidInput(
            _("Trình duyệt gửi dữ liệu không đọc được."), action=_("Tải lại trang."), code="invalid_body"
        )
    return [
        Line(
            number=int(number) if number.isdigit() else 0,
            **{name: columns[name][place].strip()[:300] for name in _FIELDS},
        )
        for place, number in enumerate(numbers)
        if columns["value"][place].strip()
    ]


@require_GET
def plans_template(request: HttpRequest) -> HttpResponse:
    """The Excel file to fill in."""
    scope = _scope(request)
    year, level = _year(request.GET.get("year", "")), request.GET.get("level", "province")
    answer = HttpResponse(
        plans_table.template(scope, year=year, level=level, code=request.GET.get("code", "")), content_type=EXCEL
    )
    answer["Content-Disposition"] = f'attachment; filename="ke-hoach-{year}-{level}.xlsx"'
    return answer


@require_POST
def plans_undo(request: HttpRequest) -> HttpResponse:
    """Take a load back; back to the page."""
    scope = _scope(request)
    try:
        at = datetime.fromisoformat(request.POST.get("at", ""))
        n = plans.undo(scope=scope, at=at)
    except ValueError:
        messages.error(request, _("Không tìm thấy lần nạp cần hoàn tác."))
    except SenError as error:
        if error.status not in (404, 409):
            raise
        messages.error(request, f"{error.message} {error.action}".strip())
    else:
        messages.success(request, ngettext("Đã hoàn tác {n} kế hoạch.", "Đã hoàn tác {n} kế hoạch.", n).format(n=n))
    return redirect("console:figure-plans")
